// SPDX-License-Identifier: Apache-2.0
//
// Names that must differ within one scope: in PostgreSQL, where tables, indexes and unique keys
// share one name space per schema and constraints one per table, and in the derived API, where
// each entity brings a family of messages.
#include "schema/loader.h"

#include "schema/names.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

// A name and where it is from. Equal space and name: a collision.
struct claim {
    const char *space; // PostgreSQL schema, or table
    const char *name;
    const char *what; // "table", "index"
    const char *of;   // the entity or enum that claims it
    struct rc_position position;
};

struct claims {
    struct claim *items;
    size_t count;
};

static int compare_claims(const void *a, const void *b)
{
    const struct claim *left = a;
    const struct claim *right = b;
    int order = strcmp(left->space, right->space);
    order = order ? order : strcmp(left->name, right->name);
    return order ? order : strcmp(left->of, right->of);
}

static void report_collisions(struct rc_loader *loader, struct claims *claims)
{
    qsort(claims->items, claims->count, sizeof(*claims->items), compare_claims);
    for (size_t i = 1; i < claims->count; i++) {
        const struct claim *first = &claims->items[i - 1];
        const struct claim *second = &claims->items[i];
        if (strcmp(first->space, second->space) == 0 &&
            strcmp(first->name, second->name) == 0) {
            rc_loader_problem(loader, second->position,
                              "%s \"%s\" of %s has the name of the %s of %s: give one another "
                              "name",
                              second->what, second->name, second->of, first->what, first->of);
        }
    }
}

static void claim(struct claims *claims, struct claim item)
{
    claims->items[claims->count++] = item;
}

static size_t count_relation_names(const struct rc_entity *entity)
{
    return 1 + entity->key_count + entity->index_count;
}

static void claim_relation_names(struct claims *claims, const struct rc_entity *e)
{
    claim(claims, (struct claim){e->sql_schema, e->sql_name, "table", e->name, e->position});
    for (size_t k = 0; k < e->key_count; k++) {
        claim(claims,
              (struct claim){e->sql_schema, e->keys[k].sql_name, "key", e->name, e->position});
    }
    for (size_t k = 0; k < e->index_count; k++) {
        claim(claims, (struct claim){e->sql_schema, e->indexes[k].sql_name, "index", e->name,
                                     e->position});
    }
}

// Tables, keys, indexes: PostgreSQL's relations; and enum types, whose name a table's row type
// would take.
static void check_relation_names(struct rc_loader *loader, const struct rc_scope *scope)
{
    size_t capacity = scope->enum_count;
    for (size_t i = 0; i < scope->model_count; i++) {
        capacity += count_relation_names(scope->models[i].entity);
    }
    for (size_t i = 0; i < scope->join_table_count; i++) {
        capacity += count_relation_names(scope->join_tables[i]->table);
    }
    struct claims claims = {rc_loader_scratch(loader, capacity, sizeof(struct claim)), 0};
    for (size_t i = 0; i < scope->enum_count; i++) {
        const struct rc_enum *e = scope->enums[i];
        claim(&claims,
              (struct claim){e->sql_schema, e->sql_name, "enum type", e->name, e->position});
    }
    for (size_t i = 0; i < scope->model_count; i++) {
        claim_relation_names(&claims, scope->models[i].entity);
    }
    for (size_t i = 0; i < scope->join_table_count; i++) {
        claim_relation_names(&claims, scope->join_tables[i]->table);
    }
    report_collisions(loader, &claims);
}

static void check_constraint_names(struct rc_loader *loader, const struct rc_entity *entity)
{
    size_t capacity = entity->key_count + entity->foreign_key_count + entity->check_count;
    struct claims claims = {rc_loader_scratch(loader, capacity, sizeof(struct claim)), 0};
    for (size_t i = 0; i < entity->key_count; i++) {
        claim(&claims, (struct claim){entity->sql_name, entity->keys[i].sql_name, "key",
                                      entity->name, entity->position});
    }
    for (size_t i = 0; i < entity->foreign_key_count; i++) {
        const struct rc_foreign_key *key = &entity->foreign_keys[i];
        if (key->enforced) {
            claim(&claims, (struct claim){entity->sql_name, key->sql_name, "foreign key",
                                          entity->name, key->position});
        }
    }
    for (size_t i = 0; i < entity->check_count; i++) {
        claim(&claims, (struct claim){entity->sql_name, entity->checks[i].sql_name, "check",
                                      entity->name, entity->position});
    }
    report_collisions(loader, &claims);
}

