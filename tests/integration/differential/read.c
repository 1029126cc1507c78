// SPDX-License-Identifier: Apache-2.0
//
// Reads: rows as selects want them, and the answers of the reading methods.
#include "evaluate.h"

#include "match.h"

#include "support/check.h"

#include <strings.h>

const struct rc_column *evaluate_field(const struct rc_model *model, const char *field)
{
    const char *name = strstr(field, "_FIELD_");
    assert_non_null(name);
    for (size_t i = 0; i < model->entity->column_count; i++) {
        if (strcasecmp(model->entity->columns[i].name, name + strlen("_FIELD_")) == 0) {
            return &model->entity->columns[i];
        }
    }
    fail_msg("%s names no column of %s", field, model->entity->name);
    return NULL;
}

void evaluate_related(const struct evaluator *evaluator, const struct rc_relation *relation,
                      const json_t *row, struct row_list *ret_list)
{
    struct rc_relation followed = *relation;
    if (evaluator->mistake == MISTAKE_HALF_A_KEY && relation->column_count > 1) {
        followed.column_count = 1;
    }
    world_related(evaluator->world, &followed, row, ret_list);
}

// ---- rows

// Rows as an answer's list, in groups of those whose order is open.
static json_t *put_rows(const struct evaluator *evaluator, const struct rc_model *model,
                        json_t *window, const struct row_list *list, bool is_total)
{
    json_t *order_by = json_object_get(window, "order_by");
    json_t *groups = json_array();
    json_t *group = NULL;
    for (size_t i = 0; i < list->count; i++) {
        if (!group || is_total ||
            evaluate_order(evaluator, model, order_by, list->rows[i - 1], list->rows[i]) != 0) {
            group = json_array();
            json_array_append_new(groups, group);
        }
        json_array_append_new(
            group,
            evaluate_row(evaluator, model, json_object_get(window, "select"), list->rows[i]));
    }
    return match_groups(groups);
}

static void add_columns(const struct evaluator *evaluator, const struct rc_model *model,
                        const json_t *select, const json_t *row, json_t *answer)
{
    const struct rc_entity *entity = model->entity;
    bool is_named = false;
    for (size_t i = 0; i < entity->column_count; i++) {
        const json_t *named = json_object_get(select, entity->columns[i].name);
        is_named |=
            evaluator->mistake == MISTAKE_FALSE_SELECTS ? named != NULL : json_is_true(named);
    }
    for (size_t i = 0; i < entity->column_count; i++) {
        const char *name = entity->columns[i].name;
        json_t *value = json_object_get(row, name);
        if ((!is_named || json_is_true(json_object_get(select, name))) &&
            !json_is_null(value)) {
            json_object_set(answer, name, value);
        }
    }
}

static void add_related(const struct evaluator *evaluator, const struct rc_relation *relation,
                        json_t *asked, const json_t *row, json_t *answer)
{
    struct row_list candidates;
    struct row_list rows;
    bool is_total = false;
    evaluate_related(evaluator, relation, row, &candidates);
    if (!relation->to_many) {
        if (candidates.count > 0) {
            json_object_set_new(
                answer, relation->name,
                evaluate_row(evaluator, relation->target, asked, candidates.rows[0]));
        }
        return;
    }
    json_t *window = json_copy(asked);
    if (evaluator->mistake == MISTAKE_NESTED_WHERE_IGNORED) {
        json_object_del(window, "where");
    }
    if (evaluator->mistake == MISTAKE_NESTED_TAKE_IGNORED) {
        json_object_del(window, "take");
    }
    evaluate_window(evaluator, relation->target, window, &candidates, &rows, &is_total);
    if (rows.count > 0) {
        json_object_set_new(answer, relation->name,
                            put_rows(evaluator, relation->target, window, &rows, is_total));
    }
    json_decref(window);
}

// A new reference: {relation: "count"}.
static json_t *count_related(const struct evaluator *evaluator, const struct rc_model *model,
                             json_t *counts, const json_t *row)
{
    json_t *answer = json_object();
    const char *name;
    json_t *asked;
    json_object_foreach(counts, name, asked)
    {
        const struct rc_relation *relation = world_relation(model, name);
        struct row_list related;
        int count = 0;
        assert_non_null(relation);
        evaluate_related(evaluator, relation, row, &related);
        for (size_t i = 0; i < related.count; i++) {
            count +=
                evaluator->mistake == MISTAKE_COUNT_WHERE_IGNORED ||
                evaluate_where(evaluator, relation->target, json_object_get(asked, "where"),
                               related.rows[i]) == TRUTH_TRUE;
        }
        json_object_set_new(answer, name, json_sprintf("%d", count));
    }
    return answer;
}

