// SPDX-License-Identifier: Apache-2.0
//
// Indexes: built and dropped while others wait, and unique ones over values that are not.
#include "migrate/linter.h"

#include "migrate/sql_words.h"

#include <string.h>

// The columns of an index, quoted, joined by commas; NULL when it has expressions.
static const char *index_columns(struct rc_linter *linter)
{
    const json_t *parts = json_object_get(linter->statement->tree, "indexParams");
    const char *list = "";
    for (size_t i = 0; i < json_array_size(parts); i++) {
        const char *name =
            rc_lint_text(rc_lint_node(json_array_get(parts, i), "IndexElem"), "name");
        if (!*name) {
            return NULL;
        }
        list =
            rc_lint_print(linter, "%s%s%s", list, i ? ", " : "", rc_lint_quote(linter, name));
    }
    return list;
}

void rc_lint_duplicates(struct rc_linter *linter, const struct rc_lint_table *table,
                        const char *columns, const char *condition)
{
    int64_t count = rc_lint_count(
        linter, table,
        rc_lint_print(
            linter,
            "select count(*) from (select from %s where %s group by %s having count(*) "
            "> 1) d",
            table->live, condition, columns),
        NULL);
    if (count > 0) {
        rc_lint_tell(linter, "duplicates",
                     rc_lint_print(linter,
                                   "%s of (%s) stand%s in more than one row of %s: the index "
                                   "cannot be built",
                                   rc_lint_number(linter, count, "value"), columns,
                                   count == 1 ? "s" : "", table->name),
                     rc_lint_print(linter,
                                   "merge or delete the duplicates first:\nSELECT %s, count(*) "
                                   "FROM %s WHERE %s GROUP BY %s HAVING count(*) > 1;",
                                   columns, table->name, condition, columns));
    }
}

// The condition of a partial index is taken from the statement's text: it comes last.
static void judge_duplicates(struct rc_linter *linter, const struct rc_lint_table *table)
{
    const json_t *tree = linter->statement->tree;
    const char *columns = index_columns(linter);
    const char *where = json_object_get(tree, "whereClause")
                            ? rc_sql_words_after(linter->statement->sql, "where")
                            : NULL;
    if (columns) {
        const char *nulls = rc_lint_flag(tree, "nulls_not_distinct")
                                ? "true"
                                : rc_lint_print(linter, "(%s) is not null", columns);
        rc_lint_duplicates(linter, table, columns,
                           where ? rc_lint_print(linter, "%s and (%s)", nulls, where) : nulls);
    }
}

// CREATE INDEX with CONCURRENTLY, in the statement's own words.
static const char *concurrently(struct rc_linter *linter)
{
    const char *sql = linter->statement->sql;
    const char *index = rc_sql_words_after(sql, "index");
    return index ? rc_lint_print(linter, "in a migration of its own:\n%.*s CONCURRENTLY%s;",
                                 (int)(index - sql), sql, index)
                 : "CONCURRENTLY, in a migration of its own";
}

void rc_lint_index(struct rc_linter *linter)
{
    const json_t *tree = linter->statement->tree;
    struct rc_lint_table table = rc_lint_table_of(linter, json_object_get(tree, "relation"));
    if (table.is_made) {
        return;
    }
    if (rc_lint_flag(tree, "unique")) {
        judge_duplicates(linter, &table);
    }
    if (!rc_lint_flag(tree, "concurrent") && rc_lint_is_big(&table)) {
        rc_lint_tell(linter, "blocking-index",
                     rc_lint_print(linter,
                                   "the index is built over %s of %s under SHARE: nobody can "
                                   "write to it meanwhile",
                                   rc_lint_rows(linter, &table), table.name),
                     concurrently(linter));
    }
}

// ---- DROP INDEX

// The table of an index, "" when it is not known; and whether it is unique.
static struct rc_lint_table table_of_index(struct rc_linter *linter, const char *index,
                                           bool *ret_is_unique)
{
    static const char sql[] =
        "select n.nspname, t.relname, i.indisunique::text from pg_index i"
        " join pg_class t on t.oid = i.indrelid join pg_namespace n on n.oid = t.relnamespace"
        " where i.indexrelid = to_regclass($1)";
    struct rc_lint_table table = {.table = "", .name = "its table", .rows = -1};
    struct rc_pg_result *result = rc_lint_query(linter, sql, 1, &index, NULL);
    *ret_is_unique = false;
    if (result && rc_pg_result_row_count(result) == 1) {
        table = rc_lint_table_at(linter,
                                 rc_lint_print(linter, "%s", rc_pg_result_text(result, 0, 0)),
                                 rc_lint_print(linter, "%s", rc_pg_result_text(result, 0, 1)));
        *ret_is_unique = strcmp(rc_pg_result_text(result, 0, 2), "true") == 0;
    }
    rc_pg_result_free(result);
    return table;
}

void rc_lint_drop_index(struct rc_linter *linter, const json_t *object)
{
    const json_t *names = json_object_get(rc_lint_node(object, "List"), "items");
    const char *named = rc_lint_qualifier(names);
    const char *schema = *named ? named : linter->default_schema;
    const char *name = rc_lint_last_name(names);
    const char *quoted = rc_lint_quote(linter, name);
    const struct rc_lint_object *known =
        rc_lint_past_find(linter->past, RC_LINT_INDEX, schema, "", name);
    bool is_unique = false;
    if ((known && !known->was) || rc_lint_is_absent(linter, schema, name)) {
        return;
    }
    struct rc_lint_table table = table_of_index(
        linter, rc_lint_print(linter, "%s.%s", rc_lint_quote(linter, schema), quoted),
        &is_unique);
    if (!rc_lint_flag(linter->statement->tree, "concurrent") && rc_lint_is_big(&table)) {
        rc_lint_tell(
            linter, "blocking-index",
            rc_lint_print(linter,
                          "dropping index %s takes ACCESS EXCLUSIVE on %s: it waits for "
                          "everyone who works there, and everyone else waits behind it",
                          quoted, table.name),
            rc_lint_print(linter, "in a migration of its own:\nDROP INDEX CONCURRENTLY %s%s%s;",
                          *named ? rc_lint_quote(linter, named) : "", *named ? "." : "",
                          quoted));
    }
    if (is_unique) {
        rc_lint_tell(linter, "breaks-server",
                     rc_lint_print(linter,
                                   "a server that upserts by key %s of %s fails without it",
                                   quoted, table.name),
                     "deploy the schema without the key first, and this migration afterwards");
    }
}

// ---- REINDEX

void rc_lint_reindex(struct rc_linter *linter)
{
    const json_t *tree = linter->statement->tree;
    const json_t *range = json_object_get(tree, "relation");
    bool is_table = strcmp(rc_lint_text(tree, "kind"), "REINDEX_OBJECT_TABLE") == 0;
    struct rc_lint_table table = {.name = "its table", .rows = -1};
    if (is_table) {
        table = rc_lint_table_of(linter, range);
    }
    if (!rc_lint_has_option(json_object_get(tree, "params"), "concurrently") &&
        rc_lint_is_big(&table)) {
        rc_lint_tell(linter, "blocking-index",
                     rc_lint_print(linter,
                                   "an index is built anew over %s: nobody can write to %s "
                                   "meanwhile, nor read it by that index",
                                   rc_lint_rows(linter, &table), table.name),
                     rc_lint_print(linter,
                                   "in a migration of its own:\nREINDEX %s CONCURRENTLY %s;",
                                   is_table ? "TABLE" : "INDEX",
                                   rc_lint_quote(linter, rc_lint_text(range, "relname"))));
    }
}
