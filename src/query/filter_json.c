// SPDX-License-Identifier: Apache-2.0
//
// Filters of json and jsonb columns. Everything looks at the value at the path, as jsonb; where
// the path leads nowhere that is NULL, and no member matches.
#include "query/filter.h"

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

static void put_value(const struct rc_filter *filter, const struct rc_node *member)
{
    rc_builder_put_slot(filter->builder, member, &rc_type_jsonb);
}

static void put_typeof(const struct rc_filter *filter)
{
    rc_builder_put(filter->builder, "jsonb_typeof(");
    put_target(filter);
    rc_builder_put(filter->builder, ")");
}

// Numbers with numbers and strings with strings; anything else does not compare.
static void write_ordered(const struct rc_filter *filter, const struct rc_node *member)
{
    struct rc_builder *builder = filter->builder;
    rc_builder_put(builder, "(");
    put_typeof(filter);
    rc_builder_put(builder, " in ('number', 'string') and ");
    put_typeof(filter);
    rc_builder_put(builder, " = jsonb_typeof(");
    put_value(filter, member);
    rc_builder_put(builder, ") and ");
    put_target(filter);
    rc_builder_put(builder, rc_filter_operator((enum rc_api_role)member->field->role));
    put_value(filter, member);
    rc_builder_put(builder, ")");
}

static void write_string(const struct rc_filter *filter, const struct rc_node *member)
{
    struct rc_builder *builder = filter->builder;
    rc_builder_put(builder, "(");
    put_typeof(filter);
    rc_builder_put(builder, " = 'string' and (");
    put_target(filter);
    rc_builder_put(builder, " #>> '{}')");
    rc_filter_put_pattern(filter, member);
    rc_builder_put(builder, ")");
}

// between: what stands between the array and the value.
static void write_array(const struct rc_filter *filter, const struct rc_node *member,
                        const char *between)
{
    struct rc_builder *builder = filter->builder;
    rc_builder_put(builder, "(");
    put_typeof(filter);
    rc_builder_put(builder, " = 'array' and ");
    put_target(filter);
    rc_builder_put(builder, between);
    put_value(filter, member);
    rc_builder_put(builder, ")");
}

rowcall_status rc_filter_write_json(const struct rc_filter *filter,
                                    const struct rc_node *member)
{
    enum rc_api_role role = (enum rc_api_role)member->field->role;
    switch (role) {
    case RC_ROLE_EQUALS:
    case RC_ROLE_NOT_EQUALS:
        put_target(filter);
        rc_builder_put(filter->builder, rc_filter_operator(role));
        put_value(filter, member);
        return ROWCALL_OK;
    case RC_ROLE_LT:
    case RC_ROLE_LTE:
    case RC_ROLE_GT:
    case RC_ROLE_GTE:
        write_ordered(filter, member);
        return ROWCALL_OK;
    case RC_ROLE_STRING_CONTAINS:
    case RC_ROLE_STRING_STARTS_WITH:
    case RC_ROLE_STRING_ENDS_WITH:
        write_string(filter, member);
        return ROWCALL_OK;
    case RC_ROLE_ARRAY_CONTAINS:
        write_array(filter, member, " @> ");
        return ROWCALL_OK;
    case RC_ROLE_ARRAY_STARTS_WITH:
        write_array(filter, member, " -> 0 = ");
        return ROWCALL_OK;
    case RC_ROLE_ARRAY_ENDS_WITH:
        write_array(filter, member, " -> -1 = ");
        return ROWCALL_OK;
    default:
        return rc_filter_refuse(filter, member);
    }
}
