// SPDX-License-Identifier: Apache-2.0
//
// NOT NULL and constraints: rows that break them, and the locks they are checked under.
#include "migrate/linter.h"

#include "migrate/sql_words.h"

#include <string.h>

// ---- SET NOT NULL

// Whether a check that holds says so already: PostgreSQL then reads nothing. One may have been
// validated, or dropped, by the script.
static bool is_proven(const struct rc_lint_command *command,
                      const struct rc_lint_column *column)
{
    static const char sql[] =
        "select conname, convalidated::text from pg_constraint"
        " where conrelid = to_regclass($1) and contype = 'c'"
        " and position('(' || quote_ident($2) || ' IS NOT NULL)' in pg_get_constraintdef(oid))"
        " > 0 and position(' OR ' in pg_get_constraintdef(oid)) = 0";
    struct rc_linter *linter = command->linter;
    const struct rc_lint_table *table = &command->table;
    const struct rc_lint_past *past = linter->past;
    bool found = false;
    for (size_t i = 0; i < past->count; i++) {
        const struct rc_lint_object *object = &past->items[i];
        found = found || (object->kind == RC_LINT_CONSTRAINT && object->not_null &&
                          strcmp(object->not_null, command->name) == 0 && object->is_valid &&
                          !object->is_gone && strcmp(object->schema, table->schema) == 0 &&
                          strcmp(object->table, table->table) == 0);
    }
    const char *values[] = {table->live, column->bare};
    struct rc_pg_result *result = rc_lint_query(linter, sql, 2, values, NULL);
    for (int i = 0; result && i < rc_pg_result_row_count(result); i++) {
        const struct rc_lint_object *known =
            rc_lint_past_find(past, RC_LINT_CONSTRAINT, table->schema, table->table,
                              rc_pg_result_text(result, i, 0));
        bool is_valid = strcmp(rc_pg_result_text(result, i, 1), "true") == 0;
        found = found || (known ? known->is_valid && !known->is_gone : is_valid);
    }
    rc_pg_result_free(result);
    return found;
}

static int64_t count_nulls(const struct rc_lint_command *command, const char *column)
{
    return rc_lint_count(command->linter, &command->table,
                         rc_lint_print(command->linter,
                                       "select count(*) from %s where %s is null",
                                       command->table.live, column),
                         NULL);
}

static void tell_nulls(const struct rc_lint_command *command, const char *column, int64_t nulls)
{
    struct rc_linter *linter = command->linter;
    rc_lint_tell(
        linter, "not-null",
        rc_lint_print(linter, "column %s of %s is NULL in %s: it cannot be NOT NULL", column,
                      command->table.name, rc_lint_number(linter, nulls, "row")),
        rc_lint_print(linter,
                      "fill them first, in a migration before this one:\nUPDATE %s SET "
                      "%s = ... WHERE %s IS NULL;",
                      command->table.name, column, column));
}

static void tell_reading(const struct rc_lint_command *command, const char *column)
{
    struct rc_linter *linter = command->linter;
    const char *table = command->table.name;
    rc_lint_tell(
        linter, "table-scan",
        rc_lint_print(linter,
                      "%s of %s are read under ACCESS EXCLUSIVE to see that column %s has no "
                      "NULL: nobody can read or write it meanwhile",
                      rc_lint_rows(linter, &command->table), table, column),
        rc_lint_print(
            linter,
            "a check first, and the rest in a migration behind it, which then reads "
            "nothing under the lock:\nALTER TABLE %s ADD CONSTRAINT c CHECK (%s IS NOT "
            "NULL) NOT VALID;\n-- then\nALTER TABLE %s VALIDATE CONSTRAINT c;\nALTER "
            "TABLE %s ALTER COLUMN %s SET NOT NULL;\nALTER TABLE %s DROP CONSTRAINT "
            "c;",
            table, column, table, table, column, table));
}

void rc_lint_set_not_null(const struct rc_lint_command *command)
{
    struct rc_linter *linter = command->linter;
    struct rc_lint_column column = rc_lint_column_of(linter, &command->table, command->name);
    if (column.not_null) {
        return;
    }
    int64_t nulls = column.is_made ? -1 : count_nulls(command, column.live);
    if (nulls > 0) {
        tell_nulls(command, column.name, nulls);
    }
    if (rc_lint_is_big(&command->table) && !is_proven(command, &column)) {
        tell_reading(command, column.name);
    }
    if (!column.is_made) {
        rc_lint_tell(
            linter, "breaks-server",
            rc_lint_print(linter,
                          "a server or a client that still writes NULL to column %s of "
                          "%s, or leaves it out, fails",
                          column.name, command->table.name),
            "give it a default, or deploy those that always write it first");
    }
}

// ---- foreign keys

// The target's columns behind "t."; where the constraint names none, its primary key.
static const char *target_columns(struct rc_linter *linter, const struct rc_lint_table *target,
                                  const json_t *named)
{
    static const char sql[] =
        "select string_agg('t.' || quote_ident(a.attname), ', ' order by k.n)"
        " from pg_constraint c, unnest(c.conkey) with ordinality k(key, n), pg_attribute a"
        " where c.contype = 'p' and c.conrelid = to_regclass($1)"
        " and a.attrelid = c.conrelid and a.attnum = k.key";
    return json_array_size(named) > 0 ? rc_lint_quote_list(linter, named, "t.")
                                      : rc_lint_ask(linter, sql, 1, &target->live);
}

