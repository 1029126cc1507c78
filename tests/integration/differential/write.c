// SPDX-License-Identifier: Apache-2.0
//
// Rows from creates, values from updates.
#include "outcome.h"

#include "support/check.h"

// ---- creates

// The names of an EField list, as columns, are set to NULL.
static void set_nulls(struct writing *writing, const struct rc_model *model,
                      const json_t *fields, json_t *row)
{
    size_t i;
    const json_t *field;
    json_array_foreach(fields, i, field)
    {
        const struct rc_column *column = evaluate_field(model, json_string_value(field));
        const json_t *given = json_object_get(row, column->name);
        if (given && !json_is_null(given)) {
            transaction_note(&writing->transaction, PROBLEM_INVALID);
        }
        json_object_set_new(row, column->name, json_null());
    }
}

// The row that an ECreate names, without defaults. A new reference.
static json_t *row_of(struct writing *writing, const struct rc_model *model, json_t *data)
{
    json_t *row = json_object();
    for (size_t i = 0; i < model->entity->column_count; i++) {
        const char *name = model->entity->columns[i].name;
        json_t *value = json_object_get(data, name);
        if (value) {
            json_object_set(row, name, value);
        }
    }
    set_nulls(writing, model, json_object_get(data, "set_null"), row);
    return row;
}

json_t *write_create(struct writing *writing, const struct rc_model *model, json_t *data,
                     bool skips)
{
    struct transaction *transaction = &writing->transaction;
    json_t *row = row_of(writing, model, data);
    transaction_complete(transaction, model->entity, row);
    if (skips && transaction_conflict(transaction, model->entity, row)) {
        json_decref(row);
        return NULL;
    }
    return transaction_insert(transaction, model->entity, row);
}

// ---- updates

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

// What an EUpdate makes of a row; an empty object where it names no column. A new reference.
static json_t *values_after(struct writing *writing, const struct rc_model *model,
                            const json_t *row, json_t *data)
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

bool write_update(struct writing *writing, const struct rc_model *model, json_t *row,
                  json_t *data)
{
    json_t *values = values_after(writing, model, row, data);
    bool is_any = json_object_size(values) > 0;
    json_t *left = json_copy(row);
    json_object_update(left, values);
    json_array_append_new(writing->written, json_pack("[O, o]", row, left));
    if (is_any) {
        transaction_update(&writing->transaction, model->entity, row, values);
    }
    json_decref(values);
    return is_any;
}

void write_check_update(struct writing *writing, const struct rc_model *model, json_t *data)
{
    for (size_t i = 0; i < model->entity->column_count; i++) {
        const struct rc_column *column = &model->entity->columns[i];
        json_t *update = json_object_get(data, column->name);
        if (json_object_get(update, "set_null") && !column->nullable) {
            transaction_note(&writing->transaction, PROBLEM_NULL);
        }
    }
}

bool write_is_change(const struct rc_model *model, json_t *data)
{
    bool is_any = json_object_size(data) > 0;
    for (size_t i = 0; i < model->entity->column_count; i++) {
        is_any |= model->entity->columns[i].updated_at;
    }
    return is_any;
}
