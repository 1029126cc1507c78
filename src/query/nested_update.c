// SPDX-License-Identifier: Apache-2.0
//
// One record that is updated, with its relations. The records that it refers to come first,
// since its foreign keys may change by them; to know them, the record itself is found and
// locked.
#include "query/change.h"
#include "query/nested.h"

// What becomes of a foreign key.
struct assignment {
    struct assignment *next;
    const struct rc_relation *relation;
    struct rc_link link;      // the record to refer to
    struct rc_record leaving; // or NULL, when there is a record of these
};

struct update {
    struct rc_script *script;
    const struct rc_model *model;
    const struct rc_node *data;
    struct rc_record located;
    struct assignment *assignments;
    struct rc_record gone[16]; // records to be deleted behind the update
    size_t gone_count;
};

// ---- the records that it refers to

static rowcall_status assign(struct update *update, const struct assignment *assignment)
{
    struct rc_builder *builder = rc_script_builder(update->script);
    struct assignment *kept = rc_arena_new(builder->scratch, struct assignment);
    const struct rc_relation *relation = assignment->relation;
    if (!kept) {
        return rc_error_oom(builder->err);
    }
    for (size_t i = 0; i < relation->column_count; i++) {
        if (rc_change_names(update->data, relation->columns[i])) {
            return rc_node_refuse(rc_nested_relation(update->data, relation),
                                  ROWCALL_INVALID_ARGUMENT, builder->err,
                                  "%s is changed twice: by its value and by the relation",
                                  relation->columns[i]->name);
        }
    }
    *kept = *assignment;
    kept->next = update->assignments;
    update->assignments = kept;
    return ROWCALL_OK;
}

// The record that this one refers to, if it matches.
static struct rc_target referred(const struct update *update,
                                 const struct rc_relation *relation,
                                 const struct rc_node *where)
{
    struct rc_target target = RC_TARGET(relation->target);
    target.relation = relation;
    target.parent = update->located;
    target.where = where;
    return target;
}

// "not exists (parent) or exists (record)"
static void put_guard(const struct update *update, struct rc_record record,
                      struct rc_plan_failure failure)
{
    struct rc_script *script = update->script;
    rc_script_begin_guard(script);
    rc_builder_put(rc_script_builder(script), "not ");
    rc_script_put_exists(script, update->located);
    rc_builder_put(rc_script_builder(script), " or ");
    rc_script_put_exists(script, record);
    rc_script_end_guard(script, &failure);
}

// disconnect, or delete, of the record that this one refers to.
static rowcall_status leave(struct update *update, const struct rc_relation *relation,
                            const struct rc_node *member, bool is_delete)
{
    struct rc_builder *builder = rc_script_builder(update->script);
    struct assignment assignment = {.relation = relation, .link.record = RC_RECORD_NONE};
    struct rc_target target = referred(update, relation, member);
    if (relation->required) {
        return rc_nested_refuse_required(builder, member, relation);
    }
    rowcall_status st = rc_target_find(update->script, &target, is_delete, &assignment.leaving);
    if (st) {
        return st;
    }
    if (is_delete) {
        put_guard(update, assignment.leaving, rc_nested_missing(relation->target));
        if (update->gone_count == sizeof update->gone / sizeof update->gone[0]) {
            return rc_node_refuse(member, ROWCALL_RESOURCE_EXHAUSTED, builder->err,
                                  "too many related records are deleted at once");
        }
        update->gone[update->gone_count++] = assignment.leaving;
    }
    return assign(update, &assignment);
}

static rowcall_status change(struct update *update, const struct rc_relation *relation,
                             const struct rc_node *member)
{
    struct rc_target target = referred(update, relation, rc_node_child(member, RC_ROLE_WHERE));
    struct rc_record record;
    rowcall_status st =
        rc_nested_update(update->script, &target, rc_node_child(member, RC_ROLE_DATA), &record);
    if (!st) {
        put_guard(update, record, rc_nested_missing(relation->target));
    }
    return st;
}

