// SPDX-License-Identifier: Apache-2.0
//
// Filters of scalar columns. What a member compares is the column itself or, insensitive, its
// lower case.
#include "query/filter.h"

const char *rc_filter_operator(enum rc_api_role role)
{
    switch (role) {
    case RC_ROLE_EQUALS:
        return " = ";
    case RC_ROLE_NOT_EQUALS:
        return " <> ";
    case RC_ROLE_LT:
        return " < ";
    case RC_ROLE_LTE:
        return " <= ";
    case RC_ROLE_GT:
        return " > ";
    case RC_ROLE_GTE:
        return " >= ";
    default:
        return NULL;
    }
}

void rc_filter_put_column(const struct rc_filter *filter)
{
    rc_builder_put_column(filter->builder, filter->alias, filter->column);
}

void rc_filter_put_pattern(const struct rc_filter *filter, const struct rc_node *member)
{
    struct rc_param param = {.slot = member->slot, .type = &rc_type_text};
    switch ((enum rc_api_role)member->field->role) {
    case RC_ROLE_STARTS_WITH:
    case RC_ROLE_STRING_STARTS_WITH:
        param.source = RC_PARAM_STARTS_WITH;
        break;
    case RC_ROLE_ENDS_WITH:
    case RC_ROLE_STRING_ENDS_WITH:
        param.source = RC_PARAM_ENDS_WITH;
        break;
    default:
        param.source = RC_PARAM_CONTAINS;
        break;
    }
    rc_builder_put(filter->builder, filter->insensitive ? " ilike " : " like ");
    rc_builder_put_param(filter->builder, &param);
}

rowcall_status rc_filter_refuse(const struct rc_filter *filter, const struct rc_node *member)
{
    return rc_node_refuse(member, ROWCALL_INVALID_ARGUMENT, filter->builder->err,
                          "a column of type %s%s cannot be compared so",
                          filter->column->type.sql, filter->column->type.array ? "[]" : "");
}

static void put_left(const struct rc_filter *filter)
{
    struct rc_builder *builder = filter->builder;
    rc_builder_put(builder, filter->insensitive ? "lower(" : "");
    rc_filter_put_column(filter);
    rc_builder_put(builder, filter->insensitive ? ")" : "");
}

static void write_comparison(const struct rc_filter *filter, const struct rc_node *member)
{
    struct rc_builder *builder = filter->builder;
    put_left(filter);
    rc_builder_put(builder, rc_filter_operator((enum rc_api_role)member->field->role));
    rc_builder_put(builder, filter->insensitive ? "lower(" : "");
    rc_builder_put_slot(builder, member, &filter->column->type);
    rc_builder_put(builder, filter->insensitive ? ")" : "");
}

// One array parameter, however many values. Of an empty one ANY is false, ALL is true.
static void write_in(const struct rc_filter *filter, const struct rc_node *member)
{
    struct rc_builder *builder = filter->builder;
    bool is_in = member->field->role == RC_ROLE_IN;
    put_left(filter);
    rc_builder_put(builder, is_in ? " = any(" : " <> all(");
    rc_builder_put(builder, filter->insensitive ? "array(select lower(v) from unnest(" : "");
    rc_builder_put_slot(builder, member, rc_builder_type(builder, &filter->column->type, true));
    rc_builder_put(builder, filter->insensitive ? ") v))" : ")");
}

// citext has LIKE of its own; the others are compared as text: char(n) without its padding.
static void write_pattern(const struct rc_filter *filter, const struct rc_node *member)
{
    rc_filter_put_column(filter);
    rc_builder_put(filter->builder, filter->column->type.kind == RC_TYPE_CHAR ? "::text" : "");
    rc_filter_put_pattern(filter, member);
}

// Whether PostgreSQL has operators between the two types.
static bool is_comparable(const struct rc_type *a, const struct rc_type *b)
{
    enum rc_type_family family = rc_type_info(a->kind)->family;
    if (a->array != b->array || !rc_type_info(a->kind)->is_equatable ||
        !rc_type_info(b->kind)->is_equatable) {
        return false;
    }
    if (a->array || family == RC_FAMILY_ENUM || family == RC_FAMILY_VALUE ||
        family == RC_FAMILY_NUMERIC) {
        return a->kind == b->kind && a->enumeration == b->enumeration;
    }
    return family == rc_type_info(b->kind)->family ||
           (family <= RC_FAMILY_DOUBLE && family != RC_FAMILY_BOOL &&
            rc_type_info(b->kind)->family <= RC_FAMILY_DOUBLE &&
            rc_type_info(b->kind)->family != RC_FAMILY_BOOL);
}

