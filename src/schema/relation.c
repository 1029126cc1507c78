// SPDX-License-Identifier: Apache-2.0
//
// Relations: each foreign key gives its owner one, and, when it declares an inverse, its target
// another, in every scope that has the owner; each join table gives both sides one.
#include "schema/loader.h"

#include "schema/names.h"

#include <stdlib.h>
#include <string.h>

static int compare_relations(const void *a, const void *b)
{
    const struct rc_relation *left = a;
    const struct rc_relation *right = b;
    return (left->number > right->number) - (left->number < right->number);
}

// The entity's model; NULL when the scope has none. The lookup by name may find another one
// only where two entities share a name, which is reported elsewhere.
static struct rc_model *model_of(struct rc_scope *scope, const struct rc_entity *entity)
{
    struct rc_model *models = (struct rc_model *)scope->models;
    const struct rc_model *named = rc_scope_model(scope, rc_view_of(entity->name));
    if (named && named->entity == entity) {
        return &models[named->index];
    }
    for (size_t i = 0; named && i < scope->model_count; i++) {
        if (models[i].entity == entity) {
            return &models[i];
        }
    }
    return NULL;
}

static void add_relation(struct rc_model *model, struct rc_relation relation)
{
    ((struct rc_relation *)model->relations)[model->relation_count++] = relation;
}

// Where it was declared, at the owner whichever side it is.
static struct rc_position position_of(const struct rc_relation *relation)
{
    return relation->key ? relation->key->position : relation->join->position;
}

static bool is_inverse(const struct rc_relation *relation)
{
    return relation->key ? !relation->owns : relation->name == relation->join->inverse_name;
}

static void add_key_sides(struct rc_scope *scope, struct rc_model *owner,
                          const struct rc_foreign_key *key)
{
    struct rc_model *target = model_of(scope, key->target);
    if (!target) {
        return;
    }
    add_relation(owner, (struct rc_relation){.name = key->name,
                                             .number = key->number,
                                             .owns = true,
                                             .required = key->required,
                                             .key = key,
                                             .from = owner,
                                             .target = target,
                                             .columns = key->columns,
                                             .target_columns = key->references,
                                             .column_count = key->column_count,
                                             .comment = key->comment});
    if (key->inverse_name) {
        add_relation(target, (struct rc_relation){.name = key->inverse_name,
                                                  .number = key->inverse_number,
                                                  .to_many = !key->unique,
                                                  .key = key,
                                                  .from = target,
                                                  .target = owner,
                                                  .columns = key->references,
                                                  .target_columns = key->columns,
                                                  .column_count = key->column_count});
    }
}

static void add_join_sides(struct rc_scope *scope, struct rc_model *owner,
                           const struct rc_join_table *join)
{
    struct rc_model *target = model_of(scope, join->target);
    if (!target) {
        return;
    }
    struct rc_relation declared = {.name = join->name,
                                   .number = join->number,
                                   .to_many = true,
                                   .join = join,
                                   .join_near = join->owner_is_a ? "A" : "B",
                                   .join_far = join->owner_is_a ? "B" : "A",
                                   .from = owner,
                                   .target = target,
                                   .columns = join->owner->keys[0].columns,
                                   .target_columns = join->target->keys[0].columns,
                                   .column_count = 1,
                                   .comment = join->comment};
    struct rc_relation inverse = declared;
    inverse.name = join->inverse_name;
    inverse.number = join->inverse_number;
    inverse.join_near = declared.join_far;
    inverse.join_far = declared.join_near;
    inverse.from = target;
    inverse.target = owner;
    inverse.columns = declared.target_columns;
    inverse.target_columns = declared.columns;
    inverse.comment = NULL;
    add_relation(owner, declared);
    add_relation(target, inverse);
}

