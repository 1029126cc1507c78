// SPDX-License-Identifier: Apache-2.0
//
// The writing methods: which rows, what becomes of them, what is answered.
#include "outcome.h"

#include "match.h"

#include "support/check.h"

// ---- answers

// What an answer shows of a row: a write's own words return it as the write made it, before
// foreign keys that lead to it follow (a row that refers to itself, and gets another key).
// Where relations are selected, it is read when all is done.
static const json_t *shown(const struct writing *writing, const struct rc_model *model,
                           const json_t *select, const json_t *row)
{
    bool is_plain = true;
    size_t i;
    const json_t *pair;
    for (i = 0; i < model->relation_count; i++) {
        is_plain &= !json_object_get(select, model->relations[i].name);
    }
    json_array_foreach(writing->written, i, pair)
    {
        if (is_plain && json_array_get(pair, 0) == row) {
            return json_array_get(pair, 1);
        }
    }
    return row;
}

static json_t *answer_row(struct writing *writing, const struct rc_model *model,
                          json_t *request, const json_t *row)
{
    json_t *select = json_object_get(request, "select");
    json_t *answer = json_object();
    if (select) {
        json_object_set_new(answer, "row",
                            evaluate_row(&writing->evaluator, model, select,
                                         shown(writing, model, select, row)));
    } else {
        json_object_set_new(answer, "count", json_string("1"));
    }
    return answer;
}

// Rows that were written come in any order.
static json_t *answer_rows(struct writing *writing, const struct rc_model *model,
                           json_t *request, const struct row_list *list)
{
    json_t *select = json_object_get(request, "select");
    json_t *group = json_array();
    for (size_t i = 0; i < list->count; i++) {
        json_array_append_new(group,
                              evaluate_row(&writing->evaluator, model, select,
                                           shown(writing, model, select, list->rows[i])));
    }
    json_t *answer = json_object();
    if (!select) {
        json_object_set_new(answer, "count", json_sprintf("%d", (int)list->count));
    } else if (list->count > 0) {
        json_object_set_new(answer, "rows", match_groups(json_pack("[O]", group)));
    }
    json_decref(group);
    return answer;
}

// ---- methods

// The record of a request's key, if its where allows it; a problem when it is not there.
static json_t *find_one(struct writing *writing, const struct rc_model *model, json_t *request)
{
    json_t *row = evaluate_key(&writing->evaluator, model, json_object_get(request, "key"));
    if (row && evaluate_where(&writing->evaluator, model, json_object_get(request, "where"),
                              row) != TRUTH_TRUE) {
        row = NULL;
    }
    if (!row) {
        transaction_note(&writing->transaction, PROBLEM_MISSING);
    }
    return row;
}

static json_t *create(struct writing *writing, const struct rc_model *model, json_t *request)
{
    const json_t *row = write_create(writing, model, json_object_get(request, "data"), false);
    transaction_end(&writing->transaction);
    return answer_row(writing, model, request, row);
}

static json_t *update(struct writing *writing, const struct rc_model *model, json_t *request)
{
    json_t *data = json_object_get(request, "data");
    json_t *row = find_one(writing, model, request);
    write_check_update(writing, model, data);
    if (row) {
        (void)write_update(writing, model, row, data);
    }
    transaction_end(&writing->transaction);
    return row ? answer_row(writing, model, request, row) : json_null();
}

static json_t *delete_one(struct writing *writing, const struct rc_model *model,
                          json_t *request)
{
    json_t *row = find_one(writing, model, request);
    json_t *answer = row ? answer_row(writing, model, request, row) : json_null();
    if (row) {
        transaction_delete(&writing->transaction, model->entity, row);
    }
    transaction_end(&writing->transaction);
    return answer;
}

// Rows that name the same fields are written together, in the order of the first of each kind.
static bool is_same_kind(const json_t *a, json_t *b)
{
    const char *name;
    json_t *member;
    const json_t *nulls_a = json_object_get(a, "set_null");
    const json_t *nulls_b = json_object_get(b, "set_null");
    bool is_same = json_object_size(a) == json_object_size(b) &&
                   (nulls_a == nulls_b || json_equal(nulls_a, nulls_b));
    json_object_foreach(b, name, member)
    {
        is_same &= json_object_get(a, name) != NULL;
    }
    return is_same;
}

// Writes all rows of the kind that the first one is of: one statement.
static void create_kind(struct writing *writing, const struct rc_model *model, json_t *request,
                        size_t first, bool *is_done, struct row_list *list)
{
    json_t *rows = json_object_get(request, "rows");
    bool skips = json_is_true(json_object_get(request, "skip_duplicates"));
    json_t *kind = json_array_get(rows, first);
    for (size_t i = first; i < json_array_size(rows); i++) {
        json_t *data = json_array_get(rows, i);
        if (!is_done[i] && is_same_kind(kind, data)) {
            json_t *row = write_create(writing, model, data, skips);
            is_done[i] = true;
            if (row) {
                row_list_add(list, row);
            }
        }
    }
    transaction_end(&writing->transaction);
}

