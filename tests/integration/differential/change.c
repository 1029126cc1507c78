// SPDX-License-Identifier: Apache-2.0
//
// The values that an EUpdate gives to columns.
#include "outcome.h"

#include "support/check.h"

// A list with another behind it. A new reference.
static json_t *append_list(const json_t *list, const json_t *more)
{
    json_t *result = json_object();
    json_t *values = json_array();
    json_t *nulls = json_array();
    const json_t *const parts[] = {list, more};
    for (size_t part = 0; part < 2; part++) {
        for (size_t i = 0; i < value_list_size(parts[part]); i++) {
            if (json_is_null(value_list_at(parts[part], i))) {
                json_array_append_new(nulls, json_integer((json_int_t)json_array_size(values)));
            }
            json_array_append(values,
                              json_array_get(json_object_get(parts[part], "values"), i));
        }
    }
    if (json_array_size(values) > 0) {
        json_object_set(result, "values", values);
    }
    if (json_array_size(nulls) > 0) {
        json_object_set(result, "nulls", nulls);
    }
    json_decref(values);
    json_decref(nulls);
    return result;
}

static json_t *compute(struct writing *writing, const struct rc_column *column,
                       const char *operation, const json_t *value, const json_t *operand)
{
    json_t *result = NULL;
    if (json_is_null(value)) {
        return json_null();
    }
    switch (value_compute(column, operation, value, operand, &result)) {
    case VALUE_OK:
        break;
    case VALUE_OUT_OF_RANGE:
        transaction_note(&writing->transaction, PROBLEM_RANGE);
        break;
    case VALUE_DIVIDED_BY_ZERO:
        transaction_note(&writing->transaction, PROBLEM_DIVISION);
        break;
    }
    return result ? result : value_zero(column);
}

// The column's value after an update of it. A new reference.
static json_t *change(struct writing *writing, const struct rc_column *column, json_t *update,
                      const json_t *value)
{
    const char *operation = json_object_iter_key(json_object_iter(update));
    assert_non_null(operation);
    json_t *operand = json_object_get(update, operation);
    if (strcmp(operation, "set") == 0) {
        return json_incref(operand);
    }
    if (strcmp(operation, "set_null") == 0) {
        return json_null();
    }
    if (strcmp(operation, "push") == 0) {
        return append_list(json_is_null(value) ? NULL : value, operand);
    }
    return compute(writing, column, operation, value, operand);
}

json_t *write_values(struct writing *writing, const struct rc_model *model, const json_t *row,
                     json_t *data)
{
    json_t *values = json_object();
    for (size_t i = 0; i < model->entity->column_count; i++) {
        const struct rc_column *column = &model->entity->columns[i];
        json_t *update = json_object_get(data, column->name);
        if (update) {
            json_object_set_new(
                values, column->name,
                change(writing, column, update, json_object_get(row, column->name)));
        } else if (column->updated_at) {
            json_object_set(values, column->name, transaction_now(&writing->transaction));
        }
    }
    return values;
}

bool write_is_change(const struct rc_model *model, json_t *data)
{
    bool is_any = false;
    for (size_t i = 0; i < model->entity->column_count; i++) {
        const struct rc_column *column = &model->entity->columns[i];
        is_any |= column->updated_at || json_object_get(data, column->name);
    }
    return is_any;
}
