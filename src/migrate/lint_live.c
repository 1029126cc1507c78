// SPDX-License-Identifier: Apache-2.0
//
// Reading trees, and asking the live database. What it cannot answer (a table that is not there
// yet, a count that takes too long) is not known, which the rules take for the worse.
#include "migrate/linter.h"

#include <stdlib.h>
#include <string.h>

const char *rc_lint_text(const json_t *node, const char *name)
{
    const char *text = json_string_value(json_object_get(node, name));
    return text ? text : "";
}

bool rc_lint_flag(const json_t *node, const char *name)
{
    return json_is_true(json_object_get(node, name));
}

const json_t *rc_lint_node(const json_t *wrapped, const char *kind)
{
    return json_object_get(wrapped, kind);
}

const char *rc_lint_quote(struct rc_linter *linter, const char *name)
{
    struct rc_buf quoted = {0};
    rc_buf_append_char(&quoted, '"');
    for (const char *at = name; *at; at++) {
        rc_buf_append_text(&quoted, *at == '"' ? "\"" : "");
        rc_buf_append_char(&quoted, *at);
    }
    rc_buf_append_char(&quoted, '"');
    const char *made =
        quoted.broken ? NULL : rc_arena_copy(linter->arena, quoted.data, quoted.len);
    linter->failed |= !made;
    rc_buf_fini(&quoted);
    return made ? made : "";
}

// ---- asking

// A question that may fail: NULL then, and the transaction goes on.
static struct rc_pg_result *ask(struct rc_linter *linter, const char *sql,
                                const struct rc_pg_params *params)
{
    struct rc_pg_result *result = NULL;
    rowcall_error ignored = {0};
    if (!linter->conn || linter->lost ||
        rc_pg_sync_exec(linter->conn, "savepoint ask", NULL, NULL, &ignored) != ROWCALL_OK) {
        return NULL;
    }
    if (rc_pg_sync_exec(linter->conn, sql, params, &result, &ignored) != ROWCALL_OK) {
        result = NULL;
        linter->lost = rc_pg_sync_exec(linter->conn, "rollback to savepoint ask", NULL, NULL,
                                       &ignored) != ROWCALL_OK;
    }
    return result;
}

static int64_t ask_number(struct rc_linter *linter, const char *sql)
{
    struct rc_pg_result *result = ask(linter, sql, NULL);
    int64_t number = result && rc_pg_result_row_count(result) == 1
                         ? strtoll(rc_pg_result_text(result, 0, 0), NULL, 10)
                         : -1;
    rc_pg_result_free(result);
    return number;
}

int64_t rc_lint_count(struct rc_linter *linter, const struct rc_lint_table *table,
                      const char *sql)
{
    return table->is_made ? -1 : ask_number(linter, sql);
}

// By counting where that is quick, else by what ANALYZE knows.
static void count_rows(struct rc_linter *linter, struct rc_lint_table *table)
{
    static const char sql[] =
        "select case when pg_relation_size(c.oid) < 64 * 1024 * 1024 then -1"
        " else greatest(c.reltuples, 0) end::int8 from pg_class c where c.oid = "
        "to_regclass($1)";
    struct rc_pg_params params = {.count = 1, .values = &table->name};
    struct rc_pg_result *result = table->is_made ? NULL : ask(linter, sql, &params);
    table->rows = -1;
    if (result && rc_pg_result_row_count(result) == 1) {
        int64_t estimate = strtoll(rc_pg_result_text(result, 0, 0), NULL, 10);
        table->is_estimate = estimate >= 0;
        table->rows = estimate >= 0
                          ? estimate
                          : ask_number(linter, rc_lint_print(linter, "select count(*) from %s",
                                                             table->name));
    }
    rc_pg_result_free(result);
}

const char *rc_lint_column_type(struct rc_linter *linter, const struct rc_lint_table *table,
                                const char *column)
{
    static const char sql[] =
        "select format_type(atttypid, atttypmod) from pg_attribute"
        " where attrelid = to_regclass($1) and attname = $2 and not attisdropped";
    const char *values[] = {table->name, column};
    struct rc_pg_params params = {.count = 2, .values = values};
    struct rc_pg_result *result = table->is_made ? NULL : ask(linter, sql, &params);
    const char *type = result && rc_pg_result_row_count(result) == 1
                           ? rc_lint_print(linter, "%s", rc_pg_result_text(result, 0, 0))
                           : NULL;
    rc_pg_result_free(result);
    return type;
}

// ---- tables

static bool is_made(const struct rc_linter *linter, const char *name)
{
    for (size_t i = 0; i < linter->made_count; i++) {
        if (strcmp(linter->made[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static struct rc_lint_table find_table(struct rc_linter *linter, const char *schema,
                                       const char *name)
{
    struct rc_lint_table table = {.name = *schema ? rc_lint_print(linter, "%s.%s",
                                                                  rc_lint_quote(linter, schema),
                                                                  rc_lint_quote(linter, name))
                                                  : rc_lint_quote(linter, name),
                                  .is_made = is_made(linter, name)};
    count_rows(linter, &table);
    return table;
}

struct rc_lint_table rc_lint_table_of(struct rc_linter *linter, const json_t *range)
{
    return find_table(linter, rc_lint_text(range, "schemaname"),
                      rc_lint_text(range, "relname"));
}

static const char *name_at(const json_t *names, size_t at)
{
    return rc_lint_text(rc_lint_node(json_array_get(names, at), "String"), "sval");
}

struct rc_lint_table rc_lint_table_named(struct rc_linter *linter, const json_t *names)
{
    size_t count = json_array_size(names);
    return find_table(linter, count > 1 ? name_at(names, count - 2) : "",
                      count > 0 ? name_at(names, count - 1) : "");
}

bool rc_lint_is_big(const struct rc_lint_table *table)
{
    return !table->is_made && (table->rows < 0 || table->rows >= RC_LINT_SMALL_ROWS);
}

const char *rc_lint_rows(struct rc_linter *linter, const struct rc_lint_table *table)
{
    if (table->rows < 0) {
        return "its rows";
    }
    return rc_lint_print(linter, "%s%lld row%s", table->is_estimate ? "about " : "",
                         (long long)table->rows, table->rows == 1 ? "" : "s");
}