static json_t *create_many(struct writing *writing, const struct rc_model *model,
                           json_t *request)
{
    size_t count = json_array_size(json_object_get(request, "rows"));
    bool is_done[WORLD_ROWS_MAX] = {false};
    struct row_list list = {.count = 0};
    for (size_t i = 0; i < count; i++) {
        if (!is_done[i]) {
            create_kind(writing, model, request, i, is_done, &list);
        }
    }
    if (count == 0) { // nothing was asked for, so nothing is selected
        return json_pack("{s:s}", "count", "0");
    }
    return answer_rows(writing, model, request, &list);
}

// The first so many of the rows, by primary key.
static void limit(const struct rc_model *model, const json_t *count, struct row_list *list)
{
    const struct rc_key *key = &model->entity->keys[0];
    struct row_list sorted = {.count = 0};
    while (sorted.count < list->count &&
           (!count || sorted.count < (size_t)json_integer_value(count))) {
        size_t least = list->count;
        for (size_t i = 0; i < list->count; i++) {
            if (list->rows[i] &&
                (least == list->count ||
                 world_compare_keys(key, list->rows[i], list->rows[least]) < 0)) {
                least = i;
            }
        }
        row_list_add(&sorted, list->rows[least]);
        list->rows[least] = NULL;
    }
    *list = sorted;
}

// The rows that UpdateMany and DeleteMany are for.
static void find_many(struct writing *writing, const struct rc_model *model, json_t *request,
                      struct row_list *ret_list)
{
    json_t *where = json_object_get(request, "where");
    const json_t *max_affected = json_object_get(request, "max_affected");
    size_t i;
    json_t *row;
    ret_list->count = 0;
    if (!json_is_true(json_object_get(request, "all")) && write_is_everything(model, where)) {
        transaction_note(&writing->transaction, PROBLEM_INVALID);
    }
    json_array_foreach(world_table(writing->transaction.world, model->entity), i, row)
    {
        if (evaluate_where(&writing->evaluator, model, where, row) == TRUTH_TRUE) {
            row_list_add(ret_list, row);
        }
    }
    limit(model, json_object_get(request, "limit"), ret_list);
    if (max_affected && ret_list->count > (size_t)json_integer_value(max_affected)) {
        transaction_note(&writing->transaction, PROBLEM_TOO_MANY);
    }
}

static json_t *update_many(struct writing *writing, const struct rc_model *model,
                           json_t *request)
{
    struct row_list list;
    json_t *data = json_object_get(request, "data");
    find_many(writing, model, request, &list);
    write_check_update(writing, model, data);
    if (!write_is_change(model, data)) {
        transaction_note(&writing->transaction, PROBLEM_INVALID);
    }
    for (size_t i = 0; i < list.count; i++) {
        (void)write_update(writing, model, list.rows[i], data);
    }
    transaction_end(&writing->transaction);
    return answer_rows(writing, model, request, &list);
}

static json_t *delete_many(struct writing *writing, const struct rc_model *model,
                           json_t *request)
{
    struct row_list list;
    find_many(writing, model, request, &list);
    json_t *answer = answer_rows(writing, model, request, &list);
    for (size_t i = 0; i < list.count; i++) {
        if (world_has(writing->transaction.world, model->entity, list.rows[i])) {
            transaction_delete(&writing->transaction, model->entity, list.rows[i]);
        }
    }
    transaction_end(&writing->transaction);
    return answer;
}

// ---- outcomes

typedef json_t *(*method_fn)(struct writing *writing, const struct rc_model *model,
                             json_t *request);

static const method_fn methods[RC_VERB_NUMBER] = {
    [RC_VERB_CREATE] = create,     [RC_VERB_CREATE_MANY] = create_many,
    [RC_VERB_UPDATE] = update,     [RC_VERB_UPDATE_MANY] = update_many,
    [RC_VERB_DELETE] = delete_one, [RC_VERB_DELETE_MANY] = delete_many,
};

static void write(const struct evaluator *evaluator, const struct rc_model *model,
                  enum rc_verb verb, json_t *request, struct outcome *ret_outcome)
{
    struct writing writing = {.evaluator = *evaluator, .written = json_array()};
    transaction_init(&writing.transaction, evaluator->world);
    writing.evaluator.world = writing.transaction.world;
    assert_non_null(methods[verb]);
    json_t *answer = methods[verb](&writing, model, request);
    *ret_outcome = (struct outcome){.answer = answer};
    if (transaction_has_problem(&writing.transaction)) {
        json_decref(answer);
        ret_outcome->answer = transaction_failures(&writing.transaction);
    } else {
        ret_outcome->world = writing.transaction.world;
        ret_outcome->stand_ins = json_incref(writing.transaction.stand_ins);
        writing.transaction.world = NULL;
    }
    transaction_fini(&writing.transaction);
    json_decref(writing.written);
}

void outcome_of(const struct evaluator *evaluator, const struct rc_model *model,
                enum rc_verb verb, json_t *request, struct outcome *ret_outcome)
{
    if (rc_verb_is_read(verb)) {
        *ret_outcome =
            (struct outcome){.answer = evaluate_read(evaluator, model, verb, request)};
    } else {
        write(evaluator, model, verb, request, ret_outcome);
    }
}

void outcome_fini(struct outcome *outcome)
{
    json_decref(outcome->answer);
    json_decref(outcome->stand_ins);
    world_free(outcome->world);
    *outcome = (struct outcome){0};
}
