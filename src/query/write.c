// SPDX-License-Identifier: Apache-2.0
//
// Update, UpdateMany, Delete, DeleteMany. With limit or max_affected the records are found and
// locked first, one more than allowed:
//
//   with target as (select t1."id" from <table> t1 where ... order by t1."id" limit $1 for
//   update), changed as (update <table> t0 set ... from target
//               where t0."id" = target."id" and (select count(*) from target) <= $2
//               returning ...)
//   select g.n, changed.* from (select count(*) n from target) g left join changed on true
#include "query/change.h"
#include "query/nested.h"
#include "query/predicate.h"
#include "query/statement.h"

#define PRESENT "\"rc:present\""

rowcall_status rc_statement_put_returning(struct rc_builder *builder,
                                          const struct rc_node *request, struct rc_alias alias)
{
    struct rc_columns columns;
    const struct rc_node *select = rc_node_child(request, RC_ROLE_SELECT);
    if (!select) {
        builder->at.count = RC_PLAN_COUNT_AFFECTED;
        return ROWCALL_OK;
    }
    rowcall_status st = rc_columns_init(builder, &columns);
    if (!st) {
        st = rc_columns_select(builder, select, &columns);
    }
    if (st) {
        return st;
    }
    builder->at.answers_rows = true;
    rc_builder_put(builder, " returning ");
    rc_columns_put_result(builder, &columns, alias);
    return ROWCALL_OK;
}

static void put_table_as(struct rc_builder *builder, struct rc_alias alias)
{
    rc_builder_put_table(builder, builder->model->entity);
    rc_builder_put(builder, " ");
    rc_builder_put_alias(builder, alias);
}

// "update <table> t0 set ..." or "delete from <table> t0". ret_is_empty: an update that would
// change nothing.
static rowcall_status put_head(struct rc_builder *builder, const struct rc_node *request,
                               struct rc_alias alias, bool is_delete, bool *ret_is_empty)
{
    size_t count = 1;
    rowcall_status st = ROWCALL_OK;
    rc_builder_put(builder, is_delete ? "delete from " : "update ");
    put_table_as(builder, alias);
    if (!is_delete) {
        st = rc_change_put(builder, builder->model->entity,
                           rc_node_child(request, RC_ROLE_DATA), alias, &count);
    }
    *ret_is_empty = count == 0;
    return st;
}

// ---- one record

// An update of nothing: the record as it is, or whether there is one.
static rowcall_status put_unchanged(struct rc_builder *builder, const struct rc_node *request,
                                    struct rc_alias alias)
{
    const struct rc_node *select = rc_node_child(request, RC_ROLE_SELECT);
    builder->read_only = true;
    rc_builder_put(builder, "select ");
    if (select) {
        struct rc_columns columns;
        rowcall_status st = rc_columns_init(builder, &columns);
        if (!st) {
            st = rc_columns_select(builder, select, &columns);
        }
        if (st) {
            return st;
        }
        builder->at.answers_rows = true;
        rc_columns_put_result(builder, &columns, alias);
    } else {
        builder->at.count = RC_PLAN_COUNT_COLUMN;
        rc_builder_put(builder, "count(*)");
        rc_builder_add_head(builder, RC_PLAN_COUNT, RC_ROLE_COUNT);
    }
    rc_builder_put(builder, " from ");
    put_table_as(builder, alias);
    return rc_predicate_one(builder, request, alias);
}

static rowcall_status write_one(struct rc_builder *builder, const struct rc_node *request,
                                bool is_delete)
{
    struct rc_alias alias = rc_builder_alias(builder);
    struct rc_builder_mark start = rc_builder_mark(builder);
    bool is_empty;
    rowcall_status st = put_head(builder, request, alias, is_delete, &is_empty);
    if (st) {
        return st;
    }
    if (is_empty) {
        rc_builder_rewind(builder, start);
        return put_unchanged(builder, request, alias);
    }
    st = rc_predicate_one(builder, request, alias);
    return st ? st : rc_statement_put_returning(builder, request, alias);
}

