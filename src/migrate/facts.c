// SPDX-License-Identifier: Apache-2.0
//
// A catalog flattened. Sequences behind serial and identity columns count as "autoincrement",
// whatever their names; unique constraints count as the unique indexes that enforce them.
#include "migrate/facts.h"

#include "schema/schema.h"

#include <stdlib.h>
#include <string.h>

// That something exists comes before what else is said of it.
static bool is_existence(const struct rc_fact *fact)
{
    return strcmp(fact->kind, "table") == 0 || strcmp(fact->kind, "view") == 0 ||
           strcmp(fact->kind, "column") == 0;
}

int rc_fact_compare(const struct rc_fact *a, const struct rc_fact *b)
{
    int order = strcmp(a->table, b->table);
    order = order ? order : strcmp(a->name, b->name);
    order = order ? order : is_existence(b) - is_existence(a);
    return order || is_existence(a) ? order : strcmp(a->kind, b->kind);
}

static int compare_items(const void *a, const void *b)
{
    return rc_fact_compare(a, b);
}

struct gathering {
    struct rc_arena *arena;
    struct rc_fact *items;
    size_t count;
    size_t capacity;
    bool failed; // without memory
    const char *table;
    bool is_view;
};

static void add(struct gathering *gathering, const char *kind, const char *name,
                const char *text)
{
    if (gathering->count == gathering->capacity) {
        size_t larger = gathering->capacity ? gathering->capacity * 2 : 256;
        struct rc_fact *moved = rc_arena_new_array(gathering->arena, larger, struct rc_fact);
        if (moved && gathering->count > 0) {
            memcpy(moved, gathering->items, gathering->count * sizeof(*moved));
        }
        gathering->items = moved ? moved : gathering->items;
        gathering->capacity = moved ? larger : gathering->capacity;
        gathering->failed |= !moved;
    }
    if (!gathering->failed && text) {
        gathering->items[gathering->count++] =
            (struct rc_fact){kind, gathering->is_view, gathering->table, name, text};
    }
    gathering->failed |= !text;
}

// "app.teas"; unqualified in public.
static const char *qualified(struct gathering *gathering, const char *schema, const char *name)
{
    if (strcmp(schema, "public") == 0) {
        return name;
    }
    const char *made = rc_arena_printf(gathering->arena, "%s.%s", schema, name);
    gathering->failed |= !made;
    return made ? made : name;
}

static const char *or_none(const char *text)
{
    return text ? text : "none";
}

static void add_column(struct gathering *gathering, const struct rc_catalog_column *column)
{
    add(gathering, "column", column->name, "");
    add(gathering, "type", column->name, column->type.text);
    if (gathering->is_view) {
        return;
    }
    add(gathering, "nullability", column->name, column->not_null ? "not null" : "nullable");
    add(gathering, "default", column->name,
        column->autoincrement ? "autoincrement" : or_none(column->default_value.text));
    add(gathering, "generated", column->name,
        column->generated.text ? column->generated.text : "no");
    add(gathering, "collation", column->name,
        column->collation ? column->collation : "its type's");
    add(gathering, "comment", column->name, or_none(column->comment));
}

static const char *constraint_kind(enum rc_catalog_constraint_kind kind)
{
    switch (kind) {
    case RC_CONSTRAINT_PRIMARY_KEY:
        return "primary key";
    case RC_CONSTRAINT_FOREIGN_KEY:
        return "foreign key";
    case RC_CONSTRAINT_CHECK:
        return "check";
    case RC_CONSTRAINT_EXCLUSION:
        return "exclusion";
    }
    return "";
}

static void add_index(struct gathering *gathering, const struct rc_catalog_index *index)
{
    add(gathering, "index", index->name,
        index->valid ? index->definition
                     : rc_arena_printf(gathering->arena,
                                       "%s (invalid: not usable until it is made anew)",
                                       index->definition));
}

static void add_table(struct gathering *gathering, const struct rc_catalog_table *table)
{
    gathering->table = qualified(gathering, table->schema, table->name);
    gathering->is_view = false;
    add(gathering, "table", "", "a table");
    add(gathering, "comment", "", or_none(table->comment));
    for (size_t i = 0; i < table->column_count; i++) {
        add_column(gathering, &table->columns[i]);
    }
    for (size_t i = 0; i < table->constraint_count; i++) {
        const struct rc_catalog_constraint *constraint = &table->constraints[i];
        add(gathering, constraint_kind(constraint->kind), constraint->name,
            constraint->definition.text);
    }
    for (size_t i = 0; i < table->index_count; i++) {
        add_index(gathering, &table->indexes[i]);
    }
}

// A view's types have no lengths, which expressions do not have.
static const char *without_modifiers(struct gathering *gathering, const char *type)
{
    const char *open = strchr(type, '(');
    const char *close = open ? strchr(open, ')') : NULL;
    const char *made =
        close ? rc_arena_printf(gathering->arena, "%.*s%s", (int)(open - type), type, close + 1)
              : type;
    gathering->failed |= !made;
    return made ? made : type;
}

static void add_view(struct gathering *gathering, const struct rc_catalog_view *view)
{
    gathering->table = qualified(gathering, view->schema, view->name);
    gathering->is_view = true;
    add(gathering, "view", "", "a view");
    for (size_t i = 0; i < view->column_count; i++) {
        struct rc_catalog_column column = view->columns[i];
        column.type.text = without_modifiers(gathering, column.type.text);
        add_column(gathering, &column);
    }
    if (view->managed) {
        add(gathering, "definition", "", view->definition.text);
    }
}

static void add_enum(struct gathering *gathering, const struct rc_catalog_enum *enumeration)
{
    struct rc_buf labels = {0};
    for (size_t i = 0; i < enumeration->label_count; i++) {
        rc_buf_append_text(&labels, i ? ", " : "");
        rc_sql_literal(&labels, enumeration->labels[i].name);
    }
    gathering->table = "";
    gathering->is_view = false;
    add(gathering, "enum", qualified(gathering, enumeration->schema, enumeration->name),
        labels.broken
            ? NULL
            : rc_arena_copy(gathering->arena, labels.data ? labels.data : "", labels.len));
    rc_buf_fini(&labels);
}

rowcall_status rc_facts_of(const struct rc_catalog *catalog, struct rc_arena *arena,
                           struct rc_facts *ret_facts, rowcall_error *err)
{
    struct gathering gathering = {.arena = arena};
    for (size_t i = 0; i < catalog->table_count; i++) {
        add_table(&gathering, &catalog->tables[i]);
    }
    for (size_t i = 0; i < catalog->view_count; i++) {
        add_view(&gathering, &catalog->views[i]);
    }
    for (size_t i = 0; i < catalog->enum_count; i++) {
        add_enum(&gathering, &catalog->enums[i]);
    }
    if (gathering.failed) {
        return rc_error_oom(err);
    }
    if (gathering.count > 0) {
        qsort(gathering.items, gathering.count, sizeof *gathering.items, compare_items);
    }
    *ret_facts = (struct rc_facts){gathering.items, gathering.count};
    return ROWCALL_OK;
}
