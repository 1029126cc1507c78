// SPDX-License-Identifier: Apache-2.0
//
// Keys, where, having, order, take and skip of groups, in all combinations, against a plain
// implementation of what they mean: gather groups in an array, drop, sort, cut.
#include "harness.h"

#include "support/check.h"

#include "base/buf.h"

#include <stdlib.h>

enum { RECORDS = 40, ROUNDS = 400, NONE = -1 };

// A record: note (0) and weight (-1) may be NULL.
struct record {
    char note;
    bool gone;
    int weight;
    int cents;
};

static struct record records[RECORDS];
static unsigned random_state;

// A fixed sequence: the test does the same in every run.
static unsigned draw(unsigned below)
{
    random_state = random_state * 1103515245 + 12345;
    return (random_state >> 16) % below;
}

static int fill(void **state)
{
    (void)harness_empty(state);
    struct rc_buf sql = {0};
    random_state = 23;
    for (int i = 0; i < RECORDS; i++) {
        struct record *record = &records[i];
        *record = (struct record){.note = (char)(draw(4) ? 'p' + draw(4) : 0),
                                  .gone = draw(3) == 0,
                                  .weight = draw(3) ? (int)draw(4) : NONE,
                                  .cents = (int)draw(500)};
        rc_buf_printf(&sql,
                      "insert into item (name, price, note, maker, serial, token, updated_at,"
                      " weight, gone) values ('n', %d.%02d, nullif('%c', '-'), 'm', %d,"
                      " gen_random_uuid(), now(), nullif(%d, -1), %s);\n",
                      record->cents / 100, record->cents % 100,
                      record->note ? record->note : '-', i, record->weight,
                      record->gone ? "true" : "false");
    }
    harness_sql(sql.data);
    rc_buf_fini(&sql);
    return 0;
}

// ---- what a request asks for

// What groups are ordered by.
enum value { NOTE, GONE, COUNT, WEIGHT, CENTS, VALUES };

struct order {
    enum value value;
    bool descending;
    int nulls; // 0 as PostgreSQL does, 1 first, 2 last
};

struct request {
    bool by_note; // at least one of the two
    bool by_gone;
    bool only_present; // where gone is false
    int more_than;     // having: count_all > this; NONE
    int at_least;      // having: sum of weight >= this; NONE
    struct order orders[VALUES + 2];
    size_t order_count;
    int take; // 0 = none
    int skip;
};

static bool is_key(const struct request *request, enum value value)
{
    return value == NOTE ? request->by_note : value == GONE ? request->by_gone : true;
}

static struct request draw_request(void)
{
    struct request request = {.only_present = draw(4) == 0,
                              .more_than = draw(3) ? NONE : (int)draw(6),
                              .at_least = draw(3) ? NONE : (int)draw(8),
                              .take = draw(3) ? (int)draw(13) - 6 : 0,
                              .skip = draw(2) ? 0 : (int)draw(5)};
    unsigned keys = 1 + draw(3);
    request.by_note = keys & 1;
    request.by_gone = keys & 2;
    for (size_t left = draw(4); left > 0; left--) {
        struct order order = {
            .value = (enum value)draw(VALUES), .descending = draw(2), .nulls = (int)draw(3)};
        if (is_key(&request, order.value)) {
            request.orders[request.order_count++] = order;
        }
    }
    // Pages have a total order by themselves; otherwise ask for one.
    for (enum value key = NOTE; key <= GONE && !request.take && !request.skip; key++) {
        if (is_key(&request, key)) {
            request.orders[request.order_count++] = (struct order){.value = key};
        }
    }
    return request;
}

static void append_order(const struct order *order, struct rc_buf *json)
{
    static const char *const begins[] = {"'by':{'note':", "'by':{'gone':", "'count_all':",
                                         "'sum':{'field':'ITEM_FIELD_WEIGHT','order':",
                                         "'max':{'field':'ITEM_FIELD_PRICE','order':"};
    static const char *const places[] = {"NULLS_UNSPECIFIED", "FIRST", "LAST"};
    rc_buf_printf(json, "{%s{'direction':'%s','nulls':'%s'}%s}", begins[order->value],
                  order->descending ? "DESC" : "ASC", places[order->nulls],
                  order->value == COUNT ? "" : "}");
}

static char *request_json(const struct request *request)
{
    struct rc_buf json = {0};
    rc_buf_printf(&json, "{'by':[%s%s%s],'order_by':[",
                  request->by_note ? "{'field':'ITEM_FIELD_NOTE'}" : "",
                  request->by_note && request->by_gone ? "," : "",
                  request->by_gone ? "{'field':'ITEM_FIELD_GONE'}" : "");
    for (size_t i = 0; i < request->order_count; i++) {
        rc_buf_append_text(&json, i > 0 ? "," : "");
        append_order(&request->orders[i], &json);
    }
    rc_buf_append_text(&json, "],'having':{");
    if (request->more_than != NONE) {
        rc_buf_printf(&json, "'count_all':{'gt':'%d'}", request->more_than);
    }
    if (request->at_least != NONE) {
        rc_buf_printf(&json, "%s'sum':{'weight':{'gte':%d}}",
                      request->more_than != NONE ? "," : "", request->at_least);
    }
    rc_buf_append_text(&json, "},'count_all':true,'sum':['ITEM_FIELD_WEIGHT']");
    if (request->only_present) {
        rc_buf_append_text(&json, ",'where':{'gone':{'equals':false}}");
    }
    if (request->take) {
        rc_buf_printf(&json, ",'take':%d", request->take);
    }
    rc_buf_printf(&json, ",'skip':%d}", request->skip);
    return rc_buf_take(&json, NULL);
}

