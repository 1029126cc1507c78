// SPDX-License-Identifier: Apache-2.0
//
// Prisma's layout of CREATE, ALTER and COMMENT.
#include "migrate/ddl_statement.h"

#include <string.h>
#include <strings.h>

void rc_ddl_name(struct rc_buf *out, const char *schema, const char *name)
{
    if (strcmp(schema, "public") != 0) {
        rc_sql_identifier(out, schema);
        rc_buf_append_char(out, '.');
    }
    rc_sql_identifier(out, name);
}

// The serial that stands for an integer type and a sequence.
static const char *serial_name(const char *type)
{
    return strcasecmp(type, "bigint") == 0     ? "BIGSERIAL"
           : strcasecmp(type, "smallint") == 0 ? "SMALLSERIAL"
                                               : "SERIAL";
}

void rc_ddl_column(struct rc_buf *out, const struct rc_catalog_column *column)
{
    bool serial = column->autoincrement && !column->identity;
    rc_sql_identifier(out, column->name);
    rc_buf_printf(out, " %s",
                  serial ? serial_name(column->type.spelling) : column->type.spelling);
    if (column->collation) {
        rc_buf_printf(out, " COLLATE %s", column->collation);
    }
    if (column->generated.spelling) {
        rc_buf_printf(out, " GENERATED ALWAYS AS (%s) STORED", column->generated.spelling);
    }
    if (column->identity) {
        rc_buf_printf(out, " GENERATED %s AS IDENTITY", column->identity);
    }
    if (column->not_null) {
        rc_buf_append_text(out, " NOT NULL");
    }
    if (column->default_value.spelling) {
        rc_buf_printf(out, " DEFAULT %s", column->default_value.spelling);
    }
}

void rc_ddl_create_enum(struct rc_buf *out, const struct rc_catalog_enum *enumeration,
                        const char *name)
{
    rc_buf_append_text(out, "CREATE TYPE ");
    rc_ddl_name(out, enumeration->schema, name);
    rc_buf_append_text(out, " AS ENUM (");
    for (size_t i = 0; i < enumeration->label_count; i++) {
        rc_buf_append_text(out, i ? ", " : "");
        rc_sql_literal(out, enumeration->labels[i].name);
    }
    rc_buf_append_text(out, ");\n");
}

// "CONSTRAINT "name" PRIMARY KEY ("id")"
static void constraint_clause(struct rc_buf *out,
                              const struct rc_catalog_constraint *constraint)
{
    rc_buf_append_text(out, "CONSTRAINT ");
    rc_sql_identifier(out, constraint->name);
    rc_buf_printf(out, " %s", constraint->definition.spelling);
}

static void clauses_of_kind(struct rc_buf *out, const struct rc_catalog_table *table,
                            enum rc_catalog_constraint_kind kind, const char **separator)
{
    for (size_t i = 0; i < table->constraint_count; i++) {
        if (table->constraints[i].kind == kind) {
            rc_buf_append_text(out, *separator);
            constraint_clause(out, &table->constraints[i]);
            *separator = ",\n    ";
        }
    }
}

void rc_ddl_create_table(struct rc_buf *out, const struct rc_catalog_table *table)
{
    const char *separator = ",\n\n    ";
    rc_buf_append_text(out, "CREATE TABLE ");
    rc_ddl_name(out, table->schema, table->name);
    rc_buf_append_text(out, " (");
    for (size_t i = 0; i < table->column_count; i++) {
        rc_buf_append_text(out, i ? ",\n    " : "\n    ");
        rc_ddl_column(out, &table->columns[i]);
    }
    clauses_of_kind(out, table, RC_CONSTRAINT_PRIMARY_KEY, &separator);
    clauses_of_kind(out, table, RC_CONSTRAINT_CHECK, &separator);
    clauses_of_kind(out, table, RC_CONSTRAINT_EXCLUSION, &separator);
    rc_buf_append_text(out, "\n);\n");
}

void rc_ddl_create_index(struct rc_buf *out, const struct rc_catalog_table *table,
                         const struct rc_catalog_index *index)
{
    rc_buf_printf(out, "CREATE %sINDEX ", index->unique ? "UNIQUE " : "");
    rc_sql_identifier(out, index->name);
    rc_buf_append_text(out, " ON ");
    rc_ddl_name(out, table->schema, table->name);
    rc_buf_printf(out, "%s%s;\n", *index->tail.spelling == '(' ? "" : " ",
                  index->tail.spelling);
}

void rc_ddl_create_view(struct rc_buf *out, const struct rc_catalog_view *view)
{
    rc_buf_printf(out, "CREATE %sVIEW ", view->materialized ? "MATERIALIZED " : "");
    rc_ddl_name(out, view->schema, view->name);
    size_t len = strlen(view->definition.spelling);
    while (len > 0 && strchr("; \n\t", view->definition.spelling[len - 1])) {
        len--;
    }
    rc_buf_printf(out, " AS\n%.*s;\n", (int)len, view->definition.spelling);
}

void rc_ddl_add_constraint(struct rc_buf *out, const struct rc_catalog_table *table,
                           const struct rc_catalog_constraint *constraint)
{
    rc_buf_append_text(out, "ALTER TABLE ");
    rc_ddl_name(out, table->schema, table->name);
    rc_buf_append_text(out, " ADD ");
    constraint_clause(out, constraint);
    rc_buf_append_text(out, ";\n");
}

void rc_ddl_comment(struct rc_buf *out, const struct rc_catalog_table *table,
                    const char *column, const char *text)
{
    rc_buf_printf(out, "COMMENT ON %s ", column ? "COLUMN" : "TABLE");
    rc_ddl_name(out, table->schema, table->name);
    if (column) {
        rc_buf_append_char(out, '.');
        rc_sql_identifier(out, column);
    }
    rc_buf_append_text(out, " IS ");
    if (text) {
        rc_sql_literal(out, text);
    } else {
        rc_buf_append_text(out, "NULL");
    }
    rc_buf_append_text(out, ";\n");
}
