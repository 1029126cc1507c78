// SPDX-License-Identifier: Apache-2.0
//
// Names that change under running servers, and labels of enums.
#include "migrate/linter.h"

#include "migrate/sql_words.h"

#include <string.h>

static void tell_rename(struct rc_linter *linter, const char *what, const char *recipe)
{
    rc_lint_tell(linter, "breaks-server",
                 rc_lint_print(linter,
                               "%s has another name at once: a running server asks for the old "
                               "one and fails",
                               what),
                 recipe);
}

void rc_lint_rename(struct rc_linter *linter)
{
    const json_t *tree = linter->statement->tree;
    const json_t *range = json_object_get(tree, "relation");
    const char *what = rc_lint_text(tree, "renameType");
    if (strcmp(what, "OBJECT_SCHEMA") == 0) {
        tell_rename(linter,
                    rc_lint_print(linter, "schema %s",
                                  rc_lint_quote(linter, rc_lint_text(tree, "subname"))),
                    "keep the name, or do it when no server runs");
        return;
    }
    bool is_column = strcmp(what, "OBJECT_COLUMN") == 0;
    bool is_view = strcmp(what, "OBJECT_VIEW") == 0 || strcmp(what, "OBJECT_MATVIEW") == 0;
    if (!is_column && !is_view && strcmp(what, "OBJECT_TABLE") != 0) {
        return;
    }
    struct rc_lint_table table = rc_lint_table_of(linter, range);
    struct rc_lint_column column =
        rc_lint_column_of(linter, &table, rc_lint_text(tree, "subname"));
    if (table.is_made || (is_column && column.is_made)) {
        return;
    }
    const char *to = rc_lint_quote(linter, rc_lint_text(tree, "newname"));
    if (is_column) {
        tell_rename(
            linter, rc_lint_print(linter, "column %s of %s", column.name, table.name),
            rc_lint_print(
                linter,
                "keep the name, which the field's need not follow "
                "((rowcall.column).name). Or in three migrations: add the new one, "
                "write both and read the new one, drop the old one:\nALTER TABLE %s ADD "
                "COLUMN %s %s;\nUPDATE %s SET %s = %s WHERE %s IS NULL AND ...;",
                table.name, to, column.type ? column.type : "...", table.name, to, column.name,
                to));
        return;
    }
    tell_rename(
        linter, rc_lint_print(linter, "%s %s", is_view ? "view" : "table", table.name),
        rc_lint_print(linter,
                      "keep the name, which the entity's need not follow "
                      "((rowcall.entity).table). Or leave a view under the old one until "
                      "no server asks for it:\nCREATE VIEW %s AS SELECT * FROM %s;",
                      table.name, to));
}

void rc_lint_set_schema(struct rc_linter *linter)
{
    const json_t *tree = linter->statement->tree;
    if (strcmp(rc_lint_text(tree, "objectType"), "OBJECT_TABLE") != 0) {
        return;
    }
    struct rc_lint_table table = rc_lint_table_of(linter, json_object_get(tree, "relation"));
    if (!table.is_made) {
        tell_rename(linter, rc_lint_print(linter, "table %s", table.name),
                    rc_lint_print(linter,
                                  "leave a view in the old schema until no server asks for "
                                  "it:\nCREATE VIEW %s AS SELECT * FROM %s.%s;",
                                  table.name,
                                  rc_lint_quote(linter, rc_lint_text(tree, "newschema")),
                                  rc_lint_quote(linter, table.table)));
    }
}

// ---- enums

// The enum is as good as there when the script has made it itself: PostgreSQL allows that.
static bool is_made_type(const struct rc_linter *linter, const json_t *names)
{
    const char *schema = rc_lint_qualifier(names);
    const struct rc_lint_object *known =
        rc_lint_past_find(linter->past, RC_LINT_TYPE, *schema ? schema : linter->default_schema,
                          "", rc_lint_last_name(names));
    return known && !known->was && known->script == linter->past->script;
}

static void judge_new_label(struct rc_linter *linter, const char *label)
{
    const struct rc_script *script = linter->script;
    const json_t *names = json_object_get(linter->statement->tree, "typeName");
    if (!linter->is_enclosed || is_made_type(linter, names)) {
        return;
    }
    for (size_t i = (size_t)(linter->statement - script->items) + 1; i < script->count; i++) {
        const struct rc_script_statement *other = &script->items[i];
        if (strcmp(other->kind, "AlterEnumStmt") != 0 &&
            rc_sql_words_have_literal(other->sql, label)) {
            rc_lint_tell(linter, "new-label",
                         rc_lint_print(linter,
                                       "label '%s' is used on line %d, in the transaction that "
                                       "adds it: PostgreSQL refuses that",
                                       label, other->line),
                         "use it in the next migration");
            return;
        }
    }
}

void rc_lint_enum(struct rc_linter *linter)
{
    const json_t *tree = linter->statement->tree;
    const char *old = rc_lint_text(tree, "oldVal");
    if (*old) {
        tell_rename(linter, rc_lint_print(linter, "label '%s'", old),
                    "keep the label, which the value's name need not follow "
                    "((rowcall.label).name)");
    } else {
        judge_new_label(linter, rc_lint_text(tree, "newVal"));
    }
}
