// SPDX-License-Identifier: Apache-2.0
//
// Merging two lists of facts into differences.
#include "migrate/compare.h"

#include "migrate/compare_sql.h"
#include "migrate/facts.h"

#include <string.h>

struct comparison {
    struct rc_arena *arena;
    struct rc_difference *items;
    size_t count;
    size_t capacity;
    bool strict;
    bool failed;
    const char *absent_table; // a table that only one side has: nothing more is said of it
    const char *absent_column;
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

// "table products: column price", "enum Kind"
static const char *subject(struct rc_arena *arena, const struct rc_fact *fact)
{
    if (!*fact->table) {
        return rc_arena_printf(arena, "%s %s", fact->kind, fact->name);
    }
    const char *table = fact->is_view ? "view" : "table";
    if (!*fact->name) {
        return rc_arena_printf(arena, "%s %s", table, fact->table);
    }
    static const char *const attributes[] = {"type", "nullability", "default", "generated",
                                             "comment"};
    const char *kind = fact->kind;
    for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++) {
        kind = strcmp(kind, attributes[i]) == 0 ? "column" : kind;
    }
    return rc_arena_printf(arena, "%s %s: %s %s", table, fact->table, kind, fact->name);
}

static bool is_kind(const struct rc_fact *fact, const char *kind)
{
    return strcmp(fact->kind, kind) == 0;
}

static bool is_table_or_view(const struct rc_fact *fact)
{
    return is_kind(fact, "table") || is_kind(fact, "view");
}

// Whether more need not be said, the table or column being on one side only.
static bool is_covered(const struct comparison *comparison, const struct rc_fact *fact)
{
    bool same_table =
        comparison->absent_table && strcmp(comparison->absent_table, fact->table) == 0;
    return same_table &&
           (!comparison->absent_column || strcmp(comparison->absent_column, fact->name) == 0);
}

static void cover(struct comparison *comparison, const struct rc_fact *fact)
{
    if (is_table_or_view(fact)) {
        comparison->absent_table = fact->table;
        comparison->absent_column = NULL;
    } else if (is_kind(fact, "column")) {
        comparison->absent_table = fact->table;
        comparison->absent_column = fact->name;
    }
}

static void only_in_schema(struct comparison *comparison, const struct rc_fact *fact)
{
    if (is_covered(comparison, fact)) {
        return;
    }
    cover(comparison, fact);
    const char *about = subject(comparison->arena, fact);
    bool says_more = *fact->text && !is_table_or_view(fact);
    add(comparison, fact,
        about ? rc_arena_printf(comparison->arena, "%s is missing%s%s", about,
                                says_more ? "; the schema says " : "",
                                says_more ? fact->text : "")
              : NULL);
}

static void only_in_database(struct comparison *comparison, const struct rc_fact *fact)
{
    if (is_covered(comparison, fact)) {
        return;
    }
    cover(comparison, fact);
    // Columns of a view that nobody reads hurt nobody; a table's may have to be written.
    bool is_foreign = is_table_or_view(fact) || is_kind(fact, "enum") || fact->is_view;
    if (is_foreign && !comparison->strict) {
        return;
    }
    const char *about = subject(comparison->arena, fact);
    bool says_more = *fact->text && !is_table_or_view(fact);
    add(comparison, fact,
        about ? rc_arena_printf(comparison->arena, "%s is not in the schema%s%s", about,
                                says_more ? ": " : "", says_more ? fact->text : "")
              : NULL);
}

static void in_both(struct comparison *comparison, const struct rc_fact *live,
                    const struct rc_fact *expected)
{
    if (strcmp(live->text, expected->text) == 0) {
        return;
    }
    if (is_covered(comparison, live)) {
        return;
    }
    if (is_table_or_view(live)) {
        cover(comparison, live); // a table in a view's place, or the other way around
    }
    const char *about = subject(comparison->arena, live);
    bool is_object = is_kind(live, "index") || is_kind(live, "primary key") ||
                     is_kind(live, "foreign key") || is_kind(live, "check") ||
                     is_kind(live, "enum") || is_table_or_view(live);
    add(comparison, live,
        about ? rc_arena_printf(comparison->arena, "%s%s%s is %s, the schema says %s", about,
                                is_object ? "" : ": ", is_object ? "" : live->kind, live->text,
                                expected->text)
              : NULL);
}

static void merge(struct comparison *comparison, const struct rc_facts *live,
                  const struct rc_facts *expected)
{
    size_t a = 0;
    size_t b = 0;
    while (a < live->count || b < expected->count) {
        int order = a == live->count ? 1
                    : b == expected->count
                        ? -1
                        : rc_fact_compare(&live->items[a], &expected->items[b]);
        if (order < 0) {
            only_in_database(comparison, &live->items[a++]);
        } else if (order > 0) {
            only_in_schema(comparison, &expected->items[b++]);
        } else {
            in_both(comparison, &live->items[a++], &expected->items[b++]);
        }
    }
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
    st = st ? st : rc_catalog_read_scope(conn, scope, comparison->arena, &catalogs[0], err);
    if (st != ROWCALL_OK) {
        return st;
    }
    manage_alike(&catalogs[0], &catalogs[1]);
    st = rc_facts_of(&catalogs[0], comparison->arena, &live, err);
    st = st ? st : rc_facts_of(&catalogs[1], comparison->arena, &expected, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    comparison->capacity = live.count + expected.count;
    comparison->items =
        rc_arena_new_array(comparison->arena, comparison->capacity + 1, struct rc_difference);
    if (!comparison->items) {
        return rc_error_oom(err);
    }
    merge(comparison, &live, &expected);
    return comparison->failed ? rc_error_oom(err) : ROWCALL_OK;
}

static rowcall_status compare_tables(struct comparison *comparison, struct rc_pg_sync *conn,
                                     const struct rc_scope *scope, rowcall_error *err)
{
    rowcall_status st = rc_pg_sync_exec(conn, "begin", NULL, NULL, err);
    if (st == ROWCALL_OK) {
        st = compare(comparison, conn, scope, err);
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
    comparison.capacity = scope->extension_count;
    comparison.items = rc_arena_new_array(arena, comparison.capacity + 1, struct rc_difference);
    if (!comparison.items) {
        return rc_error_oom(err);
    }
    rowcall_status st = compare_extensions(&comparison, conn, scope, err);
    if (st == ROWCALL_OK && comparison.count == 0) {
        // Without an extension its types are missing, and the tables could not be made.
        st = compare_tables(&comparison, conn, scope, err);
        st = st ? st : compare_methods(&comparison, conn, scope, err);
    }
    if (st == ROWCALL_OK) {
        *ret_differences = (struct rc_differences){comparison.items, comparison.count};
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
