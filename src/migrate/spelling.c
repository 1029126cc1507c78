// SPDX-License-Identifier: Apache-2.0
//
// Types, defaults, keys and indexes as Prisma Migrate writes them.
#include "migrate/spelling.h"

#include <ctype.h>
#include <string.h>

void rc_spell_name(struct rc_buf *out, const char *prefix, const char *sql_schema,
                   const char *sql_name)
{
    if (*prefix) {
        struct rc_buf schema = {0};
        rc_buf_printf(&schema, "%s%s", prefix, sql_schema);
        rc_sql_identifier(out, schema.data ? schema.data : "");
        rc_buf_append_char(out, '.');
        rc_buf_fini(&schema);
    } else if (strcmp(sql_schema, "public") != 0) {
        rc_sql_identifier(out, sql_schema);
        rc_buf_append_char(out, '.');
    }
    rc_sql_identifier(out, sql_name);
}

static void append_upper(struct rc_buf *out, const char *text)
{
    for (; *text; text++) {
        rc_buf_append_char(out, (char)toupper((unsigned char)*text));
    }
}

// The type's name where Prisma's differs from the one that format_type prints.
static const char *prisma_name(enum rc_type_kind kind)
{
    switch (kind) {
    case RC_TYPE_NUMERIC:
        return "DECIMAL";
    case RC_TYPE_VARCHAR:
        return "VARCHAR";
    case RC_TYPE_CHAR:
        return "CHAR";
    case RC_TYPE_VARBIT:
        return "VARBIT";
    case RC_TYPE_TIMESTAMPTZ:
        return "TIMESTAMPTZ";
    case RC_TYPE_TIMESTAMP:
        return "TIMESTAMP";
    case RC_TYPE_TIME:
        return "TIME";
    case RC_TYPE_TIMETZ:
        return "TIMETZ";
    default:
        return NULL;
    }
}

static void append_modifiers(struct rc_buf *out, const struct rc_type *type)
{
    if (type->length > 0) {
        rc_buf_printf(out, "(%d)", type->length);
    } else if (type->precision >= 0 && type->scale >= 0) {
        rc_buf_printf(out, "(%d,%d)", type->precision, type->scale);
    } else if (type->precision >= 0) {
        rc_buf_printf(out, "(%d)", type->precision);
    }
}

void rc_spell_type(struct rc_buf *out, const struct rc_type *type, const char *prefix)
{
    const char *name = prisma_name(type->kind);
    if (type->kind == RC_TYPE_ENUM) {
        rc_spell_name(out, prefix, type->enumeration->sql_schema, type->enumeration->sql_name);
    } else if (name) {
        rc_buf_append_text(out, name);
        append_modifiers(out, type);
    } else {
        append_upper(out, type->sql);
    }
    if (type->array) {
        rc_buf_append_text(out, "[]");
    }
}

// A literal of these types is written bare: 0, 1.5, true.
static bool is_bare(const struct rc_type *type)
{
    if (type->array) {
        return false;
    }
    switch (rc_type_info(type->kind)->family) {
    case RC_FAMILY_INT32:
    case RC_FAMILY_INT64:
    case RC_FAMILY_BOOL:
        return true;
    case RC_FAMILY_FLOAT:
    case RC_FAMILY_DOUBLE:
    case RC_FAMILY_NUMERIC:
    case RC_FAMILY_STRING:
    case RC_FAMILY_BYTES:
    case RC_FAMILY_TIMESTAMP:
    case RC_FAMILY_VALUE:
    case RC_FAMILY_JSON:
    case RC_FAMILY_ENUM:
        break;
    }
    return false;
}

// NaN and the infinities of floats and decimals have to be quoted.
static bool is_number(const char *text)
{
    return *text && text[strspn(text, "0123456789+-.eE")] == '\0';
}

static const char *enum_label(const struct rc_enum *enumeration, const char *name)
{
    for (size_t i = 0; i < enumeration->label_count; i++) {
        if (strcmp(enumeration->labels[i].name, name) == 0) {
            return enumeration->labels[i].label;
        }
    }
    return name; // written as the label itself
}

