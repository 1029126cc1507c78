// SPDX-License-Identifier: Apache-2.0
//
// The rules of ALTER TABLE, command by command: columns, and whole tables.
#include "migrate/linter.h"

#include <string.h>

// ---- columns that go

static void judge_drop_column(const struct rc_lint_command *command)
{
    struct rc_linter *linter = command->linter;
    const char *table = command->table.name;
    struct rc_lint_column column = rc_lint_column_of(linter, &command->table, command->name);
    bool is_absent = rc_lint_flag(command->tree, "missing_ok") && command->table.rows >= 0;
    if (column.is_made || (is_absent && !column.type)) {
        return;
    }
    int64_t values =
        rc_lint_count(linter, &command->table,
                      rc_lint_print(linter, "select count(*) from %s where %s is not null",
                                    command->table.live, column.live),
                      NULL);
    if (command->table.rows != 0 && values != 0) {
        const char *count = values > 0 ? rc_lint_number(linter, values, "value") : "its values";
        rc_lint_tell(
            linter, "data-loss",
            rc_lint_print(linter, "column %s of %s goes with %s", column.name, table, count),
            rc_lint_print(
                linter,
                "make sure nobody needs them. If it was renamed, say so in the schema "
                "((rowcall.column).renamed_from):\nALTER TABLE %s RENAME COLUMN %s "
                "TO ...;",
                table, column.name));
    }
    rc_lint_tell(
        linter, "breaks-server",
        rc_lint_print(linter, "a server that still reads column %s of %s fails with it",
                      column.name, table),
        "deploy the schema without the field first, and this migration when no server has the "
        "field any more");
    if (strcmp(rc_lint_text(command->tree, "behavior"), "DROP_CASCADE") != 0) {
        rc_lint_dependents(linter, &command->table, &column, "dropped");
    }
}

// ---- columns that come

static const json_t *constraint_of(const json_t *definition, const char *kind)
{
    const json_t *constraints = json_object_get(definition, "constraints");
    for (size_t i = 0; i < json_array_size(constraints); i++) {
        const json_t *constraint = rc_lint_node(json_array_get(constraints, i), "Constraint");
        if (strcmp(rc_lint_text(constraint, "contype"), kind) == 0) {
            return constraint;
        }
    }
    return NULL;
}

static bool is_serial(const json_t *definition)
{
    const json_t *names = json_object_get(json_object_get(definition, "typeName"), "names");
    return strstr(rc_lint_last_name(names), "serial") != NULL;
}

static bool is_volatile_function(struct rc_linter *linter, const char *name)
{
    static const char *const known[] = {"gen_random_uuid",  "random",
                                        "clock_timestamp",  "nextval",
                                        "uuid_generate_v4", "timeofday"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(name, known[i]) == 0) {
            return true;
        }
    }
    const char *answer = rc_lint_ask(
        linter, "select bool_or(provolatile = 'v')::text from pg_proc where proname = $1", 1,
        &name);
    return answer && strcmp(answer, "true") == 0;
}

// Whether an expression has to be computed for each row: somewhere in it is a call of what is
// not the same for all.
static bool is_volatile(struct rc_linter *linter, const json_t *node)
{
    const char *key = NULL;
    json_t *member = NULL;
    const json_t *call = rc_lint_node(node, "FuncCall");
    if (call &&
        is_volatile_function(linter, rc_lint_last_name(json_object_get(call, "funcname")))) {
        return true;
    }
    for (size_t i = 0; i < json_array_size(node); i++) {
        if (is_volatile(linter, json_array_get(node, i))) {
            return true;
        }
    }
    json_object_foreach((json_t *)node, key, member)
    {
        if (is_volatile(linter, member)) {
            return true;
        }
    }
    return false;
}

void rc_lint_rewrite(struct rc_linter *linter, const struct rc_lint_table *table,
                     const char *why, const char *advice)
{
    if (rc_lint_is_big(table)) {
        rc_lint_tell(linter, "table-rewrite",
                     rc_lint_print(linter,
                                   "%s is written anew (%s) under ACCESS EXCLUSIVE because %s: "
                                   "nobody can read or write it until the %s ends",
                                   table->name, rc_lint_rows(linter, table), why,
                                   linter->is_enclosed ? "migration" : "statement"),
                     advice);
    }
}

static void judge_not_null(const struct rc_lint_command *command, const char *column)
{
    struct rc_linter *linter = command->linter;
    const char *table = command->table.name;
    if (command->table.rows != 0) {
        rc_lint_tell(
            linter, "not-null",
            rc_lint_print(linter,
                          "column %s is NOT NULL and has no default: it cannot be added to %s, "
                          "which has %s",
                          column, table,
                          command->table.rows > 0 ? rc_lint_rows(linter, &command->table)
                                                  : "rows, as far as is known"),
            rc_lint_print(linter,
                          "in three steps, the last in a later migration:\nALTER TABLE %s ADD "
                          "COLUMN %s ...;\nUPDATE %s SET %s = ... WHERE %s IS NULL;\nALTER "
                          "TABLE %s ALTER COLUMN %s SET NOT NULL;",
                          table, column, table, column, column, table, column));
    }
    rc_lint_tell(linter, "breaks-server",
                 rc_lint_print(linter,
                               "a server that does not know column %s of %s cannot insert rows "
                               "any more",
                               column, table),
                 "add it nullable or with a default first, and take that away when every "
                 "server writes it");
}

