// SPDX-License-Identifier: Apache-2.0
//
// What PostgreSQL refuses for the sake of others: views that read a column, foreign keys that
// lead to a table.
#include "migrate/linter.h"

#include <string.h>

struct dependence {
    struct rc_linter *linter;
    const struct rc_lint_table *table;
    const struct rc_lint_column *column; // NULL: the whole table
};

// Schema, table or view, and constraint ("" of a view).
static const char query[] =
    "with t as (select to_regclass($1)::oid oid)"
    " select distinct n.nspname, v.relname, '' from t, pg_depend d"
    " join pg_rewrite r on r.oid = d.objid join pg_class v on v.oid = r.ev_class"
    " join pg_namespace n on n.oid = v.relnamespace"
    " where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass"
    " and d.refobjid = t.oid and v.oid <> t.oid and ($2 = '' or d.refobjsubid ="
    " (select attnum from pg_attribute where attrelid = t.oid and attname = $2))"
    " union all select n.nspname, o.relname, c.conname from t, pg_constraint c"
    " join pg_class o on o.oid = c.conrelid join pg_namespace n on n.oid = o.relnamespace"
    " where $2 = '' and c.contype = 'f' and c.confrelid = t.oid and c.conrelid <> t.oid"
    " order by 1, 2, 3";

static bool is_gone(const struct rc_lint_object *object)
{
    return object && object->is_gone;
}

// One of a DROP TABLE of several.
static bool is_dropped_together(const struct dependence *dependence, const char *schema,
                                const char *name)
{
    const struct rc_linter *linter = dependence->linter;
    const json_t *objects = json_object_get(linter->statement->tree, "objects");
    for (size_t i = 0; i < json_array_size(objects); i++) {
        const json_t *names =
            json_object_get(rc_lint_node(json_array_get(objects, i), "List"), "items");
        const char *qualifier = rc_lint_qualifier(names);
        if (strcmp(rc_lint_last_name(names), name) == 0 &&
            strcmp(*qualifier ? qualifier : linter->default_schema, schema) == 0) {
            return true;
        }
    }
    return false;
}

static bool counts(const struct dependence *dependence, const char *schema, const char *name,
                   const char *constraint)
{
    const struct rc_lint_past *past = dependence->linter->past;
    bool gone =
        *constraint
            ? is_gone(rc_lint_past_find(past, RC_LINT_TABLE, schema, "", name)) ||
                  is_gone(rc_lint_past_find(past, RC_LINT_CONSTRAINT, schema, name, constraint))
            : is_gone(rc_lint_past_find(past, RC_LINT_VIEW, schema, "", name)) ||
                  is_gone(rc_lint_past_find(past, RC_LINT_TABLE, schema, "", name));
    return !gone && !is_dropped_together(dependence, schema, name);
}

static const char *list_dependents(const struct dependence *dependence)
{
    struct rc_linter *linter = dependence->linter;
    const char *values[] = {dependence->table->live,
                            dependence->column ? dependence->column->bare : ""};
    struct rc_pg_result *result = rc_lint_query(linter, query, 2, values, NULL);
    const char *list = "";
    for (int i = 0; result && i < rc_pg_result_row_count(result); i++) {
        const char *schema = rc_pg_result_text(result, i, 0);
        const char *name = rc_pg_result_text(result, i, 1);
        const char *constraint = rc_pg_result_text(result, i, 2);
        if (counts(dependence, schema, name, constraint)) {
            list = rc_lint_print(linter, "%s%s%s%s%s%s", list, *list ? ", " : "",
                                 *constraint ? "foreign key " : "view ",
                                 *constraint ? rc_lint_quote(linter, constraint) : "",
                                 *constraint ? " of " : "", rc_lint_quote(linter, name));
        }
    }
    rc_pg_result_free(result);
    return list;
}

void rc_lint_dependents(struct rc_linter *linter, const struct rc_lint_table *table,
                        const struct rc_lint_column *column, const char *what)
{
    const struct dependence dependence = {linter, table, column};
    const char *list = linter->conn ? list_dependents(&dependence) : "";
    if (*list) {
        rc_lint_tell(linter, "dependents",
                     rc_lint_print(linter, "%s%s%s cannot be %s because of %s",
                                   column ? column->name : "", column ? " of " : "",
                                   table->name, what, list),
                     "drop what needs it before, and make it anew afterwards");
    }
}
