// SPDX-License-Identifier: Apache-2.0
//
// Foreign keys as relations, and Prisma's tables of pairs. A relation is called after its
// column
// ("user_id": user) or its target; its other side after the entity it comes from.
#include "import/puller.h"

#include "import/naming.h"

#include <stdio.h>

#include <string.h>
#include <utlist.h>

static enum rc_action action_of(const char *definition, const char *event)
{
    static const struct {
        const char *words;
        enum rc_action action;
    } actions[] = {{"CASCADE", RC_ACTION_CASCADE},
                   {"RESTRICT", RC_ACTION_RESTRICT},
                   {"SET NULL", RC_ACTION_SET_NULL},
                   {"SET DEFAULT", RC_ACTION_SET_DEFAULT}};
    const char *at = strstr(definition, event);
    for (size_t i = 0; at && i < sizeof actions / sizeof actions[0]; i++) {
        if (strncmp(at + strlen(event), actions[i].words, strlen(actions[i].words)) == 0) {
            return actions[i].action;
        }
    }
    return RC_ACTION_NO_ACTION;
}

// ---- names

// "user" of "user_id"; the name itself when it does not end so.
static const char *without_id(struct rc_puller *puller, const char *field)
{
    size_t len = strlen(field);
    return len > 3 && strcmp(field + len - 3, "_id") == 0
               ? rc_import_copy(puller->session, field, len - 3)
               : NULL;
}

static const char *relation_name(struct rc_puller *puller,
                                 const struct rc_draft_relation *relation)
{
    const char *named = relation->columns.count == 1
                            ? without_id(puller, relation->columns.items[0]->name)
                            : NULL;
    return named ? named : rc_naming_field(puller->session, relation->target->name);
}

// Whether another relation leads from the entity to the same one.
static bool has_sibling(const struct rc_draft_entity *entity,
                        const struct rc_draft_relation *relation)
{
    const struct rc_draft_relation *other = NULL;
    LL_FOREACH (entity->relations, other) {
        if (other != relation && other->target == relation->target) {
            return true;
        }
    }
    return false;
}

static const char *plural(struct rc_puller *puller, const char *name)
{
    size_t len = strlen(name);
    return len > 0 && name[len - 1] == 's' ? rc_import_printf(puller->session, "%s_list", name)
                                           : rc_import_printf(puller->session, "%ss", name);
}

static const char *inverse_name(struct rc_puller *puller, const struct rc_draft_entity *entity,
                                const struct rc_draft_relation *relation)
{
    const char *name = rc_naming_field(puller->session, entity->name);
    if (has_sibling(entity, relation) || relation->target == entity) {
        name = rc_import_printf(puller->session, "%s_%s", relation->name, name);
    }
    return rc_draft_is_key(entity, &relation->columns) ? name : plural(puller, name);
}

// What the project calls it, else what it is.
static void name_relation(struct rc_puller *puller, const struct rc_draft_entity *entity,
                          struct rc_draft_relation *relation)
{
    const struct rc_entity *was =
        rc_pull_entity_before(puller, entity->sql_schema, entity->sql_name);
    const struct rc_foreign_key *key = was ? rc_pull_key_before(was, relation) : NULL;
    if (key) {
        relation->name = rc_pull_keep(puller, key->name);
        relation->inverse_name = rc_pull_keep(puller, key->inverse_name);
        relation->position.line = key->position.line;
        return;
    }
    relation->name = relation_name(puller, relation);
    relation->inverse_name = inverse_name(puller, entity, relation);
}

// ---- foreign keys

static const char *trouble_of(const struct rc_catalog_constraint *key,
                              const struct rc_draft_relation *relation)
{
    const char *definition = key->definition.text;
    return !relation->target ? "the table it refers to is left out"
           : relation->columns.count == 0 || relation->references.count == 0
               ? "a column of it is left out"
           : !rc_draft_is_key(relation->target, &relation->references)
               ? "what it refers to is no key that records can be named by"
           : strstr(definition, " DEFERRABLE") ? "it is deferrable"
           : strstr(definition, " MATCH FULL") ? "it matches in full"
                                               : NULL;
}

static void read_key(struct rc_puller *puller, const struct rc_catalog_table *table,
                     const struct rc_catalog_constraint *key, struct rc_draft_entity *entity)
{
    struct rc_draft_relation *relation =
        rc_import_new(puller->session, struct rc_draft_relation);
    relation->target = rc_pull_entity(puller, key->target_schema, key->target_table);
    relation->columns = rc_pull_columns(puller, entity, key->columns, key->column_count);
    if (relation->target) {
        relation->references =
            rc_pull_columns(puller, relation->target, key->target_columns, key->column_count);
    }
    relation->sql_name = key->name;
    relation->on_delete = action_of(key->definition.text, " ON DELETE ");
    relation->on_update = action_of(key->definition.text, " ON UPDATE ");
    const char *trouble = trouble_of(key, relation);
    if (trouble) {
        rc_pull_find(puller, RC_FINDING_LOSS, table->schema, table->name,
                     rc_import_printf(puller->session,
                                      "foreign key %s is left out, because %s: the next "
                                      "migration would drop it",
                                      key->name, trouble));
        return;
    }
    LL_APPEND(entity->relations, relation);
}

