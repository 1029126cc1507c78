// SPDX-License-Identifier: Apache-2.0
//
// `compare`: a column against another one. What may be compared is decided here, so that nobody
// learns from PostgreSQL that there is no such operator.
#include "query/filter.h"

// By enum rc_comparison, as far as they are operators between values of one kind.
static const char *const operators[] = {
    [RC_COMPARISON_EQUALS] = " = ",     [RC_COMPARISON_NOT_EQUALS] = " <> ",
    [RC_COMPARISON_LESS] = " < ",       [RC_COMPARISON_LESS_OR_EQUAL] = " <= ",
    [RC_COMPARISON_GREATER] = " > ",    [RC_COMPARISON_GREATER_OR_EQUAL] = " >= ",
    [RC_COMPARISON_HAS_EVERY] = " @> ", [RC_COMPARISON_HAS_SOME] = " && ",
};

// The first of the types that PostgreSQL compares with this one.
static enum rc_type_kind class_of(enum rc_type_kind kind)
{
    switch (kind) {
    case RC_TYPE_INT2:
    case RC_TYPE_INT4:
    case RC_TYPE_INT8:
    case RC_TYPE_FLOAT4:
    case RC_TYPE_FLOAT8:
    case RC_TYPE_NUMERIC:
        return RC_TYPE_INT2;
    case RC_TYPE_TEXT:
    case RC_TYPE_VARCHAR:
    case RC_TYPE_CHAR:
    case RC_TYPE_CITEXT:
        return RC_TYPE_TEXT;
    case RC_TYPE_TIMESTAMP:
    case RC_TYPE_TIMESTAMPTZ:
    case RC_TYPE_DATE:
        return RC_TYPE_TIMESTAMP;
    case RC_TYPE_INET:
    case RC_TYPE_CIDR:
        return RC_TYPE_INET;
    case RC_TYPE_BIT:
    case RC_TYPE_VARBIT:
        return RC_TYPE_BIT;
    case RC_TYPE_JSON: // both are compared as jsonb
    case RC_TYPE_JSONB:
        return RC_TYPE_JSON;
    default:
        return kind;
    }
}

static bool is_text(const struct rc_type *type)
{
    return !type->array && class_of(type->kind) == RC_TYPE_TEXT;
}

static bool is_json(const struct rc_type *type)
{
    return !type->array && class_of(type->kind) == RC_TYPE_JSON;
}

static bool is_same_element(const struct rc_type *a, const struct rc_type *b)
{
    return a->kind == b->kind && a->enumeration == b->enumeration &&
           rc_type_info(a->kind)->is_equatable;
}

// json is compared as jsonb, and may be an element of a list of those.
static bool is_json_in(const struct rc_type *a, const struct rc_type *b)
{
    return is_json(a) && b->kind == RC_TYPE_JSONB;
}

static bool is_comparable(const struct rc_type *a, const struct rc_type *b)
{
    if (a->array || b->array) {
        return a->array == b->array && is_same_element(a, b);
    }
    return class_of(a->kind) == class_of(b->kind) && a->enumeration == b->enumeration &&
           a->kind != RC_TYPE_XML;
}

// Whether a column of type a may be compared so with one of type b.
static bool is_meaningful(enum rc_comparison comparison, const struct rc_type *a,
                          const struct rc_type *b)
{
    switch (comparison) {
    case RC_COMPARISON_EQUALS:
    case RC_COMPARISON_NOT_EQUALS:
    case RC_COMPARISON_LESS:
    case RC_COMPARISON_LESS_OR_EQUAL:
    case RC_COMPARISON_GREATER:
    case RC_COMPARISON_GREATER_OR_EQUAL:
        return is_comparable(a, b);
    case RC_COMPARISON_CONTAINS:
    case RC_COMPARISON_STARTS_WITH:
    case RC_COMPARISON_ENDS_WITH:
        return (is_text(a) || is_json(a)) && is_text(b);
    case RC_COMPARISON_IN:
    case RC_COMPARISON_NOT_IN:
        return !a->array && b->array && (is_same_element(a, b) || is_json_in(a, b));
    case RC_COMPARISON_HAS:
        return a->array && !b->array && is_same_element(a, b);
    case RC_COMPARISON_HAS_EVERY:
    case RC_COMPARISON_HAS_SOME:
        return a->array && b->array && is_same_element(a, b);
    case RC_COMPARISON_ARRAY_CONTAINS:
    case RC_COMPARISON_ARRAY_STARTS_WITH:
    case RC_COMPARISON_ARRAY_ENDS_WITH:
        return is_json(a) && is_json(b);
    case RC_COMPARISON_COUNT:
        break;
    }
    return false;
}

// ---- writing

// A text as it compares: citext with citext, or in lower case.
static void put_text(const struct rc_filter *filter, const struct rc_operand *operand,
                     bool as_citext)
{
    struct rc_builder *builder = filter->builder;
    bool is_cast = as_citext && operand->type->kind != RC_TYPE_CITEXT;
    rc_builder_put(builder, filter->insensitive ? "lower(" : "");
    rc_operand_put(builder, operand);
    rc_builder_put(builder, is_cast ? "::citext" : "");
    rc_builder_put(builder, filter->insensitive ? ")" : "");
}

