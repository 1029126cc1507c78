// SPDX-License-Identifier: Apache-2.0
//
// Renames that the schema tells (renamed_from). They are told first, and the old catalog is
// copied with the new names in all its texts, as PostgreSQL will have them then; so nothing
// else in the diff has to know that anything was called otherwise.
#include "migrate/differ.h"

#include "migrate/sql_words.h"

#include <string.h>

struct renaming {
    struct rc_differ *differ;
    struct rc_catalog *catalog; // the copy
};

// ---- the copy

static void *copy_array(struct rc_differ *differ, const void *items, size_t count, size_t size)
{
    void *copy = rc_differ_array(differ, count, size);
    if (copy && count > 0) {
        memcpy(copy, items, count * size);
    }
    return copy;
}

static void copy_table(struct rc_differ *differ, struct rc_catalog_table *table)
{
    table->columns =
        copy_array(differ, table->columns, table->column_count, sizeof(*table->columns));
    table->constraints = copy_array(differ, table->constraints, table->constraint_count,
                                    sizeof(*table->constraints));
    table->indexes =
        copy_array(differ, table->indexes, table->index_count, sizeof(*table->indexes));
}

static struct rc_catalog *copy_catalog(struct rc_differ *differ)
{
    struct rc_catalog *copy = copy_array(differ, differ->from, 1, sizeof(*copy));
    if (!copy) {
        return NULL;
    }
    copy->tables = copy_array(differ, copy->tables, copy->table_count, sizeof(*copy->tables));
    copy->enums = copy_array(differ, copy->enums, copy->enum_count, sizeof(*copy->enums));
    copy->views = copy_array(differ, copy->views, copy->view_count, sizeof(*copy->views));
    for (size_t i = 0; !differ->failed && i < copy->table_count; i++) {
        copy_table(differ, &copy->tables[i]);
    }
    for (size_t i = 0; !differ->failed && i < copy->enum_count; i++) {
        copy->enums[i].labels =
            copy_array(differ, copy->enums[i].labels, copy->enums[i].label_count,
                       sizeof(struct rc_catalog_label));
    }
    return copy;
}

// ---- texts

static const char *rename_text(struct renaming *renaming, const char *text, const char *from,
                               const char *to, bool skip_functions)
{
    if (!text) {
        return NULL;
    }
    const char *renamed =
        rc_sql_words_rename(renaming->differ->arena, text, from, to, skip_functions);
    renaming->differ->failed |= !renamed;
    return renamed ? renamed : text;
}

static const char *const *rename_in_list(struct renaming *renaming, const char *const *names,
                                         size_t count, const char *from, const char *to)
{
    const char **copy = copy_array(renaming->differ, names, count, sizeof(*copy));
    for (size_t i = 0; copy && i < count; i++) {
        copy[i] = strcmp(copy[i], from) == 0 ? to : copy[i];
    }
    return copy;
}

// In what every expression of a table says.
static void rename_in_texts(struct renaming *renaming, struct rc_catalog_table *table,
                            const char *from, const char *to)
{
    for (size_t i = 0; i < table->column_count; i++) {
        struct rc_catalog_column *column = &table->columns[i];
        column->default_value.text =
            rename_text(renaming, column->default_value.text, from, to, true);
        column->generated.text = rename_text(renaming, column->generated.text, from, to, true);
    }
    for (size_t i = 0; i < table->constraint_count; i++) {
        if (table->constraints[i].kind == RC_CONSTRAINT_CHECK) {
            table->constraints[i].definition.text =
                rename_text(renaming, table->constraints[i].definition.text, from, to, true);
        }
    }
    for (size_t i = 0; i < table->index_count; i++) {
        table->indexes[i].tail.text =
            rename_text(renaming, table->indexes[i].tail.text, from, to, true);
    }
}

static void rename_in_views(struct renaming *renaming, const char *from, const char *to)
{
    for (size_t i = 0; i < renaming->catalog->view_count; i++) {
        struct rc_catalog_view *view = &renaming->catalog->views[i];
        view->definition.text = rename_text(renaming, view->definition.text, from, to, false);
        view->definition.spelling = view->definition.text;
        view->uses = rename_in_list(renaming, view->uses, view->use_count, from, to);
    }
}

// ---- enums

static struct rc_catalog_enum *enum_of(const struct rc_catalog *catalog, const char *schema,
                                       const char *name)
{
    return (struct rc_catalog_enum *)rc_catalog_enum_find(catalog, schema, name);
}