static void judge_orphans(const struct rc_lint_command *command, const json_t *constraint)
{
    struct rc_linter *linter = command->linter;
    struct rc_lint_table target =
        rc_lint_table_of(linter, json_object_get(constraint, "pktable"));
    const json_t *names = json_object_get(constraint, "fk_attrs");
    const char *own = rc_lint_quote_list(linter, names, "o.");
    const char *other =
        target.is_made
            ? NULL
            : target_columns(linter, &target, json_object_get(constraint, "pk_attrs"));
    if (!other) {
        return;
    }
    int64_t orphans = rc_lint_count(
        linter, &command->table,
        rc_lint_print(linter,
                      "select count(*) from %s o where (%s) is not null and not exists (select "
                      "from %s t where (%s) = (%s))",
                      command->table.live, own, target.live, other, own),
        NULL);
    if (orphans > 0) {
        rc_lint_tell(
            linter, "orphans",
            rc_lint_print(linter,
                          "%s of %s refer by %s to nothing in %s: the foreign key "
                          "cannot be added",
                          rc_lint_number(linter, orphans, "row"), command->table.name,
                          rc_lint_quote_list(linter, names, ""), target.name),
            rc_lint_print(linter,
                          "mend or delete them first:\nSELECT * FROM %s o WHERE (%s) IS "
                          "NOT NULL AND NOT EXISTS (SELECT FROM %s t WHERE (%s) = "
                          "(%s));",
                          command->table.name, own, target.name, other, own));
    }
}

// ---- what is validated

static const char exclusively[] = "ACCESS EXCLUSIVE: nobody can read or write it meanwhile";

// The statement with NOT VALID, where it is nothing but this.
static const char *without_validation(const struct rc_lint_command *command, const char *name)
{
    struct rc_linter *linter = command->linter;
    const json_t *commands = json_object_get(linter->statement->tree, "cmds");
    bool is_alone = json_array_size(commands) == 1;
    return rc_lint_print(
        linter,
        "without validation, and that in a migration behind it, which blocks nobody:\n%s NOT "
        "VALID;\n-- then\nALTER TABLE %s VALIDATE CONSTRAINT %s;",
        is_alone
            ? linter->statement->sql
            : rc_lint_print(linter, "ALTER TABLE %s ADD CONSTRAINT ...", command->table.name),
        command->table.name, *name ? rc_lint_quote(linter, name) : "...");
}

static void judge_validation(const struct rc_lint_command *command, const char *what,
                             const char *lock, const char *advice)
{
    struct rc_linter *linter = command->linter;
    if (rc_lint_is_big(&command->table)) {
        rc_lint_tell(linter, "table-scan",
                     rc_lint_print(linter, "%s of %s are checked against the new %s under %s",
                                   rc_lint_rows(linter, &command->table), command->table.name,
                                   what, lock),
                     advice);
    }
}

// The expression is taken from the statement's text: PostgreSQL is to read it, not we.
static void judge_violations(const struct rc_lint_command *command, const json_t *constraint)
{
    struct rc_linter *linter = command->linter;
    struct rc_view group;
    size_t location = (size_t)json_integer_value(json_object_get(constraint, "location"));
    size_t start = location - linter->statement->offset;
    if (location < linter->statement->offset || start >= strlen(linter->statement->sql) ||
        !rc_sql_words_group(linter->statement->sql + start, &group)) {
        return;
    }
    int64_t count =
        rc_lint_count(linter, &command->table,
                      rc_lint_print(linter, "select count(*) from %s where not %.*s",
                                    command->table.live, rc_view_arg(group)),
                      NULL);
    if (count > 0) {
        rc_lint_tell(linter, "violations",
                     rc_lint_print(linter, "%s of %s violate%s the check: it cannot be added",
                                   rc_lint_number(linter, count, "row"), command->table.name,
                                   count == 1 ? "s" : ""),
                     rc_lint_print(linter,
                                   "mend them first, or add it NOT VALID, for rows to come "
                                   "only:\nSELECT * FROM %s WHERE NOT %.*s;",
                                   command->table.name, rc_view_arg(group)));
    }
}

// ---- keys

static void tell_key(const struct rc_lint_command *command, const char *advice)
{
    struct rc_linter *linter = command->linter;
    if (rc_lint_is_big(&command->table)) {
        rc_lint_tell(linter, "blocking-index",
                     rc_lint_print(linter,
                                   "the index is built over %s of %s under ACCESS EXCLUSIVE: "
                                   "nobody can read or write it meanwhile",
                                   rc_lint_rows(linter, &command->table), command->table.name),
                     advice);
    }
}

