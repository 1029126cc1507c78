// SPDX-License-Identifier: Apache-2.0
//
// The rules of ALTER TABLE, command by command.
#include "migrate/lint_type.h"
#include "migrate/linter.h"

#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct command {
    struct rc_linter *linter;
    struct rc_lint_table table;
    const json_t *tree;
    const char *column; // or constraint; its name
};

// ---- columns that go

static void judge_drop_column(const struct command *command)
{
    struct rc_linter *linter = command->linter;
    const char *quoted = rc_lint_quote(linter, command->column);
    int64_t values =
        rc_lint_count(linter, &command->table,
                      rc_lint_print(linter, "select count(*) from %s where %s is not null",
                                    command->table.name, quoted));
    if (command->table.rows != 0 && values != 0) {
        const char *count = values > 0
                                ? rc_lint_print(linter, "%lld value%s", (long long)values,
                                                values == 1 ? "" : "s")
                                : "its values";
        rc_lint_tell(linter, "data-loss", true,
                     rc_lint_print(linter, "column %s of %s goes with %s", quoted,
                                   command->table.name, count),
                     "make sure nobody needs them. If it was renamed, say so: (rowcall.column)."
                     "renamed_from");
    }
    rc_lint_tell(linter, "breaks-server", false,
                 rc_lint_print(linter,
                               "a server that still reads column %s of %s fails with it",
                               quoted, command->table.name),
                 "deploy the schema without the field first, and this afterwards");
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

// The name at the end of a TypeName: "int4", "serial".
static const char *type_name(const json_t *definition)
{
    const json_t *names = json_object_get(json_object_get(definition, "typeName"), "names");
    size_t count = json_array_size(names);
    return count > 0
               ? rc_lint_text(rc_lint_node(json_array_get(names, count - 1), "String"), "sval")
               : "";
}

// Whether a default has to be computed for each row: it calls what is not the same for all.
static bool is_volatile(const json_t *expression)
{
    static const char *const known[] = {"gen_random_uuid",  "random",
                                        "clock_timestamp",  "nextval",
                                        "uuid_generate_v4", "timeofday"};
    const json_t *call = rc_lint_node(expression, "FuncCall");
    const json_t *names = json_object_get(call, "funcname");
    size_t count = json_array_size(names);
    const char *name =
        count > 0
            ? rc_lint_text(rc_lint_node(json_array_get(names, count - 1), "String"), "sval")
            : "";
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(name, known[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool fills_itself(const json_t *definition)
{
    return constraint_of(definition, "CONSTR_DEFAULT") ||
           constraint_of(definition, "CONSTR_GENERATED") ||
           constraint_of(definition, "CONSTR_IDENTITY") ||
           strstr(type_name(definition), "serial");
}

static void judge_rewrite(const struct command *command, const char *why)
{
    if (!rc_lint_is_big(&command->table)) {
        return;
    }
    rc_lint_tell(
        command->linter, "table-rewrite", false,
        rc_lint_print(command->linter,
                      "%s is written anew (%s) because %s; nobody can read or write it "
                      "meanwhile",
                      command->table.name, rc_lint_rows(command->linter, &command->table), why),
        "add a column without it, fill it in batches, and switch over");
}

static void judge_add_column(const struct command *command)
{
    struct rc_linter *linter = command->linter;
    const json_t *definition = rc_lint_node(json_object_get(command->tree, "def"), "ColumnDef");
    const char *quoted = rc_lint_quote(linter, rc_lint_text(definition, "colname"));
    const json_t *given = constraint_of(definition, "CONSTR_DEFAULT");
    bool not_null = constraint_of(definition, "CONSTR_NOTNULL") ||
                    constraint_of(definition, "CONSTR_PRIMARY");
    if (not_null && !fills_itself(definition) && command->table.rows != 0) {
        rc_lint_tell(
            linter, "not-null", true,
            rc_lint_print(linter,
                          "column %s is NOT NULL and has no default: it cannot be added "
                          "to %s, which has %s",
                          quoted, command->table.name,
                          command->table.rows > 0 ? rc_lint_rows(linter, &command->table)
                                                  : "rows, as far as is known"),
            "add it nullable or with a default, fill it, and set NOT NULL in a later "
            "migration");
    }
    if (not_null && !fills_itself(definition)) {
        rc_lint_tell(linter, "breaks-server", false,
                     rc_lint_print(linter,
                                   "a server that does not know column %s of %s cannot insert "
                                   "rows any more",
                                   quoted, command->table.name),
                     "add it nullable or with a default first, and take that away when every "
                     "server writes it");
    }
    if (constraint_of(definition, "CONSTR_GENERATED")) {
        judge_rewrite(command, "a stored generated column is computed for each row");
    } else if (constraint_of(definition, "CONSTR_IDENTITY") ||
               strstr(type_name(definition), "serial")) {
        judge_rewrite(command, "each row gets a number");
    } else if (given && is_volatile(json_object_get(given, "raw_expr"))) {
        judge_rewrite(command, "the default is another for each row");
    }
}

// ---- types

// The new type in PostgreSQL's words: by asking it.
static const char *new_type(struct rc_linter *linter, const struct command *command)
{
    // The statement's own text has the type between TYPE and what follows; the parser's tree
    // has it in pieces, of which the name and the lengths are enough.
    static const char *const names[][2] = {{"int2", "smallint"},
                                           {"int4", "integer"},
                                           {"int8", "bigint"},
                                           {"float4", "real"},
                                           {"float8", "double precision"},
                                           {"bool", "boolean"},
                                           {"varchar", "character varying"},
                                           {"bpchar", "character"},
                                           {"timestamp", "timestamp without time zone"},
                                           {"timestamptz", "timestamp with time zone"}};
    const json_t *definition = rc_lint_node(json_object_get(command->tree, "def"), "ColumnDef");
    const json_t *type = json_object_get(definition, "typeName");
    const json_t *modifiers = json_object_get(type, "typmods");
    const char *name = type_name(definition);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        name = strcmp(name, names[i][0]) == 0 ? names[i][1] : name;
    }
    struct rc_buf text = {0};
    rc_buf_append_text(&text, name);
    for (size_t i = 0; i < json_array_size(modifiers); i++) {
        const json_t *value =
            json_object_get(rc_lint_node(json_array_get(modifiers, i), "A_Const"), "ival");
        rc_buf_printf(&text, "%c%d", i ? ',' : '(',
                      (int)json_integer_value(json_object_get(value, "ival")));
    }
    rc_buf_append_text(&text, json_array_size(modifiers) > 0 ? ")" : "");
    rc_buf_append_text(&text, json_object_get(type, "arrayBounds") ? "[]" : "");
    const char *made = rc_lint_print(linter, "%s", text.data ? text.data : "");
    rc_buf_fini(&text);
    return made;
}

static void judge_type(const struct command *command)
{
    struct rc_linter *linter = command->linter;
    const json_t *definition = rc_lint_node(json_object_get(command->tree, "def"), "ColumnDef");
    const char *from = rc_lint_column_type(linter, &command->table, command->column);
    const char *to = new_type(linter, command);
    const char *quoted = rc_lint_quote(linter, command->column);
    if (from &&
        rc_lint_type_loses(from, to, json_object_get(definition, "raw_default") != NULL) &&
        command->table.rows != 0) {
        rc_lint_tell(linter, "data-loss", true,
                     rc_lint_print(linter,
                                   "column %s of %s changes from %s to %s, which cuts or "
                                   "rounds values without a word",
                                   quoted, command->table.name, from, to),
                     "add a column of the new type and copy what is right");
    }
    if (!from || !rc_lint_type_has_same_base(from, to)) {
        rc_lint_tell(linter, "breaks-server", false,
                     rc_lint_print(linter,
                                   "a server that takes column %s of %s for %s misreads it",
                                   quoted, command->table.name, from ? from : "another type"),
                     "add a column of the new type, write both, and switch over");
    }
    if (!from || !rc_lint_type_keeps_bytes(from, to)) {
        judge_rewrite(command,
                      rc_lint_print(linter, "column %s changes its type%s%s to %s", quoted,
                                    from ? " from " : "", from ? from : "", to));
    }
}

// ---- NOT NULL

static void judge_set_not_null(const struct command *command)
{
    struct rc_linter *linter = command->linter;
    const char *quoted = rc_lint_quote(linter, command->column);
    int64_t nulls =
        rc_lint_count(linter, &command->table,
                      rc_lint_print(linter, "select count(*) from %s where %s is null",
                                    command->table.name, quoted));
    if (nulls > 0) {
        rc_lint_tell(linter, "not-null", true,
                     rc_lint_print(linter,
                                   "column %s of %s is NULL in %lld row%s: it cannot be "
                                   "NOT NULL",
                                   quoted, command->table.name, (long long)nulls,
                                   nulls == 1 ? "" : "s"),
                     "fill them first, in a migration before this one");
    }
    if (rc_lint_is_big(&command->table)) {
        rc_lint_tell(
            linter, "table-scan", false,
            rc_lint_print(linter,
                          "%s of %s are read to see that column %s has no NULL; nobody "
                          "can read or write it meanwhile",
                          rc_lint_rows(linter, &command->table), command->table.name, quoted),
            rc_lint_print(linter,
                          "ADD CONSTRAINT c CHECK (%s IS NOT NULL) NOT VALID; then, in "
                          "another migration, VALIDATE CONSTRAINT c, SET NOT NULL, DROP "
                          "CONSTRAINT c: PostgreSQL then reads nothing under the lock",
                          quoted));
    }
}

// ---- constraints

static const char *columns_of(struct rc_linter *linter, const json_t *names)
{
    const char *list = "";
    for (size_t i = 0; i < json_array_size(names); i++) {
        const char *name =
            rc_lint_text(rc_lint_node(json_array_get(names, i), "String"), "sval");
        list =
            rc_lint_print(linter, "%s%s%s", list, i ? ", " : "", rc_lint_quote(linter, name));
    }
    return list;
}

// Only of one column, which is nearly all of them.
static void judge_orphans(const struct command *command, const json_t *constraint)
{
    struct rc_linter *linter = command->linter;
    const json_t *own = json_object_get(constraint, "fk_attrs");
    const json_t *other = json_object_get(constraint, "pk_attrs");
    struct rc_lint_table target =
        rc_lint_table_of(linter, json_object_get(constraint, "pktable"));
    if (json_array_size(own) != 1 || json_array_size(other) != 1 || target.is_made) {
        return;
    }
    const char *column = columns_of(linter, own);
    int64_t orphans = rc_lint_count(
        linter, &command->table,
        rc_lint_print(linter,
                      "select count(*) from %s o where o.%s is not null and not exists (select "
                      "from %s t where t.%s = o.%s)",
                      command->table.name, column, target.name, columns_of(linter, other),
                      column));
    if (orphans > 0) {
        rc_lint_tell(linter, "orphans", true,
                     rc_lint_print(linter,
                                   "%lld row%s of %s refer by %s to nothing in %s: the foreign "
                                   "key cannot be added",
                                   (long long)orphans, orphans == 1 ? "" : "s",
                                   command->table.name, column, target.name),
                     "mend or delete them first");
    }
}

static void judge_validation(const struct command *command, const char *what,
                             const char *blocked)
{
    if (rc_lint_is_big(&command->table)) {
        rc_lint_tell(command->linter, "table-scan", false,
                     rc_lint_print(command->linter,
                                   "%s of %s are checked against the new %s, and %s meanwhile",
                                   rc_lint_rows(command->linter, &command->table),
                                   command->table.name, what, blocked),
                     "ADD CONSTRAINT ... NOT VALID, and VALIDATE CONSTRAINT in a migration "
                     "behind it, which blocks nobody");
    }
}

static void judge_key(const struct command *command, const json_t *constraint)
{
    if (!json_object_get(constraint, "indexname") && rc_lint_is_big(&command->table)) {
        rc_lint_tell(command->linter, "blocking-index", false,
                     rc_lint_print(command->linter,
                                   "the key's index is built over %s of %s, which nobody can "
                                   "read or write meanwhile",
                                   rc_lint_rows(command->linter, &command->table),
                                   command->table.name),
                     "CREATE UNIQUE INDEX CONCURRENTLY in a migration of its own, then ADD "
                     "CONSTRAINT ... USING INDEX");
    }
}

static void judge_add_constraint(const struct command *command)
{
    const json_t *constraint =
        rc_lint_node(json_object_get(command->tree, "def"), "Constraint");
    const char *kind = rc_lint_text(constraint, "contype");
    bool validates = !rc_lint_flag(constraint, "skip_validation");
    if (strcmp(kind, "CONSTR_FOREIGN") == 0) {
        judge_orphans(command, constraint);
        if (validates) {
            judge_validation(command, "foreign key", "nobody can write to either table");
        }
    } else if (strcmp(kind, "CONSTR_CHECK") == 0 && validates) {
        judge_validation(command, "check", "nobody can read or write the table");
    } else if (strcmp(kind, "CONSTR_UNIQUE") == 0 || strcmp(kind, "CONSTR_PRIMARY") == 0 ||
               strcmp(kind, "CONSTR_EXCLUSION") == 0) {
        judge_key(command, constraint);
    }
}

// ---- all of them

static const struct {
    const char *subtype;
    void (*judge)(const struct command *command);
} judges[] = {
    {"AT_DropColumn", judge_drop_column},       {"AT_AddColumn", judge_add_column},
    {"AT_AlterColumnType", judge_type},         {"AT_SetNotNull", judge_set_not_null},
    {"AT_AddConstraint", judge_add_constraint},
};

static void judge_whole_table(const struct command *command, const char *subtype)
{
    static const char *const rewriting[][2] = {
        {"AT_SetLogged", "it becomes logged"},
        {"AT_SetUnLogged", "it becomes unlogged"},
        {"AT_SetTableSpace", "it moves to another tablespace"},
        {"AT_SetAccessMethod", "it changes its access method"}};
    for (size_t i = 0; i < sizeof rewriting / sizeof rewriting[0]; i++) {
        if (strcmp(subtype, rewriting[i][0]) == 0) {
            judge_rewrite(command, rewriting[i][1]);
        }
    }
}

void rc_lint_alter_table(struct rc_linter *linter)
{
    const json_t *tree = linter->statement->tree;
    const json_t *commands = json_object_get(tree, "cmds");
    struct command command = {
        .linter = linter, .table = rc_lint_table_of(linter, json_object_get(tree, "relation"))};
    for (size_t i = 0; !command.table.is_made && i < json_array_size(commands); i++) {
        command.tree = rc_lint_node(json_array_get(commands, i), "AlterTableCmd");
        command.column = rc_lint_text(command.tree, "name");
        const char *subtype = rc_lint_text(command.tree, "subtype");
        for (size_t j = 0; j < sizeof judges / sizeof judges[0]; j++) {
            if (strcmp(subtype, judges[j].subtype) == 0) {
                judges[j].judge(&command);
            }
        }
        judge_whole_table(&command, subtype);
    }
}