static void write_operator(const struct rc_filter *filter, enum rc_comparison comparison,
                           const struct rc_operand *other)
{
    bool is_citext = is_text(other->type) && (filter->operand.type->kind == RC_TYPE_CITEXT ||
                                              other->type->kind == RC_TYPE_CITEXT);
    put_text(filter, &filter->operand, is_citext);
    rc_builder_put(filter->builder, operators[comparison]);
    put_text(filter, other, is_citext);
}

// The lower case of an array is made of its text: a function that keeps NULL, unlike an array
// made of its elements. No letter of an array's syntax has a case but those of NULL, which may
// be written in either.
static void put_list(const struct rc_filter *filter, const struct rc_operand *list)
{
    struct rc_builder *builder = filter->builder;
    rc_builder_put(builder, filter->insensitive ? "(lower(" : "");
    rc_operand_put(builder, list);
    rc_builder_put(builder, filter->insensitive ? "::text)::text[])" : "");
}

static void write_in(const struct rc_filter *filter, bool is_in, const struct rc_operand *list)
{
    put_text(filter, &filter->operand, false);
    rc_builder_put(filter->builder, is_in ? " = any(" : " <> all(");
    put_list(filter, list);
    rc_builder_put(filter->builder, ")");
}

static void put_own_text(const struct rc_filter *filter)
{
    rc_filter_put_operand(filter);
    rc_builder_put(filter->builder, "::text");
}

static void put_match_left(const struct rc_filter *filter, bool insensitive,
                           void (*put_left)(const struct rc_filter *filter))
{
    rc_builder_put(filter->builder, insensitive ? "lower(" : "");
    put_left(filter);
    rc_builder_put(filter->builder, insensitive ? ")" : "");
}

static void put_match_right(const struct rc_filter *filter, bool insensitive,
                            const struct rc_operand *other)
{
    rc_builder_put(filter->builder, insensitive ? "lower(" : "");
    rc_operand_put(filter->builder, other);
    rc_builder_put(filter->builder, insensitive ? "::text)" : "::text");
}

void rc_filter_put_match(const struct rc_filter *filter, enum rc_comparison comparison,
                         void (*put_left)(const struct rc_filter *filter),
                         const struct rc_operand *other)
{
    struct rc_builder *builder = filter->builder;
    bool insensitive = filter->insensitive || other->type->kind == RC_TYPE_CITEXT ||
                       filter->operand.type->kind == RC_TYPE_CITEXT;
    bool is_end = comparison == RC_COMPARISON_ENDS_WITH;
    rc_builder_put(builder, is_end                                    ? "right("
                            : comparison == RC_COMPARISON_STARTS_WITH ? "starts_with("
                                                                      : "strpos(");
    put_match_left(filter, insensitive, put_left);
    rc_builder_put(builder, is_end ? ", length(" : ", ");
    put_match_right(filter, insensitive, other);
    if (is_end) {
        rc_builder_put(builder, ")) = ");
        put_match_right(filter, insensitive, other);
        return;
    }
    rc_builder_put(builder, comparison == RC_COMPARISON_STARTS_WITH ? ")" : ") > 0");
}

static void write_comparison(const struct rc_filter *filter, enum rc_comparison comparison,
                             const struct rc_operand *other)
{
    struct rc_builder *builder = filter->builder;
    switch (comparison) {
    case RC_COMPARISON_CONTAINS:
    case RC_COMPARISON_STARTS_WITH:
    case RC_COMPARISON_ENDS_WITH:
        rc_filter_put_match(filter, comparison, put_own_text, other);
        return;
    case RC_COMPARISON_IN:
    case RC_COMPARISON_NOT_IN:
        write_in(filter, comparison == RC_COMPARISON_IN, other);
        return;
    case RC_COMPARISON_HAS:
        rc_operand_put(builder, other);
        rc_builder_put(builder, " = any(");
        rc_filter_put_operand(filter);
        rc_builder_put(builder, ")");
        return;
    default:
        write_operator(filter, comparison, other);
        return;
    }
}

// ---- reading

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

rowcall_status rc_filter_write_compare(const struct rc_filter *filter,
                                       const struct rc_node *member)
{
    struct rc_builder *builder = filter->builder;
    const struct rc_node *field = rc_node_child(member, RC_ROLE_COMPARED_FIELD);
    const struct rc_node *comparison = rc_node_child(member, RC_ROLE_COMPARISON);
    uint64_t number = comparison ? comparison->flag : RC_COMPARISON_EQUALS;
    struct rc_view name = field ? field->text : rc_view_of("");
    struct rc_operand other;
    if (!find_other(filter, name, &other)) {
        return refuse_other(filter, member, name);
    }
    if (number >= RC_COMPARISON_COUNT) {
        return rc_node_refuse(member, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "unknown comparison");
    }
    if (!is_meaningful((enum rc_comparison)number, filter->operand.type, other.type)) {
        bool is_operator = number <= RC_COMPARISON_GREATER_OR_EQUAL;
        return rc_node_refuse(member, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "%s and %s have types that do not compare%s",
                              filter->node->field->name, other.column->name,
                              is_operator ? "" : " so");
    }
    if (is_json(filter->operand.type)) {
        rc_filter_write_json_compare(filter, (enum rc_comparison)number, &other);
    } else {
        write_comparison(filter, (enum rc_comparison)number, &other);
    }
    return ROWCALL_OK;
}
