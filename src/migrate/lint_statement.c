// SPDX-License-Identifier: Apache-2.0
//
// The rules of everything but ALTER TABLE.
#include "migrate/linter.h"

#include "migrate/sql_words.h"

#include <string.h>

// ---- what is dropped

static void judge_drop_table(struct rc_linter *linter, const json_t *object)
{
    const json_t *names = json_object_get(rc_lint_node(object, "List"), "items");
    struct rc_lint_table table = rc_lint_table_named(linter, names);
    if (table.is_made) {
        return;
    }
    if (table.rows != 0) {
        rc_lint_tell(linter, "data-loss", true,
                     rc_lint_print(linter, "table %s goes with %s", table.name,
                                   rc_lint_rows(linter, &table)),
                     "make sure nobody needs them; a dump, or a rename for a while, is cheap");
    }
    rc_lint_tell(
        linter, "breaks-server", false,
        rc_lint_print(linter, "a server that still serves %s fails with it", table.name),
        "deploy the schema without the entity first, and this afterwards");
}

static void judge_drop_index(struct rc_linter *linter)
{
    if (!rc_lint_flag(linter->statement->tree, "concurrent")) {
        rc_lint_tell(linter, "blocking-index", false,
                     "dropping an index waits for everyone who works with its table, and makes "
                     "everyone behind it wait",
                     "DROP INDEX CONCURRENTLY, in a migration of its own");
    }
}

static void judge_drop(struct rc_linter *linter)
{
    const json_t *tree = linter->statement->tree;
    const char *what = rc_lint_text(tree, "removeType");
    const json_t *objects = json_object_get(tree, "objects");
    if (strcmp(what, "OBJECT_TABLE") == 0) {
        for (size_t i = 0; i < json_array_size(objects); i++) {
            judge_drop_table(linter, json_array_get(objects, i));
        }
    } else if (strcmp(what, "OBJECT_SCHEMA") == 0) {
        rc_lint_tell(linter, "data-loss", true, "a schema goes, with everything in it",
                     "drop its tables one by one, so that each can be judged");
    } else if (strcmp(what, "OBJECT_INDEX") == 0) {
        judge_drop_index(linter);
    }
}

// ---- what is emptied

static void judge_truncate(struct rc_linter *linter)
{
    const json_t *relations = json_object_get(linter->statement->tree, "relations");
    for (size_t i = 0; i < json_array_size(relations); i++) {
        struct rc_lint_table table =
            rc_lint_table_of(linter, rc_lint_node(json_array_get(relations, i), "RangeVar"));
        if (!table.is_made && table.rows != 0) {
            rc_lint_tell(linter, "data-loss", true,
                         rc_lint_print(linter, "%s of table %s are deleted",
                                       rc_lint_rows(linter, &table), table.name),
                         "say which rows, by DELETE with a condition");
        }
    }
}

static void judge_write(struct rc_linter *linter, const char *verb)
{
    const json_t *tree = linter->statement->tree;
    struct rc_lint_table table = rc_lint_table_of(linter, json_object_get(tree, "relation"));
    bool deletes = strcmp(verb, "deleted") == 0;
    if (json_object_get(tree, "whereClause") || table.is_made || table.rows == 0) {
        return;
    }
    if (deletes) {
        rc_lint_tell(linter, "data-loss", true,
                     rc_lint_print(linter, "%s of table %s are deleted: it has no condition",
                                   rc_lint_rows(linter, &table), table.name),
                     "say which rows");
    } else if (rc_lint_is_big(&table)) {
        rc_lint_tell(linter, "table-lock", false,
                     rc_lint_print(linter,
                                   "%s of table %s are updated at once, and locked until the "
                                   "migration ends",
                                   rc_lint_rows(linter, &table), table.name),
                     "update in batches, outside of migrations");
    }
}

// ---- indexes

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

static void judge_duplicates(struct rc_linter *linter, const struct rc_lint_table *table)
{
    const json_t *tree = linter->statement->tree;
    const char *columns = index_columns(linter);
    if (!columns || json_object_get(tree, "whereClause") ||
        rc_lint_flag(tree, "nulls_not_distinct")) {
        return;
    }
    const char *sql = rc_lint_print(
        linter,
        "select count(*) from (select from %s where (%s) is not null group by %s having "
        "count(*) > 1) d",
        table->name, columns, columns);
    int64_t count = rc_lint_count(linter, table, sql);
    if (count > 0) {
        rc_lint_tell(linter, "duplicates", true,
                     rc_lint_print(linter,
                                   "%lld value%s of (%s) stand in more than one row of %s: the "
                                   "index cannot be built",
                                   (long long)count, count == 1 ? "" : "s", columns,
                                   table->name),
                     "merge or delete the duplicates first");
    }
}

