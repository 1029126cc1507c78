// SPDX-License-Identifier: Apache-2.0
//
// UpsertMany: one statement per set of fields, however many rows.
//
//   insert into "users" as t0 ("email", "name") select u.c1, u.c2
//   from unnest($1::citext[], $2::text[]) u(c1, c2) order by u.c1
//   on conflict ("email") do update set "name" = excluded."name" returning ...
//
// With no field to update, records that are there stay untouched; where rows are answered, a
// second statement reads all of them, new and old.
#include "query/insert.h"
#include "query/statement.h"
#include "query/written.h"

#include <stdio.h>

struct upsert {
    const struct rc_node *request;
    struct rc_written written;
    const struct rc_key *key;
    bool *updates; // by rc_column.index: the field is to be taken from the row
    bool has_updates;
};

// ---- reading

static rowcall_status read_field(struct rc_builder *builder, const struct rc_node *field,
                                 const struct rc_column **ret_column)
{
    *ret_column = rc_node_column(field, builder->model->entity);
    return *ret_column ? ROWCALL_OK
                       : rc_node_refuse(field, ROWCALL_INVALID_ARGUMENT, builder->err,
                                        "names no column");
}

// Whether the key's columns are those that `has` says, and no others.
static bool is_key(const struct rc_entity *entity, const struct rc_key *key, const bool *has)
{
    size_t count = 0;
    for (size_t i = 0; i < entity->column_count; i++) {
        count += has[i];
    }
    bool is = count == key->column_count;
    for (size_t i = 0; is && i < key->column_count; i++) {
        is = has[key->columns[i]->index];
    }
    return is;
}

static rowcall_status refuse_key(struct rc_builder *builder)
{
    const struct rc_entity *entity = builder->model->entity;
    char keys[192] = "";
    for (size_t i = 0; i < entity->key_count; i++) {
        size_t len = strlen(keys);
        (void)snprintf(keys + len, sizeof keys - len, "%s%s", i > 0 ? ", " : "",
                       entity->keys[i].name);
    }
    return rc_error_set(builder->err, ROWCALL_INVALID_ARGUMENT,
                        "conflict: must name the fields of one unique key of %s: %s",
                        entity->name, keys);
}

static rowcall_status read_request(struct rc_builder *builder, struct upsert *upsert)
{
    const struct rc_entity *entity = builder->model->entity;
    bool *conflict = rc_arena_new_array(builder->scratch, entity->column_count + 1, bool);
    upsert->updates = rc_arena_new_array(builder->scratch, entity->column_count + 1, bool);
    if (!conflict || !upsert->updates) {
        return rc_error_oom(builder->err);
    }
    const struct rc_node *child = upsert->request->first;
    for (; child; child = child->next) {
        bool is_conflict = child->field->role == RC_ROLE_CONFLICT;
        const struct rc_column *column;
        if (!is_conflict && child->field->role != RC_ROLE_UPDATE) {
            continue;
        }
        rowcall_status st = read_field(builder, child, &column);
        if (st) {
            return st;
        }
        if (is_conflict) {
            conflict[column->index] = true;
        } else {
            upsert->updates[column->index] = true;
            upsert->has_updates = true;
        }
    }
    for (size_t i = 0; !upsert->key && i < entity->key_count; i++) {
        upsert->key = is_key(entity, &entity->keys[i], conflict) ? &entity->keys[i] : NULL;
    }
    return upsert->key ? ROWCALL_OK : refuse_key(builder);
}

// ---- writing

static void put_target(struct rc_builder *builder, const struct rc_key *key)
{
    for (size_t i = 0; i < key->column_count; i++) {
        rc_builder_put(builder, i > 0 ? ", " : " on conflict (");
        rc_builder_put_name(builder, key->columns[i]);
    }
    rc_builder_put(builder, ")");
}

