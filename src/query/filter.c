// SPDX-License-Identifier: Apache-2.0
//
// Filters of scalars. What a member compares is the operand itself or, insensitive, its lower
// case.
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

void rc_filter_put_operand(const struct rc_filter *filter)
{
    rc_operand_put(filter->builder, &filter->operand);
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
                          filter->operand.type->sql, filter->operand.type->array ? "[]" : "");
}

static void put_left(const struct rc_filter *filter)
{
    struct rc_builder *builder = filter->builder;
    rc_builder_put(builder, filter->insensitive ? "lower(" : "");
    rc_filter_put_operand(filter);
    rc_builder_put(builder, filter->insensitive ? ")" : "");
}

static void write_comparison(const struct rc_filter *filter, const struct rc_node *member)
{
    struct rc_builder *builder = filter->builder;
    put_left(filter);
    rc_builder_put(builder, rc_filter_operator((enum rc_api_role)member->field->role));
    rc_builder_put(builder, filter->insensitive ? "lower(" : "");
    rc_builder_put_slot(builder, member, filter->operand.type);
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
    rc_builder_put_slot(builder, member, rc_builder_type(builder, filter->operand.type, true));
    rc_builder_put(builder, filter->insensitive ? ") v))" : ")");
}

// citext has LIKE of its own; the others are compared as text: char(n) without its padding.
static void write_pattern(const struct rc_filter *filter, const struct rc_node *member)
{
    rc_filter_put_operand(filter);
    rc_builder_put(filter->builder, filter->operand.type->kind == RC_TYPE_CHAR ? "::text" : "");
    rc_filter_put_pattern(filter, member);
}

static bool is_number(const struct rc_type *type)
{
    enum rc_type_family family = rc_type_info(type->kind)->family;
    return type->kind == RC_TYPE_NUMERIC ||
           (family <= RC_FAMILY_DOUBLE && family != RC_FAMILY_BOOL &&
            type->kind != RC_TYPE_OID);
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
        a->kind == RC_TYPE_MONEY || a->kind == RC_TYPE_OID) {
        return a->kind == b->kind && a->enumeration == b->enumeration;
    }
    return is_number(a) ? is_number(b) : family == rc_type_info(b->kind)->family;
}

// The operand that `compare` names; false when there is none.
static bool find_other(const struct rc_filter *filter, struct rc_view name,
                       struct rc_operand *ret_other)
{
    const struct rc_alias alias = filter->operand.alias;
    if (!filter->others) {
        const struct rc_column *column = rc_entity_column(filter->operand.column->entity, name);
        if (column) {
            *ret_other = rc_operand_column(column, alias);
        }
        return column != NULL;
    }
    size_t i = 0;
    while (i < filter->other_count && !(filter->others[i].alias.number == alias.number &&
                                        rc_view_is(name, filter->others[i].column->name))) {
        i++;
    }
    if (i < filter->other_count) {
        *ret_other = filter->others[i];
    }
    return i < filter->other_count;
}

static rowcall_status refuse_other(const struct rc_filter *filter, const struct rc_node *member,
                                   struct rc_view name)
{
    if (filter->others) {
        return rc_node_refuse(member, ROWCALL_INVALID_ARGUMENT, filter->builder->err,
                              "'%.*s' is not among the fields that records are grouped by",
                              rc_view_arg(name));
    }
    return rc_node_refuse(member, ROWCALL_INVALID_ARGUMENT, filter->builder->err,
                          "%s has no column '%.*s'", filter->operand.column->entity->name,
                          rc_view_arg(name));
}

// compare: {comparison, field}
static rowcall_status write_compare(const struct rc_filter *filter,
                                    const struct rc_node *member)
{
    static const char *const operators[] = {" = ", " <> ", " < ", " <= ", " > ", " >= "};
    struct rc_builder *builder = filter->builder;
    const struct rc_node *field = rc_node_child(member, RC_ROLE_COMPARED_FIELD);
    const struct rc_node *comparison = rc_node_child(member, RC_ROLE_COMPARISON);
    uint64_t number = comparison ? comparison->flag : 0;
    struct rc_view name = field ? field->text : rc_view_of("");
    struct rc_operand other;
    if (!find_other(filter, name, &other)) {
        return refuse_other(filter, member, name);
    }
    if (number >= sizeof operators / sizeof operators[0]) {
        return rc_node_refuse(member, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "unknown comparison");
    }
    if (!is_comparable(filter->operand.type, other.type)) {
        return rc_node_refuse(member, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "%s and %s have types that do not compare",
                              filter->node->field->name, other.column->name);
    }
    rc_filter_put_operand(filter);
    rc_builder_put(builder, operators[number]);
    rc_operand_put(builder, &other);
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
        rc_filter_put_operand(filter);
        rc_builder_put(filter->builder, member->flag ? " is null" : " is not null");
        return ROWCALL_OK;
    case RC_ROLE_COMPARE:
        return write_compare(filter, member);
    default:
        break;
    }
    if (filter->operand.type->array) {
        return rc_filter_write_list(filter, member);
    }
    if (rc_type_info(filter->operand.type->kind)->family == RC_FAMILY_JSON) {
        return rc_filter_write_json(filter, member);
    }
    return write_scalar(filter, member);
}

rowcall_status rc_filter_write_about(struct rc_builder *builder, const struct rc_node *node,
                                     const struct rc_operand *operand,
                                     const struct rc_operand *others, size_t other_count,
                                     enum rc_truth *ret_truth)
{
    struct rc_filter filter = {.builder = builder,
                               .node = node,
                               .operand = *operand,
                               .others = others,
                               .other_count = other_count,
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

rowcall_status rc_filter_write(struct rc_builder *builder, const struct rc_node *node,
                               struct rc_alias alias, enum rc_truth *ret_truth)
{
    struct rc_operand operand = rc_operand_column(node->field->subject, alias);
    return rc_filter_write_about(builder, node, &operand, NULL, 0, ret_truth);
}
