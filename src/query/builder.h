// SPDX-License-Identifier: Apache-2.0
//
// A plan in the making: the statement at hand (its text, its parameters, its result columns)
// and those before it. The nouns of a statement (predicate, order, page, columns, assignments)
// all write to one builder; what they write goes to the end of the text, so they are called in
// SQL's order. rc_builder_end_statement closes a statement and begins the next one.
//
// Every value is a parameter with a cast and every name is quoted: no byte of a request gets
// into the text.
#ifndef RC_QUERY_BUILDER_H
#define RC_QUERY_BUILDER_H

#include "query/outline.h"
#include "query/plan.h"
#include "query/program.h"

// What is known of a statement besides its text.
struct rc_builder_statement {
    struct rc_param *params;
    size_t param_count;
    size_t param_capacity;
    struct rc_plan_head *heads;
    size_t head_count;
    size_t head_capacity;
    struct rc_row_list *row; // the innermost message that is open; scratch
    enum rc_plan_count count;
    bool answers_rows;
};

// A name for one table in the text: prints as t0, t1, ... Pass by value.
struct rc_alias {
    unsigned number;
};

// What a bulk write (bulk.h) needs to know of a plain INSERT of one record, or of a plain
// UPDATE by a key: where the parts of its text begin. Its verb leaves it here when it may have
// one.
struct rc_bulk_draft {
    enum { RC_BULK_NONE, RC_BULK_CREATE, RC_BULK_UPDATE } kind;
    struct rc_alias alias; // of the table
    size_t body;           // "values (...)", of a create
    size_t where;          // " where ...", of an update; the key comes first
    size_t key_columns;    // of the key: each has a parameter
    size_t tail;           // " returning ..."; the end of the text when there is none
    const char *guards;    // of a create: " and <parents are there and not locked>"; scratch
};

struct rc_builder {
    struct rc_arena *arena;   // the plan's: what the plan will point to
    struct rc_arena *scratch; // the compiler's: gone when the plan is made
    const struct rc_model *model;
    const struct rc_wire_message *response;
    rowcall_error *err;
    struct rc_buf sql;
    unsigned alias_count;
    struct rc_builder_statement at; // the statement at hand
    bool broken;                    // no memory: reported once, at the end
    // What the verbs say about the plan.
    bool read_only;
    bool locks;
    size_t max_affected_slot; // SIZE_MAX: none
    size_t take_slot;         // likewise: that bounds the rows answered
    struct rc_bulk_draft bulk;
    struct rc_plan_statement *statements;
    size_t statement_count;
    size_t statement_capacity;
    struct rc_plan_failure *failures;
    size_t failure_count;
    size_t failure_capacity;
};

// A new alias.
struct rc_alias rc_builder_alias(struct rc_builder *builder);

// Appends fixed text, never any of a request.
void rc_builder_put(struct rc_builder *builder, const char *text);
// "t0", "public"."products" and t0."price".
void rc_builder_put_alias(struct rc_builder *builder, struct rc_alias alias);
void rc_builder_put_table(struct rc_builder *builder, const struct rc_entity *entity);
void rc_builder_put_column(struct rc_builder *builder, struct rc_alias alias,
                           const struct rc_column *column);
// "price" alone.
void rc_builder_put_name(struct rc_builder *builder, const struct rc_column *column);
// ::int4[], ::"Colour". Without length or precision: a cast to varchar(3) would cut in silence,
// where an assignment refuses.
void rc_builder_put_cast(struct rc_builder *builder, const struct rc_type *type);

// Types that parameters have besides those of columns; static storage.
extern const struct rc_type rc_type_int8;
extern const struct rc_type rc_type_bool;
extern const struct rc_type rc_type_text;
extern const struct rc_type rc_type_text_array;
extern const struct rc_type rc_type_jsonb;
extern const struct rc_type rc_type_numeric;

// type itself, or its array or element; the plan's. type is borrowed from the schema.
const struct rc_type *rc_builder_type(struct rc_builder *builder, const struct rc_type *type,
                                      bool is_array);

// "$2::text": the parameter made from this source. The same one twice has one number.
void rc_builder_put_param(struct rc_builder *builder, const struct rc_param *param);
// The same for a slot as it is.
void rc_builder_put_slot(struct rc_builder *builder, const struct rc_node *node,
                         const struct rc_type *type);

// ---- result columns, in the order of the select list

// A head: before any column of the row. role: which of the response's fields it answers,
// RC_ROLE_NONE for none.
void rc_builder_add_head(struct rc_builder *builder, enum rc_plan_meaning meaning,
                         enum rc_api_role role);

// The value just written to the select list is one of the row, or of the message that is open.
// Appends the cast of those that are read as text: types whose binary form does not say what
// their text does. type and name are the plan's or the schema's.
void rc_builder_add_value(struct rc_builder *builder, const struct rc_type *type,
                          uint32_t number, const char *name);

// A nested message (RC_ROW_GROUP, ONE, MANY): what is added until its end belongs to it. number
// and name are the field's. What of it stands in the select list is the caller's to write.
void rc_builder_begin_message(struct rc_builder *builder, enum rc_row_kind kind,
                              uint32_t number, const char *name);
void rc_builder_end_message(struct rc_builder *builder);

// Puts aside what is known of the statement at hand, but for its text, which is the caller's to
// keep; and goes on with it.
struct rc_builder_statement rc_builder_put_aside(struct rc_builder *builder);
void rc_builder_resume(struct rc_builder *builder,
                       const struct rc_builder_statement *statement);

// Adds a failure that a statement may end with, copied but for its strings, which are the
// plan's or the schema's. Returns its index.
size_t rc_builder_add_failure(struct rc_builder *builder,
                              const struct rc_plan_failure *failure);

// Closes the statement at hand and begins the next. Does nothing when it has no text.
void rc_builder_end_statement(struct rc_builder *builder);

// A point to go back to: text and parameters written since are dropped.
struct rc_builder_mark {
    size_t len;
    size_t param_count;
};
struct rc_builder_mark rc_builder_mark(const struct rc_builder *builder);
void rc_builder_rewind(struct rc_builder *builder, struct rc_builder_mark mark);

// The number of the response's first field with this role, 0 when it has none.
uint32_t rc_builder_response_number(const struct rc_builder *builder, enum rc_api_role role);

#endif