static rowcall_status change_or_create(struct update *update,
                                       const struct rc_relation *relation,
                                       const struct rc_node *member)
{
    const struct rc_upsert upsert = {.target = referred(update, relation, NULL),
                                     .where = rc_node_child(member, RC_ROLE_WHERE),
                                     .create = {.model = relation->target,
                                                .data = rc_node_child(member, RC_ROLE_CREATE),
                                                .gate = update->located},
                                     .update = rc_node_child(member, RC_ROLE_UPDATE)};
    struct rc_upserted upserted;
    rowcall_status st = rc_nested_upsert(update->script, &upsert, &upserted);
    if (st) {
        return st;
    }
    const struct assignment assignment = {.relation = relation,
                                          .leaving = RC_RECORD_NONE,
                                          .link = {.record = upserted.all,
                                                   .columns = relation->columns,
                                                   .from = relation->target_columns,
                                                   .count = relation->column_count,
                                                   .node = member}};
    return assign(update, &assignment);
}

// Everything that is said about one relation whose foreign key this record has. More than one
// thing makes no sense.
static rowcall_status refer(struct update *update, const struct rc_relation *relation,
                            const struct rc_node *writes)
{
    struct rc_builder *builder = rc_script_builder(update->script);
    const struct rc_node *member = writes->first;
    if (member && member->next) {
        return rc_node_refuse(member->next, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "stands beside %s: one record can only become one thing",
                              member->field->name);
    }
    switch (member ? member->field->number : 0) {
    case RC_NESTED_DISCONNECT:
        return leave(update, relation, member, false);
    case RC_NESTED_DELETE:
        return leave(update, relation, member, true);
    case RC_NESTED_UPDATE:
        return change(update, relation, member);
    case RC_NESTED_UPSERT:
        return change_or_create(update, relation, member);
    default:
        break;
    }
    struct assignment assignment = {.relation = relation, .leaving = RC_RECORD_NONE};
    rowcall_status st =
        rc_nested_refer(update->script, relation, writes, update->located, &assignment.link);
    return st || rc_record_is_none(assignment.link.record) ? st : assign(update, &assignment);
}

// ---- the record itself

static bool refers(const struct rc_model *model, const struct rc_node *data)
{
    for (size_t i = 0; i < model->relation_count; i++) {
        const struct rc_relation *relation = &model->relations[i];
        if (relation->owns && rc_nested_relation(data, relation)) {
            return true;
        }
    }
    return false;
}

// Whether this column changes: by its value, or by a record to refer to.
static bool changes(const struct update *update, const struct rc_column *column)
{
    bool does = rc_change_names(update->data, column);
    for (const struct assignment *at = update->assignments; !does && at; at = at->next) {
        for (size_t i = 0; i < at->relation->column_count; i++) {
            does |= at->relation->columns[i] == column;
        }
    }
    return does;
}

// Whether columns change that other records refer to.
static bool moves_keys(const struct update *update)
{
    for (size_t r = 0; r < update->model->relation_count; r++) {
        const struct rc_relation *relation = &update->model->relations[r];
        for (size_t i = 0; !relation->owns && i < relation->column_count; i++) {
            if (changes(update, relation->columns[i])) {
                return true;
            }
        }
    }
    return false;
}

// "case when exists (select 1 from w2) then null else t0."userId" end", or what the link gives.
static void put_assignments(const struct update *update, struct rc_alias alias, size_t *count)
{
    struct rc_script *script = update->script;
    struct rc_builder *builder = rc_script_builder(script);
    for (const struct assignment *at = update->assignments; at; at = at->next) {
        for (size_t i = 0; i < at->relation->column_count; i++) {
            rc_change_put_target(builder, at->relation->columns[i], count);
            if (!rc_record_is_none(at->link.record)) {
                rc_link_put(script, &at->link, i);
                continue;
            }
            rc_builder_put(builder, "case when ");
            rc_script_put_exists(script, at->leaving);
            rc_builder_put(builder, " then null else ");
            rc_builder_put_column(builder, alias, at->relation->columns[i]);
            rc_builder_put(builder, " end");
        }
    }
}

