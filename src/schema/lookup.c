// SPDX-License-Identifier: Apache-2.0
//
// Lookups in a loaded schema. Models are bisected by name; what an entity holds is scanned, for
// it is little.
#include "schema/schema.h"

#include <string.h>

// strcmp between a view and a NUL-terminated name.
static int compare(struct rc_view view, const char *name)
{
    size_t len = strlen(name);
    size_t shorter = view.len < len ? view.len : len;
    int order = shorter ? memcmp(view.data, name, shorter) : 0;
    return order ? order : (view.len > len) - (view.len < len);
}

bool rc_column_is_optional(const struct rc_column *column)
{
    return column->nullable || column->autoincrement || column->default_literal ||
           column->default_sql || column->generator != RC_GENERATOR_NONE ||
           column->updated_at || column->generated_sql;
}

const struct rc_scope *rc_schema_scope(const struct rc_schema *schema, struct rc_view name)
{
    for (size_t i = 0; i < schema->scope_count; i++) {
        if (rc_view_is(name, schema->scopes[i].name)) {
            return &schema->scopes[i];
        }
    }
    return NULL;
}

const struct rc_model *rc_scope_model(const struct rc_scope *scope, struct rc_view entity_name)
{
    size_t low = 0;
    size_t high = scope->model_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(entity_name, scope->models[middle].entity->name);
        if (order == 0) {
            return &scope->models[middle];
        }
        if (order > 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

const struct rc_column *rc_entity_column(const struct rc_entity *entity, struct rc_view name)
{
    for (size_t i = 0; i < entity->column_count; i++) {
        if (rc_view_is(name, entity->columns[i].name)) {
            return &entity->columns[i];
        }
    }
    return NULL;
}

const struct rc_column *rc_entity_column_by_number(const struct rc_entity *entity,
                                                   uint32_t number)
{
    for (size_t i = 0; i < entity->column_count; i++) {
        if (entity->columns[i].number == number) {
            return &entity->columns[i];
        }
    }
    return NULL;
}

const struct rc_enum_label *rc_enum_by_label(const struct rc_enum *enumeration,
                                             struct rc_view label)
{
    for (size_t i = 0; i < enumeration->label_count; i++) {
        if (rc_view_is(label, enumeration->labels[i].label)) {
            return &enumeration->labels[i];
        }
    }
    return NULL;
}

const struct rc_enum_label *rc_enum_by_number(const struct rc_enum *enumeration, int32_t number)
{
    for (size_t i = 0; i < enumeration->label_count; i++) {
        if (enumeration->labels[i].number == number) {
            return &enumeration->labels[i];
        }
    }
    return NULL;
}

const struct rc_key *rc_entity_key_by_sql_name(const struct rc_entity *entity,
                                               struct rc_view sql_name)
{
    for (size_t i = 0; i < entity->key_count; i++) {
        if (rc_view_is(sql_name, entity->keys[i].sql_name)) {
            return &entity->keys[i];
        }
    }
    return NULL;
}

const struct rc_entity *rc_scope_entity_by_table(const struct rc_scope *scope,
                                                 struct rc_view sql_schema,
                                                 struct rc_view sql_name)
{
    for (size_t i = 0; i < scope->model_count; i++) {
        const struct rc_entity *entity = scope->models[i].entity;
        if (rc_view_is(sql_name, entity->sql_name) &&
            rc_view_is(sql_schema, entity->sql_schema)) {
            return entity;
        }
    }
    return NULL;
}

const struct rc_join_table *rc_scope_join_table(const struct rc_scope *scope,
                                                struct rc_view sql_schema,
                                                struct rc_view sql_name)
{
    for (size_t i = 0; i < scope->join_table_count; i++) {
        const struct rc_join_table *join = scope->join_tables[i];
        if (rc_view_is(sql_name, join->sql_name) && rc_view_is(sql_schema, join->sql_schema)) {
            return join;
        }
    }
    return NULL;
}
