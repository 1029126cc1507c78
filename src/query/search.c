// SPDX-License-Identifier: Apache-2.0
//
// Full-text queries as text.
#include "query/search.h"

// By SearchSyntax.
static const char *const functions[] = {"to_tsquery(", "plainto_tsquery(", "phraseto_tsquery(",
                                        "websearch_to_tsquery("};
#define FUNCTION_COUNT (sizeof functions / sizeof functions[0])

static const struct rc_column *column_of(const struct rc_node *field)
{
    const struct rc_model *model = field->parent->message->subject;
    return field->flag > UINT32_MAX
               ? NULL
               : rc_entity_column_by_number(model->entity, (uint32_t)field->flag);
}

rowcall_status rc_search_check(struct rc_builder *builder, const struct rc_node *node)
{
    const struct rc_node *syntax = rc_node_child(node, RC_ROLE_SEARCH_SYNTAX);
    if (!rc_node_child(node, RC_ROLE_SEARCH_FIELDS)) {
        return rc_node_refuse(node, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "names no fields to search");
    }
    if (!rc_node_child(node, RC_ROLE_SEARCH_QUERY)) {
        return rc_node_refuse(node, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "needs a query to search by");
    }
    if (syntax && syntax->flag >= FUNCTION_COUNT) {
        return rc_node_refuse(syntax, ROWCALL_INVALID_ARGUMENT, builder->err, "is unknown");
    }
    for (const struct rc_node *child = node->first; child; child = child->next) {
        if (child->field->role != RC_ROLE_SEARCH_FIELDS) {
            continue;
        }
        const struct rc_column *column = column_of(child);
        if (!column || !rc_type_is_searchable(&column->type)) {
            return rc_node_refuse(child, ROWCALL_INVALID_ARGUMENT, builder->err,
                                  column ? "%s is no text column" : "names no column",
                                  column ? column->name : "");
        }
    }
    return ROWCALL_OK;
}

struct rc_view rc_search_language(const struct rc_node *node)
{
    const struct rc_node *language = rc_node_child(node, RC_ROLE_SEARCH_LANGUAGE);
    return language && language->text.len > 0 ? language->text : rc_view_of(RC_SEARCH_LANGUAGE);
}

// A name of lower case letters, digits and '_': the walk refuses any other.
static void put_language(struct rc_builder *builder, const struct rc_node *node)
{
    rc_buf_printf(&builder->sql, "'%.*s'::regconfig, ", rc_view_arg(rc_search_language(node)));
}

static void put_field(struct rc_builder *builder, const struct rc_column *column,
                      struct rc_alias alias, bool may_be_null)
{
    bool is_coalesced = column->nullable && !may_be_null;
    rc_builder_put(builder, is_coalesced ? "coalesce(" : "");
    rc_builder_put_column(builder, alias, column);
    rc_builder_put(builder, is_coalesced ? ", '')" : "");
}

// may_be_null: of a record whose only field searched is NULL.
static void put_document(struct rc_builder *builder, const struct rc_node *node,
                         struct rc_alias alias, bool may_be_null)
{
    const struct rc_node *first = rc_node_child(node, RC_ROLE_SEARCH_FIELDS);
    bool is_first = true;
    for (const struct rc_node *other = first->next; other && may_be_null; other = other->next) {
        may_be_null = other->field->role != RC_ROLE_SEARCH_FIELDS;
    }
    rc_builder_put(builder, "to_tsvector(");
    put_language(builder, node);
    for (const struct rc_node *child = first; child; child = child->next) {
        if (child->field->role == RC_ROLE_SEARCH_FIELDS) {
            rc_builder_put(builder, is_first ? "" : " || ' ' || ");
            put_field(builder, column_of(child), alias, may_be_null);
            is_first = false;
        }
    }
    rc_builder_put(builder, ")");
}

static void put_query(struct rc_builder *builder, const struct rc_node *node)
{
    const struct rc_node *syntax = rc_node_child(node, RC_ROLE_SEARCH_SYNTAX);
    rc_builder_put(builder, functions[syntax ? syntax->flag : 0]);
    put_language(builder, node);
    rc_builder_put_slot(builder, rc_node_child(node, RC_ROLE_SEARCH_QUERY), &rc_type_text);
    rc_builder_put(builder, ")");
}

rowcall_status rc_search_write(struct rc_builder *builder, const struct rc_node *node,
                               struct rc_alias alias)
{
    rowcall_status st = rc_search_check(builder, node);
    if (!st) {
        put_document(builder, node, alias, true);
        rc_builder_put(builder, " @@ ");
        put_query(builder, node);
    }
    return st;
}

void rc_search_put_rank(struct rc_builder *builder, const struct rc_node *node,
                        struct rc_alias alias)
{
    rc_builder_put(builder, "ts_rank(");
    put_document(builder, node, alias, false);
    rc_builder_put(builder, ", ");
    put_query(builder, node);
    rc_builder_put(builder, ")");
}
