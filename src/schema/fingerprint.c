// SPDX-License-Identifier: Apache-2.0
//
// Fingerprints: SHA-256 over one line per physical fact, in an order that does not depend on
// files. Two schemas with equal fingerprints make equal tables; comments, proto names and
// numbers do not count.
#include "schema/loader.h"

#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

// Fields of a fact are separated by US and facts by LF. Names may hold either only quoted, so
// nothing can be mistaken.
static void put(struct rc_buf *out, const char *text)
{
    if (text) {
        rc_sql_literal(out, text);
    } else {
        rc_buf_append_char(out, '-');
    }
    rc_buf_append_char(out, '\x1f');
}

static void put_columns(struct rc_buf *out, const struct rc_column *const *columns,
                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        put(out, columns[i]->sql_name);
    }
}

static void put_enum(struct rc_buf *out, const struct rc_enum *enumeration)
{
    put(out, "enum");
    put(out, enumeration->sql_schema);
    put(out, enumeration->sql_name);
    for (size_t i = 0; i < enumeration->label_count; i++) {
        put(out, enumeration->labels[i].label);
    }
    rc_buf_append_char(out, '\n');
}

static void put_column(struct rc_buf *out, const struct rc_column *column)
{
    put(out, "column");
    put(out, column->sql_name);
    put(out, column->type.sql);
    rc_buf_printf(out, "%d %d %d\x1f", column->type.array, column->nullable,
                  column->autoincrement);
    put(out, column->default_literal);
    put(out, column->default_sql);
    put(out, column->generated_sql);
    rc_buf_append_char(out, '\n');
}

static void put_index(struct rc_buf *out, const struct rc_index *index)
{
    put(out, "index");
    put(out, index->sql_name);
    put(out, index->method);
    put(out, index->where);
    rc_buf_printf(out, "%d\x1f", index->unique);
    for (size_t i = 0; i < index->part_count; i++) {
        const struct rc_index_part *part = &index->parts[i];
        put(out, part->column ? part->column->sql_name : NULL);
        put(out, part->expression);
        put(out, part->operator_class);
        rc_buf_printf(out, "%d %d\x1f", part->descending, part->nulls);
    }
    put(out, "include");
    put_columns(out, index->include, index->include_count);
    rc_buf_append_char(out, '\n');
}

static void put_foreign_key(struct rc_buf *out, const struct rc_foreign_key *key)
{
    put(out, "foreign key");
    put(out, key->sql_name);
    put(out, key->target->sql_schema);
    put(out, key->target->sql_name);
    put_columns(out, key->columns, key->column_count);
    put_columns(out, key->references, key->column_count);
    rc_buf_printf(out, "%d %d\n", key->on_delete, key->on_update);
}

static void put_entity(struct rc_buf *out, const struct rc_entity *entity)
{
    put(out, entity->view ? "view" : "table");
    if (entity->view_sql) {
        put(out, entity->materialized ? "materialized" : "plain");
        put(out, entity->view_sql);
    }
    put(out, entity->sql_schema);
    put(out, entity->sql_name);
    rc_buf_append_char(out, '\n');
    for (size_t i = 0; i < entity->column_count; i++) {
        put_column(out, &entity->columns[i]);
    }
    for (size_t i = 0; i < entity->key_count; i++) {
        const struct rc_key *key = &entity->keys[i];
        put(out, key->primary ? "primary key" : "unique");
        put(out, key->sql_name);
        put_columns(out, key->columns, key->column_count);
        rc_buf_append_char(out, '\n');
    }
    for (size_t i = 0; i < entity->index_count; i++) {
        put_index(out, &entity->indexes[i]);
    }
    for (size_t i = 0; i < entity->check_count; i++) {
        put(out, "check");
        put(out, entity->checks[i].sql_name);
        put(out, entity->checks[i].expression);
        rc_buf_append_char(out, '\n');
    }
    for (size_t i = 0; i < entity->foreign_key_count; i++) {
        if (entity->foreign_keys[i].enforced) {
            put_foreign_key(out, &entity->foreign_keys[i]);
        }
    }
}

static int compare_tables(const void *a, const void *b)
{
    const struct rc_entity *left = *(const struct rc_entity *const *)a;
    const struct rc_entity *right = *(const struct rc_entity *const *)b;
    int order = strcmp(left->sql_schema, right->sql_schema);
    return order ? order : strcmp(left->sql_name, right->sql_name);
}

static int compare_types(const void *a, const void *b)
{
    const struct rc_enum *left = *(const struct rc_enum *const *)a;
    const struct rc_enum *right = *(const struct rc_enum *const *)b;
    int order = strcmp(left->sql_schema, right->sql_schema);
    return order ? order : strcmp(left->sql_name, right->sql_name);
}

static void digest(const struct rc_buf *text, char hex[65])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char hash[SHA256_DIGEST_LENGTH];
    SHA256((const unsigned char *)text->data, text->len, hash);
    for (size_t i = 0; i < sizeof(hash); i++) {
        hex[2 * i] = digits[hash[i] >> 4];
        hex[2 * i + 1] = digits[hash[i] & 15];
    }
    hex[2 * sizeof(hash)] = '\0';
}

// The facts of the whole scope, or of its shared part.
static void fingerprint(struct rc_loader *loader, const struct rc_scope *scope,
                        bool shared_only, char hex[65])
{
    const struct rc_entity **entities = rc_loader_scratch(
        loader, scope->model_count + scope->join_table_count, sizeof(*entities));
    const struct rc_enum **enums = rc_loader_scratch(loader, scope->enum_count, sizeof(*enums));
    size_t entity_count = 0;
    size_t enum_count = 0;
    for (size_t i = 0; i < scope->model_count; i++) {
        if (!shared_only || scope->models[i].entity->shared) {
            entities[entity_count++] = scope->models[i].entity;
        }
    }
    for (size_t i = 0; i < scope->join_table_count; i++) {
        if (!shared_only || scope->join_tables[i]->table->shared) {
            entities[entity_count++] = scope->join_tables[i]->table;
        }
    }
    for (size_t i = 0; i < scope->enum_count; i++) {
        if (!shared_only || scope->enums[i]->shared) {
            enums[enum_count++] = scope->enums[i];
        }
    }
    qsort(entities, entity_count, sizeof(*entities), compare_tables);
    qsort(enums, enum_count, sizeof(*enums), compare_types);
    struct rc_buf text = {0};
    rc_buf_append_text(&text, "rowcall schema 1\n");
    for (size_t i = 0; i < enum_count; i++) {
        put_enum(&text, enums[i]);
    }
    for (size_t i = 0; i < entity_count; i++) {
        put_entity(&text, entities[i]);
    }
    bool broken = text.broken;
    if (!broken) {
        digest(&text, hex);
    }
    rc_buf_fini(&text);
    if (broken) {
        rc_loader_must(loader, NULL);
    }
}

void rc_fingerprint_scope(struct rc_loader *loader, struct rc_scope *scope)
{
    fingerprint(loader, scope, false, scope->fingerprint);
    fingerprint(loader, scope, true, scope->shared_fingerprint);
}
