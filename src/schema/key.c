// SPDX-License-Identifier: Apache-2.0
//
// Keys: the primary key, the unique columns, the composite ones. Each has a number and a name
// of its own in the derived key message.
#include "schema/loader.h"

#include <string.h>

enum { COMPOSITE_PRIMARY_NUMBER = 1010, UNIQUE_NUMBER_MAX = 89 };

static const char *join_names(struct rc_loader *loader, const struct rc_column *const *columns,
                              size_t count)
{
    const char *name = columns[0]->name;
    for (size_t i = 1; i < count; i++) {
        name = rc_loader_printf(loader, "%s_%s", name, columns[i]->name);
    }
    return name;
}

static bool same_columns(const struct rc_key *a, const struct rc_key *b)
{
    size_t found = 0;
    for (size_t i = 0; i < a->column_count; i++) {
        for (size_t j = 0; j < b->column_count; j++) {
            found += a->columns[i] == b->columns[j];
        }
    }
    return a->column_count == b->column_count && found == a->column_count;
}

static void check_key(struct rc_loader *loader, const struct rc_loader_entity *draft,
                      const struct rc_key *key, struct rc_position position)
{
    for (size_t i = 0; i < key->column_count; i++) {
        const struct rc_column *column = key->columns[i];
        enum rc_type_kind kind = column->type.kind;
        if (draft->column_drafts[column->index].broken) {
            continue;
        }
        if (key->primary && column->nullable && !column->type.array) {
            rc_loader_problem(loader, position,
                              "field %s is part of the primary key and cannot be `optional`",
                              column->name);
        }
        if (column->type.array || !rc_type_info(kind)->is_equatable || kind == RC_TYPE_JSONB) {
            rc_loader_problem(loader, position, "field %s: %s%s cannot be part of a key",
                              column->name, column->type.sql, column->type.array ? "[]" : "");
        } else if (kind == RC_TYPE_FLOAT4 || kind == RC_TYPE_FLOAT8) {
            rc_loader_problem(loader, position,
                              "field %s: a %s cannot be part of a key, for callers cannot name "
                              "it exactly; use numeric",
                              column->name, column->type.sql);
        }
    }
}

static void add_key(struct rc_loader *loader, struct rc_loader_entity *draft, struct rc_key key,
                    struct rc_position position)
{
    struct rc_entity *entity = draft->entity;
    struct rc_key *keys = (struct rc_key *)entity->keys;
    key.name = join_names(loader, key.columns, key.column_count);
    check_key(loader, draft, &key, position);
    for (size_t i = 0; i < entity->key_count; i++) {
        if (same_columns(&keys[i], &key)) {
            rc_loader_problem(loader, position,
                              "entity %s: two keys have the fields %s: drop one", entity->name,
                              key.name);
        } else if (strcmp(keys[i].name, key.name) == 0) {
            rc_loader_problem(loader, position,
                              "entity %s: two keys are called %s in the derived key: rename a "
                              "field",
                              entity->name, key.name);
        }
        if (keys[i].number == key.number && key.number >= COMPOSITE_PRIMARY_NUMBER) {
            rc_loader_problem(loader, position,
                              "entity %s: two unique keys have number %u: give each its own",
                              entity->name, key.number - COMPOSITE_PRIMARY_NUMBER);
        }
    }
    keys[entity->key_count++] = key;
}

static void read_composite_primary(struct rc_loader *loader, struct rc_loader_entity *draft)
{
    const Rowcall__PrimaryKey *option = draft->table->primary_key;
    struct rc_position position = rc_loader_message_position(draft);
    const struct rc_column **columns =
        rc_loader_columns(loader, draft, option->fields, option->n_fields, "primary key");
    if (option->n_fields == 0) {
        rc_loader_problem(loader, position, "primary key of %s names no fields",
                          draft->entity->name);
    }
    if (!columns || option->n_fields == 0) {
        return;
    }
    for (size_t i = 0; i < option->n_fields; i++) {
        draft->columns[columns[i]->index].is_id = true;
    }
    struct rc_key key = {
        .sql_name = rc_loader_constraint_name(loader, draft, option->name, NULL, 0, "_pkey"),
        .columns = columns,
        .column_count = option->n_fields,
        .primary = true,
        .number = option->n_fields == 1 ? columns[0]->number : COMPOSITE_PRIMARY_NUMBER};
    add_key(loader, draft, key, position);
}

