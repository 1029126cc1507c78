// SPDX-License-Identifier: Apache-2.0
//
// Windows: where, order_by, cursor, distinct, skip, take, one after the other.
#include "evaluate.h"

#include "support/check.h"

// What orders the rows of a window: order_by, then the primary key, where that matters.
struct sorter {
    const struct evaluator *evaluator;
    const struct rc_model *model;
    json_t *order_by;
    bool is_total;
};

static int compare(const struct sorter *sorter, const json_t *a, const json_t *b)
{
    const struct rc_key *key = &sorter->model->entity->keys[0];
    int result = evaluate_order(sorter->evaluator, sorter->model, sorter->order_by, a, b);
    for (size_t i = 0; !result && sorter->is_total && i < key->column_count; i++) {
        const char *name = key->columns[i]->name;
        result =
            value_compare(key->columns[i], json_object_get(a, name), json_object_get(b, name));
    }
    return result;
}

static void sort(const struct sorter *sorter, struct row_list *list)
{
    for (size_t i = 1; i < list->count; i++) {
        json_t *moved = list->rows[i];
        size_t at = i;
        for (; at > 0 && compare(sorter, moved, list->rows[at - 1]) < 0; at--) {
            list->rows[at] = list->rows[at - 1];
        }
        list->rows[at] = moved;
    }
}

static void reverse(struct row_list *list)
{
    for (size_t i = 0; i < list->count / 2; i++) {
        json_t *row = list->rows[i];
        list->rows[i] = list->rows[list->count - 1 - i];
        list->rows[list->count - 1 - i] = row;
    }
}

// The rows from the cursor's on; reversed: up to it. The cursor's record need not be among
// them.
static void begin_at(const struct sorter *sorter, json_t *key, bool reversed,
                     struct row_list *list)
{
    const struct evaluator *evaluator = sorter->evaluator;
    const json_t *cursor = world_find(evaluator->world, sorter->model->entity, key);
    struct row_list rest = {.count = 0};
    bool is_among = false;
    if (!cursor && evaluator->mistake == MISTAKE_CURSOR_IGNORED) {
        return;
    }
    for (size_t i = 0; cursor && i < list->count; i++) {
        int behind = compare(sorter, list->rows[i], cursor);
        behind = reversed ? -behind : behind;
        is_among |= list->rows[i] == cursor;
        if (evaluator->mistake == MISTAKE_CURSOR_EXCLUDED ? behind > 0 : behind >= 0) {
            row_list_add(&rest, list->rows[i]);
        }
    }
    *list = rest;
    if (evaluator->mistake == MISTAKE_CURSOR_FILTERED && !is_among) {
        list->count = 0;
    }
}

// Whether both rows have the same values in the fields; there, NULLs are alike.
static bool is_repetition(const struct sorter *sorter, const json_t *fields, const json_t *a,
                          const json_t *b)
{
    size_t i;
    const json_t *field;
    bool is_alike = true;
    json_array_foreach(fields, i, field)
    {
        const struct rc_column *column =
            evaluate_field(sorter->model, json_string_value(field));
        const json_t *left = json_object_get(a, column->name);
        const json_t *right = json_object_get(b, column->name);
        if (json_is_null(left) || json_is_null(right)) {
            is_alike &= json_is_null(left) && json_is_null(right) &&
                        sorter->evaluator->mistake != MISTAKE_DISTINCT_NULLS;
        } else {
            is_alike &= value_compare(column, left, right) == 0;
        }
    }
    return is_alike;
}

// The first row of each combination of the fields' values.
static void drop_repetitions(const struct sorter *sorter, const json_t *fields,
                             struct row_list *list)
{
    struct row_list first = {.count = 0};
    bool keeps_last = sorter->evaluator->mistake == MISTAKE_DISTINCT_LAST;
    if (json_array_size(fields) == 0) {
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        size_t k = 0;
        while (k < first.count &&
               !is_repetition(sorter, fields, list->rows[i], first.rows[k])) {
            k++;
        }
        if (k == first.count) {
            row_list_add(&first, list->rows[i]);
        } else if (keeps_last) {
            first.rows[k] = list->rows[i];
        }
    }
    if (keeps_last) {
        sort(sorter, &first);
    }
    *list = first;
}

static void drop_first(struct row_list *list, size_t count)
{
    struct row_list rest = {.count = 0};
    for (size_t i = count; i < list->count; i++) {
        row_list_add(&rest, list->rows[i]);
    }
    *list = rest;
}

static void cut(const struct evaluator *evaluator, const json_t *take, const json_t *skip,
                struct row_list *list)
{
    json_int_t wanted = json_integer_value(take);
    size_t limit = (size_t)(wanted < 0 ? -wanted : wanted);
    size_t skipped = (size_t)json_integer_value(skip);
    if (evaluator->mistake != MISTAKE_SKIP_BEHIND_TAKE) {
        drop_first(list, skipped);
    }
    if (take && list->count > limit) {
        list->count = limit;
    }
    if (evaluator->mistake == MISTAKE_SKIP_BEHIND_TAKE) {
        drop_first(list, skipped);
    }
}

void evaluate_window(const struct evaluator *evaluator, const struct rc_model *model,
                     json_t *window, const struct row_list *candidates,
                     struct row_list *ret_rows, bool *ret_is_total)
{
    json_t *cursor = json_object_get(window, "cursor");
    const json_t *distinct = json_object_get(window, "distinct");
    const json_t *take = json_object_get(window, "take");
    const json_t *skip = json_object_get(window, "skip");
    struct sorter sorter = {.evaluator = evaluator,
                            .model = model,
                            .order_by = json_object_get(window, "order_by"),
                            .is_total = *ret_is_total || cursor || take ||
                                        json_integer_value(skip) > 0 ||
                                        json_array_size(distinct) > 0};
    bool reversed =
        json_integer_value(take) < 0 && evaluator->mistake != MISTAKE_TAKE_FROM_START;
    bool is_late = evaluator->mistake == MISTAKE_DISTINCT_BEHIND_PAGE;
    ret_rows->count = 0;
    for (size_t i = 0; i < candidates->count; i++) {
        if (evaluate_where(evaluator, model, json_object_get(window, "where"),
                           candidates->rows[i]) == TRUTH_TRUE) {
            row_list_add(ret_rows, candidates->rows[i]);
        }
    }
    sort(&sorter, ret_rows);
    if (cursor) {
        begin_at(&sorter, cursor, reversed, ret_rows);
    }
    if (!is_late) {
        drop_repetitions(&sorter, distinct, ret_rows);
    }
    if (reversed) {
        reverse(ret_rows);
    }
    cut(evaluator, take, skip, ret_rows);
    if (reversed && evaluator->mistake != MISTAKE_TAKE_LEAVES_REVERSED) {
        reverse(ret_rows);
    }
    if (is_late) {
        drop_repetitions(&sorter, distinct, ret_rows);
    }
    *ret_is_total = sorter.is_total;
}
