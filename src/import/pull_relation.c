// SPDX-License-Identifier: Apache-2.0
//
// Foreign keys of live tables as relations, and Prisma's tables of many-to-many relations.
#include "import/naming.h"
#include "import/pull_parts.h"
#include "schema/names.h"

#include <string.h>
#include <utlist.h>

// ---- foreign keys

static struct rc_draft_columns columns_of(const struct rc_pull *pull,
                                          const struct rc_draft_entity *entity,
                                          const char *const *names, size_t count)
{
    struct rc_draft_columns columns = {0};
    columns.items = rc_import_array(pull->session, count, sizeof(*columns.items));
    for (size_t i = 0; i < count; i++) {
        struct rc_draft_column *column = rc_draft_column_sql(entity, names[i]);
        if (!column) {
            return (struct rc_draft_columns){0};
        }
        columns.items[columns.count++] = column;
    }
    return columns;
}

// What stands behind "ON DELETE " in the definition.
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
    for (size_t i = 0; at && i < sizeof actions / sizeof *actions; i++) {
        if (strncmp(at + strlen(event), actions[i].words, strlen(actions[i].words)) == 0) {
            return actions[i].action;
        }
    }
    return RC_ACTION_NO_ACTION;
}

// "user_id" -> "user"; another column's relation is called after its target.
static const char *relation_name(const struct rc_pull *pull,
                                 const struct rc_draft_relation *relation)
{
    const char *name = relation->columns.items[0]->name;
    size_t len = strlen(name);
    if (relation->columns.count == 1 && len > 3 && strcmp(name + len - 3, "_id") == 0) {
        return rc_import_copy(pull->session, name, len - 3);
    }
    return rc_naming_field(pull->session, relation->target->name);
}

static const char *plural(const struct rc_pull *pull, const char *entity_name)
{
    const char *name = rc_naming_field(pull->session, entity_name);
    size_t len = strlen(name);
    if (len > 1 && name[len - 1] == 'y' && !strchr("aeiou", name[len - 2])) {
        return rc_import_printf(pull->session, "%.*sies", (int)len - 1, name);
    }
    bool hisses = name[len - 1] == 's' || name[len - 1] == 'x';
    return rc_import_printf(pull->session, hisses ? "%ses" : "%ss", name);
}

// Whether the table has another foreign key to the same target.
static bool is_one_of_several(const struct rc_catalog_table *table,
                              const struct rc_catalog_constraint *found)
{
    for (size_t i = 0; i < table->constraint_count; i++) {
        const struct rc_catalog_constraint *other = &table->constraints[i];
        if (other != found && other->kind == RC_CONSTRAINT_FOREIGN_KEY &&
            strcmp(other->target_table, found->target_table) == 0 &&
            strcmp(other->target_schema, found->target_schema) == 0) {
            return true;
        }
    }
    return false;
}

// "posts"; "posts_by_editor" where there are others.
static const char *inverse_name(const struct rc_pull *pull,
                                const struct rc_draft_entity *entity,
                                const struct rc_draft_relation *relation, bool several)
{
    const char *name = rc_draft_is_key(entity, &relation->columns)
                           ? rc_naming_field(pull->session, entity->name)
                           : plural(pull, entity->name);
    return several ? rc_import_printf(pull->session, "%s_by_%s", name, relation->name) : name;
}

static void name_relation(const struct rc_pull *pull, const struct rc_draft_entity *entity,
                          struct rc_draft_relation *relation, bool several)
{
    const struct rc_entity *was = rc_pull_was(pull, entity->sql_schema, entity->sql_name);
    relation->name = "";
    const struct rc_foreign_key *key = was ? rc_before_key(was, entity, relation) : NULL;
    relation->settled = key;
    relation->name =
        key ? rc_import_printf(pull->session, "%s", key->name) : relation_name(pull, relation);
    if (!key) {
        relation->inverse_name = inverse_name(pull, entity, relation, several);
    } else if (key->inverse_name) {
        relation->inverse_name = rc_import_printf(pull->session, "%s", key->inverse_name);
    }
}

