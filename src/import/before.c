// SPDX-License-Identifier: Apache-2.0
//
// Finding in a project what a draft names.
#include "import/before.h"

#include <string.h>
#include <utlist.h>

static bool in_folder(const char *path, const char *folder)
{
    size_t len = strlen(folder);
    return strncmp(path, folder, len) == 0 && path[len] == '/';
}

bool rc_before_same_table(const struct rc_entity *found, const struct rc_draft_entity *entity)
{
    return strcmp(found->sql_name, entity->sql_name) == 0 &&
           strcmp(found->sql_schema, entity->sql_schema) == 0;
}

// How well an entity of the project fits, 0 when it does not: the folder counts more than the
// name, and the name more than the table.
static int entity_rank(const struct rc_entity *found, const struct rc_draft_entity *entity)
{
    bool near = strcmp(found->folder, entity->folder) == 0;
    bool named = strcmp(found->name, entity->name) == 0;
    bool table = rc_before_same_table(found, entity);
    return named || table ? (near ? 4 : 0) + (named ? 2 : 0) + (table ? 1 : 0) : 0;
}

const struct rc_entity *rc_before_entity(const struct rc_before *before,
                                         const struct rc_draft_entity *entity)
{
    const struct rc_entity *best = NULL;
    int best_rank = 0;
    for (size_t i = 0; before->schema && i < before->schema->entity_count; i++) {
        int rank = entity_rank(&before->schema->entities[i], entity);
        if (rank > best_rank) {
            best_rank = rank;
            best = &before->schema->entities[i];
        }
    }
    return best;
}

static int enum_rank(const struct rc_enum *found, const struct rc_draft_enum *enumeration)
{
    bool near = in_folder(found->position.file, enumeration->folder);
    bool named = strcmp(found->name, enumeration->name) == 0;
    bool typed = strcmp(found->sql_name, enumeration->sql_name) == 0 &&
                 strcmp(found->sql_schema, enumeration->sql_schema) == 0;
    return named || typed ? (near ? 4 : 0) + (named ? 2 : 0) + (typed ? 1 : 0) : 0;
}

const struct rc_enum *rc_before_enum(const struct rc_before *before,
                                     const struct rc_draft_enum *enumeration)
{
    const struct rc_enum *best = NULL;
    int best_rank = 0;
    for (size_t i = 0; before->schema && i < before->schema->enum_count; i++) {
        int rank = enum_rank(&before->schema->enums[i], enumeration);
        if (rank > best_rank) {
            best_rank = rank;
            best = &before->schema->enums[i];
        }
    }
    return best;
}

const struct rc_column *rc_before_column(const struct rc_entity *entity,
                                         const struct rc_draft_entity *drafted,
                                         const struct rc_draft_column *column)
{
    for (size_t i = 0; i < entity->column_count; i++) {
        if (strcmp(entity->columns[i].sql_name, column->sql_name) == 0) {
            return &entity->columns[i];
        }
    }
    const struct rc_column *named = rc_entity_column(entity, rc_view_of(column->name));
    return named && !rc_draft_column_sql(drafted, named->sql_name) ? named : NULL;
}

static bool has_label(const struct rc_draft_enum *drafted, const char *label)
{
    const struct rc_draft_value *value = NULL;
    LL_FOREACH (drafted->values, value) {
        if (strcmp(value->label, label) == 0) {
            return true;
        }
    }
    return false;
}

const struct rc_enum_label *rc_before_label(const struct rc_enum *enumeration,
                                            const struct rc_draft_enum *drafted,
                                            const struct rc_draft_value *value)
{
    const struct rc_enum_label *named = NULL;
    for (size_t i = 0; i < enumeration->label_count; i++) {
        const struct rc_enum_label *label = &enumeration->labels[i];
        if (strcmp(label->label, value->label) == 0) {
            return label;
        }
        if (strcmp(label->name, value->name) == 0 && !has_label(drafted, label->label)) {
            named = label;
        }
    }
    return named;
}

// ---- relations

static bool same_columns(const struct rc_column *const *columns, size_t count,
                         const struct rc_draft_columns *drafted)
{
    for (size_t i = 0; i < count && count == drafted->count; i++) {
        if (strcmp(columns[i]->sql_name, drafted->items[i]->sql_name) != 0) {
            return false;
        }
    }
    return count == drafted->count;
}

static bool is_same_key(const struct rc_foreign_key *key,
                        const struct rc_draft_relation *relation)
{
    return rc_before_same_table(key->target, relation->target) &&
           same_columns(key->columns, key->column_count, &relation->columns);
}

static bool has_key(const struct rc_draft_entity *drafted, const struct rc_foreign_key *key)
{
    const struct rc_draft_relation *relation = NULL;
    LL_FOREACH (drafted->relations, relation) {
        if (is_same_key(key, relation)) {
            return true;
        }
    }
    return false;
}

const struct rc_foreign_key *rc_before_key(const struct rc_entity *entity,
                                           const struct rc_draft_entity *drafted,
                                           const struct rc_draft_relation *relation)
{
    const struct rc_foreign_key *named = NULL;
    for (size_t i = 0; !relation->many_to_many && i < entity->foreign_key_count; i++) {
        const struct rc_foreign_key *key = &entity->foreign_keys[i];
        if (is_same_key(key, relation)) {
            return key;
        }
        if (strcmp(key->name, relation->name) == 0 && !has_key(drafted, key)) {
            named = key;
        }
    }
    return named;
}

const struct rc_join_table *rc_before_join(const struct rc_entity *entity,
                                           const struct rc_draft_relation *relation)
{
    for (size_t i = 0; relation->many_to_many && i < entity->join_table_count; i++) {
        if (strcmp(entity->join_tables[i].name, relation->name) == 0) {
            return &entity->join_tables[i];
        }
    }
    return NULL;
}

// ---- files

const struct rc_before_file *rc_before_file(const struct rc_before *before, const char *path)
{
    for (size_t i = 0; i < before->file_count; i++) {
        if (strcmp(before->files[i].path, path) == 0) {
            return &before->files[i];
        }
    }
    return NULL;
}

const char *rc_before_folder(struct rc_import *session, const char *path)
{
    return rc_import_copy(session, path, strcspn(path, "/"));
}
