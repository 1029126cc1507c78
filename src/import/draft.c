// SPDX-License-Identifier: Apache-2.0
//
// Questions to a draft, and the names that nobody wrote.
#include "import/draft.h"

#include "schema/names.h"

#include <string.h>
#include <utlist.h>

struct rc_draft_column *rc_draft_column_named(const struct rc_draft_entity *entity,
                                              const char *name)
{
    struct rc_draft_column *column = NULL;
    LL_FOREACH (entity->columns, column) {
        if (strcmp(column->name, name) == 0) {
            return column;
        }
    }
    return NULL;
}

struct rc_draft_column *rc_draft_column_sql(const struct rc_draft_entity *entity,
                                            const char *sql_name)
{
    struct rc_draft_column *column = NULL;
    LL_FOREACH (entity->columns, column) {
        if (strcmp(column->sql_name, sql_name) == 0) {
            return column;
        }
    }
    return NULL;
}

struct rc_draft_columns rc_draft_one_column(struct rc_import *session,
                                            struct rc_draft_column *column)
{
    struct rc_draft_columns columns = {rc_import_array(session, 1, sizeof(*columns.items)), 1};
    columns.items[0] = column;
    return columns;
}

bool rc_draft_has_column(const struct rc_draft_columns *columns,
                         const struct rc_draft_column *column)
{
    for (size_t i = 0; i < columns->count; i++) {
        if (columns->items[i] == column) {
            return true;
        }
    }
    return false;
}

bool rc_draft_same_columns(const struct rc_draft_columns *a, const struct rc_draft_columns *b)
{
    for (size_t i = 0; i < a->count; i++) {
        if (!rc_draft_has_column(b, a->items[i])) {
            return false;
        }
    }
    return a->count == b->count;
}

bool rc_draft_is_key(const struct rc_draft_entity *entity,
                     const struct rc_draft_columns *columns)
{
    const struct rc_draft_unique *unique = NULL;
    LL_FOREACH (entity->uniques, unique) {
        if (rc_draft_same_columns(&unique->columns, columns)) {
            return true;
        }
    }
    return entity->primary.count > 0 && rc_draft_same_columns(&entity->primary, columns);
}

// ---- names

const char *rc_draft_constraint_name(struct rc_import *session,
                                     const struct rc_draft_entity *entity,
                                     const struct rc_draft_columns *columns, const char *suffix)
{
    const char *stem = entity->sql_name;
    for (size_t i = 0; columns && i < columns->count; i++) {
        stem = rc_import_printf(session, "%s_%s", stem, columns->items[i]->sql_name);
    }
    return rc_import_must(session, rc_name_constraint(&session->arena, stem, suffix));
}

const char *rc_draft_index_name(struct rc_import *session, const struct rc_draft_entity *entity,
                                const struct rc_draft_index *index)
{
    const char *stem = entity->sql_name;
    const struct rc_draft_part *part = NULL;
    LL_FOREACH (index->parts, part) {
        stem = rc_import_printf(session, "%s_%s", stem,
                                part->column ? part->column->sql_name : "expr");
    }
    return rc_import_must(session, rc_name_constraint(&session->arena, stem, "_idx"));
}

enum rc_action rc_draft_default_on_delete(const struct rc_draft_relation *relation)
{
    for (size_t i = 0; i < relation->columns.count; i++) {
        if (relation->columns.items[i]->nullable) {
            return RC_ACTION_SET_NULL;
        }
    }
    return RC_ACTION_RESTRICT;
}

void rc_draft_add_name(struct rc_import *session, struct rc_draft_name **list, const char *text)
{
    while (*list && strcmp((*list)->text, text) < 0) {
        list = &(*list)->next;
    }
    if (*list && strcmp((*list)->text, text) == 0) {
        return;
    }
    struct rc_draft_name *name = rc_import_new(session, struct rc_draft_name);
    *name = (struct rc_draft_name){text, *list};
    *list = name;
}

bool rc_draft_can_be_key(const struct rc_draft_entity *entity,
                         const struct rc_draft_columns *columns)
{
    for (size_t i = 0; i < columns->count; i++) {
        const struct rc_type *type = &columns->items[i]->type;
        if (type->array || !rc_type_info(type->kind)->is_equatable ||
            type->kind == RC_TYPE_JSONB || type->kind == RC_TYPE_FLOAT4 ||
            type->kind == RC_TYPE_FLOAT8) {
            return false;
        }
    }
    return !rc_draft_is_key(entity, columns);
}
