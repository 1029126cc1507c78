// SPDX-License-Identifier: Apache-2.0
//
// Selects: read into a tree first, so that the layers of a page know what to show, then
// written.
#include "query/select.h"

#include "query/predicate.h"
#include "query/relation.h"

struct rc_select_relation {
    struct rc_select_relation *next;
    const struct rc_relation *relation;
    const struct rc_node *node; // an ESelect, an EQuery or, for a count, an ECount
    struct rc_page page;        // to-many: which ones
    struct rc_select select;    // what of them
};

// ---- reading

// What one request's select comes to.
struct reading {
    struct rc_builder *builder;
    size_t relation_count;
};

// ret_width: how many values a record of it has, with those it is related to one to one.
static rowcall_status read_select(struct reading *reading, const struct rc_model *model,
                                  const struct rc_node *node, struct rc_select *ret_select,
                                  size_t *ret_width);

static rowcall_status append_relation(struct reading *reading, const struct rc_node *node,
                                      struct rc_select_relation **list,
                                      struct rc_select_relation **ret_related)
{
    struct rc_builder *builder = reading->builder;
    if (++reading->relation_count > RC_SELECT_RELATIONS_MAX) {
        return rc_node_refuse(node, ROWCALL_RESOURCE_EXHAUSTED, builder->err,
                              "one request may select %d relations and counts",
                              RC_SELECT_RELATIONS_MAX);
    }
    while (*list) {
        list = &(*list)->next;
    }
    *list = rc_arena_new(builder->scratch, struct rc_select_relation);
    if (!*list) {
        return rc_error_oom(builder->err);
    }
    (*list)->relation = node->field->subject;
    (*list)->node = node;
    *ret_related = *list;
    return ROWCALL_OK;
}

static rowcall_status check_width(struct reading *reading, const struct rc_node *node,
                                  size_t width)
{
    if (width <= RC_SELECT_WIDTH_MAX) {
        return ROWCALL_OK;
    }
    return rc_node_refuse(node, ROWCALL_RESOURCE_EXHAUSTED, reading->builder->err,
                          "a record and those it is related to one to one may have %d values, "
                          "not %zu",
                          RC_SELECT_WIDTH_MAX, width);
}

static rowcall_status read_relation(struct reading *reading, const struct rc_node *node,
                                    struct rc_select *select, size_t *width)
{
    struct rc_select_relation *related;
    size_t inner = 0;
    rowcall_status st = append_relation(reading, node, &select->relations, &related);
    if (st) {
        return st;
    }
    const struct rc_model *target = related->relation->target;
    *width += 1;
    if (!related->relation->to_many) {
        st = read_select(reading, target, node, &related->select, &inner);
        *width += inner;
        return st;
    }
    st = rc_page_read_related(reading->builder, related->relation, node, &related->page);
    if (!st) {
        st = read_select(reading, target, rc_node_child(node, RC_ROLE_SELECT), &related->select,
                         &inner);
    }
    return st ? st : check_width(reading, node, inner);
}

static rowcall_status read_counts(struct reading *reading, const struct rc_node *node,
                                  struct rc_select *select, size_t *width)
{
    rowcall_status st = ROWCALL_OK;
    for (const struct rc_node *child = node->first; !st && child; child = child->next) {
        struct rc_select_relation *counted;
        st = append_relation(reading, child, &select->counts, &counted);
        *width += 1;
    }
    return st;
}

static rowcall_status read_select(struct reading *reading, const struct rc_model *model,
                                  const struct rc_node *node, struct rc_select *ret_select,
                                  size_t *ret_width)
{
    struct rc_select select = {.model = model, .node = node};
    size_t width = 0;
    rowcall_status st = rc_columns_init_of(reading->builder, model->entity, &select.columns);
    if (!st) {
        width = rc_columns_read(&select.columns, node);
    }
    for (const struct rc_node *child = node ? node->first : NULL; !st && child;
         child = child->next) {
        if (child->field->role == RC_ROLE_RELATION) {
            st = read_relation(reading, child, &select, &width);
        } else if (child->field->role == RC_ROLE_COUNTS) {
            st = read_counts(reading, child, &select, &width);
        }
    }
    *ret_select = select;
    *ret_width = width;
    return st;
}

rowcall_status rc_select_read(struct rc_builder *builder, const struct rc_model *model,
                              const struct rc_node *node, struct rc_select *ret_select)
{
    struct reading reading = {.builder = builder};
    struct rc_select select;
    size_t width;
    rowcall_status st = read_select(&reading, model, node, &select, &width);
    if (!st) {
        st = check_width(&reading, node, width);
    }
    if (!st) {
        *ret_select = select;
    }
    return st;
}

// ---- asking

