// SPDX-License-Identifier: Apache-2.0
//
// Enums: labels are added where they belong; what PostgreSQL cannot do to a type (take a label
// away, change the order, use a label that the same transaction added) is done by making the
// type anew and converting the columns that have it.
#include "migrate/differ.h"

#include <string.h>

static bool has_label(const struct rc_catalog_enum *enumeration, const char *name)
{
    for (size_t i = 0; i < enumeration->label_count; i++) {
        if (strcmp(enumeration->labels[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

// Whether `from` becomes `to` by adding labels.
static bool only_grows(const struct rc_catalog_enum *from, const struct rc_catalog_enum *to)
{
    size_t found = 0;
    for (size_t i = 0; i < to->label_count && found < from->label_count; i++) {
        found += strcmp(to->labels[i].name, from->labels[found].name) == 0;
    }
    return found == from->label_count;
}

static void add_labels(struct rc_differ *differ, const struct rc_catalog_enum *from,
                       const struct rc_catalog_enum *to)
{
    size_t known = 0; // labels of `from` that were passed
    for (size_t i = 0; i < to->label_count; i++) {
        if (has_label(from, to->labels[i].name)) {
            known++;
            continue;
        }
        rc_buf_append_text(&differ->sql, "ALTER TYPE ");
        rc_ddl_name(&differ->sql, to->schema, to->name);
        rc_buf_append_text(&differ->sql, " ADD VALUE ");
        rc_sql_literal(&differ->sql, to->labels[i].name);
        if (known < from->label_count && i > 0) {
            rc_buf_append_text(&differ->sql, " AFTER ");
            rc_sql_literal(&differ->sql, to->labels[i - 1].name);
        } else if (known < from->label_count) {
            rc_buf_append_text(&differ->sql, " BEFORE ");
            rc_sql_literal(&differ->sql, from->labels[0].name);
        }
        rc_buf_append_text(&differ->sql, ";\n");
    }
    rc_differ_step(differ, RC_PHASE_EXTEND_ENUM, "AlterEnum");
}

static void drop_enum(struct rc_differ *differ, const struct rc_catalog_enum *enumeration)
{
    rc_buf_append_text(&differ->sql, "DROP TYPE ");
    rc_ddl_name(&differ->sql, enumeration->schema, enumeration->name);
    rc_buf_append_text(&differ->sql, ";\n");
    rc_differ_step(differ, RC_PHASE_DROP_ENUM, "DropEnum");
}

void rc_diff_enums(struct rc_differ *differ)
{
    for (size_t i = 0; i < differ->to->enum_count; i++) {
        const struct rc_catalog_enum *to = &differ->to->enums[i];
        const struct rc_catalog_enum *from =
            rc_catalog_enum_find(differ->from, to->schema, to->name);
        bool is_same = from && from->label_count == to->label_count && only_grows(from, to);
        differ->rebuilt[i] = from && !is_same && (differ->unsafe[i] || !only_grows(from, to));
        if (!from) {
            rc_ddl_create_enum(&differ->sql, to, to->name);
            rc_differ_step(differ, RC_PHASE_CREATE_ENUM, "CreateEnum");
        } else if (!is_same && !differ->rebuilt[i]) {
            add_labels(differ, from, to);
        }
    }
    for (size_t i = 0; i < differ->from->enum_count; i++) {
        const struct rc_catalog_enum *from = &differ->from->enums[i];
        if (!rc_catalog_enum_find(differ->to, from->schema, from->name)) {
            drop_enum(differ, from);
        }
    }
}

// ---- making one anew

static bool has_enum(const struct rc_catalog_column *column,
                     const struct rc_catalog_enum *enumeration)
{
    return column->enum_name && strcmp(column->enum_schema, enumeration->schema) == 0 &&
           strcmp(column->enum_name, enumeration->name) == 0;
}

static void alter_column(struct rc_differ *differ, const struct rc_catalog_table *table,
                         const char *column)
{
    rc_differ_alter_table(differ, table);
    rc_buf_append_text(&differ->sql, "ALTER COLUMN ");
    rc_sql_identifier(&differ->sql, column);
}

static void convert_column(struct rc_differ *differ, const struct rc_catalog_table *table,
                           const struct rc_catalog_column *column, const char *schema,
                           const char *temporary)
{
    const char *brackets = column->is_array ? "[]" : "";
    if (column->default_value.text) {
        alter_column(differ, table, column->name);
        rc_buf_append_text(&differ->sql, " DROP DEFAULT;\n");
    }
    alter_column(differ, table, column->name);
    rc_buf_append_text(&differ->sql, " TYPE ");
    rc_ddl_name(&differ->sql, schema, temporary);
    rc_buf_printf(&differ->sql, "%s USING (", brackets);
    rc_sql_identifier(&differ->sql, column->name);
    rc_buf_printf(&differ->sql, "::text%s::", brackets);
    rc_ddl_name(&differ->sql, schema, temporary);
    rc_buf_printf(&differ->sql, "%s);\n", brackets);
}

typedef void (*column_fn)(struct rc_differ *differ, const struct rc_catalog_table *table,
                          const struct rc_catalog_column *from,
                          const struct rc_catalog_column *to, const char *schema,
                          const char *temporary);

// The columns that have the enum before and after.
static void each_column(struct rc_differ *differ, const struct rc_catalog_enum *enumeration,
                        const char *temporary, column_fn visit)
{
    for (size_t i = 0; i < differ->pair_count; i++) {
        const struct rc_diff_pair *pair = &differ->pairs[i];
        for (size_t c = 0; c < pair->from->column_count; c++) {
            const struct rc_catalog_column *from = &pair->from->columns[c];
            const struct rc_catalog_column *to = rc_catalog_column_find(pair->to, from->name);
            if (to && has_enum(from, enumeration) && has_enum(to, enumeration)) {
                visit(differ, pair->to, from, to, enumeration->schema, temporary);
            }
        }
    }
}

static void leave(struct rc_differ *differ, const struct rc_catalog_table *table,
                  const struct rc_catalog_column *from, const struct rc_catalog_column *to,
                  const char *schema, const char *temporary)
{
    (void)to;
    convert_column(differ, table, from, schema, temporary);
}

static void restore_default(struct rc_differ *differ, const struct rc_catalog_table *table,
                            const struct rc_catalog_column *from,
                            const struct rc_catalog_column *to, const char *schema,
                            const char *temporary)
{
    (void)schema;
    (void)temporary;
    if (from->is_array == to->is_array && to->default_value.spelling) {
        alter_column(differ, table, to->name);
        rc_buf_printf(&differ->sql, " SET DEFAULT %s;\n", to->default_value.spelling);
    }
}

static void rename_type(struct rc_differ *differ, const char *schema, const char *from,
                        const char *to)
{
    rc_buf_append_text(&differ->sql, "ALTER TYPE ");
    rc_ddl_name(&differ->sql, schema, from);
    rc_buf_append_text(&differ->sql, " RENAME TO ");
    rc_sql_identifier(&differ->sql, to);
    rc_buf_append_text(&differ->sql, ";\n");
}

static void rebuild(struct rc_differ *differ, const struct rc_catalog_enum *enumeration)
{
    const char *made = rc_arena_printf(differ->arena, "%.59s_new", enumeration->name);
    const char *old = rc_arena_printf(differ->arena, "%.59s_old", enumeration->name);
    if (!made || !old) {
        differ->failed = true;
        return;
    }
    rc_ddl_create_enum(&differ->sql, enumeration, made);
    each_column(differ, enumeration, made, leave);
    rename_type(differ, enumeration->schema, enumeration->name, old);
    rename_type(differ, enumeration->schema, made, enumeration->name);
    rc_buf_append_text(&differ->sql, "DROP TYPE ");
    rc_ddl_name(&differ->sql, enumeration->schema, old);
    rc_buf_append_text(&differ->sql, ";\n");
    each_column(differ, enumeration, made, restore_default);
    rc_differ_step(differ, RC_PHASE_REBUILD_ENUM, "AlterEnum");
}

void rc_diff_rebuilds(struct rc_differ *differ)
{
    for (size_t i = 0; !differ->failed && i < differ->to->enum_count; i++) {
        if (differ->rebuilt[i]) {
            rebuild(differ, &differ->to->enums[i]);
        }
    }
}