static bool is_expressible(const struct rc_pull *pull, const struct rc_draft_entity *entity,
                           const struct rc_draft_relation *relation,
                           const struct rc_catalog_constraint *found)
{
    const char *definition = found->definition.text;
    const char *reason = NULL;
    bool sets_null =
        relation->on_delete == RC_ACTION_SET_NULL || relation->on_update == RC_ACTION_SET_NULL;
    for (size_t i = 0; i < relation->columns.count; i++) {
        if (sets_null && !relation->columns.items[i]->nullable) {
            reason = "it sets a column to NULL that cannot be NULL";
        }
    }
    if (strstr(definition, " DEFERRABLE") || strstr(definition, " MATCH FULL") ||
        strstr(definition, " NOT VALID")) {
        reason = "it says more than Rowcall can";
    }
    if (!rc_draft_is_key(relation->target, &relation->references)) {
        reason = "what it refers to is no key in Rowcall";
    }
    if (reason) {
        rc_pull_lose(pull, entity, "foreign key %s is left to migrations of your own: %s",
                     found->name, reason);
    }
    return !reason;
}

static void read_foreign_key(const struct rc_pull *pull, struct rc_draft_entity *entity,
                             const struct rc_catalog_table *table,
                             const struct rc_catalog_constraint *found)
{
    struct rc_draft_entity *target =
        rc_pull_entity(pull, found->target_schema, found->target_table);
    struct rc_draft_relation *relation = rc_import_new(pull->session, struct rc_draft_relation);
    if (!target) {
        rc_pull_lose(pull, entity, "foreign key %s leads to %s, which is left out", found->name,
                     found->target_table);
        return;
    }
    relation->target = target;
    relation->columns = columns_of(pull, entity, found->columns, found->column_count);
    relation->references = columns_of(pull, target, found->target_columns, found->column_count);
    relation->sql_name = found->name;
    relation->on_delete = action_of(found->definition.text, "ON DELETE ");
    relation->on_update = action_of(found->definition.text, "ON UPDATE ");
    relation->position = entity->position;
    if (relation->columns.count == 0 || relation->references.count == 0 ||
        !is_expressible(pull, entity, relation, found)) {
        return;
    }
    name_relation(pull, entity, relation, is_one_of_several(table, found));
    LL_APPEND(entity->relations, relation);
}

// ---- many-to-many

static bool is_called(const struct rc_pull *pull, const char *name, const char *table,
                      const char *suffix)
{
    const char *usual =
        rc_import_must(pull->session, rc_name_constraint(&pull->session->arena, table, suffix));
    return strcmp(name, usual) == 0;
}

static struct rc_draft_relation *side(const struct rc_pull *pull,
                                      const struct rc_draft_entity *entity, const char *column,
                                      const char *suffix)
{
    struct rc_draft_relation *relation = NULL;
    LL_FOREACH (entity->relations, relation) {
        bool fits = relation->columns.count == 1 &&
                    strcmp(relation->columns.items[0]->sql_name, column) == 0 &&
                    relation->target->primary.count == 1 &&
                    rc_draft_same_columns(&relation->references, &relation->target->primary) &&
                    relation->on_delete == RC_ACTION_CASCADE &&
                    relation->on_update == RC_ACTION_CASCADE &&
                    is_called(pull, relation->sql_name, entity->sql_name, suffix);
        if (fits) {
            return relation;
        }
    }
    return NULL;
}

// Whether the table is to the letter what Rowcall makes of a many-to-many relation.
static bool is_join_table(const struct rc_pull *pull, const struct rc_draft_entity *entity)
{
    const struct rc_draft_index *index = entity->indexes;
    size_t column_count = 0;
    const struct rc_draft_column *column = NULL;
    LL_COUNT(entity->columns, column, column_count);
    bool shaped = *entity->sql_name == '_' && column_count == 2 && entity->primary.count == 2 &&
                  !entity->uniques && !entity->checks && !entity->sql_comment && index &&
                  !index->next && index->parts && !index->parts->next;
    return shaped && rc_draft_column_sql(entity, "A") && rc_draft_column_sql(entity, "B") &&
           entity->primary.items[0] == rc_draft_column_sql(entity, "A") &&
           index->parts->column == rc_draft_column_sql(entity, "B") &&
           is_called(pull, entity->primary_name, entity->sql_name, "_AB_pkey") &&
           is_called(pull, index->sql_name, entity->sql_name, "_B_index") &&
           side(pull, entity, "A", "_A_fkey") && side(pull, entity, "B", "_B_fkey") &&
           !rc_pull_was(pull, entity->sql_schema, entity->sql_name);
}

