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
    return rc_node_column(field, model->entity);
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

// How NULL fields get into a document.
enum null_form {
    NULL_STAYS,    // one field alone
    NULL_IS_EMPTY, // where columns may be NULL
    ALWAYS_COALESCED
};

// A document while it is written.
struct document {
    struct rc_builder *builder;
    const struct rc_node *node;
    struct rc_alias alias;
    enum null_form form;
};

static void put_field(const struct document *document, const struct rc_column *column)
{
    struct rc_builder *builder = document->builder;
    bool is_coalesced = document->form == ALWAYS_COALESCED ||
                        (document->form == NULL_IS_EMPTY && column->nullable);
    rc_builder_put(builder, is_coalesced ? "coalesce(" : "");
    rc_builder_put_column(builder, document->alias, column);
    rc_builder_put(builder, is_coalesced ? ", '')" : "");
}

// The fields that are vectors already, or those that are not, joined by separator.
static size_t put_fields(const struct document *document, bool is_vector, const char *separator)
{
    size_t count = 0;
    for (const struct rc_node *child = document->node->first; child; child = child->next) {
        const struct rc_column *column =
            child->field->role == RC_ROLE_SEARCH_FIELDS ? column_of(child) : NULL;
        if (column && (column->type.kind == RC_TYPE_TSVECTOR) == is_vector) {
            rc_builder_put(document->builder, count++ > 0 ? separator : "");
            put_field(document, column);
        }
    }
    return count;
}

// to_tsvector of all texts, then the vectors.
static void put_document(const struct document *document)
{
    struct rc_builder *builder = document->builder;
    struct rc_builder_mark start = rc_builder_mark(builder);
    rc_builder_put(builder, "to_tsvector(");
    put_language(builder, document->node);
    bool has_text = put_fields(document, false, " || ' ' || ") > 0;
    rc_builder_put(builder, ")");
    if (!has_text) {
        rc_builder_rewind(builder, start);
    }
    struct rc_builder_mark end = rc_builder_mark(builder);
    rc_builder_put(builder, has_text ? " || " : "");
    if (put_fields(document, true, " || ") == 0) {
        rc_builder_rewind(builder, end);
    }
}

static bool has_one_field(const struct rc_node *node)
{
    size_t count = 0;
    for (const struct rc_node *child = node->first; child; child = child->next) {
        count += child->field->role == RC_ROLE_SEARCH_FIELDS;
    }
    return count == 1;
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
        enum null_form form = has_one_field(node) ? NULL_STAYS : NULL_IS_EMPTY;
        const struct document document = {builder, node, alias, form};
        put_document(&document);
        rc_builder_put(builder, " @@ ");
        put_query(builder, node);
    }
    return st;
}

void rc_search_put_rank(struct rc_builder *builder, const struct rc_node *node,
                        struct rc_alias alias)
{
    const struct document document = {builder, node, alias, ALWAYS_COALESCED};
    rc_builder_put(builder, "ts_rank(");
    put_document(&document);
    rc_builder_put(builder, ", ");
    put_query(builder, node);
    rc_builder_put(builder, ")");
}