// compare: {comparison, field}
static rowcall_status write_compare(const struct rc_filter *filter,
                                    const struct rc_node *member)
{
    static const char *const operators[] = {" = ", " <> ", " < ", " <= ", " > ", " >= "};
    struct rc_builder *builder = filter->builder;
    const struct rc_node *name = rc_node_child(member, RC_ROLE_COMPARED_FIELD);
    const struct rc_node *comparison = rc_node_child(member, RC_ROLE_COMPARISON);
    uint64_t number = comparison ? comparison->flag : 0;
    const struct rc_column *other =
        name ? rc_entity_column(filter->column->entity, name->text) : NULL;
    if (!other) {
        struct rc_view given = name ? name->text : rc_view_of("");
        return rc_node_refuse(member, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "%s has no column '%.*s'", filter->column->entity->name,
                              rc_view_arg(given));
    }
    if (number >= sizeof operators / sizeof operators[0]) {
        return rc_node_refuse(member, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "unknown comparison");
    }
    if (!is_comparable(&filter->column->type, &other->type)) {
        return rc_node_refuse(member, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "%s and %s have types that do not compare", filter->column->name,
                              other->name);
    }
    rc_filter_put_column(filter);
    rc_builder_put(builder, operators[number]);
    rc_builder_put_column(builder, filter->alias, other);
    return ROWCALL_OK;
}

static rowcall_status write_scalar(const struct rc_filter *filter, const struct rc_node *member)
{
    switch ((enum rc_api_role)member->field->role) {
    case RC_ROLE_EQUALS:
    case RC_ROLE_NOT_EQUALS:
    case RC_ROLE_LT:
    case RC_ROLE_LTE:
    case RC_ROLE_GT:
    case RC_ROLE_GTE:
        write_comparison(filter, member);
        return ROWCALL_OK;
    case RC_ROLE_IN:
    case RC_ROLE_NOT_IN:
        write_in(filter, member);
        return ROWCALL_OK;
    case RC_ROLE_CONTAINS:
    case RC_ROLE_STARTS_WITH:
    case RC_ROLE_ENDS_WITH:
        write_pattern(filter, member);
        return ROWCALL_OK;
    default:
        return rc_filter_refuse(filter, member);
    }
}

static rowcall_status write_member(const struct rc_filter *filter, const struct rc_node *member)
{
    switch ((enum rc_api_role)member->field->role) {
    case RC_ROLE_IS_NULL:
        rc_filter_put_column(filter);
        rc_builder_put(filter->builder, member->flag ? " is null" : " is not null");
        return ROWCALL_OK;
    case RC_ROLE_COMPARE:
        return write_compare(filter, member);
    default:
        break;
    }
    if (filter->column->type.array) {
        return rc_filter_write_list(filter, member);
    }
    if (rc_type_info(filter->column->type.kind)->family == RC_FAMILY_JSON) {
        return rc_filter_write_json(filter, member);
    }
    return write_scalar(filter, member);
}

rowcall_status rc_filter_write(struct rc_builder *builder, const struct rc_node *node,
                               struct rc_alias alias, enum rc_truth *ret_truth)
{
    struct rc_filter filter = {.builder = builder,
                               .node = node,
                               .column = node->field->subject,
                               .alias = alias,
                               .insensitive = rc_node_has_flag(node, RC_ROLE_INSENSITIVE)};
    struct rc_junction junction;
    rc_junction_begin(&junction, builder, true);
    for (const struct rc_node *member = node->first; member; member = member->next) {
        if (member->field->role == RC_ROLE_INSENSITIVE ||
            member->field->role == RC_ROLE_JSON_PATH) {
            continue; // they say how the others compare
        }
        rc_junction_part(&junction);
        rowcall_status st = write_member(&filter, member);
        if (st) {
            return st;
        }
        rc_junction_take(&junction, RC_TRUTH_DEPENDS);
    }
    *ret_truth = rc_junction_end(&junction, true);
    return ROWCALL_OK;
}
