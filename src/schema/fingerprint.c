// SPDX-License-Identifier: Apache-2.0
//
// Fingerprints: SHA-256 over one line per physical fact, in an order that does not depend on
// files. Two schemas with equal fingerprints make equal tables; comments, proto names and
// numbers do not count. They are made when somebody asks: of a large schema that takes longer
// than all the rest of loading it.
#include "schema/loader.h"

#include <openssl/sha.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct rc_fingerprints {
    pthread_mutex_t mutex; // over making them
    char all[65];          // "" until made
    char shared[65];
};

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

// What a fingerprint is made of, in its order.
struct facts {
    const struct rc_entity **entities;
    size_t entity_count;
    const struct rc_enum **enums;
    size_t enum_count;
};

// False when memory is out; fini either way.
static bool gather(struct facts *facts, const struct rc_scope *scope, bool shared_only)
{
    facts->entities = calloc(scope->model_count + scope->join_table_count + 1,
                             sizeof(const struct rc_entity *));
    facts->enums = calloc(scope->enum_count + 1, sizeof(const struct rc_enum *));
    if (!facts->entities || !facts->enums) {
        return false;
    }
    for (size_t i = 0; i < scope->model_count; i++) {
        if (!shared_only || scope->models[i].entity->shared) {
            facts->entities[facts->entity_count++] = scope->models[i].entity;
        }
    }
    for (size_t i = 0; i < scope->join_table_count; i++) {
        if (!shared_only || scope->join_tables[i]->table->shared) {
            facts->entities[facts->entity_count++] = scope->join_tables[i]->table;
        }
    }
    for (size_t i = 0; i < scope->enum_count; i++) {
        if (!shared_only || scope->enums[i]->shared) {
            facts->enums[facts->enum_count++] = scope->enums[i];
        }
    }
    qsort(facts->entities, facts->entity_count, sizeof(*facts->entities), compare_tables);
    qsort(facts->enums, facts->enum_count, sizeof(*facts->enums), compare_types);
    return true;
}

static void fini(struct facts *facts)
{
    free(facts->entities);
    free(facts->enums);
}

// The fingerprint of the whole scope, or of its shared part; left alone when memory is out.
static void make(const struct rc_scope *scope, bool shared_only, char hex[65])
{
    struct facts facts = {0};
    struct rc_buf text = {0};
    if (gather(&facts, scope, shared_only)) {
        rc_buf_append_text(&text, "rowcall schema 1\n");
        for (size_t i = 0; i < facts.enum_count; i++) {
            put_enum(&text, facts.enums[i]);
        }
        for (size_t i = 0; i < facts.entity_count; i++) {
            put_entity(&text, facts.entities[i]);
        }
        if (!text.broken) {
            digest(&text, hex);
        }
    }
    rc_buf_fini(&text);
    fini(&facts);
}

static const char *ask(const struct rc_scope *scope, bool shared_only)
{
    struct rc_fingerprints *prints = scope->fingerprints;
    char *hex = shared_only ? prints->shared : prints->all;
    (void)pthread_mutex_lock(&prints->mutex);
    if (hex[0] == '\0') {
        make(scope, shared_only, hex);
    }
    bool is_made = hex[0] != '\0'; // and from then on unchanged
    (void)pthread_mutex_unlock(&prints->mutex);
    return is_made ? hex : "";
}

const char *rc_scope_fingerprint(const struct rc_scope *scope)
{
    return ask(scope, false);
}

const char *rc_scope_shared_fingerprint(const struct rc_scope *scope)
{
    return ask(scope, true);
}

void rc_fingerprints_prepare(struct rc_loader *loader)
{
    struct rc_schema *schema = loader->schema;
    for (size_t i = 0; i < schema->scope_count; i++) {
        struct rc_fingerprints *prints = rc_loader_alloc(loader, 1, sizeof(*prints));
        (void)pthread_mutex_init(&prints->mutex, NULL);
        ((struct rc_scope *)&schema->scopes[i])->fingerprints = prints;
    }
}

void rc_fingerprints_fini(struct rc_schema *schema)
{
    for (size_t i = 0; i < schema->scope_count; i++) {
        if (schema->scopes[i].fingerprints) {
            (void)pthread_mutex_destroy(&schema->scopes[i].fingerprints->mutex);
        }
    }
}
