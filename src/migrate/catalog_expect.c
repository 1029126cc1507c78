// SPDX-License-Identifier: Apache-2.0
//
// The authored schema in PostgreSQL's words: made beside the real tables, read back, rolled
// back. The authored catalog keeps its order and its spelling, and takes from the one read back
// what is compared.
#include "migrate/catalog.h"

#include "migrate/ddl_statement.h"
#include "migrate/diff.h"
#include "migrate/sql_words.h"

#include <string.h>

#define PREFIX "rowcall_check_"

// "create view ... as select null::integer as "id"": a view with the right columns, in place of
// one whose definition the schema does not have.
static void create_empty_view(const struct rc_catalog_view *view, struct rc_buf *script)
{
    rc_buf_append_text(script, "create view ");
    rc_ddl_name(script, view->schema, view->name);
    for (size_t i = 0; i < view->column_count; i++) {
        rc_buf_printf(script, "%s%s as ",
                      i > 0 ? ", null::" : " as select null::", view->columns[i].type.spelling);
        rc_sql_identifier(script, view->columns[i].name);
    }
    rc_buf_append_text(script, ";\n");
}

// ---- what authors qualified themselves

struct requalifying {
    struct rc_arena *arena;
    const struct rc_catalog *catalog; // with prefixed schemas
    bool failed;
};

static void lead_to(struct requalifying *requalifying, const char **text, const char *schema,
                    const char *name)
{
    const char *real = schema + strlen(PREFIX);
    const char *led =
        *text ? rc_sql_words_requalify(requalifying->arena, *text, real, name, schema) : NULL;
    requalifying->failed |= *text && !led;
    *text = led;
}

// What the text calls "app.teas" is the table that is made beside; anything else that it
// qualifies, such as an extension's type, is where it was.
static void requalify(struct requalifying *requalifying, const char **text)
{
    const struct rc_catalog *catalog = requalifying->catalog;
    if (!*text || !strchr(*text, '.')) {
        return;
    }
    for (size_t i = 0; i < catalog->table_count; i++) {
        lead_to(requalifying, text, catalog->tables[i].schema, catalog->tables[i].name);
    }
    for (size_t i = 0; i < catalog->view_count; i++) {
        lead_to(requalifying, text, catalog->views[i].schema, catalog->views[i].name);
    }
    for (size_t i = 0; i < catalog->enum_count; i++) {
        lead_to(requalifying, text, catalog->enums[i].schema, catalog->enums[i].name);
    }
}

static void requalify_table(struct requalifying *requalifying, struct rc_catalog_table *table)
{
    for (size_t i = 0; i < table->column_count; i++) {
        requalify(requalifying, &table->columns[i].default_value.spelling);
        requalify(requalifying, &table->columns[i].generated.spelling);
    }
    for (size_t i = 0; i < table->constraint_count; i++) {
        if (table->constraints[i].kind == RC_CONSTRAINT_CHECK) {
            requalify(requalifying, &table->constraints[i].definition.spelling);
        }
    }
    for (size_t i = 0; i < table->index_count; i++) {
        requalify(requalifying, &table->indexes[i].tail.spelling);
    }
}

static rowcall_status requalify_all(struct rc_catalog *prefixed, struct rc_arena *arena,
                                    rowcall_error *err)
{
    struct requalifying requalifying = {arena, prefixed, false};
    for (size_t i = 0; i < prefixed->table_count; i++) {
        requalify_table(&requalifying, &prefixed->tables[i]);
    }
    for (size_t i = 0; i < prefixed->view_count; i++) {
        requalify(&requalifying, &prefixed->views[i].definition.spelling);
    }
    return requalifying.failed ? rc_error_oom(err) : ROWCALL_OK;
}

// ---- beside

static rowcall_status print_script(const struct rc_catalog *prefixed, struct rc_arena *arena,
                                   struct rc_buf *script, rowcall_error *err)
{
    static const struct rc_catalog nothing = {0};
    struct rc_diff diff = {0};
    struct rc_catalog without = *prefixed;
    without.extension_count = 0;
    rowcall_status st = rc_diff_make(&nothing, &without, arena, &diff, err);
    // Extensions go where they would without us, and are rolled back as well.
    for (size_t i = 0; i < prefixed->extension_count; i++) {
        rc_buf_append_text(script, "create extension if not exists ");
        rc_sql_identifier(script, prefixed->extensions[i]);
        rc_buf_append_text(script, ";\n");
    }
    // Defaults and checks may name types and functions of the real schemas; ours come first.
    rc_buf_append_text(script, "select set_config('search_path', '\"" PREFIX "public\", ' || "
                               "current_setting('search_path'), true);\n");
    if (st == ROWCALL_OK) {
        rc_diff_print(&diff, script);
    }
    for (size_t i = 0; i < prefixed->view_count; i++) {
        if (!prefixed->views[i].managed) {
            create_empty_view(&prefixed->views[i], script);
        }
    }
    return st ? st : rc_buf_status(script, err);
}

