// SPDX-License-Identifier: Apache-2.0
//
// Filters of json and jsonb columns. Everything looks at the value at the path, as jsonb; where
// the path leads nowhere that is NULL, and no member but `exists` matches.
#include "query/filter.h"

// What the value at the path is compared with: one of the request, or another column.
struct compared {
    const struct rc_node *member;
    const struct rc_operand *other;
};

// The value looked at: t0."meta", (t0."meta" #> $1::text[]), ((t0."meta"::jsonb) #> ...).
static void put_target(const struct rc_filter *filter)
{
    struct rc_builder *builder = filter->builder;
    const struct rc_node *path = rc_node_child(filter->node, RC_ROLE_JSON_PATH);
    rc_builder_put(builder, path ? "(" : "");
    rc_filter_put_operand(filter);
    rc_builder_put(builder, filter->operand.type->kind == RC_TYPE_JSON ? "::jsonb" : "");
    if (path) {
        rc_builder_put(builder, " #> ");
        rc_builder_put_slot(builder, path, &rc_type_text_array);
        rc_builder_put(builder, ")");
    }
}

static void put_compared(const struct rc_filter *filter, const struct compared *compared)
{
    struct rc_builder *builder = filter->builder;
    if (compared->member) {
        rc_builder_put_slot(builder, compared->member, &rc_type_jsonb);
        return;
    }
    rc_operand_put(builder, compared->other);
    rc_builder_put(builder, compared->other->type->kind == RC_TYPE_JSON ? "::jsonb" : "");
}

static void put_typeof(const struct rc_filter *filter)
{
    rc_builder_put(filter->builder, "jsonb_typeof(");
    put_target(filter);
    rc_builder_put(filter->builder, ")");
}

static void write_plain(const struct rc_filter *filter, const char *between,
                        const struct compared *compared)
{
    put_target(filter);
    rc_builder_put(filter->builder, between);
    put_compared(filter, compared);
}

// Numbers with numbers and strings with strings; anything else does not compare.
static void write_ordered(const struct rc_filter *filter, const char *between,
                          const struct compared *compared)
{
    struct rc_builder *builder = filter->builder;
    rc_builder_put(builder, "(");
    put_typeof(filter);
    rc_builder_put(builder, " in ('number', 'string') and ");
    put_typeof(filter);
    rc_builder_put(builder, " = jsonb_typeof(");
    put_compared(filter, compared);
    rc_builder_put(builder, ") and ");
    write_plain(filter, between, compared);
    rc_builder_put(builder, ")");
}

// between: what stands between the array and the value.
static void write_array(const struct rc_filter *filter, const char *between,
                        const struct compared *compared)
{
    struct rc_builder *builder = filter->builder;
    rc_builder_put(builder, "(");
    put_typeof(filter);
    rc_builder_put(builder, " = 'array' and ");
    write_plain(filter, between, compared);
    rc_builder_put(builder, ")");
}

static void put_string(const struct rc_filter *filter)
{
    rc_builder_put(filter->builder, "(");
    put_target(filter);
    rc_builder_put(filter->builder, " #>> '{}')");
}

static void begin_string(const struct rc_filter *filter)
{
    rc_builder_put(filter->builder, "(");
    put_typeof(filter);
    rc_builder_put(filter->builder, " = 'string' and ");
}

static void write_string(const struct rc_filter *filter, const struct rc_node *member)
{
    begin_string(filter);
    put_string(filter);
    rc_filter_put_pattern(filter, member);
    rc_builder_put(filter->builder, ")");
}

rowcall_status rc_filter_write_json(const struct rc_filter *filter,
                                    const struct rc_node *member)
{
    const struct compared compared = {.member = member};
    enum rc_api_role role = (enum rc_api_role)member->field->role;
    switch (role) {
    case RC_ROLE_EQUALS:
    case RC_ROLE_NOT_EQUALS:
        write_plain(filter, rc_filter_operator(role), &compared);
        return ROWCALL_OK;
    case RC_ROLE_LT:
    case RC_ROLE_LTE:
    case RC_ROLE_GT:
    case RC_ROLE_GTE:
        write_ordered(filter, rc_filter_operator(role), &compared);
        return ROWCALL_OK;
    case RC_ROLE_STRING_CONTAINS:
    case RC_ROLE_STRING_STARTS_WITH:
    case RC_ROLE_STRING_ENDS_WITH:
        write_string(filter, member);
        return ROWCALL_OK;
    case RC_ROLE_ARRAY_CONTAINS:
        write_array(filter, " @> ", &compared);
        return ROWCALL_OK;
    case RC_ROLE_ARRAY_STARTS_WITH:
        write_array(filter, " -> 0 = ", &compared);
        return ROWCALL_OK;
    case RC_ROLE_ARRAY_ENDS_WITH:
        write_array(filter, " -> -1 = ", &compared);
        return ROWCALL_OK;
    case RC_ROLE_JSON_EXISTS:
        put_target(filter);
        rc_builder_put(filter->builder, member->flag ? " is not null" : " is null");
        return ROWCALL_OK;
    default:
        return rc_filter_refuse(filter, member);
    }
}

void rc_filter_write_json_compare(const struct rc_filter *filter, enum rc_comparison comparison,
                                  const struct rc_operand *other)
{
    const struct compared compared = {.other = other};
    switch (comparison) {
    case RC_COMPARISON_LESS:
        write_ordered(filter, " < ", &compared);
        return;
    case RC_COMPARISON_LESS_OR_EQUAL:
        write_ordered(filter, " <= ", &compared);
        return;
    case RC_COMPARISON_GREATER:
        write_ordered(filter, " > ", &compared);
        return;
    case RC_COMPARISON_GREATER_OR_EQUAL:
        write_ordered(filter, " >= ", &compared);
        return;
    case RC_COMPARISON_CONTAINS:
    case RC_COMPARISON_STARTS_WITH:
    case RC_COMPARISON_ENDS_WITH:
        begin_string(filter);
        rc_filter_put_match(filter, comparison, put_string, other);
        rc_builder_put(filter->builder, ")");
        return;
    case RC_COMPARISON_IN:
    case RC_COMPARISON_NOT_IN:
        write_plain(filter, comparison == RC_COMPARISON_IN ? " = any(" : " <> all(", &compared);
        rc_builder_put(filter->builder, ")");
        return;
    case RC_COMPARISON_ARRAY_CONTAINS:
        write_array(filter, " @> ", &compared);
        return;
    case RC_COMPARISON_ARRAY_STARTS_WITH:
        write_array(filter, " -> 0 = ", &compared);
        return;
    case RC_COMPARISON_ARRAY_ENDS_WITH:
        write_array(filter, " -> -1 = ", &compared);
        return;
    default:
        write_plain(filter, comparison == RC_COMPARISON_EQUALS ? " = " : " <> ", &compared);
        return;
    }
}
