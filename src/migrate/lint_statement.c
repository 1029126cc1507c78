// SPDX-License-Identifier: Apache-2.0
//
// Which rule is for which statement; those of rows that are deleted or overwritten, and of
// locks.
#include "migrate/linter.h"

#include "migrate/sql_words.h"

#include <string.h>

// ---- rows

static void judge_truncate(struct rc_linter *linter)
{
    const json_t *relations = json_object_get(linter->statement->tree, "relations");
    for (size_t i = 0; i < json_array_size(relations); i++) {
        struct rc_lint_table table =
            rc_lint_table_of(linter, rc_lint_node(json_array_get(relations, i), "RangeVar"));
        if (!table.is_made && table.rows != 0) {
            rc_lint_tell(linter, "data-loss",
                         rc_lint_print(linter, "%s of table %s are deleted",
                                       rc_lint_rows(linter, &table), table.name),
                         rc_lint_print(linter, "say which rows:\nDELETE FROM %s WHERE ...;",
                                       table.name));
        }
    }
}

// WHERE true is none.
static bool has_condition(const json_t *tree)
{
    const json_t *condition = json_object_get(tree, "whereClause");
    const json_t *constant = rc_lint_node(condition, "A_Const");
    return condition && !rc_lint_flag(json_object_get(constant, "boolval"), "boolval");
}

static void judge_delete(struct rc_linter *linter)
{
    const json_t *tree = linter->statement->tree;
    struct rc_lint_table table = rc_lint_table_of(linter, json_object_get(tree, "relation"));
    if (!has_condition(tree) && !table.is_made && table.rows != 0) {
        rc_lint_tell(
            linter, "data-loss",
            rc_lint_print(linter, "%s of table %s are deleted: it has no condition",
                          rc_lint_rows(linter, &table), table.name),
            rc_lint_print(linter, "say which rows:\nDELETE FROM %s WHERE ...;", table.name));
    }
}

// Values that are overwritten, of a column that the script has not just added.
static void judge_overwriting(struct rc_linter *linter, const struct rc_lint_table *table,
                              const char *name)
{
    struct rc_lint_column column = rc_lint_column_of(linter, table, name);
    int64_t count =
        column.is_made
            ? 0
            : rc_lint_count(linter, table,
                            rc_lint_print(linter,
                                          "select count(*) from %s where %s is not null",
                                          table->live, column.live),
                            NULL);
    if (count != 0) {
        rc_lint_tell(
            linter, "data-loss",
            rc_lint_print(linter, "%s of column %s of %s are overwritten: it has no condition",
                          count > 0 ? rc_lint_number(linter, count, "value") : "all values",
                          column.name, table->name),
            rc_lint_print(linter, "say which rows:\nUPDATE %s SET %s = ... WHERE ...;",
                          table->name, column.name));
    }
}

// A reference to the column itself says that the new value is made of the old one.
static bool is_made_of_itself(struct rc_linter *linter, const char *column)
{
    const char *set = rc_sql_words_after(linter->statement->sql, "set");
    const char *value = set ? strchr(set, '=') : NULL;
    return value && rc_sql_words_have(value, column, false);
}

static void judge_update(struct rc_linter *linter)
{
    const json_t *tree = linter->statement->tree;
    const json_t *targets = json_object_get(tree, "targetList");
    struct rc_lint_table table = rc_lint_table_of(linter, json_object_get(tree, "relation"));
    if (has_condition(tree) || json_object_get(tree, "fromClause") || table.is_made ||
        table.rows == 0) {
        return;
    }
    for (size_t i = 0; i < json_array_size(targets); i++) {
        const char *name =
            rc_lint_text(rc_lint_node(json_array_get(targets, i), "ResTarget"), "name");
        if (!is_made_of_itself(linter, name)) {
            judge_overwriting(linter, &table, name);
        }
    }
    if (rc_lint_is_big(&table)) {
        rc_lint_tell(
            linter, "table-lock",
            rc_lint_print(linter,
                          "%s of %s are updated at once: nobody can write to them until "
                          "the migration ends",
                          rc_lint_rows(linter, &table), table.name),
            "update in batches, outside of migrations");
    }
}