static const char *key_advice(const struct rc_lint_command *command, const char *name,
                              const char *columns, const char *kind)
{
    struct rc_linter *linter = command->linter;
    name = *name ? rc_lint_quote(linter, name) : "...";
    return rc_lint_print(
        linter,
        "the index first, in a migration of its own:\nCREATE UNIQUE INDEX "
        "CONCURRENTLY %s ON %s (%s);\n-- then\nALTER TABLE %s ADD CONSTRAINT %s "
        "%s USING INDEX %s;",
        name, command->table.name, columns, command->table.name, name, kind, name);
}

static void judge_key(const struct rc_lint_command *command, const json_t *constraint,
                      const char *kind)
{
    struct rc_linter *linter = command->linter;
    const json_t *keys = json_object_get(constraint, "keys");
    const char *columns = rc_lint_quote_list(linter, keys, "");
    bool is_primary = strcmp(kind, "PRIMARY KEY") == 0;
    if (json_object_get(constraint, "indexname")) {
        return; // USING INDEX
    }
    for (size_t i = 0; is_primary && i < json_array_size(keys); i++) {
        const char *column = rc_lint_quote(linter, rc_lint_name_at(keys, i));
        int64_t nulls = count_nulls(command, column);
        if (nulls > 0) {
            tell_nulls(command, column, nulls);
        }
    }
    rc_lint_duplicates(linter, &command->table, columns,
                       rc_lint_flag(constraint, "nulls_not_distinct")
                           ? "true"
                           : rc_lint_print(linter, "(%s) is not null", columns));
    tell_key(command, key_advice(command, rc_lint_text(constraint, "conname"), columns, kind));
}

// ---- commands

void rc_lint_add_constraint(const struct rc_lint_command *command)
{
    const json_t *constraint =
        rc_lint_node(json_object_get(command->tree, "def"), "Constraint");
    const char *kind = rc_lint_text(constraint, "contype");
    const char *advice = without_validation(command, rc_lint_text(constraint, "conname"));
    if (rc_lint_flag(constraint, "skip_validation")) {
        return;
    }
    if (strcmp(kind, "CONSTR_FOREIGN") == 0) {
        judge_orphans(command, constraint);
        judge_validation(command, "foreign key",
                         "SHARE ROW EXCLUSIVE: nobody can write to either table meanwhile",
                         advice);
    } else if (strcmp(kind, "CONSTR_CHECK") == 0) {
        judge_violations(command, constraint);
        judge_validation(command, "check", exclusively, advice);
    } else if (strcmp(kind, "CONSTR_UNIQUE") == 0) {
        judge_key(command, constraint, "UNIQUE");
    } else if (strcmp(kind, "CONSTR_PRIMARY") == 0) {
        judge_key(command, constraint, "PRIMARY KEY");
    } else if (strcmp(kind, "CONSTR_EXCLUSION") == 0) {
        tell_key(command, "there is no way around it: do it when nobody works");
    }
}

// One that this very transaction has added holds the lock of its addition.
void rc_lint_validate(const struct rc_lint_command *command)
{
    struct rc_linter *linter = command->linter;
    const struct rc_lint_object *added =
        rc_lint_past_find(linter->past, RC_LINT_CONSTRAINT, command->table.schema,
                          command->table.table, command->name);
    if (added && !added->was && added->script == linter->past->script && linter->is_enclosed &&
        rc_lint_is_big(&command->table)) {
        rc_lint_tell(
            linter, "table-scan",
            rc_lint_print(linter,
                          "%s of %s are read while the lock that added constraint %s is "
                          "still held: nobody gains by NOT VALID",
                          rc_lint_rows(linter, &command->table), command->table.name,
                          rc_lint_quote(linter, command->name)),
            "VALIDATE CONSTRAINT in a migration of its own, behind this one");
    }
}

// Those who upsert by a key need it.
void rc_lint_drop_constraint(const struct rc_lint_command *command)
{
    static const char sql[] = "select (contype in ('p', 'u'))::text from pg_constraint"
                              " where conrelid = to_regclass($1) and conname = $2";
    struct rc_linter *linter = command->linter;
    const char *values[] = {command->table.live, command->name};
    const char *is_key = rc_lint_ask(linter, sql, 2, values);
    if (is_key && strcmp(is_key, "true") == 0) {
        rc_lint_tell(linter, "breaks-server",
                     rc_lint_print(linter,
                                   "a server that upserts by key %s of %s fails without it",
                                   rc_lint_quote(linter, command->name), command->table.name),
                     "deploy the schema without the key first, and this migration afterwards");
    }
}

void rc_lint_inline_constraint(const struct rc_lint_command *command, const char *column,
                               const json_t *constraint)
{
    const char *kind = rc_lint_text(constraint, "contype");
    if (strcmp(kind, "CONSTR_CHECK") == 0) {
        judge_validation(
            command, "check", exclusively,
            "the column without the check; the check NOT VALID; VALIDATE CONSTRAINT "
            "in a migration behind it");
    } else if (strcmp(kind, "CONSTR_UNIQUE") == 0) {
        tell_key(command, key_advice(command, "", column, "UNIQUE"));
    } else if (strcmp(kind, "CONSTR_PRIMARY") == 0) {
        tell_key(command, key_advice(command, "", column, "PRIMARY KEY"));
    }
}
