// SPDX-License-Identifier: Apache-2.0
//
// Picking the shared facts, hashing them, comparing them.
#include "migrate/shared_part.h"

#include "migrate/fact_merge.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

// Whether a fact calls a thing of this PostgreSQL schema by this name.
static bool is_named(const char *name, const char *sql_schema, const char *sql_name)
{
    size_t len = strlen(sql_schema);
    if (strcmp(sql_schema, "public") == 0) {
        return strcmp(name, sql_name) == 0;
    }
    return strncmp(name, sql_schema, len) == 0 && name[len] == '.' &&
           strcmp(name + len + 1, sql_name) == 0;
}

static bool is_read(const struct rc_entity *view, const char *column)
{
    for (size_t i = 0; i < view->column_count; i++) {
        if (strcmp(view->columns[i].sql_name, column) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_shared(const struct rc_scope *scope, const struct rc_fact *fact)
{
    if (!*fact->table) {
        for (size_t i = 0; i < scope->enum_count; i++) {
            const struct rc_enum *enumeration = scope->enums[i];
            if (enumeration->shared &&
                is_named(fact->name, enumeration->sql_schema, enumeration->sql_name)) {
                return true;
            }
        }
        return false;
    }
    for (size_t i = 0; i < scope->model_count; i++) {
        const struct rc_entity *entity = scope->models[i].entity;
        if (entity->shared && is_named(fact->table, entity->sql_schema, entity->sql_name)) {
            return !entity->view || !*fact->name || is_read(entity, fact->name);
        }
    }
    for (size_t i = 0; i < scope->join_table_count; i++) {
        const struct rc_entity *entity = scope->join_tables[i]->table;
        if (entity->shared && is_named(fact->table, entity->sql_schema, entity->sql_name)) {
            return true;
        }
    }
    return false;
}

// Every text with its NUL, so that no two lists make the same bytes.
static rowcall_status fingerprint(const struct rc_facts *facts, char ret_hex[65],
                                  rowcall_error *err)
{
    unsigned char sum[SHA256_DIGEST_LENGTH];
    struct rc_buf bytes = {0};
    for (size_t i = 0; i < facts->count; i++) {
        const struct rc_fact *fact = &facts->items[i];
        const char *const texts[] = {fact->kind, fact->table, fact->name, fact->text};
        for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
            rc_buf_append(&bytes, texts[t], strlen(texts[t]) + 1);
        }
    }
    rowcall_status st = rc_buf_status(&bytes, err);
    if (st == ROWCALL_OK) {
        SHA256((const unsigned char *)(bytes.data ? bytes.data : ""), bytes.len, sum);
        for (size_t i = 0; i < sizeof sum; i++) {
            (void)snprintf(ret_hex + 2 * i, 3, "%02x", sum[i]);
        }
    }
    rc_buf_fini(&bytes);
    return st;
}

rowcall_status rc_shared_part_make(const struct rc_scope *scope, const struct rc_facts *live,
                                   struct rc_arena *arena, struct rc_shared_part *ret_part,
                                   rowcall_error *err)
{
    struct rc_fact *items = rc_arena_new_array(arena, live->count + 1, struct rc_fact);
    size_t count = 0;
    if (!items) {
        return rc_error_oom(err);
    }
    for (size_t i = 0; i < live->count; i++) {
        if (is_shared(scope, &live->items[i])) {
            items[count++] = live->items[i];
        }
    }
    *ret_part = (struct rc_shared_part){.facts = {items, count}, .known = true};
    return fingerprint(&ret_part->facts, ret_part->fingerprint, err);
}

struct comparing {
    const char *a_name;
    const char *b_name;
    struct rc_arena *arena;
    struct rc_difference *items;
    size_t count;
    bool failed;
};

static const char *describe(const struct comparing *comparing, const struct rc_fact *a,
                            const struct rc_fact *b)
{
    const struct rc_fact *fact = a ? a : b;
    const char *about = rc_fact_subject(fact, comparing->arena);
    if (!about) {
        return NULL;
    }
    if (a && b) {
        const char *attribute = rc_fact_attribute(fact);
        return rc_arena_printf(comparing->arena, "%s%s %sis %s in %s, %s in %s", about,
                               *attribute ? ":" : "", attribute, a->text, comparing->a_name,
                               b->text, comparing->b_name);
    }
    bool says_more = rc_fact_says_more(fact);
    return rc_arena_printf(comparing->arena, "%s is missing in %s, but in %s%s%s", about,
                           a ? comparing->b_name : comparing->a_name,
                           a ? comparing->a_name : comparing->b_name, says_more ? ": " : "",
                           says_more ? fact->text : "");
}

static void add(void *context, const struct rc_fact *a, const struct rc_fact *b)
{
    struct comparing *comparing = context;
    const struct rc_fact *fact = a ? a : b;
    const char *text = describe(comparing, a, b);
    comparing->failed |= !text;
    comparing->items[comparing->count++] =
        (struct rc_difference){fact->kind, fact->table, fact->name, text, {NULL, 0}};
}

rowcall_status rc_shared_part_compare(const struct rc_shared_part *a, const char *a_name,
                                      const struct rc_shared_part *b, const char *b_name,
                                      struct rc_arena *arena,
                                      struct rc_differences *ret_differences,
                                      rowcall_error *err)
{
    struct comparing comparing = {.a_name = a_name, .b_name = b_name, .arena = arena};
    comparing.items =
        rc_arena_new_array(arena, a->facts.count + b->facts.count + 1, struct rc_difference);
    if (!comparing.items) {
        return rc_error_oom(err);
    }
    rc_facts_merge(&a->facts, &b->facts, add, &comparing);
    *ret_differences =
        (struct rc_differences){.items = comparing.items, .count = comparing.count};
    return comparing.failed ? rc_error_oom(err) : ROWCALL_OK;
}
