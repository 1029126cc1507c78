// SPDX-License-Identifier: Apache-2.0
//
// Both sides as facts, and what differs in words.
#include "migrate/compare.h"

#include "migrate/compare_sql.h"
#include "migrate/fact_merge.h"
#include "migrate/shared_part.h"

#include <string.h>

struct comparison {
    struct rc_arena *arena;
    struct rc_difference *items;
    size_t count;
    size_t capacity;
    bool strict;
    bool failed;
    struct rc_shared_part shared;
};

static void add(struct comparison *comparison, const struct rc_fact *fact, const char *text)
{
    if (!text || comparison->count == comparison->capacity) {
        comparison->failed = true;
        return;
    }
    comparison->items[comparison->count++] =
        (struct rc_difference){fact->kind, fact->table, fact->name, text, {NULL, 0}};
}

static const char *only_in_schema(struct comparison *comparison, const struct rc_fact *fact,
                                  const char *about)
{
    bool says_more = rc_fact_says_more(fact);
    return rc_arena_printf(comparison->arena, "%s is missing%s%s", about,
                           says_more ? "; the schema says " : "", says_more ? fact->text : "");
}

static const char *only_in_database(struct comparison *comparison, const struct rc_fact *fact,
                                    const char *about)
{
    bool says_more = rc_fact_says_more(fact);
    return rc_arena_printf(comparison->arena, "%s is not in the schema%s%s", about,
                           says_more ? ": " : "", says_more ? fact->text : "");
}

static const char *in_both(struct comparison *comparison, const struct rc_fact *live,
                           const struct rc_fact *expected, const char *about)
{
    const char *attribute = rc_fact_attribute(live);
    return rc_arena_printf(comparison->arena, "%s%s %sis %s, the schema says %s", about,
                           *attribute ? ":" : "", attribute, live->text, expected->text);
}

// Whether what the database has of its own hurts nobody: things that nobody reads (a table's
// columns may have to be written; a view's do not), and what the schema has no word for.
static bool is_harmless(const struct rc_fact *fact, const struct rc_fact *expected)
{
    if (expected) {
        return strcmp(fact->kind, "collation") == 0;
    }
    return fact->is_view || strcmp(fact->kind, "table") == 0 || strcmp(fact->kind, "enum") == 0;
}

static void tell(void *context, const struct rc_fact *live, const struct rc_fact *expected)
{
    struct comparison *comparison = context;
    if (live && !comparison->strict && is_harmless(live, expected)) {
        return;
    }
    const char *about = rc_fact_subject(live ? live : expected, comparison->arena);
    const char *text = !about      ? NULL
                       : !live     ? only_in_schema(comparison, expected, about)
                       : !expected ? only_in_database(comparison, live, about)
                                   : in_both(comparison, live, expected, about);
    add(comparison, live ? live : expected, text);
}

// ---- the two sides

static bool has_extension(const struct rc_pg_result *installed, const char *name)
{
    for (int i = 0; i < rc_pg_result_row_count(installed); i++) {
        if (strcmp(rc_pg_result_text(installed, i, 0), name) == 0) {
            return true;
        }
    }
    return false;
}

static rowcall_status compare_extensions(struct comparison *comparison, struct rc_pg_sync *conn,
                                         const struct rc_scope *scope, rowcall_error *err)
{
    struct rc_pg_result *installed = NULL;
    rowcall_status st =
        rc_pg_sync_exec(conn, "select extname from pg_extension", NULL, &installed, err);
    for (size_t i = 0; st == ROWCALL_OK && i < scope->extension_count; i++) {
        if (!has_extension(installed, scope->extensions[i])) {
            struct rc_fact fact = {
                .kind = "extension", .table = "", .name = scope->extensions[i], .text = ""};
            add(comparison, &fact,
                rc_arena_printf(comparison->arena, "extension %s is missing", fact.name));
        }
    }
    rc_pg_result_free(installed);
    return st;
}

static bool is_in_public(const struct rc_scope *scope)
{
    for (size_t i = 0; i < scope->model_count; i++) {
        if (strcmp(scope->models[i].entity->sql_schema, "public") == 0) {
            return true;
        }
    }
    return false;
}

// Migrations name what is in public without saying so, and mean whatever the session does.
static rowcall_status compare_search_path(struct comparison *comparison,
                                          struct rc_pg_sync *conn, const struct rc_scope *scope,
                                          rowcall_error *err)
{
    struct rc_pg_result *result = NULL;
    if (!is_in_public(scope)) {
        return ROWCALL_OK;
    }
    rowcall_status st = rc_pg_sync_exec(conn,
                                        "select current_setting('search_path')"
                                        " where coalesce(current_schema() <> 'public', true)",
                                        NULL, &result, err);
    if (st == ROWCALL_OK && rc_pg_result_row_count(result) > 0) {
        struct rc_fact fact = {.kind = "schema", .table = "", .name = "public", .text = ""};
        add(comparison, &fact,
            rc_arena_printf(comparison->arena,
                            "schema public is not where the session's search_path leads (%s): "
                            "entities are in public, so leave ?schema= out of the URL, or give "
                            "them that schema",
                            rc_pg_result_text(result, 0, 0)));
    }
    rc_pg_result_free(result);
    return comparison->failed ? rc_error_oom(err) : st;
}

