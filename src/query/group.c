// SPDX-License-Identifier: Apache-2.0
//
// Keys, and the tree of their tables.
#include "query/group.h"

// The related table, which is joined when it was not yet. NULL without memory.
static struct rc_group_table *join(struct rc_builder *builder, struct rc_group *group,
                                   struct rc_group_table *table,
                                   const struct rc_relation *relation)
{
    struct rc_group_table **end = &table->first;
    while (*end && (*end)->relation != relation) {
        end = &(*end)->next;
    }
    if (!*end) {
        *end = rc_arena_new(builder->scratch, struct rc_group_table);
        if (!*end) {
            return NULL;
        }
        (*end)->relation = relation;
        (*end)->alias = rc_from_join(builder, &group->from, table->alias, relation);
    }
    return *end;
}

static bool has_key(const struct rc_group *group, const struct rc_operand *key)
{
    size_t i = 0;
    while (i < group->key_count && !rc_operand_is_same(&group->keys[i], key)) {
        i++;
    }
    return i < group->key_count;
}

// The column of `table` that node names, as a key.
static rowcall_status add_key(struct rc_builder *builder, struct rc_group *group,
                              const struct rc_group_table *table,
                              const struct rc_entity *entity, const struct rc_node *node)
{
    const struct rc_column *column = rc_node_column(node, entity);
    if (!column) {
        return rc_node_refuse(node, ROWCALL_INVALID_ARGUMENT, builder->err, "names no column");
    }
    if (!rc_type_info(column->type.kind)->is_equatable) {
        return rc_node_refuse(node, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "%s is %s%s, and such values cannot be compared", column->name,
                              column->type.sql, column->type.array ? "[]" : "");
    }
    struct rc_operand key = rc_operand_column(column, table->alias);
    key.nullable = key.nullable || table->relation; // there may be no related record
    if (!has_key(group, &key)) {
        group->keys[group->key_count++] = key;
    }
    return ROWCALL_OK;
}

// One EGroupKey: relations down to a field.
static rowcall_status read_key(struct rc_builder *builder, struct rc_group *group,
                               const struct rc_node *by)
{
    struct rc_group_table *table = &group->root;
    const struct rc_entity *entity = builder->model->entity;
    const struct rc_node *named = by;
    while (named->first && named->first->field->role == RC_ROLE_RELATION) {
        named = named->first;
        const struct rc_relation *relation = named->field->subject;
        table = join(builder, group, table, relation);
        if (!table) {
            return rc_error_oom(builder->err);
        }
        entity = relation->target->entity;
    }
    if (!named->first) {
        return rc_node_refuse(named, ROWCALL_INVALID_ARGUMENT, builder->err, "names no field");
    }
    return add_key(builder, group, table, entity, named->first);
}

static size_t count_keys(const struct rc_node *request)
{
    size_t count = 0;
    for (const struct rc_node *child = request->first; child; child = child->next) {
        count += child->field->role == RC_ROLE_BY;
    }
    return count;
}

rowcall_status rc_group_read(struct rc_builder *builder, const struct rc_node *request,
                             struct rc_group *ret_group)
{
    size_t count = count_keys(request);
    *ret_group = (struct rc_group){.from = rc_from_begin(builder)};
    ret_group->root.alias = ret_group->from.alias;
    ret_group->keys = rc_arena_new_array(builder->scratch, count + 1, struct rc_operand);
    if (!ret_group->keys) {
        return rc_error_oom(builder->err);
    }
    if (count == 0) {
        return rc_error_set(builder->err, ROWCALL_INVALID_ARGUMENT,
                            "by: names no field to group by; Aggregate is for all records "
                            "together");
    }
    rowcall_status st = ROWCALL_OK;
    for (const struct rc_node *child = request->first; !st && child; child = child->next) {
        if (child->field->role == RC_ROLE_BY) {
            st = read_key(builder, ret_group, child);
        }
    }
    return st;
}

const struct rc_group_table *rc_group_related(const struct rc_group_table *table,
                                              const struct rc_relation *relation)
{
    const struct rc_group_table *related = table ? table->first : NULL;
    while (related && related->relation != relation) {
        related = related->next;
    }
    return related;
}

rowcall_status rc_group_key(struct rc_builder *builder, const struct rc_group *group,
                            const struct rc_group_table *table, const struct rc_node *node,
                            const struct rc_operand **ret_key)
{
    const struct rc_column *column = node->field->subject;
    for (size_t i = 0; table && i < group->key_count; i++) {
        const struct rc_operand *key = &group->keys[i];
        if (key->column == column && key->alias.number == table->alias.number) {
            *ret_key = key;
            return ROWCALL_OK;
        }
    }
    return rc_node_refuse(node, ROWCALL_INVALID_ARGUMENT, builder->err,
                          "records are not grouped by this field: add it to by, or ask for an "
                          "aggregate of it");
}

static void put_table(const struct rc_group *group, const struct rc_group_table *table,
                      struct rc_results *results)
{
    for (size_t i = 0; i < group->key_count; i++) {
        const struct rc_operand *key = &group->keys[i];
        if (key->alias.number == table->alias.number) {
            rc_results_put(results, key, key->column->number, key->column->name);
        }
    }
    for (const struct rc_group_table *at = table->first; at; at = at->next) {
        rc_results_begin(results, at->relation->number, at->relation->name);
        put_table(group, at, results);
        rc_results_end(results);
    }
}

void rc_group_put_keys(const struct rc_group *group, struct rc_results *results)
{
    put_table(group, &group->root, results);
}

void rc_group_put_list(struct rc_builder *builder, const struct rc_group *group)
{
    for (size_t i = 0; i < group->key_count; i++) {
        rc_builder_put(builder, i > 0 ? ", " : "");
        rc_operand_put(builder, &group->keys[i]);
    }
}
