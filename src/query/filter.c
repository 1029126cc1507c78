// SPDX-License-Identifier: Apache-2.0
//
// Filters of scalars. What a member compares is the operand itself or, insensitive, its lower
// case; citext, which ignores case by itself, as it is, so that its own index serves it.
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
    struct rc_param param = {.slot = member->slot, .type = &rc_type_text, .node = member};
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
        return rc_filter_write_compare(filter, member);
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
                               .insensitive = rc_node_has_flag(node, RC_ROLE_INSENSITIVE) &&
                                              operand->type->kind != RC_TYPE_CITEXT};
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
