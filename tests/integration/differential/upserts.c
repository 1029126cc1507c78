// SPDX-License-Identifier: Apache-2.0
//
// UpsertMany: rows that name the same fields are one statement. In it, a record that is there
// takes some fields of its row, or none; two rows cannot be for one record.
#include "outcome.h"

#include "match.h"

// One statement's rows.
struct batch {
    struct writing *writing;
    const struct rc_model *model;
    json_t *request;
    const struct rc_key *key;
    bool updates; // records that are there change
    json_t *seen; // rows that the statement has written
    json_t *answers;
    size_t count;
};

static json_t *conflicting(const struct batch *batch, const json_t *row)
{
    size_t i;
    json_t *other;
    json_array_foreach(world_table(batch->writing->transaction.world, batch->model->entity), i,
                       other)
    {
        if (world_alike(batch->key->columns, row, NULL, other, batch->key->column_count)) {
            return other;
        }
    }
    return NULL;
}

// What a record takes of its row: of the fields to update those that the row has.
static json_t *taken(const struct batch *batch, json_t *data, const json_t *row)
{
    json_t *values = json_object();
    const json_t *fields = json_object_get(batch->request, "update");
    for (size_t i = 0; i < batch->model->entity->column_count; i++) {
        const struct rc_column *column = &batch->model->entity->columns[i];
        bool is_given = json_object_get(data, column->name) ||
                        write_names(batch->model, json_object_get(data, "set_null"), column);
        bool is_made = column->generator != RC_GENERATOR_NONE;
        bool is_taken = write_names(batch->model, fields, column) && (is_given || is_made);
        if (is_taken || (column->updated_at && json_array_size(fields) > 0)) {
            json_object_set(values, column->name, json_object_get(row, column->name));
        }
    }
    return values;
}

static void answer(struct batch *batch, const json_t *row)
{
    json_t *select = json_object_get(batch->request, "select");
    if (select) {
        json_array_append_new(batch->answers, evaluate_row(&batch->writing->evaluator,
                                                           batch->model, select, row));
    }
}

static bool has_seen(const struct batch *batch, const json_t *row)
{
    size_t i;
    const json_t *seen;
    json_array_foreach(batch->seen, i, seen)
    {
        if (seen == row) {
            return true;
        }
    }
    return false;
}

static void upsert(struct batch *batch, json_t *data)
{
    struct transaction *transaction = &batch->writing->transaction;
    const struct rc_entity *entity = batch->model->entity;
    json_t *row = write_row(batch->writing, batch->model, data);
    transaction_complete(transaction, entity, row);
    json_t *values = taken(batch, data, row);
    json_t *found = conflicting(batch, row);
    bool updates = json_object_size(values) > 0;
    if (found && updates) {
        if (has_seen(batch, found)) {
            transaction_note(transaction, PROBLEM_TWICE);
        }
        transaction_update(transaction, entity, found, values);
    }
    json_t *written = found ? found : transaction_insert(transaction, entity, json_incref(row));
    if (!has_seen(batch, written)) {
        json_array_append(batch->seen, written);
    }
    batch->count += updates || !found;
    json_decref(values);
    json_decref(row);
}

// In the order of the key that decides.
static void sort(const struct batch *batch, const json_t *rows, size_t *indexes, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        size_t moved = indexes[i];
        size_t at = i;
        for (; at > 0 && world_compare_keys(batch->key, json_array_get(rows, moved),
                                            json_array_get(rows, indexes[at - 1])) < 0;
             at--) {
            indexes[at] = indexes[at - 1];
        }
        indexes[at] = moved;
    }
}

static void upsert_kind(struct batch *batch, json_t *rows, size_t *indexes, size_t count)
{
    size_t i;
    const json_t *row;
    sort(batch, rows, indexes, count);
    batch->seen = json_array();
    for (i = 0; i < count; i++) {
        upsert(batch, json_array_get(rows, indexes[i]));
    }
    transaction_end(&batch->writing->transaction);
    json_array_foreach(batch->seen, i, row)
    {
        answer(batch, row);
    }
    json_decref(batch->seen);
}

static json_t *answer_all(const struct batch *batch)
{
    json_t *response = json_object();
    if (!json_object_get(batch->request, "select")) {
        json_object_set_new(response, "count", json_sprintf("%d", (int)batch->count));
    } else if (json_array_size(batch->answers) > 0) {
        json_object_set_new(response, "rows", match_groups(json_pack("[O]", batch->answers)));
    }
    return response;
}

json_t *write_upsert_many(struct writing *writing, const struct rc_model *model,
                          json_t *request)
{
    json_t *rows = json_object_get(request, "rows");
    bool is_done[WORLD_ROWS_MAX] = {false};
    size_t indexes[WORLD_ROWS_MAX];
    size_t count;
    struct batch batch = {.writing = writing,
                          .model = model,
                          .request = request,
                          .key =
                              write_conflict_key(model, json_object_get(request, "conflict")),
                          .answers = json_array()};
    while ((count = write_kind(model, rows, is_done, indexes)) > 0) {
        upsert_kind(&batch, rows, indexes, count);
    }
    json_t *response =
        json_array_size(rows) > 0 ? answer_all(&batch) : json_pack("{s:s}", "count", "0");
    json_decref(batch.answers);
    return response;
}