static bool has_changes(const struct update *update)
{
    return update->assignments || rc_change_is_any(update->model->entity, update->data);
}

static rowcall_status put_update(const struct update *update, const struct rc_target *target,
                                 struct rc_record *ret_record)
{
    struct rc_script *script = update->script;
    struct rc_builder *builder = rc_script_builder(script);
    struct rc_op op = rc_target_op(target, RC_OP_UPDATE);
    op.moves_keys = moves_keys(update);
    rowcall_status st = rc_script_open(script, &op);
    if (st) {
        return st;
    }
    size_t count = 0;
    struct rc_alias alias = rc_builder_alias(builder);
    rc_builder_put(builder, "update ");
    rc_builder_put_table(builder, update->model->entity);
    rc_builder_put(builder, " ");
    rc_builder_put_alias(builder, alias);
    st = rc_change_put(builder, update->model->entity, update->data, alias, &count);
    put_assignments(update, alias, &count);
    struct rc_target_sources sources = rc_target_put_sources(script, target, " from ");
    if (!st) {
        st = rc_target_put_where(script, target, &sources, alias, true);
    }
    rc_builder_put(builder, " returning ");
    rc_script_put_columns(script, update->model, alias);
    *ret_record = rc_script_close(script, update->model);
    return st;
}

// Steps 1 and 2.
static rowcall_status put_record(struct update *update, const struct rc_target *target,
                                 struct rc_record *ret_record)
{
    const struct rc_model *model = update->model;
    struct rc_target located = RC_TARGET(model);
    rowcall_status st = ROWCALL_OK;
    if (!refers(model, update->data)) {
        return has_changes(update) ? put_update(update, target, ret_record)
                                   : rc_target_find(update->script, target, true, ret_record);
    }
    st = rc_target_find(update->script, target, true, &update->located);
    for (size_t i = 0; !st && i < model->relation_count; i++) {
        const struct rc_relation *relation = &model->relations[i];
        const struct rc_node *writes = rc_nested_relation(update->data, relation);
        if (writes && relation->owns) {
            st = refer(update, relation, writes);
        }
    }
    located.same = update->located;
    *ret_record = update->located;
    if (!st && has_changes(update)) {
        st = put_update(update, &located, ret_record);
        // What comes before may have given it another key, or deleted it.
        put_guard(update, *ret_record, rc_nested_lost(model));
    }
    for (size_t i = 0; !st && i < update->gone_count; i++) {
        struct rc_target gone = RC_TARGET(update->gone[i].model);
        struct rc_record deleted;
        gone.same = update->gone[i];
        st = rc_target_delete(update->script, &gone, &deleted);
    }
    return st;
}

// ---- the records that refer to it

enum step { STEP_LEAVE, STEP_STAY, STEP_COME };

static rowcall_status relate(struct update *update, struct rc_record parent, enum step step)
{
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; !st && i < update->model->relation_count; i++) {
        const struct rc_relation *relation = &update->model->relations[i];
        const struct rc_node *writes = rc_nested_relation(update->data, relation);
        if (!writes || relation->owns) {
            continue;
        }
        st = step == STEP_LEAVE ? rc_nested_leave(update->script, relation, writes, parent)
             : step == STEP_STAY
                 ? rc_nested_stay(update->script, relation, writes, parent)
                 : rc_nested_come(update->script, relation, writes, parent, false);
    }
    return st;
}

rowcall_status rc_nested_update(struct rc_script *script, const struct rc_target *target,
                                const struct rc_node *data, struct rc_record *ret_record)
{
    struct update update = {
        .script = script, .model = target->model, .data = data, .located = RC_RECORD_NONE};
    rowcall_status st = put_record(&update, target, ret_record);
    for (int step = STEP_LEAVE; !st && step <= STEP_COME; step++) {
        st = relate(&update, *ret_record, (enum step)step);
    }
    return st;
}
