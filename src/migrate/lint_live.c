// SPDX-License-Identifier: Apache-2.0
//
// Asking the live database. What it cannot answer (a table that is not there yet, a count that
// takes too long) is not known, which the rules take for the worse.
#include "migrate/linter.h"

#include <stdlib.h>
#include <string.h>

// ---- asking

struct rc_pg_result *rc_lint_query(struct rc_linter *linter, const char *sql, size_t count,
                                   const char *const *values, bool *ret_refused)
{
    struct rc_pg_result *result = NULL;
    struct rc_pg_params params = {.count = (int)count, .values = values};
    rowcall_error ignored = {0};
    if (!linter->conn || linter->lost ||
        rc_pg_sync_exec(linter->conn, "savepoint ask", NULL, NULL, &ignored) != ROWCALL_OK) {
        return NULL;
    }
    if (rc_pg_sync_exec(linter->conn, sql, &params, &result, &ignored) != ROWCALL_OK) {
        result = NULL;
        if (ret_refused) {
            *ret_refused = strncmp(rc_pg_sync_last_error(linter->conn)->sqlstate, "22", 2) == 0;
        }
    }
    linter->lost = rc_pg_sync_exec(linter->conn, "rollback to savepoint ask", NULL, NULL,
                                   &ignored) != ROWCALL_OK;
    return result;
}

static int64_t ask_number(struct rc_linter *linter, const char *sql, bool *ret_refused)
{
    struct rc_pg_result *result = rc_lint_query(linter, sql, 0, NULL, ret_refused);
    int64_t number = result && rc_pg_result_row_count(result) == 1
                         ? strtoll(rc_pg_result_text(result, 0, 0), NULL, 10)
                         : -1;
    rc_pg_result_free(result);
    return number;
}

int64_t rc_lint_count(struct rc_linter *linter, const struct rc_lint_table *table,
                      const char *sql, bool *ret_refused)
{
    return table->is_made ? -1 : ask_number(linter, sql, ret_refused);
}

const char *rc_lint_ask(struct rc_linter *linter, const char *sql, size_t count,
                        const char *const *values)
{
    struct rc_pg_result *result = rc_lint_query(linter, sql, count, values, NULL);
    const char *text =
        result && rc_pg_result_row_count(result) == 1 ? rc_pg_result_text(result, 0, 0) : NULL;
    const char *answer = text ? rc_lint_print(linter, "%s", text) : NULL;
    rc_pg_result_free(result);
    return answer;
}

// ---- tables

// By counting where that is quick, else by what ANALYZE knows; before the first ANALYZE that is
// nothing.
static void count_rows(struct rc_linter *linter, struct rc_lint_table *table)
{
    static const char sql[] =
        "select case when pg_relation_size(c.oid) < 64 * 1024 * 1024 then -1"
        " else c.reltuples end::int8, pg_total_relation_size(c.oid)"
        " from pg_class c where c.oid = to_regclass($1)";
    struct rc_pg_result *result =
        table->is_made ? NULL : rc_lint_query(linter, sql, 1, &table->live, NULL);
    if (result && rc_pg_result_row_count(result) == 1) {
        int64_t estimate = strtoll(rc_pg_result_text(result, 0, 0), NULL, 10);
        table->bytes = strtoll(rc_pg_result_text(result, 0, 1), NULL, 10);
        table->is_estimate = estimate >= 0;
        table->rows =
            estimate >= 0
                ? estimate
                : ask_number(linter,
                             rc_lint_print(linter, "select count(*) from %s", table->live),
                             NULL);
    }
    rc_pg_result_free(result);
}

static const char *qualify(struct rc_linter *linter, const char *schema, const char *name)
{
    return rc_lint_print(linter, "%s.%s", rc_lint_quote(linter, schema),
                         rc_lint_quote(linter, name));
}

