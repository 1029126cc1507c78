// SPDX-License-Identifier: Apache-2.0
//
// Update, UpdateMany, Delete, DeleteMany. One plain statement where that says everything; a
// script where related records are written or answered, and for limit and max_affected: then
// the records are found and locked first, one more than allowed.
//
//   with w0 as (select t1."id" from <table> t1 where ... order by t1."id" limit $1 for update
//   of t1),
//        w1 as (update <table> t0 set ... from w0 t2 where t0."id" = t2."id" returning ...)
//   select <how many w0 has>, ... from w1
#include "query/bulk.h"
#include "query/change.h"
#include "query/nested.h"
#include "query/predicate.h"
#include "query/statement.h"
#include "query/written.h"

struct write {
    const struct rc_node *request;
    const struct rc_node *data; // an EUpdate
    bool is_delete;
    struct rc_written written;
};

static rowcall_status begin(struct rc_builder *builder, const struct rc_node *request,
                            bool is_delete, struct write *ret_write)
{
    *ret_write = (struct write){.request = request,
                                .data = rc_node_child(request, RC_ROLE_DATA),
                                .is_delete = is_delete};
    rowcall_status st = rc_written_read(builder, request, &ret_write->written);
    ret_write->written.is_deleted = is_delete;
    return st;
}

static void put_table_as(struct rc_builder *builder, struct rc_alias alias)
{
    rc_builder_put_table(builder, builder->model->entity);
    rc_builder_put(builder, " ");
    rc_builder_put_alias(builder, alias);
}

// "update <table> t0 set ..." or "delete from <table> t0". ret_is_empty: an update that would
// change nothing.
static rowcall_status put_head(struct rc_builder *builder, const struct write *write,
                               struct rc_alias alias, bool *ret_is_empty)
{
    size_t count = 1;
    rowcall_status st = ROWCALL_OK;
    rc_builder_put(builder, write->is_delete ? "delete from " : "update ");
    put_table_as(builder, alias);
    if (!write->is_delete) {
        st = rc_change_put(builder, builder->model->entity, write->data, alias, &count);
    }
    *ret_is_empty = count == 0;
    return st;
}

// ---- by a script

// The records that are to be written, found first where there are bounds to their number.
// Beyond max_affected nothing is written, and how many there are is told: nothing fails in
// PostgreSQL, so a transaction that the call is part of goes on.
static rowcall_status find_bounded(struct rc_script *script, struct write *write,
                                   struct rc_target *target)
{
    struct rc_record found;
    const struct rc_node *most = target->most;
    if (!target->limit && !most) {
        return ROWCALL_OK;
    }
    rowcall_status st = rc_target_find(script, target, true, &found);
    if (st) {
        return st;
    }
    *target = RC_TARGET(found.model);
    target->same = found;
    if (most) {
        target->bound = found;
        target->bound_most = most;
        write->written.targets = found;
        rc_script_builder(script)->max_affected_slot = most->slot;
    }
    return ROWCALL_OK;
}

static rowcall_status write_by_script(struct rc_builder *builder, struct write *write)
{
    struct rc_target target = RC_TARGET(builder->model);
    struct rc_script *script;
    struct rc_record record;
    target.key = rc_node_child(write->request, RC_ROLE_KEY);
    target.where = rc_node_child(write->request, RC_ROLE_WHERE);
    target.limit = rc_node_child(write->request, RC_ROLE_LIMIT);
    target.most = rc_node_child(write->request, RC_ROLE_MAX_AFFECTED);
    rowcall_status st = rc_script_new(builder, &script);
    if (!st) {
        st = rc_written_want(script, &write->written);
    }
    if (!st) {
        st = find_bounded(script, write, &target);
    }
    if (!st) {
        st = write->is_delete ? rc_target_delete(script, &target, &record)
                              : rc_nested_update(script, &target, write->data, &record);
    }
    return st ? st : rc_written_answer(script, &write->written, record, RC_RECORD_NONE);
}

// Whether one plain statement answers.
static bool is_plain(const struct write *write, const struct rc_entity *entity)
{
    return rc_written_is_returned(&write->written, entity,
                                  rc_change_moves_keys(entity, write->data));
}

// ---- one record