static void read_primary(struct rc_loader *loader, struct rc_loader_entity *draft)
{
    struct rc_entity *entity = draft->entity;
    struct rc_position position = rc_loader_message_position(draft);
    if (draft->table->primary_key) {
        if (draft->primary_column_count > 0) {
            rc_loader_problem(loader, position,
                              "entity %s has both an `id` column and a primary_key: keep one",
                              entity->name);
        }
        read_composite_primary(loader, draft);
        return;
    }
    if (draft->primary_column_count == 0) {
        rc_loader_problem(loader, position,
                          "entity %s has no primary key: mark a column `id: true`, or set "
                          "(rowcall.table).primary_key",
                          entity->name);
        return;
    }
    if (draft->primary_column_count > 1) {
        rc_loader_problem(loader, position,
                          "entity %s has %zu `id` columns: use (rowcall.table).primary_key",
                          entity->name, draft->primary_column_count);
        return;
    }
    for (size_t i = 0; i < entity->column_count; i++) {
        if (entity->columns[i].is_id) {
            const struct rc_column **columns = rc_loader_alloc(loader, 1, sizeof(*columns));
            columns[0] = &entity->columns[i];
            struct rc_key key = {
                .sql_name = rc_loader_constraint_name(loader, draft, NULL, NULL, 0, "_pkey"),
                .columns = columns,
                .column_count = 1,
                .primary = true,
                .number = columns[0]->number};
            add_key(loader, draft, key, columns[0]->position);
        }
    }
}

static void read_unique_columns(struct rc_loader *loader, struct rc_loader_entity *draft)
{
    struct rc_entity *entity = draft->entity;
    for (size_t i = 0; i < entity->column_count; i++) {
        const Rowcall__Column *options = draft->column_drafts[i].options;
        const struct rc_column *column = &entity->columns[i];
        bool unique = options && options->has_unique && options->unique;
        if (options && options->unique_name && !unique) {
            rc_loader_problem(loader, column->position,
                              "field %s has a unique_name and is not unique", column->name);
        }
        if (!unique) {
            continue;
        }
        const struct rc_column **columns = rc_loader_alloc(loader, 1, sizeof(*columns));
        columns[0] = column;
        struct rc_key key = {.sql_name = rc_loader_constraint_name(
                                 loader, draft, options->unique_name, columns, 1, "_key"),
                             .columns = columns,
                             .column_count = 1,
                             .number = column->number};
        add_key(loader, draft, key, column->position);
    }
}

static void read_composite_uniques(struct rc_loader *loader, struct rc_loader_entity *draft)
{
    struct rc_position position = rc_loader_message_position(draft);
    for (size_t i = 0; i < draft->table->n_unique; i++) {
        const Rowcall__Unique *option = draft->table->unique[i];
        const struct rc_column **columns =
            rc_loader_columns(loader, draft, option->fields, option->n_fields, "unique key");
        if (option->n_fields < 2) {
            rc_loader_problem(loader, position,
                              "a composite unique key of %s has %zu fields: for one field, use "
                              "(rowcall.column).unique",
                              draft->entity->name, option->n_fields);
            continue;
        }
        if (option->number < 1 || option->number > UNIQUE_NUMBER_MAX) {
            rc_loader_problem(loader, position, "a unique key of %s has number %u: use 1 to %d",
                              draft->entity->name, option->number, UNIQUE_NUMBER_MAX);
        }
        if (!columns) {
            continue;
        }
        struct rc_key key = {.sql_name =
                                 rc_loader_constraint_name(loader, draft, option->name, columns,
                                                           option->n_fields, "_key"),
                             .columns = columns,
                             .column_count = option->n_fields,
                             .number = COMPOSITE_PRIMARY_NUMBER + option->number};
        add_key(loader, draft, key, position);
    }
}

void rc_load_keys(struct rc_loader *loader, struct rc_loader_entity *draft)
{
    size_t capacity = 1 + draft->entity->column_count + draft->table->n_unique;
    draft->entity->keys = rc_loader_alloc(loader, capacity, sizeof(struct rc_key));
    read_primary(loader, draft);
    read_unique_columns(loader, draft);
    read_composite_uniques(loader, draft);
}