static void rename_enum_in_columns(struct renaming *renaming, const char *schema,
                                   const char *from, const char *to)
{
    for (size_t i = 0; i < renaming->catalog->table_count; i++) {
        struct rc_catalog_table *table = &renaming->catalog->tables[i];
        for (size_t c = 0; c < table->column_count; c++) {
            struct rc_catalog_column *column = &table->columns[c];
            if (column->enum_name && strcmp(column->enum_schema, schema) == 0 &&
                strcmp(column->enum_name, from) == 0) {
                column->enum_name = to;
                column->type.text = rename_text(renaming, column->type.text, from, to, false);
            }
        }
        rename_in_texts(renaming, table, from, to);
    }
}

static void rename_enum(struct renaming *renaming, const struct rc_catalog_enum *to)
{
    struct rc_differ *differ = renaming->differ;
    struct rc_catalog_enum *from = enum_of(renaming->catalog, to->schema, to->renamed_from);
    if (!from || enum_of(renaming->catalog, to->schema, to->name) ||
        rc_catalog_enum_find(differ->to, to->schema, to->renamed_from)) {
        return;
    }
    rc_buf_append_text(&differ->sql, "ALTER TYPE ");
    rc_ddl_name(&differ->sql, from->schema, from->name);
    rc_buf_append_text(&differ->sql, " RENAME TO ");
    rc_sql_identifier(&differ->sql, to->name);
    rc_buf_append_text(&differ->sql, ";\n");
    rc_differ_step(differ, RC_PHASE_RENAME, "RenameEnum");
    from->name = to->name;
    rename_enum_in_columns(renaming, to->schema, to->renamed_from, to->name);
}

static struct rc_catalog_label *label_of(const struct rc_catalog_enum *enumeration,
                                         const char *name)
{
    for (size_t i = 0; i < enumeration->label_count; i++) {
        if (strcmp(enumeration->labels[i].name, name) == 0) {
            return &enumeration->labels[i];
        }
    }
    return NULL;
}

// A default or a condition that says the label says the new one then.
static void rename_literal(struct renaming *renaming, const char **text, const char *from,
                           const char *to)
{
    struct rc_buf old = {0};
    struct rc_buf made = {0};
    rc_sql_literal(&old, from);
    const char *at = *text;
    const char *found = at && old.data ? strstr(at, old.data) : NULL;
    for (; found; at = found + old.len, found = strstr(at, old.data)) {
        rc_buf_append(&made, at, (size_t)(found - at));
        rc_sql_literal(&made, to);
    }
    if (made.len > 0) {
        rc_buf_append_text(&made, at);
        *text =
            made.broken ? NULL : rc_arena_copy(renaming->differ->arena, made.data, made.len);
        renaming->differ->failed |= !*text;
    }
    rc_buf_fini(&old);
    rc_buf_fini(&made);
}

static void rename_label_in_texts(struct renaming *renaming, const char *from, const char *to)
{
    for (size_t i = 0; i < renaming->catalog->table_count; i++) {
        struct rc_catalog_table *table = &renaming->catalog->tables[i];
        for (size_t c = 0; c < table->column_count; c++) {
            if (table->columns[c].enum_name) {
                rename_literal(renaming, &table->columns[c].default_value.text, from, to);
            }
        }
        for (size_t c = 0; c < table->constraint_count; c++) {
            rename_literal(renaming, &table->constraints[c].definition.text, from, to);
        }
        for (size_t c = 0; c < table->index_count; c++) {
            rename_literal(renaming, &table->indexes[c].tail.text, from, to);
        }
    }
}

static void rename_labels(struct renaming *renaming, const struct rc_catalog_enum *to)
{
    struct rc_differ *differ = renaming->differ;
    struct rc_catalog_enum *from = enum_of(renaming->catalog, to->schema, to->name);
    for (size_t i = 0; from && i < to->label_count; i++) {
        const struct rc_catalog_label *label = &to->labels[i];
        struct rc_catalog_label *old =
            label->renamed_from ? label_of(from, label->renamed_from) : NULL;
        if (!old || label_of(from, label->name) || label_of(to, label->renamed_from)) {
            continue;
        }
        rc_buf_append_text(&differ->sql, "ALTER TYPE ");
        rc_ddl_name(&differ->sql, to->schema, to->name);
        rc_buf_append_text(&differ->sql, " RENAME VALUE ");
        rc_sql_literal(&differ->sql, old->name);
        rc_buf_append_text(&differ->sql, " TO ");
        rc_sql_literal(&differ->sql, label->name);
        rc_buf_append_text(&differ->sql, ";\n");
        rc_differ_step(differ, RC_PHASE_RENAME, "RenameEnumValue");
        rename_label_in_texts(renaming, old->name, label->name);
        old->name = label->name;
    }
}

// ---- tables

static struct rc_catalog_table *table_of(const struct rc_catalog *catalog, const char *schema,
                                         const char *name)
{
    return (struct rc_catalog_table *)rc_catalog_table_find(catalog, schema, name);
}

