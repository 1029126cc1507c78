// SPDX-License-Identifier: Apache-2.0
//
// Looking things up by name.
#include "migrate/catalog.h"

#include <string.h>

void rc_catalog_aim(struct rc_catalog *catalog)
{
    catalog->knows_views = true;
    for (size_t i = 0; i < catalog->view_count; i++) {
        catalog->views[i].managed = true;
    }
}

const struct rc_catalog_table *rc_catalog_table_find(const struct rc_catalog *catalog,
                                                     const char *schema, const char *name)
{
    for (size_t i = 0; i < catalog->table_count; i++) {
        if (strcmp(catalog->tables[i].name, name) == 0 &&
            strcmp(catalog->tables[i].schema, schema) == 0) {
            return &catalog->tables[i];
        }
    }
    return NULL;
}

const struct rc_catalog_view *rc_catalog_view_find(const struct rc_catalog *catalog,
                                                   const char *schema, const char *name)
{
    for (size_t i = 0; i < catalog->view_count; i++) {
        if (strcmp(catalog->views[i].name, name) == 0 &&
            strcmp(catalog->views[i].schema, schema) == 0) {
            return &catalog->views[i];
        }
    }
    return NULL;
}

const struct rc_catalog_enum *rc_catalog_enum_find(const struct rc_catalog *catalog,
                                                   const char *schema, const char *name)
{
    for (size_t i = 0; i < catalog->enum_count; i++) {
        if (strcmp(catalog->enums[i].name, name) == 0 &&
            strcmp(catalog->enums[i].schema, schema) == 0) {
            return &catalog->enums[i];
        }
    }
    return NULL;
}

const struct rc_catalog_column *rc_catalog_column_find(const struct rc_catalog_table *table,
                                                       const char *name)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (strcmp(table->columns[i].name, name) == 0) {
            return &table->columns[i];
        }
    }
    return NULL;
}

const struct rc_catalog_index *rc_catalog_index_find(const struct rc_catalog_table *table,
                                                     const char *name)
{
    for (size_t i = 0; i < table->index_count; i++) {
        if (strcmp(table->indexes[i].name, name) == 0) {
            return &table->indexes[i];
        }
    }
    return NULL;
}

const struct rc_catalog_constraint *
rc_catalog_constraint_find(const struct rc_catalog_table *table, const char *name)
{
    for (size_t i = 0; i < table->constraint_count; i++) {
        if (strcmp(table->constraints[i].name, name) == 0) {
            return &table->constraints[i];
        }
    }
    return NULL;
}