// Gives each model room for the relations it may get: its own and the inverses of others'.
static void make_room(struct rc_loader *loader, struct rc_scope *scope)
{
    struct rc_model *models = (struct rc_model *)scope->models;
    size_t *counts = rc_loader_scratch(loader, scope->model_count, sizeof(*counts));
    for (size_t i = 0; i < scope->model_count; i++) {
        const struct rc_entity *entity = models[i].entity;
        counts[i] += entity->foreign_key_count + entity->join_table_count;
        for (size_t k = 0; k < entity->foreign_key_count; k++) {
            const struct rc_model *target = model_of(scope, entity->foreign_keys[k].target);
            counts[target ? target->index : i]++;
        }
        for (size_t k = 0; k < entity->join_table_count; k++) {
            const struct rc_model *target = model_of(scope, entity->join_tables[k].target);
            counts[target ? target->index : i]++;
        }
    }
    for (size_t i = 0; i < scope->model_count; i++) {
        models[i].relations = rc_loader_alloc(loader, counts[i], sizeof(struct rc_relation));
    }
}

static void check_reserved(struct rc_loader *loader, const struct rc_relation *relation)
{
    if (rc_name_is_reserved_relation(relation->name)) {
        rc_loader_problem(loader, position_of(relation),
                          "relation name \"%s\" is reserved: choose another", relation->name);
    }
}

// Whether the relation's name and number are free among the model's columns and the relations
// before it.
static void check_free(struct rc_loader *loader, const struct rc_model *model, size_t at)
{
    const struct rc_entity *entity = model->entity;
    const struct rc_relation *relation = &model->relations[at];
    struct rc_position position = position_of(relation);
    const char *kind = is_inverse(relation) ? "inverse" : "relation";
    for (size_t i = 0; i < entity->column_count; i++) {
        const struct rc_column *column = &entity->columns[i];
        if (strcmp(column->name, relation->name) == 0) {
            rc_loader_problem(loader, position, "%s %s: %s has a field of that name", kind,
                              relation->name, entity->name);
        }
        if (column->number == relation->number) {
            rc_loader_problem(loader, position, "%s %s: number %u is field %s of %s", kind,
                              relation->name, relation->number, column->name, entity->name);
        }
    }
    for (size_t i = 0; i < at; i++) {
        const struct rc_relation *other = &model->relations[i];
        if (strcmp(other->name, relation->name) == 0) {
            rc_loader_problem(
                loader, position, "%s %s: %s has a relation of that name already (%s:%d)", kind,
                relation->name, entity->name, position_of(other).file, position_of(other).line);
        }
        if (other->number == relation->number) {
            rc_loader_problem(loader, position,
                              "%s %s: number %u on %s is relation %s already (%s:%d)", kind,
                              relation->name, relation->number, entity->name, other->name,
                              position_of(other).file, position_of(other).line);
        }
    }
}

static bool are_two_sides(const struct rc_relation *a, const struct rc_relation *b)
{
    return a != b && a->key == b->key && a->join == b->join;
}

static void link_inverses(struct rc_scope *scope)
{
    for (size_t i = 0; i < scope->model_count; i++) {
        const struct rc_model *model = &scope->models[i];
        for (size_t r = 0; r < model->relation_count; r++) {
            struct rc_relation *relation = (struct rc_relation *)&model->relations[r];
            for (size_t o = 0; o < relation->target->relation_count; o++) {
                const struct rc_relation *other = &relation->target->relations[o];
                if (are_two_sides(relation, other)) {
                    relation->inverse = other;
                }
            }
        }
    }
}

void rc_load_relations(struct rc_loader *loader, struct rc_scope *scope)
{
    struct rc_model *models = (struct rc_model *)scope->models;
    make_room(loader, scope);
    for (size_t i = 0; i < scope->model_count; i++) {
        const struct rc_entity *entity = models[i].entity;
        for (size_t k = 0; k < entity->foreign_key_count; k++) {
            add_key_sides(scope, &models[i], &entity->foreign_keys[k]);
        }
        for (size_t k = 0; k < entity->join_table_count; k++) {
            add_join_sides(scope, &models[i], &entity->join_tables[k]);
        }
    }
    for (size_t i = 0; i < scope->model_count; i++) {
        for (size_t r = 0; r < models[i].relation_count; r++) {
            check_reserved(loader, &models[i].relations[r]);
            check_free(loader, &models[i], r);
        }
        qsort((struct rc_relation *)models[i].relations, models[i].relation_count,
              sizeof(struct rc_relation), compare_relations);
    }
    link_inverses(scope);
}