static rowcall_status update_nested(struct rc_builder *builder, const struct rc_node *request,
                                    const struct rc_node *data)
{
    struct rc_target target = RC_TARGET(builder->model);
    struct rc_script *script;
    struct rc_record record;
    target.key = rc_node_child(request, RC_ROLE_KEY);
    target.where = rc_node_child(request, RC_ROLE_WHERE);
    if (!target.key) {
        return rc_error_set(builder->err, ROWCALL_INVALID_ARGUMENT, "key: names no unique key");
    }
    rowcall_status st = rc_script_new(builder, &script);
    if (!st) {
        st = rc_written_want(script, request);
    }
    if (!st) {
        st = rc_nested_update(script, &target, data, &record);
    }
    return st ? st : rc_written_answer(script, request, record, RC_RECORD_NONE);
}

rowcall_status rc_statement_update(struct rc_builder *builder, const struct rc_node *request)
{
    const struct rc_node *data = rc_node_child(request, RC_ROLE_DATA);
    return rc_nested_has_relations(data) ? update_nested(builder, request, data)
                                         : write_one(builder, request, false);
}

rowcall_status rc_statement_delete(struct rc_builder *builder, const struct rc_node *request)
{
    return write_one(builder, request, true);
}

// ---- many records

// The where of a write to many records; one that excludes no record needs `all`.
static rowcall_status put_where(struct rc_builder *builder, const struct rc_node *request,
                                struct rc_alias alias)
{
    const struct rc_node *where = rc_node_child(request, RC_ROLE_WHERE);
    size_t before = builder->sql.len;
    rowcall_status st = rc_predicate_clause(builder, where, alias);
    if (!st && builder->sql.len == before && !builder->sql.broken &&
        !rc_node_has_flag(request, RC_ROLE_ALL)) {
        return rc_error_set(builder->err, ROWCALL_INVALID_ARGUMENT,
                            "where: is empty; set all to mean every record");
    }
    return st;
}

// " limit least($1, $2)": of limit and max_affected + 1, those that were given.
static void put_limit(struct rc_builder *builder, const struct rc_node *limit,
                      const struct rc_node *max_affected)
{
    rc_builder_put(builder, limit && max_affected ? " limit least(" : " limit ");
    if (limit) {
        rc_builder_put_slot(builder, limit, &rc_type_int8);
    }
    rc_builder_put(builder, limit && max_affected ? ", " : "");
    if (max_affected) {
        rc_builder_put_param(builder, &(struct rc_param){.source = RC_PARAM_ONE_MORE,
                                                         .slot = max_affected->slot,
                                                         .type = &rc_type_int8});
    }
    rc_builder_put(builder, limit && max_affected ? ")" : "");
}

// "with target as (...)"
static rowcall_status put_target(struct rc_builder *builder, const struct rc_node *request,
                                 const struct rc_key *key, const struct rc_node *max_affected)
{
    struct rc_alias alias = rc_builder_alias(builder);
    rc_builder_put(builder, "with target as (select ");
    for (size_t i = 0; i < key->column_count; i++) {
        rc_builder_put(builder, i > 0 ? ", " : "");
        rc_builder_put_column(builder, alias, key->columns[i]);
    }
    rc_builder_put(builder, " from ");
    put_table_as(builder, alias);
    rowcall_status st = put_where(builder, request, alias);
    for (size_t i = 0; i < key->column_count; i++) {
        rc_builder_put(builder, i > 0 ? ", " : " order by ");
        rc_builder_put_column(builder, alias, key->columns[i]);
    }
    put_limit(builder, rc_node_child(request, RC_ROLE_LIMIT), max_affected);
    rc_builder_put(builder, " for update)");
    return st;
}

// " where t0."id" = target."id""
static void put_joined(struct rc_builder *builder, const struct rc_key *key,
                       struct rc_alias alias)
{
    for (size_t i = 0; i < key->column_count; i++) {
        rc_builder_put(builder, i > 0 ? " and " : " where ");
        rc_builder_put_column(builder, alias, key->columns[i]);
        rc_builder_put(builder, " = target.");
        rc_builder_put_name(builder, key->columns[i]);
    }
}