// What the schema only reads has no definition to differ from.
static void manage_alike(struct rc_catalog *live, const struct rc_catalog *expected)
{
    for (size_t i = 0; i < live->view_count; i++) {
        const struct rc_catalog_view *view =
            rc_catalog_view_find(expected, live->views[i].schema, live->views[i].name);
        live->views[i].managed = view && view->managed;
    }
}

static rowcall_status compare(struct comparison *comparison, struct rc_pg_sync *conn,
                              const struct rc_scope *scope, rowcall_error *err)
{
    struct rc_catalog catalogs[2] = {{0}, {0}};
    struct rc_facts live = {0};
    struct rc_facts expected = {0};
    rowcall_status st = rc_catalog_expect(conn, scope, comparison->arena, &catalogs[1], err);
    st = st ? st
            : rc_catalog_read_beside(conn, scope, &catalogs[1], comparison->arena, &catalogs[0],
                                     err);
    if (st != ROWCALL_OK) {
        return st;
    }
    manage_alike(&catalogs[0], &catalogs[1]);
    st = rc_facts_of(&catalogs[0], comparison->arena, &live, err);
    st = st ? st : rc_facts_of(&catalogs[1], comparison->arena, &expected, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    const struct rc_difference *before = comparison->items; // of the search_path
    comparison->capacity = comparison->count + live.count + expected.count;
    comparison->items =
        rc_arena_new_array(comparison->arena, comparison->capacity + 1, struct rc_difference);
    if (!comparison->items) {
        return rc_error_oom(err);
    }
    memcpy(comparison->items, before, comparison->count * sizeof(*before));
    rc_facts_merge(&live, &expected, tell, comparison);
    return comparison->failed
               ? rc_error_oom(err)
               : rc_shared_part_make(scope, &live, comparison->arena, &comparison->shared, err);
}

static rowcall_status compare_tables(struct comparison *comparison, struct rc_pg_sync *conn,
                                     const struct rc_scope *scope, rowcall_error *err)
{
    // Types of extensions are found in public, wherever the search_path leads.
    static const char widen[] = "select set_config('search_path', concat_ws(', ', "
                                "nullif(current_setting('search_path'), ''), 'public'), true)";
    rowcall_status st = rc_pg_sync_exec(conn, "begin", NULL, NULL, err);
    if (st == ROWCALL_OK) {
        st = rc_pg_sync_exec(conn, widen, NULL, NULL, err);
        st = st ? st : compare(comparison, conn, scope, err);
        rowcall_error ignored = {0}; // closing the connection would roll back as well
        (void)!rc_pg_sync_exec(conn, "rollback", NULL, NULL, &ignored);
    }
    return st;
}

// Puts the differences of methods behind those of tables.
static rowcall_status compare_methods(struct comparison *comparison, struct rc_pg_sync *conn,
                                      const struct rc_scope *scope, rowcall_error *err)
{
    struct rc_differences methods = {0};
    rowcall_status st = rc_compare_sql(conn, scope, comparison->arena, &methods, err);
    if (st != ROWCALL_OK || methods.count == 0) {
        return st;
    }
    size_t count = comparison->count + methods.count;
    struct rc_difference *all =
        rc_arena_new_array(comparison->arena, count, struct rc_difference);
    if (!all) {
        return rc_error_oom(err);
    }
    memcpy(all, comparison->items, comparison->count * sizeof(*all));
    memcpy(all + comparison->count, methods.items, methods.count * sizeof(*all));
    comparison->items = all;
    comparison->count = count;
    return ROWCALL_OK;
}

rowcall_status rc_compare_live(struct rc_pg_sync *conn, const struct rc_scope *scope,
                               bool strict, struct rc_arena *arena,
                               struct rc_differences *ret_differences, rowcall_error *err)
{
    struct comparison comparison = {.arena = arena, .strict = strict};
    comparison.capacity = scope->extension_count + 1;
    comparison.items = rc_arena_new_array(arena, comparison.capacity + 1, struct rc_difference);
    if (!comparison.items) {
        return rc_error_oom(err);
    }
    rowcall_status st = compare_extensions(&comparison, conn, scope, err);
    if (st == ROWCALL_OK && comparison.count == 0) {
        // Without an extension its types are missing, and the tables could not be made.
        st = compare_search_path(&comparison, conn, scope, err);
        st = st ? st : compare_tables(&comparison, conn, scope, err);
        st = st ? st : compare_methods(&comparison, conn, scope, err);
    }
    if (st == ROWCALL_OK) {
        *ret_differences = (struct rc_differences){
            .items = comparison.items, .count = comparison.count, .shared = comparison.shared};
    }
    return st;
}

rowcall_status rc_compare_url(const char *url, const struct rc_scope *scope, bool strict,
                              struct rc_arena *arena, struct rc_differences *ret_differences,
                              rowcall_error *err)
{
    struct rc_pg_sync *conn = NULL;
    rowcall_status st = rc_pg_sync_open(url, "rowcall check", &conn, err);
    if (st == ROWCALL_OK) {
        st = rc_compare_live(conn, scope, strict, arena, ret_differences, err);
    }
    rc_pg_sync_close(conn);
    return st;
}
