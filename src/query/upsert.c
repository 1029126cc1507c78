// SPDX-License-Identifier: Apache-2.0
//
// Upsert. Where the new record would have the key that is asked for, and nothing but itself is
// written, PostgreSQL's own ON CONFLICT does it:
//
//   insert into "users" as t0 ("email", "name") values ($1, $2)
//   on conflict ("email") do update set "age" = t0."age" + $3 returning (xmax = 0), t0."id"
//
// With nothing to update, which is "get or create", the record stays untouched: it is inserted
// unless it is there, and then read, in a second statement, which sees what a quicker writer
// inserted. Everything else is a script (nested_upsert.c).
#include "query/change.h"
#include "query/nested.h"
#include "query/predicate.h"
#include "query/statement.h"
#include "query/written.h"

struct upsert {
    const struct rc_node *request;
    const struct rc_node *key;
    const struct rc_node *where;
    const struct rc_node *create;
    const struct rc_node *update;
    struct rc_written written;
};

static bool is_native(const struct upsert *upsert, const struct rc_entity *entity)
{
    return (upsert->request->flag & RC_SHAPE_ALIGNED) &&
           rc_written_is_returned(&upsert->written, entity,
                                  rc_change_moves_keys(entity, upsert->update)) &&
           !rc_nested_has_relations(upsert->create) && !rc_nested_has_relations(upsert->update);
}

static void default_key(struct rc_insert *insert, const struct rc_node *key)
{
    const struct rc_node *value = key->first;
    value = value && value->field->role == RC_ROLE_COMPOSITE_KEY ? value->first : value;
    for (; value; value = value->next) {
        rc_insert_default(insert, value);
    }
}

// "insert into ... values (...) on conflict (...)"
static rowcall_status put_insert(struct rc_builder *builder, const struct upsert *upsert,
                                 struct rc_alias alias)
{
    struct rc_insert insert;
    rowcall_status st = rc_insert_read(builder, builder->model, upsert->create, &insert);
    if (st) {
        return st;
    }
    insert.data = upsert->create ? upsert->create : upsert->request;
    default_key(&insert, upsert->key);
    st = rc_insert_complete(builder, &insert);
    if (st) {
        return st;
    }
    insert.data = upsert->create;
    rc_insert_put(builder, NULL, &insert, alias);
    rc_builder_put(builder, " on conflict ");
    rc_predicate_put_conflict(builder, upsert->key);
    return ROWCALL_OK;
}

static rowcall_status put_columns(struct rc_builder *builder, const struct upsert *upsert,
                                  struct rc_alias alias)
{
    struct rc_from from = {.alias = alias};
    if (!upsert->written.has_rows) {
        return ROWCALL_OK;
    }
    rc_builder_put(builder, ", ");
    return rc_select_put_list(builder, &upsert->written.select, &from);
}

// How many records, and whether they are new: the count of an upsert is one, always.
static void add_heads(struct rc_builder *builder, const struct upsert *upsert)
{
    if (upsert->written.has_rows) {
        builder->at.answers_rows = true;
    } else {
        builder->at.count = RC_PLAN_COUNT_AFFECTED;
    }
    rc_builder_add_head(builder, RC_PLAN_CREATED, RC_ROLE_CREATED);
}

static rowcall_status put_native(struct rc_builder *builder, const struct upsert *upsert)
{
    struct rc_alias alias = rc_builder_alias(builder);
    size_t count = 0;
    rowcall_status st = put_insert(builder, upsert, alias);
    rc_builder_put(builder, " do update");
    if (!st) {
        st = rc_change_put(builder, builder->model->entity, upsert->update, alias, &count);
    }
    if (!st) {
        st = rc_predicate_clause(builder, upsert->where, alias);
    }
    if (st) {
        return st;
    }
    add_heads(builder, upsert);
    rc_builder_put(builder, " returning (xmax = 0)");
    return put_columns(builder, upsert, alias);
}

// Get or create, as an upsert of a script whose update is none.
static rowcall_status put_script(struct rc_builder *builder, const struct upsert *upsert)
{
    struct rc_script *script;
    struct rc_upserted upserted;
    struct rc_upsert nested = {.target = RC_TARGET(builder->model),
                               .where = upsert->where,
                               .create = {.model = builder->model,
                                          .data = upsert->create,
                                          .gate = RC_RECORD_NONE,
                                          .key = upsert->key},
                               .update = upsert->update,
                               .is_get = !upsert->update || !upsert->update->first};
    nested.target.key = upsert->key;
    rowcall_status st = rc_script_new(builder, &script);
    if (!st) {
        st = rc_written_want(script, &upsert->written);
    }
    if (!st) {
        st = rc_nested_upsert(script, &nested, &upserted);
    }
    return st ? st
              : rc_written_answer(script, &upsert->written, upserted.all, upserted.created);
}

rowcall_status rc_statement_upsert(struct rc_builder *builder, const struct rc_node *request)
{
    struct upsert upsert = {.request = request,
                            .key = rc_node_child(request, RC_ROLE_KEY),
                            .where = rc_node_child(request, RC_ROLE_WHERE),
                            .create = rc_node_child(request, RC_ROLE_CREATE),
                            .update = rc_node_child(request, RC_ROLE_UPDATE)};
    if (!upsert.key) {
        return rc_error_set(builder->err, ROWCALL_INVALID_ARGUMENT, "key: names no unique key");
    }
    if (!upsert.key->first) {
        return rc_node_refuse(upsert.key, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "names no unique key");
    }
    rowcall_status st = rc_written_read(builder, request, &upsert.written);
    if (st) {
        return st;
    }
    bool has_update = upsert.update && upsert.update->first;
    return has_update && is_native(&upsert, builder->model->entity)
               ? put_native(builder, &upsert)
               : put_script(builder, &upsert);
}
