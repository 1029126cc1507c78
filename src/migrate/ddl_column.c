// SPDX-License-Identifier: Apache-2.0
//
// Types and defaults as Prisma Migrate writes them.
#include "migrate/ddl_column.h"

#include <ctype.h>
#include <string.h>

void rc_ddl_name(struct rc_buf *out, const char *sql_schema, const char *sql_name,
                 const struct rc_ddl_options *options)
{
    if (options->schema_prefix) {
        struct rc_buf schema = {0};
        rc_buf_printf(&schema, "%s%s", options->schema_prefix, sql_schema);
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

static const char *serial_name(enum rc_type_kind kind)
{
    return kind == RC_TYPE_INT2 ? "SMALLSERIAL" : kind == RC_TYPE_INT8 ? "BIGSERIAL" : "SERIAL";
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

static void append_type(struct rc_buf *out, const struct rc_column *column,
                        const struct rc_ddl_options *options)
{
    const struct rc_type *type = &column->type;
    const char *name = prisma_name(type->kind);
    if (column->autoincrement) {
        rc_buf_append_text(out, serial_name(type->kind));
    } else if (type->kind == RC_TYPE_ENUM) {
        rc_ddl_name(out, type->enumeration->sql_schema, type->enumeration->sql_name, options);
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

static void append_literal(struct rc_buf *out, const struct rc_column *column)
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

void rc_ddl_column(struct rc_buf *out, const struct rc_column *column,
                   const struct rc_ddl_options *options)
{
    rc_sql_identifier(out, column->sql_name);
    rc_buf_append_char(out, ' ');
    append_type(out, column, options);
    if (column->generated_sql) {
        rc_buf_printf(out, " GENERATED ALWAYS AS (%s) STORED", column->generated_sql);
    }
    if (!column->nullable) {
        rc_buf_append_text(out, " NOT NULL");
    }
    if (column->default_literal) {
        rc_buf_append_text(out, " DEFAULT ");
        append_literal(out, column);
    } else if (column->default_sql) {
        rc_buf_printf(out, " DEFAULT %s", column->default_sql);
    }
}