bool rc_select_is_flat(const struct rc_select *select)
{
    return !select->relations && !select->counts;
}

static bool reads(const struct rc_node *node, const struct rc_entity *entity)
{
    for (const struct rc_node *child = node->first; child; child = child->next) {
        const struct rc_relation *relation =
            child->field->role == RC_ROLE_RELATION ? child->field->subject : NULL;
        const struct rc_entity *target = relation ? relation->target->entity : NULL;
        // Nobody here knows which tables a view is made of.
        if ((target && (target == entity || target->view)) || reads(child, entity)) {
            return true;
        }
    }
    return false;
}

bool rc_select_reads(const struct rc_select *select, const struct rc_entity *entity)
{
    return select->node && reads(select->node, entity);
}

static void add_keys(const struct rc_select_relation *related, struct rc_columns *columns)
{
    for (; related; related = related->next) {
        for (size_t i = 0; i < related->relation->column_count; i++) {
            rc_columns_add(columns, related->relation->columns[i]);
        }
    }
}

void rc_select_add_needed(const struct rc_select *select, struct rc_columns *columns)
{
    rc_columns_add_all(columns, &select->columns);
    add_keys(select->relations, columns);
    add_keys(select->counts, columns);
}

// ---- writing

// alias: the record, which is from's own or one that is joined.
static rowcall_status put_values(struct rc_builder *builder, const struct rc_select *select,
                                 struct rc_alias alias, struct rc_from *from);

// "t1."id" is not null, t1."name"": a key, by which it was joined, is never NULL.
static rowcall_status put_one(struct rc_builder *builder,
                              const struct rc_select_relation *related, struct rc_alias near,
                              struct rc_from *from)
{
    const struct rc_relation *relation = related->relation;
    struct rc_alias far = rc_from_join(builder, from, near, relation);
    rc_builder_put_column(builder, far, relation->target_columns[0]);
    rc_builder_put(builder, " is not null, ");
    rc_builder_begin_message(builder, RC_ROW_ONE, relation->number, relation->name);
    rowcall_status st = put_values(builder, &related->select, far, from);
    rc_builder_end_message(builder);
    return st;
}

static rowcall_status put_many(struct rc_builder *builder,
                               const struct rc_select_relation *related, struct rc_alias near)
{
    const struct rc_relation *relation = related->relation;
    rc_builder_begin_message(builder, RC_ROW_MANY, relation->number, relation->name);
    rowcall_status st = rc_page_put_related(builder, &related->page, near, &related->select);
    rc_builder_end_message(builder);
    return st;
}

// "(select count(*) from ... where ...)"
static rowcall_status put_count(struct rc_builder *builder,
                                const struct rc_select_relation *counted, struct rc_alias near)
{
    const struct rc_relation *relation = counted->relation;
    struct rc_alias far = rc_builder_alias(builder);
    rc_builder_put(builder, "(select count(*) from ");
    struct rc_alias join = rc_relation_put_tables(builder, relation, far);
    rc_builder_put(builder, " where ");
    rc_relation_put_link(builder, relation, near, far, join);
    rowcall_status st =
        rc_predicate_and(builder, rc_node_child(counted->node, RC_ROLE_WHERE), far);
    rc_builder_put(builder, ")");
    rc_builder_add_value(builder, &rc_type_int8, relation->number, relation->name);
    return st;
}

static rowcall_status put_counts(struct rc_builder *builder, const struct rc_select *select,
                                 struct rc_alias near)
{
    const struct rc_wire_field *field = select->counts->node->parent->field;
    rowcall_status st = ROWCALL_OK;
    rc_builder_begin_message(builder, RC_ROW_GROUP, field->number, field->name);
    for (const struct rc_select_relation *counted = select->counts; !st && counted;
         counted = counted->next) {
        rc_builder_put(builder, ", ");
        st = put_count(builder, counted, near);
    }
    rc_builder_end_message(builder);
    return st;
}

static rowcall_status put_values(struct rc_builder *builder, const struct rc_select *select,
                                 struct rc_alias alias, struct rc_from *from)
{
    rowcall_status st = ROWCALL_OK;
    rc_columns_put_result(builder, &select->columns, alias); // there is always one
    for (const struct rc_select_relation *related = select->relations; !st && related;
         related = related->next) {
        rc_builder_put(builder, ", ");
        st = related->relation->to_many ? put_many(builder, related, alias)
                                        : put_one(builder, related, alias, from);
    }
    if (!st && select->counts) {
        st = put_counts(builder, select, alias);
    }
    return st;
}

rowcall_status rc_select_put_list(struct rc_builder *builder, const struct rc_select *select,
                                  struct rc_from *from)
{
    return put_values(builder, select, from->alias, from);
}
