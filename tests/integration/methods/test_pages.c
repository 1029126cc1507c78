// SPDX-License-Identifier: Apache-2.0
//
// Order, cursor, distinct, take and skip, in all combinations, against a plain implementation
// of what they mean: sort an array, cut it at the cursor, drop repetitions, cut the page.
#include "harness.h"

#include "support/check.h"

#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

enum { RECORDS = 24, ROUNDS = 400 };

// A record: name is never NULL, note (0) and weight (-1) may be.
struct record {
    int id;
    char name;
    char note;
    int weight;
    bool gone;
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
    random_state = 7;
    for (int i = 0; i < RECORDS; i++) {
        struct record *record = &records[i];
        *record = (struct record){.id = i + 1,
                                  .name = (char)('a' + draw(4)),
                                  .note = (char)(draw(3) ? 'p' + draw(3) : 0),
                                  .weight = draw(4) ? (int)draw(3) : -1,
                                  .gone = draw(4) == 0};
        rc_buf_printf(&sql,
                      "insert into item (name, price, note, maker, serial, token, updated_at, "
                      "weight, gone) values ('%c', 1, nullif('%c', '-'), 'm', %d, "
                      "gen_random_uuid(), now(), nullif(%d, -1), %s);\n",
                      record->name, record->note ? record->note : '-', i, record->weight,
                      record->gone ? "true" : "false");
    }
    harness_sql(sql.data);
    rc_buf_fini(&sql);
    return 0;
}

// ---- what a request asks for

enum column { NAME, NOTE, WEIGHT, ID, COLUMNS };
static const char *const column_names[] = {"name", "note", "weight", "id"};
static const char *const field_names[] = {"ITEM_FIELD_NAME", "ITEM_FIELD_NOTE",
                                          "ITEM_FIELD_WEIGHT", "ITEM_FIELD_ID"};

struct order {
    enum column column;
    bool descending;
    int nulls; // 0 as PostgreSQL does, 1 first, 2 last
};

struct page {
    struct order orders[COLUMNS + 1];
    size_t order_count; // as written in the request
    bool has_distinct[COLUMNS];
    bool is_distinct;
    bool only_present; // where gone is false
    int cursor;        // an id, 0 = none
    int take;          // 0 = none
    int skip;
};

static struct page draw_page(void)
{
    struct page page = {0};
    page.order_count = draw(4);
    for (size_t i = 0; i < page.order_count; i++) {
        page.orders[i] = (struct order){
            .column = (enum column)draw(COLUMNS), .descending = draw(2), .nulls = (int)draw(3)};
    }
    if (draw(3) == 0) {
        page.is_distinct = true;
        page.has_distinct[draw(3)] = true;
        page.has_distinct[draw(3)] = true;
    }
    page.only_present = draw(2);
    page.cursor = draw(2) ? (int)draw(RECORDS + 2) : 0; // perhaps of no record
    page.take = draw(4) ? (int)draw(17) - 8 : 0;
    page.skip = draw(3) ? 0 : (int)draw(6);
    if (!page.cursor && !page.take && !page.skip && !page.is_distinct) {
        // Without a page only the order asked for is kept: ask for one without ties.
        page.orders[page.order_count++] = (struct order){.column = ID};
    }
    return page;
}

static char *page_json(const struct page *page, const char *rest)
{
    struct rc_buf json = {0};
    rc_buf_append_text(&json, "{'order_by':[");
    for (size_t i = 0; i < page->order_count; i++) {
        static const char *const places[] = {"NULLS_UNSPECIFIED", "FIRST", "LAST"};
        rc_buf_printf(&json, "%s{'%s':{'direction':'%s','nulls':'%s'}}", i ? "," : "",
                      column_names[page->orders[i].column],
                      page->orders[i].descending ? "DESC" : "ASC",
                      places[page->orders[i].nulls]);
    }
    rc_buf_append_text(&json, "]");
    if (page->only_present) {
        rc_buf_append_text(&json, ",'where':{'gone':{'equals':false}}");
    }
    if (page->cursor) {
        rc_buf_printf(&json, ",'cursor':{'id':%d}", page->cursor);
    }
    if (page->take) {
        rc_buf_printf(&json, ",'take':%d", page->take);
    }
    if (page->skip) {
        rc_buf_printf(&json, ",'skip':%d", page->skip);
    }
    rc_buf_append_text(&json, rest);
    return rc_buf_take(&json, NULL);
}

