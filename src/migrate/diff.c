// SPDX-License-Identifier: Apache-2.0
//
// The frame of the diff: pairs of tables, what only one side has, the order of steps.
#include "migrate/differ.h"

#include "migrate/sql_words.h"

#include <string.h>

void *rc_differ_array(struct rc_differ *differ, size_t count, size_t size)
{
    void *made = rc_arena_array(differ->arena, count + 1, size);
    differ->failed |= !made;
    return made;
}

void rc_differ_step(struct rc_differ *differ, enum rc_diff_phase phase, const char *title)
{
    if (differ->sql.len == 0 && !differ->sql.broken) {
        return;
    }
    if (differ->count == differ->capacity) {
        size_t larger = differ->capacity ? differ->capacity * 2 : 32;
        struct rc_diff_step *moved = rc_differ_array(differ, larger, sizeof(*moved));
        if (!moved) {
            return;
        }
        if (differ->count > 0) {
            memcpy(moved, differ->steps, differ->count * sizeof(*moved));
        }
        differ->steps = moved;
        differ->capacity = larger;
    }
    const char *sql = differ->sql.broken
                          ? NULL
                          : rc_arena_copy(differ->arena, differ->sql.data, differ->sql.len);
    rc_buf_clear(&differ->sql);
    if (!sql) {
        differ->failed = true;
        return;
    }
    differ->steps[differ->count++] = (struct rc_diff_step){title, sql, (int)phase};
}

const struct rc_diff_pair *rc_differ_pair(const struct rc_differ *differ, const char *schema,
                                          const char *table)
{
    for (size_t i = 0; i < differ->pair_count; i++) {
        const struct rc_catalog_table *from = differ->pairs[i].from;
        if (strcmp(from->schema, schema) == 0 && strcmp(from->name, table) == 0) {
            return &differ->pairs[i];
        }
    }
    return NULL;
}

enum rc_diff_fate rc_differ_fate(const struct rc_diff_pair *pair, const char *column)
{
    for (size_t i = 0; i < pair->from->column_count; i++) {
        if (strcmp(pair->from->columns[i].name, column) == 0) {
            return pair->fates[i];
        }
    }
    return RC_FATE_DROPPED;
}

bool rc_differ_any_changes(const struct rc_diff_pair *pair, const char *const *columns,
                           size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (rc_differ_fate(pair, columns[i]) != RC_FATE_KEPT) {
            return true;
        }
    }
    return false;
}

bool rc_differ_enum_is_rebuilt(const struct rc_differ *differ, const char *schema,
                               const char *name)
{
    for (size_t i = 0; schema && i < differ->to->enum_count; i++) {
        const struct rc_catalog_enum *enumeration = &differ->to->enums[i];
        if (strcmp(enumeration->schema, schema) == 0 && strcmp(enumeration->name, name) == 0) {
            return differ->rebuilt[i];
        }
    }
    return false;
}

void rc_differ_alter_table(struct rc_differ *differ, const struct rc_catalog_table *table)
{
    rc_buf_append_text(&differ->sql, "ALTER TABLE ");
    rc_ddl_name(&differ->sql, table->schema, table->name);
    rc_buf_append_char(&differ->sql, ' ');
}

// ---- what only one side has