static void judge_index(struct rc_linter *linter)
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
        rc_lint_tell(linter, "blocking-index", false,
                     rc_lint_print(linter,
                                   "building the index over %s blocks writes to %s until it is "
                                   "done",
                                   rc_lint_rows(linter, &table), table.name),
                     "CREATE INDEX CONCURRENTLY, in a migration of its own");
    }
}

// ---- names

static void judge_rename(struct rc_linter *linter)
{
    const json_t *tree = linter->statement->tree;
    const char *what = rc_lint_text(tree, "renameType");
    bool column = strcmp(what, "OBJECT_COLUMN") == 0;
    if (!column && strcmp(what, "OBJECT_TABLE") != 0) {
        return;
    }
    struct rc_lint_table table = rc_lint_table_of(linter, json_object_get(tree, "relation"));
    if (table.is_made) {
        return;
    }
    rc_lint_tell(linter, "breaks-server", false,
                 rc_lint_print(linter,
                               "%s%s of %s has another name at once: a running server "
                               "asks for the old one and fails",
                               column ? "column " : "table",
                               column ? rc_lint_text(tree, "subname") : "", table.name),
                 "keep the name, which proto names need not follow ((rowcall.column).name); or "
                 "add, copy and drop in three migrations");
}

static void judge_enum(struct rc_linter *linter)
{
    const json_t *tree = linter->statement->tree;
    const char *label = rc_lint_text(tree, "newVal");
    if (*rc_lint_text(tree, "oldVal")) {
        rc_lint_tell(
            linter, "breaks-server", false,
            rc_lint_print(linter,
                          "label '%s' has another name at once: a running server "
                          "writes the old one and fails",
                          rc_lint_text(tree, "oldVal")),
            "keep the label, which proto names need not follow ((rowcall.label).name)");
        return;
    }
    const struct rc_script *script = linter->script;
    for (size_t i = (size_t)(linter->statement - script->items) + 1; i < script->count; i++) {
        if (rc_sql_words_have_literal(script->items[i].sql, label)) {
            rc_lint_tell(linter, "new-label", true,
                         rc_lint_print(linter,
                                       "label '%s' is used on line %d, in the transaction that "
                                       "adds it: PostgreSQL refuses that",
                                       label, script->items[i].line),
                         "use it in the next migration");
            return;
        }
    }
}

// ---- locks

static void judge_lock(struct rc_linter *linter, const char *what)
{
    rc_lint_tell(linter, "table-lock", false,
                 rc_lint_print(linter, "%s locks the table for everyone, readers too", what),
                 "do it when nobody works, or without (pg_repack, REFRESH ... CONCURRENTLY)");
}

static bool has_option(const json_t *options, const char *name)
{
    for (size_t i = 0; i < json_array_size(options); i++) {
        const json_t *option = rc_lint_node(json_array_get(options, i), "DefElem");
        if (strcmp(rc_lint_text(option, "defname"), name) == 0) {
            return true;
        }
    }
    return false;
}

void rc_lint_statement(struct rc_linter *linter)
{
    const json_t *tree = linter->statement->tree;
    const char *kind = linter->statement->kind;
    if (strcmp(kind, "DropStmt") == 0) {
        judge_drop(linter);
    } else if (strcmp(kind, "TruncateStmt") == 0) {
        judge_truncate(linter);
    } else if (strcmp(kind, "DeleteStmt") == 0) {
        judge_write(linter, "deleted");
    } else if (strcmp(kind, "UpdateStmt") == 0) {
        judge_write(linter, "updated");
    } else if (strcmp(kind, "IndexStmt") == 0) {
        judge_index(linter);
    } else if (strcmp(kind, "RenameStmt") == 0) {
        judge_rename(linter);
    } else if (strcmp(kind, "AlterEnumStmt") == 0) {
        judge_enum(linter);
    } else if (strcmp(kind, "LockStmt") == 0) {
        judge_lock(linter, "LOCK");
    } else if (strcmp(kind, "ClusterStmt") == 0) {
        judge_lock(linter, "CLUSTER");
    } else if (strcmp(kind, "VacuumStmt") == 0 &&
               has_option(json_object_get(tree, "options"), "full")) {
        judge_lock(linter, "VACUUM FULL");
    } else if (strcmp(kind, "RefreshMatViewStmt") == 0 && !rc_lint_flag(tree, "concurrent")) {
        judge_lock(linter, "REFRESH MATERIALIZED VIEW");
    }
}