// ",'distinct':[...]" or nothing.
static void append_distinct(const struct page *page, struct rc_buf *rest)
{
    const char *between = ",'distinct':[";
    for (int i = 0; i < COLUMNS; i++) {
        if (page->has_distinct[i]) {
            rc_buf_printf(rest, "%s'%s'", between, field_names[i]);
            between = ",";
        }
    }
    rc_buf_append_text(rest, page->is_distinct ? "]" : "");
}

// ---- what it means

// A value as a number; NULL is -1.
static int value_of(const struct record *record, enum column column)
{
    switch (column) {
    case NAME:
        return record->name;
    case NOTE:
        return record->note ? record->note : -1;
    case WEIGHT:
        return record->weight;
    case ID:
    case COLUMNS:
        break;
    }
    return record->id;
}

static int compare_by(const struct record *a, const struct record *b, const struct order *order)
{
    int left = value_of(a, order->column);
    int right = value_of(b, order->column);
    bool nulls_first = order->nulls == 0 ? order->descending : order->nulls == 1;
    if (left == right) {
        return 0;
    }
    if (left == -1 || right == -1) {
        return (left == -1) == nulls_first ? -1 : 1;
    }
    return (left < right) == order->descending ? 1 : -1;
}

static int compare(const struct record *a, const struct record *b, const struct page *page)
{
    static const struct order last = {.column = ID};
    for (size_t i = 0; i < page->order_count; i++) {
        int result = compare_by(a, b, &page->orders[i]);
        if (result) {
            return result;
        }
    }
    return compare_by(a, b, &last);
}

static void sort(struct record *sorted, const struct page *page)
{
    for (size_t i = 1; i < RECORDS; i++) {
        struct record moved = sorted[i];
        size_t at = i;
        for (; at > 0 && compare(&moved, &sorted[at - 1], page) < 0; at--) {
            sorted[at] = sorted[at - 1];
        }
        sorted[at] = moved;
    }
}

static bool is_repetition(const struct record *kept, size_t count, const struct record *record,
                          const struct page *page)
{
    for (size_t i = 0; i < count; i++) {
        bool is_same = true;
        for (int column = 0; column < COLUMNS; column++) {
            is_same = is_same && (!page->has_distinct[column] ||
                                  value_of(&kept[i], (enum column)column) ==
                                      value_of(record, (enum column)column));
        }
        if (is_same) {
            return true;
        }
    }
    return false;
}

// The records before paging: matching, from the cursor on, without repetitions. Returns how
// many.
static size_t select_records(const struct page *page, struct record *ret_kept)
{
    struct record sorted[RECORDS];
    const struct record *start = NULL;
    size_t count = 0;
    memcpy(sorted, records, sizeof sorted);
    sort(sorted, page);
    if (page->cursor > RECORDS) {
        return 0;
    }
    if (page->cursor) {
        start = &records[page->cursor - 1];
    }
    for (size_t i = 0; i < RECORDS; i++) {
        int side = start ? compare(&sorted[i], start, page) : 0;
        bool is_behind = page->take < 0 ? side <= 0 : side >= 0;
        bool matches = !page->only_present || !sorted[i].gone;
        if (is_behind && matches &&
            !(page->is_distinct && is_repetition(ret_kept, count, &sorted[i], page))) {
            ret_kept[count++] = sorted[i];
        }
    }
    return count;
}

// Cuts kept to the page; returns how many are left.
static size_t cut(const struct page *page, struct record *kept, size_t count)
{
    size_t skip = (size_t)page->skip < count ? (size_t)page->skip : count;
    size_t left = count - skip;
    size_t take = (size_t)abs(page->take);
    size_t taken = page->take && take < left ? take : left;
    if (page->take >= 0) {
        memmove(kept, kept + skip, taken * sizeof *kept);
    } else {
        memmove(kept, kept + left - taken, taken * sizeof *kept);
    }
    return taken;
}

static void append_rows(const struct record *kept, size_t count, struct rc_buf *answer)
{
    rc_buf_append_text(answer, count ? "'rows':[" : "");
    for (size_t i = 0; i < count; i++) {
        rc_buf_printf(answer, "%s{'id':%d}", i ? "," : "", kept[i].id);
    }
    rc_buf_append_text(answer, count ? "]" : "");
}

static void expect_page(const struct page *page, bool has_total)
{
    struct record kept[RECORDS];
    struct rc_buf rest = {0};
    struct rc_buf answer = {0};
    size_t count = cut(page, kept, select_records(page, kept));
    append_distinct(page, &rest);
    rc_buf_append_text(&rest, ",'select':{'id':true}");
    rc_buf_append_text(&rest, has_total ? ",'with_total':true}" : "}");
    rc_buf_append_text(&answer, "{");
    append_rows(kept, count, &answer);
    if (has_total) {
        size_t total = 0;
        for (size_t i = 0; i < RECORDS; i++) {
            total += !page->only_present || !records[i].gone;
        }
        rc_buf_printf(&answer, "%s'total':'%zu'", count ? "," : "", total);
    }
    rc_buf_append_text(&answer, "}");
    char *json = page_json(page, rest.data);
    harness_expect("Item/FindMany", json, answer.data);
    free(json);
    rc_buf_fini(&rest);
    rc_buf_fini(&answer);
}