// The part of a guarded statement that answers: how many targets there were in front of each
// record, and either the rows written or their number.
static void put_answer(struct rc_builder *builder, const struct rc_columns *columns,
                       bool has_rows)
{
    struct rc_alias guard = rc_builder_alias(builder);
    struct rc_alias rows = rc_builder_alias(builder);
    rc_builder_add_head(builder, RC_PLAN_TARGETS, RC_ROLE_NONE);
    if (!has_rows) {
        builder->at.count = RC_PLAN_COUNT_COLUMN;
        rc_builder_add_head(builder, RC_PLAN_COUNT, RC_ROLE_COUNT);
        rc_builder_put(builder, " returning 1) select (select count(*) from target), "
                                "(select count(*) from changed)");
        return;
    }
    builder->at.answers_rows = true;
    rc_builder_add_head(builder, RC_PLAN_PRESENT, RC_ROLE_NONE);
    rc_builder_put(builder, ") select ");
    rc_builder_put_alias(builder, guard);
    rc_builder_put(builder, ".n, ");
    rc_builder_put_alias(builder, rows);
    rc_builder_put(builder, "." PRESENT ", ");
    rc_columns_put_result(builder, columns, rows);
    rc_builder_put(builder, " from (select count(*) as n from target) ");
    rc_builder_put_alias(builder, guard);
    rc_builder_put(builder, " left join changed ");
    rc_builder_put_alias(builder, rows);
    rc_builder_put(builder, " on true");
}

// " and (select count(*) from target) <= $1 returning ...) select ..."
static rowcall_status put_guarded_end(struct rc_builder *builder, const struct rc_node *request,
                                      struct rc_alias alias, const struct rc_node *max_affected)
{
    struct rc_columns columns;
    const struct rc_node *select = rc_node_child(request, RC_ROLE_SELECT);
    rowcall_status st = rc_columns_init(builder, &columns);
    if (!st && select) {
        st = rc_columns_select(builder, select, &columns);
    }
    if (st) {
        return st;
    }
    rc_builder_put(builder, " and (select count(*) from target) <= ");
    rc_builder_put_slot(builder, max_affected, &rc_type_int8);
    if (select) {
        rc_builder_put(builder, " returning true as " PRESENT ", ");
        rc_columns_put(builder, &columns, alias);
    }
    put_answer(builder, &columns, select != NULL);
    return ROWCALL_OK;
}

static rowcall_status write_limited(struct rc_builder *builder, const struct rc_node *request,
                                    bool is_delete)
{
    const struct rc_key *key = &builder->model->entity->keys[0];
    const struct rc_node *max_affected = rc_node_child(request, RC_ROLE_MAX_AFFECTED);
    struct rc_alias alias = rc_builder_alias(builder);
    bool is_empty = false;
    rowcall_status st = put_target(builder, request, key, max_affected);
    rc_builder_put(builder, max_affected ? ", changed as (" : " ");
    if (!st) {
        st = put_head(builder, request, alias, is_delete, &is_empty);
    }
    if (!st && is_empty) {
        st = rc_error_set(builder->err, ROWCALL_INVALID_ARGUMENT, "data: says no change");
    }
    if (st) {
        return st;
    }
    rc_builder_put(builder, is_delete ? " using target" : " from target");
    put_joined(builder, key, alias);
    if (!max_affected) {
        return rc_statement_put_returning(builder, request, alias);
    }
    builder->max_affected_slot = max_affected->slot;
    return put_guarded_end(builder, request, alias, max_affected);
}

static rowcall_status write_many(struct rc_builder *builder, const struct rc_node *request,
                                 bool is_delete)
{
    if (rc_node_child(request, RC_ROLE_LIMIT) || rc_node_child(request, RC_ROLE_MAX_AFFECTED)) {
        return write_limited(builder, request, is_delete);
    }
    struct rc_alias alias = rc_builder_alias(builder);
    bool is_empty = false;
    rowcall_status st = put_head(builder, request, alias, is_delete, &is_empty);
    if (!st && is_empty) {
        st = rc_error_set(builder->err, ROWCALL_INVALID_ARGUMENT, "data: says no change");
    }
    if (!st) {
        st = put_where(builder, request, alias);
    }
    return st ? st : rc_statement_put_returning(builder, request, alias);
}

rowcall_status rc_statement_update_many(struct rc_builder *builder,
                                        const struct rc_node *request)
{
    const struct rc_node *data = rc_node_child(request, RC_ROLE_DATA);
    const struct rc_node *nested = rc_node_child(data, RC_ROLE_RELATION);
    if (nested) {
        return rc_node_refuse(nested, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "UpdateMany cannot write related records: use Update");
    }
    return write_many(builder, request, false);
}

rowcall_status rc_statement_delete_many(struct rc_builder *builder,
                                        const struct rc_node *request)
{
    return write_many(builder, request, true);
}