// An update of nothing: the record as it is, or whether there is one.
static rowcall_status put_unchanged(struct rc_builder *builder, const struct write *write,
                                    struct rc_alias alias)
{
    struct rc_from from = {.alias = alias};
    rowcall_status st = ROWCALL_OK;
    builder->read_only = true;
    rc_builder_put(builder, "select ");
    if (write->written.has_rows) {
        builder->at.answers_rows = true;
        st = rc_select_put_list(builder, &write->written.select, &from);
    } else {
        builder->at.count = RC_PLAN_COUNT_COLUMN;
        rc_builder_put(builder, "count(*)");
        rc_builder_add_head(builder, RC_PLAN_COUNT, RC_ROLE_COUNT);
    }
    rc_builder_put(builder, " from ");
    put_table_as(builder, alias);
    rc_from_put_joins(builder, &from);
    return st ? st : rc_predicate_one(builder, write->request, alias);
}

static rowcall_status write_one(struct rc_builder *builder, const struct rc_node *request,
                                bool is_delete)
{
    struct write write;
    bool is_empty;
    rowcall_status st = begin(builder, request, is_delete, &write);
    if (!st && !rc_node_child(request, RC_ROLE_KEY)) {
        st = rc_error_set(builder->err, ROWCALL_INVALID_ARGUMENT, "key: names no unique key");
    }
    if (st) {
        return st;
    }
    if (rc_nested_has_relations(write.data) || !is_plain(&write, builder->model->entity)) {
        return write_by_script(builder, &write);
    }
    struct rc_alias alias = rc_builder_alias(builder);
    struct rc_builder_mark start = rc_builder_mark(builder);
    st = put_head(builder, &write, alias, &is_empty);
    if (st) {
        return st;
    }
    if (is_empty) {
        rc_builder_rewind(builder, start);
        return put_unchanged(builder, &write, alias);
    }
    size_t where = builder->sql.len;
    st = rc_predicate_one(builder, request, alias);
    if (!st && !is_delete) {
        rc_bulk_draft_update(builder, request, write.data, alias, where);
    }
    return st ? st : rc_written_put_returning(builder, &write.written, alias);
}

rowcall_status rc_statement_update(struct rc_builder *builder, const struct rc_node *request)
{
    return write_one(builder, request, false);
}

rowcall_status rc_statement_delete(struct rc_builder *builder, const struct rc_node *request)
{
    return write_one(builder, request, true);
}

// ---- many records

// A where that excludes no record needs `all`.
static rowcall_status check_all(struct rc_builder *builder, const struct rc_node *request)
{
    enum rc_truth truth = RC_TRUTH_ALWAYS;
    struct rc_builder_mark mark = rc_builder_mark(builder);
    unsigned alias_count = builder->alias_count;
    rowcall_status st = rc_predicate_where(builder, rc_node_child(request, RC_ROLE_WHERE),
                                           rc_builder_alias(builder), &truth);
    rc_builder_rewind(builder, mark);
    builder->alias_count = alias_count;
    if (!st && truth == RC_TRUTH_ALWAYS && !rc_node_has_flag(request, RC_ROLE_ALL)) {
        return rc_error_set(builder->err, ROWCALL_INVALID_ARGUMENT,
                            "where: is empty; set all to mean every record");
    }
    return st;
}

static rowcall_status check_changes(struct rc_builder *builder, const struct write *write)
{
    const struct rc_node *nested = rc_node_child(write->data, RC_ROLE_RELATION);
    if (nested) {
        return rc_node_refuse(nested, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "UpdateMany cannot write related records: use Update");
    }
    if (!write->is_delete && !rc_change_is_any(builder->model->entity, write->data)) {
        return rc_error_set(builder->err, ROWCALL_INVALID_ARGUMENT, "data: says no change");
    }
    return ROWCALL_OK;
}

static rowcall_status write_many(struct rc_builder *builder, const struct rc_node *request,
                                 bool is_delete)
{
    struct write write;
    bool is_empty = false;
    rowcall_status st = begin(builder, request, is_delete, &write);
    if (!st) {
        st = check_changes(builder, &write);
    }
    if (!st) {
        st = check_all(builder, request);
    }
    if (st) {
        return st;
    }
    if (!is_plain(&write, builder->model->entity) || rc_node_child(request, RC_ROLE_LIMIT) ||
        rc_node_child(request, RC_ROLE_MAX_AFFECTED)) {
        return write_by_script(builder, &write);
    }
    struct rc_alias alias = rc_builder_alias(builder);
    st = put_head(builder, &write, alias, &is_empty);
    if (!st) {
        st = rc_predicate_clause(builder, rc_node_child(request, RC_ROLE_WHERE), alias);
    }
    return st ? st : rc_written_put_returning(builder, &write.written, alias);
}

rowcall_status rc_statement_update_many(struct rc_builder *builder,
                                        const struct rc_node *request)
{
    return write_many(builder, request, false);
}

rowcall_status rc_statement_delete_many(struct rc_builder *builder,
                                        const struct rc_node *request)
{
    return write_many(builder, request, true);
}