static rowcall_status run_script(struct rc_pg_sync *conn, const char *script,
                                 rowcall_error *err)
{
    rowcall_error cause = {0};
    if (rc_pg_sync_script(conn, script, &cause) == ROWCALL_OK) {
        return ROWCALL_OK;
    }
    const char *hint = strcmp(cause.sqlstate, "42501") == 0
                           ? "; that needs the right to create schemas in the database"
                           : "";
    return rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                        "cannot make the tables of the schema for comparison: %s%s",
                        cause.message, hint);
}

static rowcall_status read_back(struct rc_pg_sync *conn, const struct rc_scope *scope,
                                struct rc_arena *arena, struct rc_catalog *ret_catalog,
                                rowcall_error *err)
{
    struct rc_buf schemas = {0};
    rc_catalog_schemas_of_scope(scope, PREFIX, &schemas);
    rowcall_status st = rc_buf_status(&schemas, err);
    if (st == ROWCALL_OK) {
        st = rc_catalog_read(conn, schemas.data, PREFIX, arena, ret_catalog, err);
    }
    rc_buf_fini(&schemas);
    return st;
}

static rowcall_status make_and_read(struct rc_pg_sync *conn, const struct rc_scope *scope,
                                    struct rc_arena *arena, struct rc_catalog *ret_catalog,
                                    rowcall_error *err)
{
    struct rc_catalog prefixed = {0};
    struct rc_buf script = {0};
    rowcall_error ignored = {0};
    rowcall_status st = rc_catalog_of_scope(scope, PREFIX, arena, &prefixed, err);
    st = st ? st : requalify_all(&prefixed, arena, err);
    st = st ? st : print_script(&prefixed, arena, &script, err);
    st = st ? st : rc_pg_sync_exec(conn, "savepoint rowcall_expect", NULL, NULL, err);
    if (st == ROWCALL_OK) {
        st = run_script(conn, script.data, err);
        st = st ? st : read_back(conn, scope, arena, ret_catalog, err);
        rowcall_status back = rc_pg_sync_exec(conn, "rollback to savepoint rowcall_expect",
                                              NULL, NULL, st ? &ignored : err);
        st = st ? st : back;
    }
    rc_buf_fini(&script);
    return st;
}

// ---- PostgreSQL's words beside the author's

static void take_columns(struct rc_catalog_column *columns, size_t count,
                         const struct rc_catalog_column *made, size_t made_count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t m = 0; m < made_count; m++) {
            if (strcmp(columns[i].name, made[m].name) == 0) {
                columns[i].type.text = made[m].type.text;
                columns[i].default_value.text = made[m].default_value.text;
                columns[i].generated.text = made[m].generated.text;
                columns[i].not_null = made[m].not_null; // a primary key's is without being said
            }
        }
    }
}

static void take_table(struct rc_catalog_table *table, const struct rc_catalog_table *made)
{
    take_columns(table->columns, table->column_count, made->columns, made->column_count);
    for (size_t i = 0; i < table->constraint_count; i++) {
        struct rc_catalog_constraint *constraint = &table->constraints[i];
        const struct rc_catalog_constraint *found =
            rc_catalog_constraint_find(made, constraint->name);
        if (found) {
            struct rc_catalog_text authored = constraint->definition;
            *constraint = *found;
            constraint->definition.spelling = authored.spelling;
        }
    }
    for (size_t i = 0; i < table->index_count; i++) {
        struct rc_catalog_index *index = &table->indexes[i];
        const struct rc_catalog_index *found = rc_catalog_index_find(made, index->name);
        if (found) {
            struct rc_catalog_text authored = index->tail;
            *index = *found;
            index->tail.spelling = authored.spelling;
        }
    }
}

static void take_views(struct rc_catalog *catalog, const struct rc_catalog *made)
{
    for (size_t i = 0; i < catalog->view_count; i++) {
        struct rc_catalog_view *view = &catalog->views[i];
        const struct rc_catalog_view *found =
            rc_catalog_view_find(made, view->schema, view->name);
        if (found) {
            view->definition.text = found->definition.text;
            view->uses = found->uses;
            view->use_count = found->use_count;
            take_columns(view->columns, view->column_count, found->columns,
                         found->column_count);
        }
    }
}

rowcall_status rc_catalog_expect(struct rc_pg_sync *conn, const struct rc_scope *scope,
                                 struct rc_arena *arena, struct rc_catalog *ret_catalog,
                                 rowcall_error *err)
{
    struct rc_catalog made = {0};
    rowcall_status st = rc_catalog_of_scope(scope, "", arena, ret_catalog, err);
    st = st ? st : make_and_read(conn, scope, arena, &made, err);
    for (size_t i = 0; st == ROWCALL_OK && i < ret_catalog->table_count; i++) {
        struct rc_catalog_table *table = &ret_catalog->tables[i];
        const struct rc_catalog_table *found =
            rc_catalog_table_find(&made, table->schema, table->name);
        if (found) {
            take_table(table, found);
        }
    }
    if (st == ROWCALL_OK) {
        take_views(ret_catalog, &made);
    }
    return st;
}