struct rc_lint_table rc_lint_table_at(struct rc_linter *linter, const char *schema,
                                      const char *name)
{
    struct rc_lint_table table = {.schema = *schema ? schema : linter->default_schema,
                                  .table = name,
                                  .name = *schema ? qualify(linter, schema, name)
                                                  : rc_lint_quote(linter, name),
                                  .rows = -1,
                                  .bytes = -1};
    const struct rc_lint_object *known =
        rc_lint_past_find(linter->past, RC_LINT_TABLE, table.schema, "", name);
    table.is_made = known && !known->was && !known->is_gone;
    table.live = known && known->was ? qualify(linter, known->was_schema, known->was)
                                     : qualify(linter, table.schema, name);
    count_rows(linter, &table);
    return table;
}

struct rc_lint_table rc_lint_table_of(struct rc_linter *linter, const json_t *range)
{
    return rc_lint_table_at(linter, rc_lint_text(range, "schemaname"),
                            rc_lint_text(range, "relname"));
}

struct rc_lint_table rc_lint_table_named(struct rc_linter *linter, const json_t *names)
{
    return rc_lint_table_at(linter, rc_lint_qualifier(names), rc_lint_last_name(names));
}

bool rc_lint_is_absent(struct rc_linter *linter, const char *schema, const char *name)
{
    const char *full = qualify(linter, schema, name);
    const char *found =
        rc_lint_ask(linter, "select (to_regclass($1) is not null)::text", 1, &full);
    return found && strcmp(found, "false") == 0;
}

bool rc_lint_is_big(const struct rc_lint_table *table)
{
    return !table->is_made && (table->rows < 0 || table->rows >= RC_LINT_SMALL_ROWS);
}

const char *rc_lint_number(struct rc_linter *linter, int64_t count, const char *noun)
{
    return rc_lint_print(linter, "%lld %s%s", (long long)count, noun, count == 1 ? "" : "s");
}

static const char *size_of(struct rc_linter *linter, int64_t bytes)
{
    static const char *const units[] = {"MB", "GB", "TB"};
    double size = (double)bytes / (1024 * 1024);
    size_t unit = 0;
    if (size < 1) {
        return "";
    }
    for (; size >= 1024 && unit < 2; unit++) {
        size /= 1024;
    }
    return rc_lint_print(linter, ", %.*f %s", size < 10 ? 1 : 0, size, units[unit]);
}

const char *rc_lint_rows(struct rc_linter *linter, const struct rc_lint_table *table)
{
    if (table->rows < 0) {
        return "its rows";
    }
    return rc_lint_print(linter, "%s%s%s", table->is_estimate ? "about " : "",
                         rc_lint_number(linter, table->rows, "row"),
                         size_of(linter, table->bytes));
}

// ---- columns

static void ask_column(struct rc_linter *linter, const struct rc_lint_table *table,
                       const char *name, struct rc_lint_column *column)
{
    static const char sql[] =
        "select format_type(atttypid, atttypmod), attnotnull::text from pg_attribute"
        " where attrelid = to_regclass($1) and attname = $2 and not attisdropped";
    const char *values[] = {table->live, name};
    struct rc_pg_result *result = rc_lint_query(linter, sql, 2, values, NULL);
    if (result && rc_pg_result_row_count(result) == 1) {
        column->type = rc_lint_print(linter, "%s", rc_pg_result_text(result, 0, 0));
        column->not_null = strcmp(rc_pg_result_text(result, 0, 1), "true") == 0;
    }
    rc_pg_result_free(result);
}

struct rc_lint_column rc_lint_column_of(struct rc_linter *linter,
                                        const struct rc_lint_table *table, const char *column)
{
    struct rc_lint_column found = {.name = rc_lint_quote(linter, column)};
    const struct rc_lint_object *known =
        rc_lint_past_find(linter->past, RC_LINT_COLUMN, table->schema, table->table, column);
    const char *live = known && known->was ? known->was : column;
    found.is_made = table->is_made || (known && !known->was && !known->is_gone);
    found.bare = live;
    found.live = rc_lint_quote(linter, live);
    if (!found.is_made) {
        ask_column(linter, table, live, &found);
    }
    return found;
}