static void test_pages_are_what_they_mean(void **state)
{
    (void)state;
    random_state = 11;
    for (int i = 0; i < ROUNDS; i++) {
        struct page page = draw_page();
        expect_page(&page, false);
    }
}

static void test_pages_with_a_total_are_the_same(void **state)
{
    (void)state;
    random_state = 13;
    for (int i = 0; i < ROUNDS / 4; i++) {
        struct page page = draw_page();
        expect_page(&page, true);
    }
}

static void test_pages_begin_with_their_first_record(void **state)
{
    (void)state;
    random_state = 17;
    for (int i = 0; i < ROUNDS / 4; i++) {
        struct page page = draw_page();
        struct record kept[RECORDS];
        struct rc_buf rest = {0};
        char answer[32] = "{}";
        page.take = page.take < 0 ? -1 : 1;
        if (cut(&page, kept, select_records(&page, kept)) > 0) {
            (void)snprintf(answer, sizeof answer, "{'row':{'id':%d}}", kept[0].id);
        }
        append_distinct(&page, &rest);
        rc_buf_append_text(&rest, ",'select':{'id':true}}");
        char *json = page_json(&page, rest.data);
        harness_expect("Item/FindFirst", json, answer);
        free(json);
        rc_buf_fini(&rest);
    }
}

static void test_pages_are_counted(void **state)
{
    (void)state;
    random_state = 19;
    for (int i = 0; i < ROUNDS / 4; i++) {
        struct page page = draw_page();
        struct record kept[RECORDS];
        char answer[32] = "{}";
        memset(page.has_distinct, 0, sizeof page.has_distinct);
        page.is_distinct = false;
        size_t count = cut(&page, kept, select_records(&page, kept));
        (void)snprintf(answer, sizeof answer, "{'count':'%zu'}", count);
        char *json = page_json(&page, "}");
        harness_expect("Item/Count", json, answer);
        free(json);
    }
}

static void test_pages_of_extreme_sizes_hold(void **state)
{
    (void)state;
    harness_expect("Item/Count", "{'take':2147483647,'skip':0}", "{'count':'24'}");
    harness_expect("Item/Count", "{'take':-2147483648}", "{'count':'24'}");
    harness_expect("Item/Count", "{'take':0}", "{'count':'0'}");
    harness_expect("Item/Count", "{'skip':4294967295}", "{'count':'0'}");
    harness_expect("Item/FindMany", "{'take':0,'with_total':true}", "{'total':'24'}");
}

static void test_pages_find_what_is_there(void **state)
{
    (void)state;
    harness_expect("Item/Exists", "{'where':{'id':{'equals':5}}}", "{'exists':true}");
    harness_expect("Item/Exists", "{'where':{'id':{'equals':500}}}", "{'exists':false}");
    harness_expect("Item/FindUnique",
                   "{'key':{'maker_serial':{'maker':'m','serial':'4'}},'select':{'id':true}}",
                   "{'row':{'id':5}}");
    harness_expect("Item/FindUnique", "{'key':{'id':500}}", "{}");
    harness_expect("Item/FindUnique",
                   "{'key':{'id':5},'where':{'serial':{'equals':'5'}},'select':{'id':true}}",
                   "{}");
    harness_expect("Item/FindUnique", "{'key':{'id':500},'required':true}",
                   "NOT_FOUND P2025 rolled back: no Item matches");
    harness_expect("Item/FindFirst",
                   "{'where':{'id':{'equals':500}},'required':true,'select':{'id':true}}",
                   "NOT_FOUND P2025 rolled back: no Item matches");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_pages_are_what_they_mean, fill),
        cmocka_unit_test_setup(test_pages_with_a_total_are_the_same, fill),
        cmocka_unit_test_setup(test_pages_begin_with_their_first_record, fill),
        cmocka_unit_test_setup(test_pages_are_counted, fill),
        cmocka_unit_test_setup(test_pages_of_extreme_sizes_hold, fill),
        cmocka_unit_test_setup(test_pages_find_what_is_there, fill),
    };
    return cmocka_run_group_tests(tests, harness_setup, harness_teardown);
}
