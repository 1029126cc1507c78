// SPDX-License-Identifier: Apache-2.0
//
// Live views. PostgreSQL knows neither keys nor nullability of them: both are promises, which
// come from the project, or from a column called id.
#include "import/naming.h"
#include "import/pull_parts.h"

#include <string.h>
#include <utlist.h>

// What the project promises of its columns.
static void take_promises(const struct rc_pull *pull, struct rc_draft_entity *entity,
                          const struct rc_entity *was)
{
    struct rc_draft_column *column = NULL;
    LL_FOREACH (entity->columns, column) {
        const struct rc_column *found = rc_before_column(was, entity, column);
        column->nullable = found ? found->nullable : column->nullable;
    }
    for (size_t k = 0; k < was->key_count; k++) {
        const struct rc_key *key = &was->keys[k];
        struct rc_draft_columns columns = {0};
        columns.items =
            rc_import_array(pull->session, key->column_count, sizeof(*columns.items));
        for (size_t i = 0; i < key->column_count; i++) {
            column = rc_draft_column_sql(entity, key->columns[i]->sql_name);
            if (column) {
                columns.items[columns.count++] = column;
            }
        }
        if (columns.count != key->column_count) {
            continue;
        }
        if (key->primary) {
            entity->primary = columns;
            entity->primary_name = rc_import_printf(pull->session, "%s", key->sql_name);
        } else {
            struct rc_draft_unique *unique =
                rc_import_new(pull->session, struct rc_draft_unique);
            unique->columns = columns;
            unique->sql_name = rc_import_printf(pull->session, "%s", key->sql_name);
            LL_APPEND(entity->uniques, unique);
        }
    }
}

static void promise_id(const struct rc_pull *pull, struct rc_draft_entity *entity)
{
    struct rc_draft_column *id = rc_draft_column_sql(entity, "id");
    if (id && !id->type.array) {
        id->nullable = false;
        entity->primary = rc_draft_one_column(pull->session, id);
        entity->primary_name = rc_draft_constraint_name(pull->session, entity, NULL, "_pkey");
        rc_import_find(pull->session, RC_FINDING_REMARK, entity->position,
                       "its key is taken to be id, which PostgreSQL does not say of a view");
    }
}

// Whether the project's own words for the view are what PostgreSQL has.
static bool is_as_authored(const struct rc_pull *pull, const struct rc_catalog_view *view)
{
    const struct rc_catalog *expected = pull->input->expected;
    const struct rc_catalog_view *other =
        expected ? rc_catalog_view_find(expected, view->schema, view->name) : NULL;
    return other && other->definition.text &&
           strcmp(other->definition.text, view->definition.text) == 0;
}

static void read_view(const struct rc_pull *pull, const struct rc_catalog_view *view)
{
    const struct rc_entity *was = rc_pull_was(pull, view->schema, view->name);
    struct rc_draft_entity *entity = rc_import_new(pull->session, struct rc_draft_entity);
    entity->name = was ? rc_import_printf(pull->session, "%s", was->name) : NULL;
    entity->alias = rc_pull_entity_name(pull, view->name);
    entity->sql_name = view->name;
    entity->sql_schema = view->schema;
    entity->sql_comment = view->comment;
    entity->view = true;
    entity->folder = rc_pull_folder(pull, was && was->shared);
    entity->origin = "views";
    entity->position.file = rc_import_printf(pull->session, "view %s", view->name);
    if (!was || was->view_sql) {
        entity->materialized = view->materialized;
        entity->view_sql =
            is_as_authored(pull, view)
                ? rc_import_printf(pull->session, "%s", was->view_sql)
                : rc_pull_unqualified(pull->session,
                                      rc_pull_unwrapped(pull->session, view->definition.text));
    }
    LL_APPEND(pull->draft->entities, entity);
    rc_naming_types(pull->session, pull->draft);
    rc_pull_columns(pull, entity, was, view->columns, view->column_count);
    rc_naming_columns(pull->session, entity);
    if (was) {
        take_promises(pull, entity, was);
    } else {
        promise_id(pull, entity);
    }
    if (entity->primary.count == 0) {
        rc_pull_lose(pull, entity,
                     "it is left out: declare it with the columns that tell its records apart");
        LL_DELETE(pull->draft->entities, entity);
    }
}

void rc_pull_views(const struct rc_pull *pull)
{
    for (size_t i = 0; i < pull->input->catalog->view_count; i++) {
        read_view(pull, &pull->input->catalog->views[i]);
    }
}

// Relations with views, in either direction, which are promised, too.
static void take_relations(const struct rc_pull *pull, struct rc_draft_entity *entity,
                           const struct rc_entity *was)
{
    for (size_t i = 0; i < was->foreign_key_count; i++) {
        const struct rc_foreign_key *key = &was->foreign_keys[i];
        struct rc_draft_entity *target =
            rc_pull_entity(pull, key->target->sql_schema, key->target->sql_name);
        struct rc_draft_relation *relation =
            rc_import_new(pull->session, struct rc_draft_relation);
        bool whole = target && !key->enforced;
        relation->columns.items =
            rc_import_array(pull->session, key->column_count, sizeof(void *));
        relation->references.items =
            rc_import_array(pull->session, key->column_count, sizeof(void *));
        for (size_t c = 0; whole && c < key->column_count; c++) {
            struct rc_draft_column *near =
                rc_draft_column_sql(entity, key->columns[c]->sql_name);
            struct rc_draft_column *far =
                rc_draft_column_sql(target, key->references[c]->sql_name);
            whole = near && far;
            relation->columns.items[relation->columns.count++] = near;
            relation->references.items[relation->references.count++] = far;
        }
        if (!whole) {
            continue;
        }
        relation->settled = true;
        relation->target = target;
        relation->name = rc_import_printf(pull->session, "%s", key->name);
        relation->sql_name = "";
        if (key->inverse_name) {
            relation->inverse_name = rc_import_printf(pull->session, "%s", key->inverse_name);
        }
        LL_APPEND(entity->relations, relation);
    }
}

void rc_pull_promises(const struct rc_pull *pull)
{
    struct rc_draft_entity *entity = NULL;
    LL_FOREACH (pull->draft->entities, entity) {
        const struct rc_entity *was = rc_pull_was(pull, entity->sql_schema, entity->sql_name);
        if (was) {
            take_relations(pull, entity, was);
        }
    }
}