static void spell_literal(struct rc_buf *out, const struct rc_column *column)
{
    const struct rc_type *type = &column->type;
    const char *text = column->default_literal;
    enum rc_type_family family = rc_type_info(type->kind)->family;
    bool may_be_number =
        !type->array && (family == RC_FAMILY_FLOAT || family == RC_FAMILY_DOUBLE ||
                         family == RC_FAMILY_NUMERIC);
    if (is_bare(type) || (may_be_number && is_number(text))) {
        rc_buf_append_text(out, text);
    } else if (type->kind == RC_TYPE_ENUM && !type->array) {
        rc_sql_literal(out, enum_label(type->enumeration, text));
    } else {
        rc_sql_literal(out, text);
    }
}

void rc_spell_default(struct rc_buf *out, const struct rc_column *column)
{
    if (column->default_literal) {
        spell_literal(out, column);
    } else if (column->default_sql) {
        rc_buf_append_text(out, column->default_sql);
    }
}

// ---- keys and indexes

static void spell_columns(struct rc_buf *out, const struct rc_column *const *columns,
                          size_t count, const char *separator)
{
    rc_buf_append_char(out, '(');
    for (size_t i = 0; i < count; i++) {
        rc_buf_append_text(out, i ? separator : "");
        rc_sql_identifier(out, columns[i]->sql_name);
    }
    rc_buf_append_char(out, ')');
}

void rc_spell_primary_key(struct rc_buf *out, const struct rc_key *key)
{
    rc_buf_append_text(out, "PRIMARY KEY ");
    spell_columns(out, key->columns, key->column_count, ",");
}

void rc_spell_unique_key(struct rc_buf *out, const struct rc_key *key)
{
    spell_columns(out, key->columns, key->column_count, ", ");
}

static void spell_part(struct rc_buf *out, const struct rc_index_part *part)
{
    if (part->column) {
        rc_sql_identifier(out, part->column->sql_name);
    } else {
        rc_buf_printf(out, "(%s)", part->expression);
    }
    if (part->operator_class) {
        rc_buf_printf(out, " %s", part->operator_class);
    }
    if (part->descending) {
        rc_buf_append_text(out, " DESC");
    }
    if (part->nulls != RC_NULLS_DEFAULT) {
        rc_buf_printf(out, " NULLS %s", part->nulls == RC_NULLS_FIRST ? "FIRST" : "LAST");
    }
}

void rc_spell_index(struct rc_buf *out, const struct rc_index *index)
{
    if (strcmp(index->method, "btree") != 0) {
        rc_buf_append_text(out, "USING ");
        append_upper(out, index->method);
        rc_buf_append_char(out, ' ');
    }
    rc_buf_append_char(out, '(');
    for (size_t i = 0; i < index->part_count; i++) {
        rc_buf_append_text(out, i ? ", " : "");
        spell_part(out, &index->parts[i]);
    }
    rc_buf_append_char(out, ')');
    if (index->include_count) {
        rc_buf_append_text(out, " INCLUDE ");
        spell_columns(out, index->include, index->include_count, ", ");
    }
    if (index->where) {
        rc_buf_printf(out, " WHERE %s", index->where);
    }
}

static const char *action_sql(enum rc_action action)
{
    switch (action) {
    case RC_ACTION_NO_ACTION:
        return "NO ACTION";
    case RC_ACTION_RESTRICT:
        return "RESTRICT";
    case RC_ACTION_CASCADE:
        return "CASCADE";
    case RC_ACTION_SET_NULL:
        return "SET NULL";
    case RC_ACTION_SET_DEFAULT:
        return "SET DEFAULT";
    }
    return "";
}

void rc_spell_foreign_key(struct rc_buf *out, const struct rc_foreign_key *key,
                          const char *prefix)
{
    rc_buf_append_text(out, "FOREIGN KEY ");
    spell_columns(out, key->columns, key->column_count, ", ");
    rc_buf_append_text(out, " REFERENCES ");
    rc_spell_name(out, prefix, key->target->sql_schema, key->target->sql_name);
    spell_columns(out, key->references, key->column_count, ", ");
    rc_buf_printf(out, " ON DELETE %s ON UPDATE %s", action_sql(key->on_delete),
                  action_sql(key->on_update));
}