// ---- locks

static void tell_lock(struct rc_linter *linter, const char *what, const char *advice)
{
    rc_lint_tell(linter, "table-lock", what, advice);
}

static void judge_lock(struct rc_linter *linter)
{
    const json_t *relations = json_object_get(linter->statement->tree, "relations");
    enum { SHARE = 5 }; // stronger ones keep writers out, and the strongest readers, too
    bool matters =
        json_integer_value(json_object_get(linter->statement->tree, "mode")) >= SHARE;
    for (size_t i = 0; matters && i < json_array_size(relations); i++) {
        struct rc_lint_table table =
            rc_lint_table_of(linter, rc_lint_node(json_array_get(relations, i), "RangeVar"));
        if (!table.is_made) {
            tell_lock(
                linter,
                rc_lint_print(linter,
                              "LOCK holds %s until the migration ends: others cannot write "
                              "to it, or not even read it",
                              table.name),
                "do without, or hold it for as short a time as can be, in a migration of "
                "its own");
        }
    }
}

static void judge_maintenance(struct rc_linter *linter)
{
    const json_t *tree = linter->statement->tree;
    const char *kind = linter->statement->kind;
    if (strcmp(kind, "ClusterStmt") == 0) {
        tell_lock(linter,
                  "CLUSTER writes a table anew under ACCESS EXCLUSIVE: nobody can read or "
                  "write it meanwhile",
                  "pg_repack does it beside those who work");
    } else if (strcmp(kind, "VacuumStmt") == 0 &&
               rc_lint_has_option(json_object_get(tree, "options"), "full")) {
        tell_lock(linter,
                  "VACUUM FULL writes a table anew under ACCESS EXCLUSIVE: nobody can "
                  "read or write it meanwhile",
                  "VACUUM without FULL, or pg_repack");
    } else if (strcmp(kind, "RefreshMatViewStmt") == 0 && !rc_lint_flag(tree, "concurrent") &&
               !rc_lint_flag(tree, "skipData")) {
        struct rc_lint_table view = rc_lint_table_of(linter, json_object_get(tree, "relation"));
        if (!view.is_made) {
            tell_lock(
                linter,
                rc_lint_print(linter,
                              "the refresh holds %s under ACCESS EXCLUSIVE: nobody can read "
                              "it meanwhile",
                              view.name),
                rc_lint_print(linter,
                              "with a unique index on it:\nREFRESH MATERIALIZED VIEW "
                              "CONCURRENTLY %s;",
                              view.name));
        }
    }
}

static void judge_code(struct rc_linter *linter)
{
    rc_lint_tell(
        linter, "not-judged",
        "a block of code does what it does when it runs; the lint does not look into it",
        "plain statements can be judged; else read it twice, and allow it with the "
        "reason");
}

static const struct {
    const char *kind;
    void (*judge)(struct rc_linter *linter);
} judges[] = {
    {"DropStmt", rc_lint_drop},
    {"DropdbStmt", rc_lint_drop_database},
    {"TruncateStmt", judge_truncate},
    {"DeleteStmt", judge_delete},
    {"UpdateStmt", judge_update},
    {"IndexStmt", rc_lint_index},
    {"ReindexStmt", rc_lint_reindex},
    {"RenameStmt", rc_lint_rename},
    {"AlterObjectSchemaStmt", rc_lint_set_schema},
    {"AlterEnumStmt", rc_lint_enum},
    {"LockStmt", judge_lock},
    {"ClusterStmt", judge_maintenance},
    {"VacuumStmt", judge_maintenance},
    {"RefreshMatViewStmt", judge_maintenance},
    {"DoStmt", judge_code},
};

void rc_lint_statement(struct rc_linter *linter)
{
    for (size_t i = 0; i < sizeof judges / sizeof judges[0]; i++) {
        if (strcmp(linter->statement->kind, judges[i].kind) == 0) {
            judges[i].judge(linter);
        }
    }
}