// " do update set "name" = excluded."name"": of what the rows give. False when that is nothing.
static bool put_updates(struct rc_builder *builder, const struct upsert *upsert,
                        const struct rc_insert *insert)
{
    const struct rc_entity *entity = builder->model->entity;
    const char *before = " do update set ";
    bool has = false;
    for (size_t i = 0; i < entity->column_count; i++) {
        const struct rc_column *column = &entity->columns[i];
        bool is_named = upsert->updates[i] && rc_insert_has(insert, column);
        if (is_named || (column->updated_at && upsert->has_updates)) {
            rc_builder_put(builder, before);
            before = ", ";
            rc_builder_put_name(builder, column);
            rc_builder_put(builder, " = excluded.");
            rc_builder_put_name(builder, column);
            has = true;
        }
    }
    return has;
}

// All records of the rows' keys, in a statement that sees them.
static rowcall_status put_read(struct rc_builder *builder, const struct upsert *upsert,
                               const struct rc_insert *insert)
{
    rc_builder_end_statement(builder);
    struct rc_from from = rc_from_begin(builder);
    builder->at.answers_rows = true;
    rc_builder_put(builder, "select ");
    rowcall_status st = rc_select_put_list(builder, &upsert->written.select, &from);
    rc_builder_put(builder, " from ");
    rc_builder_put_table(builder, builder->model->entity);
    rc_builder_put(builder, " ");
    rc_builder_put_alias(builder, from.alias);
    rc_builder_put(builder, " join ");
    rc_insert_put_keys(builder, insert, upsert->key, from.alias);
    rc_from_put_joins(builder, &from);
    return st;
}

// Every row needs the key, by which it is decided what becomes of it.
static rowcall_status check_key(struct rc_builder *builder, const struct upsert *upsert,
                                const struct rc_insert *insert)
{
    for (size_t i = 0; i < upsert->key->column_count; i++) {
        const struct rc_column *column = upsert->key->columns[i];
        if (!rc_insert_given(insert, column)) {
            return rc_node_refuse(insert->data, ROWCALL_INVALID_ARGUMENT, builder->err,
                                  "%s must be given: it is of the key that decides whether the "
                                  "record exists",
                                  column->name);
        }
    }
    return ROWCALL_OK;
}

// Whether the rows take columns of a key over into records that are there.
static bool moves_keys(const struct upsert *upsert, const struct rc_entity *entity)
{
    bool moves = false;
    for (size_t i = 0; i < entity->key_count; i++) {
        for (size_t c = 0; c < entity->keys[i].column_count; c++) {
            moves |= upsert->updates[entity->keys[i].columns[c]->index];
        }
    }
    return moves;
}

static rowcall_status put_rows(struct rc_builder *builder, const struct upsert *upsert,
                               const struct rc_node *rows)
{
    struct rc_insert insert;
    if (rows->kind != RC_TOKEN_ROWS) {
        return rc_node_refuse(rows, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "UpsertMany cannot write related records: use Upsert");
    }
    rowcall_status st = rc_insert_read(builder, builder->model, rows, &insert);
    if (!st) {
        st = check_key(builder, upsert, &insert);
    }
    if (!st) {
        st = rc_insert_complete(builder, &insert);
    }
    if (st) {
        return st;
    }
    insert.order = upsert->key;
    struct rc_alias alias = rc_builder_alias(builder);
    rc_insert_put(builder, NULL, &insert, alias);
    put_target(builder, upsert->key);
    bool has_updates = put_updates(builder, upsert, &insert);
    rc_builder_put(builder, has_updates ? "" : " do nothing");
    const struct rc_entity *entity = builder->model->entity;
    if (upsert->written.has_rows &&
        (!has_updates ||
         !rc_written_is_returned(&upsert->written, entity, moves_keys(upsert, entity)))) {
        st = put_read(builder, upsert, &insert);
    } else {
        st = rc_written_put_returning(builder, &upsert->written, alias);
    }
    rc_builder_end_statement(builder);
    return st;
}

rowcall_status rc_statement_upsert_many(struct rc_builder *builder,
                                        const struct rc_node *request)
{
    struct upsert upsert = {.request = request};
    rowcall_status st = rc_written_read(builder, request, &upsert.written);
    if (!st) {
        st = read_request(builder, &upsert);
    }
    for (const struct rc_node *rows = request->first; !st && rows; rows = rows->next) {
        if (rows->field->role == RC_ROLE_ROWS) {
            st = put_rows(builder, &upsert, rows);
        }
    }
    return st;
}