// Foreign keys are compared by what they refer to, not by their text.
static void rename_target_table(struct renaming *renaming, const char *schema, const char *from,
                                const char *to)
{
    for (size_t i = 0; i < renaming->catalog->table_count; i++) {
        struct rc_catalog_table *table = &renaming->catalog->tables[i];
        for (size_t c = 0; c < table->constraint_count; c++) {
            struct rc_catalog_constraint *constraint = &table->constraints[c];
            if (constraint->target_table && strcmp(constraint->target_schema, schema) == 0 &&
                strcmp(constraint->target_table, from) == 0) {
                constraint->target_table = to;
            }
        }
    }
}

static void rename_table(struct renaming *renaming, const struct rc_catalog_table *to)
{
    struct rc_differ *differ = renaming->differ;
    struct rc_catalog_table *from =
        to->renamed_from ? table_of(renaming->catalog, to->schema, to->renamed_from) : NULL;
    if (!from || table_of(renaming->catalog, to->schema, to->name) ||
        rc_catalog_table_find(differ->to, to->schema, to->renamed_from)) {
        return;
    }
    rc_differ_alter_table(differ, from);
    rc_buf_append_text(&differ->sql, "RENAME TO ");
    rc_sql_identifier(&differ->sql, to->name);
    rc_buf_append_text(&differ->sql, ";\n");
    rc_differ_step(differ, RC_PHASE_RENAME, "RenameTable");
    from->name = to->name;
    rename_target_table(renaming, to->schema, to->renamed_from, to->name);
    rename_in_views(renaming, to->renamed_from, to->name);
}

// ---- columns

static void rename_in_constraints(struct renaming *renaming,
                                  const struct rc_catalog_table *renamed, const char *from,
                                  const char *to)
{
    for (size_t i = 0; i < renaming->catalog->table_count; i++) {
        struct rc_catalog_table *table = &renaming->catalog->tables[i];
        for (size_t c = 0; c < table->constraint_count; c++) {
            struct rc_catalog_constraint *constraint = &table->constraints[c];
            if (table == renamed) {
                constraint->columns = rename_in_list(renaming, constraint->columns,
                                                     constraint->column_count, from, to);
            }
            if (constraint->target_table &&
                strcmp(constraint->target_schema, renamed->schema) == 0 &&
                strcmp(constraint->target_table, renamed->name) == 0) {
                constraint->target_columns = rename_in_list(
                    renaming, constraint->target_columns, constraint->column_count, from, to);
            }
        }
    }
}

static void rename_column(struct renaming *renaming, struct rc_catalog_table *table,
                          struct rc_catalog_column *column, const char *to)
{
    struct rc_differ *differ = renaming->differ;
    const char *from = column->name;
    rc_differ_alter_table(differ, table);
    rc_buf_append_text(&differ->sql, "RENAME COLUMN ");
    rc_sql_identifier(&differ->sql, from);
    rc_buf_append_text(&differ->sql, " TO ");
    rc_sql_identifier(&differ->sql, to);
    rc_buf_append_text(&differ->sql, ";\n");
    rc_differ_step(differ, RC_PHASE_RENAME, "RenameColumn");
    column->name = to;
    rename_in_constraints(renaming, table, from, to);
    for (size_t i = 0; i < table->index_count; i++) {
        table->indexes[i].columns = rename_in_list(renaming, table->indexes[i].columns,
                                                   table->indexes[i].column_count, from, to);
    }
    rename_in_texts(renaming, table, from, to);
}

static void rename_columns(struct renaming *renaming, const struct rc_catalog_table *to)
{
    struct rc_catalog_table *from = table_of(renaming->catalog, to->schema, to->name);
    for (size_t i = 0; from && i < to->column_count; i++) {
        const struct rc_catalog_column *column = &to->columns[i];
        const struct rc_catalog_column *old =
            column->renamed_from ? rc_catalog_column_find(from, column->renamed_from) : NULL;
        if (old && !rc_catalog_column_find(from, column->name) &&
            !rc_catalog_column_find(to, column->renamed_from)) {
            rename_column(renaming, from, (struct rc_catalog_column *)old, column->name);
        }
    }
}

void rc_diff_renames(struct rc_differ *differ)
{
    struct renaming renaming = {differ, copy_catalog(differ)};
    const struct rc_catalog *to = differ->to;
    for (size_t i = 0; !differ->failed && i < to->enum_count; i++) {
        if (to->enums[i].renamed_from) {
            rename_enum(&renaming, &to->enums[i]);
        }
        rename_labels(&renaming, &to->enums[i]);
    }
    for (size_t i = 0; !differ->failed && i < to->table_count; i++) {
        rename_table(&renaming, &to->tables[i]);
    }
    for (size_t i = 0; !differ->failed && i < to->table_count; i++) {
        rename_columns(&renaming, &to->tables[i]);
    }
    if (renaming.catalog) {
        differ->from = renaming.catalog;
    }
}