json_t *evaluate_row(const struct evaluator *evaluator, const struct rc_model *model,
                     json_t *select, const json_t *row)
{
    json_t *answer = json_object();
    add_columns(evaluator, model, select, row, answer);
    for (size_t i = 0; i < model->relation_count; i++) {
        json_t *asked = json_object_get(select, model->relations[i].name);
        if (asked) {
            add_related(evaluator, &model->relations[i], asked, row, answer);
        }
    }
    json_t *counts = json_object_get(select, "counts");
    if (json_object_size(counts) > 0) {
        json_object_set_new(answer, "counts", count_related(evaluator, model, counts, row));
    }
    return answer;
}

// ---- methods

static void list_table(const struct evaluator *evaluator, const struct rc_model *model,
                       struct row_list *ret_list)
{
    size_t i;
    json_t *row;
    ret_list->count = 0;
    json_array_foreach(world_table(evaluator->world, model->entity), i, row)
    {
        row_list_add(ret_list, row);
    }
}

static size_t count_matching(const struct evaluator *evaluator, const struct rc_model *model,
                             json_t *where)
{
    struct row_list all;
    size_t count = 0;
    list_table(evaluator, model, &all);
    for (size_t i = 0; i < all.count; i++) {
        count += evaluate_where(evaluator, model, where, all.rows[i]) == TRUTH_TRUE;
    }
    return count;
}

static json_t *find_many(const struct evaluator *evaluator, const struct rc_model *model,
                         json_t *request)
{
    struct row_list all;
    struct row_list rows;
    bool is_total = false;
    json_t *answer = json_object();
    list_table(evaluator, model, &all);
    evaluate_window(evaluator, model, request, &all, &rows, &is_total);
    if (rows.count > 0) {
        json_object_set_new(answer, "rows",
                            put_rows(evaluator, model, request, &rows, is_total));
    }
    if (json_is_true(json_object_get(request, "with_total"))) {
        size_t total =
            evaluator->mistake == MISTAKE_TOTAL_OF_PAGE
                ? rows.count
                : count_matching(evaluator, model, json_object_get(request, "where"));
        json_object_set_new(answer, "total", json_sprintf("%d", (int)total));
    }
    return answer;
}

// The answer of FindUnique and FindFirst. row: NULL when there is none.
static json_t *answer_row(const struct evaluator *evaluator, const struct rc_model *model,
                          json_t *request, const json_t *row)
{
    if (!row) {
        bool is_required = json_is_true(json_object_get(request, "required"));
        return is_required ? json_pack("[s]", "NOT_FOUND P2025 ") : json_object();
    }
    json_t *answer = json_object();
    json_object_set_new(
        answer, "row", evaluate_row(evaluator, model, json_object_get(request, "select"), row));
    return answer;
}

// FindFirst takes one, from the end that the sign of take says.
static json_t *find_first(const struct evaluator *evaluator, const struct rc_model *model,
                          json_t *request)
{
    struct row_list all;
    struct row_list rows;
    bool is_total = true;
    bool from_end = json_integer_value(json_object_get(request, "take")) < 0;
    json_t *window = json_copy(request);
    json_object_set_new(window, "take", json_integer(from_end ? -1 : 1));
    list_table(evaluator, model, &all);
    evaluate_window(evaluator, model, window, &all, &rows, &is_total);
    json_decref(window);
    return answer_row(evaluator, model, request, rows.count > 0 ? rows.rows[0] : NULL);
}

static json_t *find_unique(const struct evaluator *evaluator, const struct rc_model *model,
                           json_t *request)
{
    const json_t *row =
        world_find(evaluator->world, model->entity, json_object_get(request, "key"));
    if (row && evaluate_where(evaluator, model, json_object_get(request, "where"), row) !=
                   TRUTH_TRUE) {
        row = NULL;
    }
    return answer_row(evaluator, model, request, row);
}

static json_t *count(const struct evaluator *evaluator, const struct rc_model *model,
                     json_t *request)
{
    struct row_list all;
    struct row_list rows;
    bool is_total = false;
    json_t *answer = json_object();
    list_table(evaluator, model, &all);
    evaluate_window(evaluator, model, request, &all, &rows, &is_total);
    json_object_set_new(answer, "count", json_sprintf("%d", (int)rows.count));
    return answer;
}

json_t *evaluate_read(const struct evaluator *evaluator, const struct rc_model *model,
                      enum rc_verb verb, json_t *request)
{
    json_t *answer;
    switch (verb) {
    case RC_VERB_FIND_UNIQUE:
        return find_unique(evaluator, model, request);
    case RC_VERB_FIND_FIRST:
        return find_first(evaluator, model, request);
    case RC_VERB_FIND_MANY:
        return find_many(evaluator, model, request);
    case RC_VERB_COUNT:
        return count(evaluator, model, request);
    case RC_VERB_EXISTS:
        answer = json_object();
        json_object_set_new(
            answer, "exists",
            json_boolean(count_matching(evaluator, model, json_object_get(request, "where")) >
                         0));
        return answer;
    default:
        fail_msg("%s does not only read", rc_verb_name(verb));
        return NULL;
    }
}