static void judge_filling(const struct rc_lint_command *command, const json_t *definition,
                          const char *column)
{
    struct rc_linter *linter = command->linter;
    const char *table = command->table.name;
    const json_t *given = constraint_of(definition, "CONSTR_DEFAULT");
    const char *in_batches = rc_lint_print(
        linter,
        "add it without, and fill it in batches outside of migrations:\nALTER TABLE %s ADD "
        "COLUMN %s ...;\nALTER TABLE %s ALTER COLUMN %s SET DEFAULT ...;\nUPDATE %s SET %s = "
        "... WHERE %s IS NULL AND ...;",
        table, column, table, column, table, column, column);
    if (constraint_of(definition, "CONSTR_GENERATED")) {
        rc_lint_rewrite(linter, &command->table,
                        "a stored generated column is computed for each row",
                        "a plain column, filled in batches, and a trigger; or another hour");
    } else if (constraint_of(definition, "CONSTR_IDENTITY") || is_serial(definition)) {
        rc_lint_rewrite(linter, &command->table, "each row gets a number", in_batches);
    } else if (given && is_volatile(linter, json_object_get(given, "raw_expr"))) {
        rc_lint_rewrite(linter, &command->table, "the default is another for each row",
                        in_batches);
    }
}

static void judge_add_column(const struct rc_lint_command *command)
{
    struct rc_linter *linter = command->linter;
    const json_t *definition = rc_lint_node(json_object_get(command->tree, "def"), "ColumnDef");
    const json_t *constraints = json_object_get(definition, "constraints");
    const char *name = rc_lint_text(definition, "colname");
    const char *column = rc_lint_quote(linter, name);
    bool fills_itself = constraint_of(definition, "CONSTR_DEFAULT") ||
                        constraint_of(definition, "CONSTR_GENERATED") ||
                        constraint_of(definition, "CONSTR_IDENTITY") || is_serial(definition);
    bool not_null = constraint_of(definition, "CONSTR_NOTNULL") ||
                    constraint_of(definition, "CONSTR_PRIMARY");
    if (rc_lint_flag(command->tree, "missing_ok") &&
        rc_lint_column_of(linter, &command->table, name).type) {
        return; // it is there
    }
    if (not_null && !fills_itself) {
        judge_not_null(command, column);
    }
    judge_filling(command, definition, column);
    for (size_t i = 0; i < json_array_size(constraints); i++) {
        rc_lint_inline_constraint(command, column,
                                  rc_lint_node(json_array_get(constraints, i), "Constraint"));
    }
}

// ---- defaults

static void judge_default(const struct rc_lint_command *command)
{
    struct rc_linter *linter = command->linter;
    if (json_object_get(command->tree, "def")) {
        return; // another default is for rows to come
    }
    struct rc_lint_column column = rc_lint_column_of(linter, &command->table, command->name);
    if (column.not_null) {
        rc_lint_tell(linter, "breaks-server",
                     rc_lint_print(linter,
                                   "a server that leaves column %s of %s to its default cannot "
                                   "insert rows any more: it is NOT NULL",
                                   column.name, command->table.name),
                     "deploy the servers that always write it first, and this migration "
                     "afterwards");
    }
}

// ---- whole tables

static void judge_whole_table(const struct rc_lint_command *command, const char *subtype)
{
    static const char *const rewriting[][2] = {
        {"AT_SetLogged", "it becomes logged"},
        {"AT_SetUnLogged", "it becomes unlogged"},
        {"AT_SetTableSpace", "it moves to another tablespace"},
        {"AT_SetAccessMethod", "it changes its access method"}};
    for (size_t i = 0; i < sizeof rewriting / sizeof rewriting[0]; i++) {
        if (strcmp(subtype, rewriting[i][0]) == 0) {
            rc_lint_rewrite(command->linter, &command->table, rewriting[i][1],
                            "a new table, filled in batches, and renamed; or another hour");
        }
    }
}

// ---- all of them

static const struct {
    const char *subtype;
    void (*judge)(const struct rc_lint_command *command);
} judges[] = {
    {"AT_DropColumn", judge_drop_column},        {"AT_AddColumn", judge_add_column},
    {"AT_ColumnDefault", judge_default},         {"AT_AlterColumnType", rc_lint_column_type},
    {"AT_SetNotNull", rc_lint_set_not_null},     {"AT_AddConstraint", rc_lint_add_constraint},
    {"AT_ValidateConstraint", rc_lint_validate}, {"AT_DropConstraint", rc_lint_drop_constraint},
};

void rc_lint_alter_table(struct rc_linter *linter)
{
    const json_t *tree = linter->statement->tree;
    const json_t *commands = json_object_get(tree, "cmds");
    if (strcmp(rc_lint_text(tree, "objtype"), "OBJECT_TABLE") != 0) {
        return;
    }
    struct rc_lint_command command = {
        .linter = linter, .table = rc_lint_table_of(linter, json_object_get(tree, "relation"))};
    for (size_t i = 0; !command.table.is_made && i < json_array_size(commands); i++) {
        command.tree = rc_lint_node(json_array_get(commands, i), "AlterTableCmd");
        command.name = rc_lint_text(command.tree, "name");
        const char *subtype = rc_lint_text(command.tree, "subtype");
        for (size_t j = 0; j < sizeof judges / sizeof judges[0]; j++) {
            if (strcmp(subtype, judges[j].subtype) == 0) {
                judges[j].judge(&command);
            }
        }
        judge_whole_table(&command, subtype);
    }
}