static bool has_name(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static void create_schemas(struct rc_differ *differ)
{
    const struct rc_catalog *to = differ->to;
    for (size_t i = 0; i < to->schema_count; i++) {
        bool there =
            strcmp(to->schemas[i], "public") == 0 ||
            has_name(differ->from->schemas, differ->from->schema_count, to->schemas[i]);
        if (!there) {
            rc_buf_append_text(&differ->sql, "CREATE SCHEMA IF NOT EXISTS ");
            rc_sql_identifier(&differ->sql, to->schemas[i]);
            rc_buf_append_text(&differ->sql, ";\n");
            rc_differ_step(differ, RC_PHASE_SCHEMA, "CreateSchema");
        }
    }
}

static void create_extensions(struct rc_differ *differ)
{
    const struct rc_catalog *to = differ->to;
    for (size_t i = 0; i < to->extension_count; i++) {
        if (!has_name(differ->from->extensions, differ->from->extension_count,
                      to->extensions[i])) {
            rc_buf_append_text(&differ->sql, "CREATE EXTENSION IF NOT EXISTS ");
            rc_sql_identifier(&differ->sql, to->extensions[i]);
            rc_buf_append_text(&differ->sql, ";\n");
            rc_differ_step(differ, RC_PHASE_EXTENSION, "CreateExtension");
        }
    }
}

static void drop_table(struct rc_differ *differ, const struct rc_catalog_table *table)
{
    for (size_t i = 0; i < table->constraint_count; i++) {
        if (table->constraints[i].kind == RC_CONSTRAINT_FOREIGN_KEY) {
            rc_differ_alter_table(differ, table);
            rc_buf_append_text(&differ->sql, "DROP CONSTRAINT ");
            rc_sql_identifier(&differ->sql, table->constraints[i].name);
            rc_buf_append_text(&differ->sql, ";\n");
            rc_differ_step(differ, RC_PHASE_DROP_FOREIGN_KEY, "DropForeignKey");
        }
    }
    rc_buf_append_text(&differ->sql, "DROP TABLE ");
    rc_ddl_name(&differ->sql, table->schema, table->name);
    rc_buf_append_text(&differ->sql, ";\n");
    rc_differ_step(differ, RC_PHASE_DROP_TABLE, "DropTable");
}

static void create_table(struct rc_differ *differ, const struct rc_catalog_table *table)
{
    rc_ddl_create_table(&differ->sql, table);
    rc_differ_step(differ, RC_PHASE_CREATE_TABLE, "CreateTable");
    for (size_t i = 0; i < table->index_count; i++) {
        rc_ddl_create_index(&differ->sql, table, &table->indexes[i]);
        rc_differ_step(differ, RC_PHASE_CREATE_INDEX, "CreateIndex");
    }
    for (size_t i = 0; i < table->constraint_count; i++) {
        if (table->constraints[i].kind == RC_CONSTRAINT_FOREIGN_KEY) {
            rc_ddl_add_constraint(&differ->sql, table, &table->constraints[i]);
            rc_differ_step(differ, RC_PHASE_ADD_FOREIGN_KEY, "AddForeignKey");
        }
    }
}

// ---- pairs

static bool add_pair(struct rc_differ *differ, const struct rc_catalog_table *from,
                     const struct rc_catalog_table *to)
{
    struct rc_diff_pair pair = {
        .from = from,
        .to = to,
        .fates = rc_differ_array(differ, from->column_count, sizeof(*pair.fates)),
        .index_goes = rc_differ_array(differ, from->index_count, sizeof(bool)),
    };
    differ->pairs[differ->pair_count++] = pair;
    return !differ->failed;
}

static void make_pairs(struct rc_differ *differ)
{
    differ->pairs = rc_differ_array(differ, differ->to->table_count, sizeof(*differ->pairs));
    for (size_t i = 0; !differ->failed && i < differ->to->table_count; i++) {
        const struct rc_catalog_table *to = &differ->to->tables[i];
        const struct rc_catalog_table *from =
            rc_catalog_table_find(differ->from, to->schema, to->name);
        if (!from) {
            create_table(differ, to);
        } else if (!add_pair(differ, from, to)) {
            return;
        }
    }
    for (size_t i = 0; i < differ->from->table_count; i++) {
        const struct rc_catalog_table *from = &differ->from->tables[i];
        if (!rc_catalog_table_find(differ->to, from->schema, from->name)) {
            drop_table(differ, from);
        }
    }
}

// ---- comments

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static void comment(struct rc_differ *differ, const struct rc_catalog_table *table,
                    const char *column, const char *was, const char *is)
{
    if (!same_text(was, is)) {
        rc_ddl_comment(&differ->sql, table, column, is);
        rc_differ_step(differ, RC_PHASE_COMMENT, "AddComment");
    }
}

static void make_comments(struct rc_differ *differ)
{
    for (size_t i = 0; i < differ->to->table_count; i++) {
        const struct rc_catalog_table *to = &differ->to->tables[i];
        const struct rc_diff_pair *pair = rc_differ_pair(differ, to->schema, to->name);
        comment(differ, to, NULL, pair ? pair->from->comment : NULL, to->comment);
        for (size_t c = 0; c < to->column_count; c++) {
            const char *name = to->columns[c].name;
            const struct rc_catalog_column *was =
                pair && rc_differ_fate(pair, name) < RC_FATE_RECREATED
                    ? rc_catalog_column_find(pair->from, name)
                    : NULL;
            comment(differ, to, name, was ? was->comment : NULL, to->columns[c].comment);
        }
    }
}

// ---- all of it

// Steps of one phase keep the order in which they were told.
static void sort_steps(struct rc_differ *differ)
{
    struct rc_diff_step *sorted = rc_differ_array(differ, differ->count, sizeof(*sorted));
    size_t count = 0;
    for (int phase = 0; sorted && phase <= RC_PHASE_COMMENT; phase++) {
        for (size_t i = 0; i < differ->count; i++) {
            if (differ->steps[i].phase == phase) {
                sorted[count++] = differ->steps[i];
            }
        }
    }
    differ->steps = sorted;
}

static void make(struct rc_differ *differ)
{
    differ->count = 0;
    differ->pair_count = 0;
    rc_diff_renames(differ);
    if (!differ->failed) {
        create_schemas(differ);
        create_extensions(differ);
        rc_diff_enums(differ);
        make_pairs(differ);
    }
    if (!differ->failed) {
        rc_diff_column_fates(differ);
        rc_diff_indexes(differ);
        rc_diff_constraints(differ);
        rc_diff_columns(differ);
        rc_diff_rebuilds(differ);
        rc_diff_views(differ);
        make_comments(differ);
    }
}

// PostgreSQL refuses a label in the transaction that added it. True when an enum was newly
// found to be in that case.
static bool find_unsafe(struct rc_differ *differ, const struct rc_catalog *from)
{
    bool found = false;
    for (size_t e = 0; e < differ->to->enum_count; e++) {
        const struct rc_catalog_enum *to = &differ->to->enums[e];
        const struct rc_catalog_enum *was = rc_catalog_enum_find(from, to->schema, to->name);
        for (size_t l = 0; was && !differ->unsafe[e] && l < to->label_count; l++) {
            bool is_old = false;
            for (size_t o = 0; o < was->label_count; o++) {
                is_old |= strcmp(was->labels[o].name, to->labels[l].name) == 0;
            }
            for (size_t i = 0; !is_old && !differ->unsafe[e] && i < differ->count; i++) {
                differ->unsafe[e] =
                    differ->steps[i].phase > RC_PHASE_EXTEND_ENUM &&
                    rc_sql_words_have_literal(differ->steps[i].sql, to->labels[l].name);
                found |= differ->unsafe[e];
            }
        }
    }
    return found;
}

rowcall_status rc_diff_make(const struct rc_catalog *from, const struct rc_catalog *to,
                            struct rc_arena *arena, struct rc_diff *ret_diff,
                            rowcall_error *err)
{
    struct rc_differ differ = {.arena = arena, .from = from, .to = to};
    differ.rebuilt = rc_differ_array(&differ, to->enum_count, sizeof(bool));
    differ.unsafe = rc_differ_array(&differ, to->enum_count, sizeof(bool));
    if (!differ.failed) {
        make(&differ);
    }
    while (!differ.failed && find_unsafe(&differ, differ.from)) {
        differ.from = from;
        make(&differ);
    }
    if (!differ.failed) {
        sort_steps(&differ);
    }
    rc_buf_fini(&differ.sql);
    *ret_diff = (struct rc_diff){differ.steps, differ.failed ? 0 : differ.count};
    return differ.failed ? rc_error_oom(err) : ROWCALL_OK;
}

void rc_diff_print(const struct rc_diff *diff, struct rc_buf *out)
{
    for (size_t i = 0; i < diff->count; i++) {
        rc_buf_printf(out, "%s-- %s\n%s", i ? "\n" : "", diff->steps[i].title,
                      diff->steps[i].sql);
    }
}
