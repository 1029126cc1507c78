// SPDX-License-Identifier: Apache-2.0
//
// order_by: criterion by criterion, until one tells two rows apart.
#include "evaluate.h"

#include "support/check.h"

// What a criterion orders by, at one row.
struct measured {
    const struct rc_column *column; // NULL: a count
    const json_t *value;            // NULL pointer: a NULL, or no related record on the way
    size_t count;
    bool descending;
    bool nulls_first;
};

static bool is_text(const json_t *value, const char *text)
{
    return json_is_string(value) && strcmp(json_string_value(value), text) == 0;
}

static void read_direction(const struct evaluator *evaluator, const json_t *order,
                           struct measured *measured)
{
    const json_t *nulls = json_object_get(order, "nulls");
    measured->descending = is_text(json_object_get(order, "direction"), "DESC");
    measured->nulls_first = measured->descending;
    if (evaluator->mistake == MISTAKE_NULLS_ALWAYS_LAST) {
        measured->nulls_first = false;
    }
    if (evaluator->mistake != MISTAKE_NULLS_PLACE_IGNORED) {
        measured->nulls_first |= is_text(nulls, "FIRST");
        measured->nulls_first &= !is_text(nulls, "LAST");
    }
}

// One EOrderBy at one row; row NULL: there is none.
static struct measured measure(const struct evaluator *evaluator, const struct rc_model *model,
                               json_t *criterion, const json_t *row)
{
    struct measured measured = {0};
    const char *name = json_object_iter_key(json_object_iter(criterion));
    assert_non_null(name);
    json_t *order = json_object_get(criterion, name);
    measured.column = rc_entity_column(model->entity, rc_view_of(name));
    if (measured.column) {
        const json_t *value = row ? json_object_get(row, name) : NULL;
        measured.value = json_is_null(value) ? NULL : value;
        read_direction(evaluator, order, &measured);
        return measured;
    }
    struct row_list related = {.count = 0};
    const struct rc_relation *relation = world_relation(model, name);
    assert_non_null(relation);
    if (row) {
        evaluate_related(evaluator, relation, row, &related);
    }
    if (!relation->to_many) {
        bool is_ignored = evaluator->mistake == MISTAKE_HOP_ORDER_IGNORED;
        return measure(evaluator, relation->target, order,
                       related.count > 0 && !is_ignored ? related.rows[0] : NULL);
    }
    read_direction(evaluator, order, &measured);
    measured.descending &= evaluator->mistake != MISTAKE_COUNT_ORDER_ASCENDS;
    measured.count = related.count;
    return measured;
}

static int compare(const struct measured *a, const struct measured *b)
{
    int result;
    if (!a->column) {
        result = (a->count > b->count) - (a->count < b->count);
    } else if (!a->value || !b->value) {
        int nulls = !a->value - !b->value;
        return a->nulls_first ? -nulls : nulls;
    } else {
        result = value_compare(a->column, a->value, b->value);
    }
    return a->descending ? -result : result;
}

int evaluate_order(const struct evaluator *evaluator, const struct rc_model *model,
                   json_t *order_by, const json_t *a, const json_t *b)
{
    size_t i;
    json_t *criterion;
    json_array_foreach(order_by, i, criterion)
    {
        struct measured left = measure(evaluator, model, criterion, a);
        struct measured right = measure(evaluator, model, criterion, b);
        int result = compare(&left, &right);
        if (result || evaluator->mistake == MISTAKE_ONE_CRITERION) {
            return result;
        }
    }
    return 0;
}
