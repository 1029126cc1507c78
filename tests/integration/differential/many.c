// SPDX-License-Identifier: Apache-2.0
//
// CreateMany, UpdateMany, DeleteMany.
#include "outcome.h"

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

size_t write_kind(const struct rc_model *model, json_t *list, bool *is_done,
                  size_t *ret_indexes)
{
    size_t size = json_array_size(list);
    size_t count = 0;
    for (size_t i = 0; model && i < size; i++) {
        if (!is_done[i] && write_has_relations(model, json_array_get(list, i))) {
            is_done[i] = true;
            ret_indexes[0] = i;
            return 1;
        }
    }
    for (size_t i = 0; i < size; i++) {
        json_t *element = json_array_get(list, i);
        if (!is_done[i] &&
            (count == 0 || is_same_kind(json_array_get(list, ret_indexes[0]), element))) {
            is_done[i] = true;
            ret_indexes[count++] = i;
        }
    }
    return count;
}

json_t *write_create_many(struct writing *writing, const struct rc_model *model,
                          json_t *request)
{
    json_t *rows = json_object_get(request, "rows");
    const struct write_origin origin = {
        .skips = json_is_true(json_object_get(request, "skip_duplicates"))};
    bool is_done[WORLD_ROWS_MAX] = {false};
    size_t indexes[WORLD_ROWS_MAX];
    json_t *answers = json_array();
    struct row_list list = {.count = 0}; // answered as they are at the end
    size_t count;
    while ((count = write_kind(model, rows, is_done, indexes)) > 0) {
        for (size_t i = 0; i < count; i++) {
            json_t *row =
                write_create(writing, model, json_array_get(rows, indexes[i]), &origin);
            if (row) {
                row_list_add(&list, row);
            }
        }
        if (write_is_plain(model, request)) { // a statement each
            transaction_end(&writing->transaction);
        }
    }
    transaction_end(&writing->transaction);
    if (json_array_size(rows) == 0) { // nothing was asked for, so nothing is selected
        json_decref(answers);
        return json_pack("{s:s}", "count", "0");
    }
    write_add_answers(writing, model, request, &list, answers);
    return write_answer_rows(request, answers);
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

json_t *write_update_many(struct writing *writing, const struct rc_model *model,
                          json_t *request)
{
    struct row_list list;
    json_t *answers = json_array();
    json_t *data = json_object_get(request, "data");
    find_many(writing, model, request, &list);
    for (size_t i = 0; i < list.count; i++) {
        write_update(writing, model, list.rows[i], data);
    }
    transaction_end(&writing->transaction);
    write_add_answers(writing, model, request, &list, answers);
    return write_answer_rows(request, answers);
}

json_t *write_delete_many(struct writing *writing, const struct rc_model *model,
                          json_t *request)
{
    struct row_list list;
    json_t *answers = json_array();
    find_many(writing, model, request, &list);
    write_add_answers(writing, model, request, &list, answers);
    for (size_t i = 0; i < list.count; i++) {
        transaction_delete(&writing->transaction, list.rows[i]);
    }
    transaction_end(&writing->transaction);
    return write_answer_rows(request, answers);
}
