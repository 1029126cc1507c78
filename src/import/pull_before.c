// SPDX-License-Identifier: Apache-2.0
//
// What a pulled table, type or key is in the project already: told by its name in PostgreSQL
// alone, for it has no other yet.
#include "import/puller.h"

#include <string.h>

// The database's own wins over what is shared; what another database has is none of this one's.
static int rank(const struct rc_puller *puller, const char *folder)
{
    return strcmp(folder, puller->input->database) == 0 ? 2 : strcmp(folder, "shared") == 0;
}

const struct rc_entity *rc_pull_entity_before(const struct rc_puller *puller,
                                              const char *sql_schema, const char *sql_name)
{
    const struct rc_schema *schema = puller->input->before->schema;
    const struct rc_entity *best = NULL;
    int best_rank = 0;
    for (size_t i = 0; schema && i < schema->entity_count; i++) {
        const struct rc_entity *entity = &schema->entities[i];
        int its = rank(puller, entity->folder);
        if (its > best_rank && strcmp(entity->sql_name, sql_name) == 0 &&
            strcmp(entity->sql_schema, sql_schema) == 0) {
            best = entity;
            best_rank = its;
        }
    }
    return best;
}

const struct rc_enum *rc_pull_enum_before(const struct rc_puller *puller,
                                          const char *sql_schema, const char *sql_name)
{
    const struct rc_schema *schema = puller->input->before->schema;
    const struct rc_scope *scope =
        schema ? rc_schema_scope(schema, rc_view_of(puller->input->database)) : NULL;
    for (size_t i = 0; scope && i < scope->enum_count; i++) {
        if (strcmp(scope->enums[i]->sql_name, sql_name) == 0 &&
            strcmp(scope->enums[i]->sql_schema, sql_schema) == 0) {
            return scope->enums[i];
        }
    }
    return NULL;
}

static bool same_columns(const struct rc_foreign_key *key,
                         const struct rc_draft_relation *relation)
{
    for (size_t i = 0; i < key->column_count && key->column_count == relation->columns.count;
         i++) {
        if (strcmp(key->columns[i]->sql_name, relation->columns.items[i]->sql_name) != 0) {
            return false;
        }
    }
    return key->column_count == relation->columns.count;
}

const struct rc_foreign_key *rc_pull_key_before(const struct rc_entity *entity,
                                                const struct rc_draft_relation *relation)
{
    for (size_t i = 0; i < entity->foreign_key_count; i++) {
        const struct rc_foreign_key *key = &entity->foreign_keys[i];
        if (same_columns(key, relation) &&
            rc_before_same_table(key->target, relation->target)) {
            return key;
        }
    }
    return NULL;
}

const struct rc_join_table *rc_pull_join_before(const struct rc_puller *puller,
                                                const struct rc_catalog_table *table)
{
    const struct rc_schema *schema = puller->input->before->schema;
    for (size_t i = 0; schema && i < schema->entity_count; i++) {
        const struct rc_entity *entity = &schema->entities[i];
        for (size_t j = 0; rank(puller, entity->folder) > 0 && j < entity->join_table_count;
             j++) {
            if (strcmp(entity->join_tables[j].sql_name, table->name) == 0 &&
                strcmp(entity->join_tables[j].sql_schema, table->schema) == 0) {
                return &entity->join_tables[j];
            }
        }
    }
    return NULL;
}