// What follows stem in name; NULL when name does not begin with it.
static const char *rest_of(const char *name, const char *stem)
{
    size_t len = strlen(stem);
    return strncmp(name, stem, len) == 0 ? name + len : NULL;
}

// Whether rest is "Key" and the CamelCase of a composite key's name: KeyUserIdRoleId of
// user_id_role_id.
static bool is_key_message(const struct rc_entity *entity, const char *rest)
{
    const char *name = rest_of(rest, "Key");
    for (size_t i = 0; name && i < entity->key_count; i++) {
        const char *at = name;
        const char *key = entity->keys[i].name;
        for (; *key != '\0'; key++) {
            if (*key != '_' && tolower((unsigned char)*at++) != *key) {
                break;
            }
        }
        if (*key == '\0' && *at == '\0' && entity->keys[i].column_count > 1) {
            return true;
        }
    }
    return false;
}

// One name of the scope's API against the families of all entities and enums. Names of an
// entity's family begin with its own, so only entities whose name the name begins with can be
// meant; they are looked up, for a large schema has too many names to try all with all.
static void check_family(struct rc_loader *loader, const struct rc_scope *scope,
                         const char *name, struct rc_position position)
{
    static const char message[] =
        "%s is the name of a message that is derived from %s: choose another";
    for (size_t len = 1; name[len - 1] != '\0' && name[len] != '\0'; len++) {
        const struct rc_model *model = rc_scope_model(scope, (struct rc_view){name, len});
        if (model && (rc_name_is_of_entity(name, model->entity->name) ||
                      is_key_message(model->entity, name + len))) {
            rc_loader_problem(loader, position, message, name, model->entity->name);
        }
    }
    for (size_t i = 0; i < scope->enum_count; i++) {
        const char *stem = scope->enums[i]->name;
        if (rc_name_is_of_enum(name, stem)) {
            rc_loader_problem(loader, position, message, name, stem);
        }
    }
}

// What is derived from a service is of its own and its methods' name.
static void check_service_families(struct rc_loader *loader, const struct rc_scope *scope,
                                   const char *name, struct rc_position position)
{
    for (size_t i = 0; i < scope->service_count; i++) {
        const struct rc_sql_service *service = &scope->services[i];
        const char *rest = rest_of(name, service->name);
        for (size_t m = 0; rest && m < service->method_count; m++) {
            const char *end = rest_of(rest, service->methods[m].name);
            if (end && (strcmp(end, "Request") == 0 || strcmp(end, "Response") == 0)) {
                rc_loader_problem(loader, position,
                                  "%s is the name of a message that is derived from %s: choose "
                                  "another",
                                  name, service->name);
            }
        }
    }
}

static void claim_api_name(struct rc_loader *loader, const struct rc_scope *scope,
                           struct claims *claims, struct claim item)
{
    const char *name = item.name;
    item.name = rc_loader_must(loader, rc_snake_case(&loader->scratch, name));
    claim(claims, item);
    check_family(loader, scope, name, item.position);
    check_service_families(loader, scope, name, item.position);
}

// Names of messages, services and enums differ even in snake_case, which is what they become in
// C.
static void check_api_names(struct rc_loader *loader, const struct rc_scope *scope)
{
    size_t capacity =
        scope->model_count + scope->enum_count + scope->service_count + scope->record_count;
    struct claims claims = {rc_loader_scratch(loader, capacity, sizeof(struct claim)), 0};
    for (size_t i = 0; i < scope->model_count; i++) {
        const struct rc_entity *e = scope->models[i].entity;
        claim_api_name(loader, scope, &claims,
                       (struct claim){"", e->name, "entity", e->file, e->position});
    }
    for (size_t i = 0; i < scope->service_count; i++) {
        const struct rc_sql_service *s = &scope->services[i];
        claim_api_name(loader, scope, &claims,
                       (struct claim){"", s->name, "service", s->position.file, s->position});
    }
    for (size_t i = 0; i < scope->record_count; i++) {
        const struct rc_entity *e = scope->records[i];
        claim_api_name(loader, scope, &claims,
                       (struct claim){"", e->name, "message", e->file, e->position});
    }
    for (size_t i = 0; i < scope->enum_count; i++) {
        const struct rc_enum *e = scope->enums[i];
        claim_api_name(loader, scope, &claims,
                       (struct claim){"", e->name, "enum", e->position.file, e->position});
    }
    report_collisions(loader, &claims);
}

void rc_check_scope_names(struct rc_loader *loader, const struct rc_scope *scope)
{
    check_relation_names(loader, scope);
    check_api_names(loader, scope);
    for (size_t i = 0; i < scope->model_count; i++) {
        check_constraint_names(loader, scope->models[i].entity);
    }
}
