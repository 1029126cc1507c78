// SPDX-License-Identifier: Apache-2.0
//
// Sorting a draft as the project has it. The sorts are stable, so what is new keeps its order.
#include "import/order.h"

#include <string.h>
#include <utlist.h>

#define NEW SIZE_MAX

#define COMPARE(type)                                                                          \
    static int compare_##type(struct rc_draft_##type *a, struct rc_draft_##type *b)            \
    {                                                                                          \
        return (a->order > b->order) - (a->order < b->order);                                  \
    }

COMPARE(enum)
COMPARE(entity)
COMPARE(column)
COMPARE(unique)
COMPARE(index)
COMPARE(check)
COMPARE(relation)

// By the line in its file; files are written one by one.
static size_t line_of(struct rc_position position)
{
    return position.line > 0 ? (size_t)position.line : 0;
}

static void order_columns(struct rc_draft_entity *entity, const struct rc_entity *was)
{
    struct rc_draft_column *column = NULL;
    LL_FOREACH (entity->columns, column) {
        const struct rc_column *found = rc_before_column(was, entity, column);
        column->order = found ? found->index : NEW;
    }
    LL_SORT(entity->columns, compare_column);
}

static void order_keys(struct rc_draft_entity *entity, const struct rc_entity *was)
{
    struct rc_draft_unique *unique = NULL;
    LL_FOREACH (entity->uniques, unique) {
        unique->order = NEW;
        for (size_t i = 0; i < was->key_count; i++) {
            if (strcmp(was->keys[i].sql_name, unique->sql_name) == 0) {
                unique->order = i;
            }
        }
    }
    LL_SORT(entity->uniques, compare_unique);
}

static void order_indexes(struct rc_draft_entity *entity, const struct rc_entity *was)
{
    struct rc_draft_index *index = NULL;
    struct rc_draft_check *check = NULL;
    LL_FOREACH (entity->indexes, index) {
        index->order = NEW;
        for (size_t i = 0; i < was->index_count; i++) {
            if (strcmp(was->indexes[i].sql_name, index->sql_name) == 0) {
                index->order = i;
            }
        }
    }
    LL_FOREACH (entity->checks, check) {
        check->order = NEW;
        for (size_t i = 0; i < was->check_count; i++) {
            if (strcmp(was->checks[i].sql_name, check->sql_name) == 0) {
                check->order = i;
            }
        }
    }
    LL_SORT(entity->indexes, compare_index);
    LL_SORT(entity->checks, compare_check);
}

static void order_relations(struct rc_draft_entity *entity, const struct rc_entity *was)
{
    struct rc_draft_relation *relation = NULL;
    LL_FOREACH (entity->relations, relation) {
        const struct rc_foreign_key *key = rc_before_key(was, entity, relation);
        const struct rc_join_table *join = rc_before_join(was, relation);
        relation->order = key ? line_of(key->position) : join ? line_of(join->position) : NEW;
    }
    LL_SORT(entity->relations, compare_relation);
}

void rc_order_as_before(struct rc_draft *draft, const struct rc_before *before)
{
    struct rc_draft_enum *enumeration = NULL;
    struct rc_draft_entity *entity = NULL;
    LL_FOREACH (draft->enums, enumeration) {
        const struct rc_enum *was = rc_before_enum(before, enumeration);
        enumeration->order = was ? line_of(was->position) : NEW;
    }
    LL_SORT(draft->enums, compare_enum);
    LL_FOREACH (draft->entities, entity) {
        const struct rc_entity *was = rc_before_entity(before, entity);
        entity->order = was ? line_of(was->position) : NEW;
        if (was) {
            order_columns(entity, was);
            order_keys(entity, was);
            order_indexes(entity, was);
            order_relations(entity, was);
        }
    }
    LL_SORT(draft->entities, compare_entity);
}