// ---- what it means

struct group {
    char note; // 0 unless grouped by it
    bool gone;
    int count;
    int weight; // NONE where all are NULL
    int cents;  // the greatest
};

static void add_record(const struct record *record, struct group *group)
{
    group->count++;
    if (record->weight != NONE) {
        group->weight = (group->weight == NONE ? 0 : group->weight) + record->weight;
    }
    group->cents = record->cents > group->cents ? record->cents : group->cents;
}

static size_t gather(const struct request *request, struct group *groups)
{
    size_t count = 0;
    for (size_t i = 0; i < RECORDS; i++) {
        char note = (char)(request->by_note ? records[i].note : 0);
        bool gone = request->by_gone && records[i].gone;
        size_t at = 0;
        if (request->only_present && records[i].gone) {
            continue;
        }
        while (at < count && (groups[at].note != note || groups[at].gone != gone)) {
            at++;
        }
        if (at == count) {
            groups[count++] =
                (struct group){.note = note, .gone = gone, .weight = NONE, .cents = 0};
        }
        add_record(&records[i], &groups[at]);
    }
    return count;
}

static size_t drop(const struct request *request, struct group *groups, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const struct group *group = &groups[i];
        if ((request->more_than == NONE || group->count > request->more_than) &&
            (request->at_least == NONE ||
             (group->weight != NONE && group->weight >= request->at_least))) {
            groups[kept++] = *group;
        }
    }
    return kept;
}

// A value as a number; NULL is NONE.
static int value_of(const struct group *group, enum value value)
{
    switch (value) {
    case NOTE:
        return group->note ? group->note : NONE;
    case GONE:
        return group->gone;
    case COUNT:
        return group->count;
    case WEIGHT:
        return group->weight;
    case CENTS:
    case VALUES:
        break;
    }
    return group->cents;
}

static int compare_by(const struct group *a, const struct group *b, const struct order *order)
{
    int left = value_of(a, order->value);
    int right = value_of(b, order->value);
    bool nulls_first = order->nulls == 0 ? order->descending : order->nulls == 1;
    if (left == right) {
        return 0;
    }
    if (left == NONE || right == NONE) {
        return (left == NONE) == nulls_first ? -1 : 1;
    }
    return (left < right) == order->descending ? 1 : -1;
}

static int compare(const struct group *a, const struct group *b, const struct request *request)
{
    static const struct order keys[] = {{.value = NOTE}, {.value = GONE}};
    for (size_t i = 0; i < request->order_count; i++) {
        int result = compare_by(a, b, &request->orders[i]);
        if (result) {
            return result;
        }
    }
    int result = compare_by(a, b, &keys[0]);
    return result ? result : compare_by(a, b, &keys[1]);
}

static void sort(struct group *groups, size_t count, const struct request *request)
{
    for (size_t i = 1; i < count; i++) {
        struct group moved = groups[i];
        size_t at = i;
        for (; at > 0 && compare(&moved, &groups[at - 1], request) < 0; at--) {
            groups[at] = groups[at - 1];
        }
        groups[at] = moved;
    }
}

// The page begins at ret_first; returns how many it has.
static size_t cut(const struct request *request, size_t count, size_t *ret_first)
{
    size_t skip = (size_t)request->skip < count ? (size_t)request->skip : count;
    size_t left = count - skip;
    size_t take = (size_t)abs(request->take);
    size_t taken = request->take && take < left ? take : left;
    *ret_first = request->take >= 0 ? skip : left - taken;
    return taken;
}

static void append_group(const struct request *request, const struct group *group,
                         struct rc_buf *answer)
{
    rc_buf_append_text(answer, "{'by':{");
    if (group->note) {
        rc_buf_printf(answer, "'note':'%c'", group->note);
    }
    if (request->by_gone) {
        rc_buf_printf(answer, "%s'gone':%s", group->note ? "," : "",
                      group->gone ? "true" : "false");
    }
    rc_buf_printf(answer, "},'count_all':'%d','sum':{", group->count);
    if (group->weight != NONE) {
        rc_buf_printf(answer, "'weight':%d", group->weight);
    }
    rc_buf_append_text(answer, "}}");
}

static void test_group_pages_are_what_they_mean(void **state)
{
    (void)state;
    random_state = 29;
    for (int i = 0; i < ROUNDS; i++) {
        struct request request = draw_request();
        struct group groups[RECORDS];
        struct rc_buf answer = {0};
        size_t first;
        size_t count = drop(&request, groups, gather(&request, groups));
        sort(groups, count, &request);
        count = cut(&request, count, &first);
        rc_buf_append_text(&answer, count > 0 ? "{'groups':[" : "{");
        for (size_t k = 0; k < count; k++) {
            rc_buf_append_text(&answer, k > 0 ? "," : "");
            append_group(&request, &groups[first + k], &answer);
        }
        rc_buf_append_text(&answer, count > 0 ? "]}" : "}");
        char *json = request_json(&request);
        harness_expect("Item/GroupBy", json, answer.data);
        free(json);
        rc_buf_fini(&answer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_group_pages_are_what_they_mean, fill),
    };
    return cmocka_run_group_tests(tests, harness_setup, harness_teardown);
}