// As they stand in their file; new ones last.
static int compare_relations(const struct rc_draft_relation *a,
                             const struct rc_draft_relation *b)
{
    return rc_pull_compare_lines(a->position.line, b->position.line);
}

void rc_pull_foreign_keys(struct rc_puller *puller, const struct rc_catalog_table *table,
                          struct rc_draft_entity *entity)
{
    struct rc_draft_relation *relation = NULL;
    for (size_t i = 0; i < table->constraint_count; i++) {
        if (table->constraints[i].kind == RC_CONSTRAINT_FOREIGN_KEY) {
            read_key(puller, table, &table->constraints[i], entity);
        }
    }
    LL_FOREACH (entity->relations, relation) {
        if (!relation->many_to_many) {
            name_relation(puller, entity, relation);
        }
    }
    LL_SORT(entity->relations, compare_relations);
}

// ---- tables of pairs

static const struct rc_catalog_constraint *side_of(const struct rc_catalog_table *table,
                                                   const char *column)
{
    for (size_t i = 0; i < table->constraint_count; i++) {
        const struct rc_catalog_constraint *key = &table->constraints[i];
        if (key->kind == RC_CONSTRAINT_FOREIGN_KEY && key->column_count == 1 &&
            strcmp(key->columns[0], column) == 0 &&
            action_of(key->definition.text, " ON DELETE ") == RC_ACTION_CASCADE &&
            action_of(key->definition.text, " ON UPDATE ") == RC_ACTION_CASCADE) {
            return key;
        }
    }
    return NULL;
}

static struct rc_draft_entity *entity_of_side(const struct rc_puller *puller,
                                              const struct rc_catalog_table *table,
                                              const char *column)
{
    const struct rc_catalog_constraint *key = side_of(table, column);
    struct rc_draft_entity *entity =
        key ? rc_pull_entity(puller, key->target_schema, key->target_table) : NULL;
    bool by_id = entity && entity->primary.count == 1 &&
                 strcmp(entity->primary.items[0]->sql_name, key->target_columns[0]) == 0;
    return by_id ? entity : NULL;
}

static bool has_form_of_pairs(const struct rc_catalog_table *table)
{
    char index[80];
    char key[80];
    (void)snprintf(index, sizeof(index), "%.60s_B_index", table->name);
    (void)snprintf(key, sizeof(key), "%.60s_AB_pkey", table->name);
    return table->name[0] == '_' && table->column_count == 2 &&
           rc_catalog_column_find(table, "A") && rc_catalog_column_find(table, "B") &&
           table->index_count == 1 && table->constraint_count == 3 &&
           rc_catalog_index_find(table, index) && rc_catalog_constraint_find(table, key);
}

bool rc_pull_join(struct rc_puller *puller, const struct rc_catalog_table *table)
{
    struct rc_import *session = puller->session;
    if (!has_form_of_pairs(table)) {
        return false;
    }
    struct rc_draft_entity *a = entity_of_side(puller, table, "A");
    struct rc_draft_entity *b = entity_of_side(puller, table, "B");
    // A is the side whose name sorts first, in proto as in PostgreSQL; otherwise, and for an
    // entity with itself, whose fields' names would have to sort, the pairs are an entity.
    if (!a || !b || strcmp(a->name, b->name) >= 0) {
        return false;
    }
    struct rc_draft_relation *relation = rc_import_new(session, struct rc_draft_relation);
    const char *usual = rc_import_printf(session, "_%sTo%s", a->name, b->name);
    relation->target = b;
    relation->many_to_many = true;
    relation->join_name = strcmp(table->name, usual) == 0 ? NULL : table->name + 1;
    const struct rc_join_table *was = rc_pull_join_before(puller, table);
    if (was && !was->owner_is_a) { // declared at the other side
        relation->target = a;
        a = b;
    }
    relation->name = was ? rc_pull_keep(puller, was->name)
                         : plural(puller, rc_naming_field(session, b->name));
    relation->inverse_name = was ? rc_pull_keep(puller, was->inverse_name)
                                 : plural(puller, rc_naming_field(session, a->name));
    LL_APPEND(a->relations, relation);
    return true;
}