static const struct rc_join_table *join_was(const struct rc_pull *pull,
                                            const struct rc_draft_entity *entity)
{
    return pull->scope ? rc_scope_join_table(pull->scope, rc_view_of(entity->sql_schema),
                                             rc_view_of(entity->sql_name))
                       : NULL;
}

// The side that declares it, and what both are called: as in the project, else after each
// other. An entity that is related to itself reads from A to B by the name that sorts first.
static void name_join(const struct rc_pull *pull, const struct rc_join_table *was,
                      const struct rc_draft_entity *owner, struct rc_draft_relation *relation)
{
    if (was) {
        relation->settled = true;
        relation->name = rc_import_printf(pull->session, "%s", was->name);
        relation->inverse_name = rc_import_printf(pull->session, "%s", was->inverse_name);
        return;
    }
    bool self = relation->target == owner;
    relation->name = rc_import_printf(pull->session, "%s%s",
                                      plural(pull, relation->target->name), self ? "_a" : "");
    relation->inverse_name =
        rc_import_printf(pull->session, "%s%s", plural(pull, owner->name), self ? "_b" : "");
}

// Makes the table a relation; false when its sides are in another order than the entities'
// names, so that it has to stay an entity.
static bool make_join(const struct rc_pull *pull, struct rc_draft_entity *entity)
{
    struct rc_draft_entity *a = side(pull, entity, "A", "_A_fkey")->target;
    struct rc_draft_entity *b = side(pull, entity, "B", "_B_fkey")->target;
    const struct rc_join_table *was = join_was(pull, entity);
    bool turned = was && strcmp(was->owner->name, b->name) == 0 && a != b;
    bool a_is_shared = strcmp(a->folder, "shared") == 0 && strcmp(b->folder, "shared") != 0;
    struct rc_draft_entity *owner = turned || (!was && a_is_shared) ? b : a;
    const char *usual = rc_import_printf(pull->session, "_%sTo%s", a->name, b->name);
    struct rc_draft_relation *relation = NULL;
    if (strcmp(a->name, b->name) > 0 || strcmp(a->sql_schema, entity->sql_schema) != 0) {
        return false;
    }
    relation = rc_import_new(pull->session, struct rc_draft_relation);
    relation->many_to_many = true;
    relation->target = owner == a ? b : a;
    relation->position = entity->position;
    relation->join_name = strcmp(usual, entity->sql_name) == 0 ? NULL : entity->sql_name + 1;
    name_join(pull, was, owner, relation);
    LL_APPEND(owner->relations, relation);
    return true;
}

void rc_pull_relations(const struct rc_pull *pull)
{
    const struct rc_catalog *catalog = pull->input->catalog;
    struct rc_draft_entity *entity = NULL;
    struct rc_draft_entity *next = NULL;
    for (size_t i = 0; i < catalog->table_count; i++) {
        const struct rc_catalog_table *table = &catalog->tables[i];
        entity = rc_pull_entity(pull, table->schema, table->name);
        for (size_t c = 0; entity && c < table->constraint_count; c++) {
            if (table->constraints[c].kind == RC_CONSTRAINT_FOREIGN_KEY) {
                read_foreign_key(pull, entity, table, &table->constraints[c]);
            }
        }
    }
    LL_FOREACH_SAFE (pull->draft->entities, entity, next) {
        if (is_join_table(pull, entity) && make_join(pull, entity)) {
            LL_DELETE(pull->draft->entities, entity);
        }
    }
}
