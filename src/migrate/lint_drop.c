// SPDX-License-Identifier: Apache-2.0
//
// The rules of DROP: what goes, and what goes along.
#include "migrate/linter.h"

#include <string.h>

static bool is_cascade(const struct rc_linter *linter)
{
    return strcmp(rc_lint_text(linter->statement->tree, "behavior"), "DROP_CASCADE") == 0;
}

static void judge_drop_table(struct rc_linter *linter, const json_t *object)
{
    const json_t *names = json_object_get(rc_lint_node(object, "List"), "items");
    struct rc_lint_table table = rc_lint_table_named(linter, names);
    bool may_be_absent = rc_lint_flag(linter->statement->tree, "missing_ok");
    if (table.is_made ||
        (may_be_absent && rc_lint_is_absent(linter, table.schema, table.table))) {
        return;
    }
    if (table.rows != 0) {
        rc_lint_tell(
            linter, "data-loss",
            rc_lint_print(linter, "table %s goes with %s", table.name,
                          rc_lint_rows(linter, &table)),
            rc_lint_print(
                linter,
                "make sure nobody needs them. Another name for a while is "
                "cheap, and is undone at once:\nALTER TABLE %s RENAME TO %s;",
                table.name,
                rc_lint_quote(linter, rc_lint_print(linter, "%s_unused", table.table))));
    }
    rc_lint_tell(
        linter, "breaks-server",
        rc_lint_print(linter, "a server that still serves %s fails with it", table.name),
        "deploy the schema without the entity first, and this migration afterwards");
    if (!is_cascade(linter)) {
        rc_lint_dependents(linter, &table, NULL, "dropped");
    }
}

// A view that the script makes anew is not gone.
static void judge_drop_view(struct rc_linter *linter, const json_t *object)
{
    const struct rc_script *script = linter->script;
    const json_t *names = json_object_get(rc_lint_node(object, "List"), "items");
    const char *named = rc_lint_qualifier(names);
    const char *name = rc_lint_last_name(names);
    const struct rc_lint_object *known = rc_lint_past_find(
        linter->past, RC_LINT_VIEW, *named ? named : linter->default_schema, "", name);
    bool is_back = known && !known->was;
    for (size_t i = (size_t)(linter->statement - script->items) + 1; i < script->count; i++) {
        const json_t *tree = script->items[i].tree;
        const json_t *range = json_object_get(tree, "view");
        range = range ? range : json_object_get(json_object_get(tree, "into"), "rel");
        is_back = is_back || strcmp(rc_lint_text(range, "relname"), name) == 0;
    }
    if (!is_back) {
        rc_lint_tell(linter, "breaks-server",
                     rc_lint_print(linter, "a server that still reads view %s fails with it",
                                   rc_lint_quote(linter, name)),
                     "deploy the schema without it first, and this migration afterwards");
    }
}

// What CASCADE takes along is nowhere in the script.
static void judge_drop_schema(struct rc_linter *linter, const char *name)
{
    static const char sql[] =
        "select count(*) || ' table' || case count(*) when 1 then '' else 's' end"
        " || case when sum(greatest(reltuples, 0)) > 0 then ' of about '"
        " || sum(greatest(reltuples, 0))::int8 || ' rows' else '' end from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = $1 and relkind in ('r', 'p', 'm')";
    const char *content = rc_lint_ask(linter, sql, 1, &name);
    if (!content || strcmp(content, "0 tables") != 0) {
        rc_lint_tell(linter, "data-loss",
                     rc_lint_print(linter, "schema %s goes with %s",
                                   rc_lint_quote(linter, name),
                                   content ? content : "everything in it"),
                     "drop its tables one by one, so that each can be judged");
    }
}

static void judge_drop_type(struct rc_linter *linter, const json_t *object)
{
    static const char sql[] =
        "select string_agg(c.oid::regclass || '.' || quote_ident(attname), ', ')"
        " from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_type t on"
        " t.oid = a.atttypid where c.relkind in ('r', 'p') and not attisdropped and"
        " coalesce(nullif(t.typelem, 0), t.oid) = to_regtype($1)";
    const json_t *names = json_object_get(rc_lint_node(object, "TypeName"), "names");
    const char *schema = rc_lint_qualifier(names);
    const char *name = rc_lint_last_name(names);
    schema = *schema ? schema : linter->default_schema;
    const struct rc_lint_object *known =
        rc_lint_past_find(linter->past, RC_LINT_TYPE, schema, "", name);
    const char *live =
        rc_lint_print(linter, "%s.%s", rc_lint_quote(linter, schema),
                      rc_lint_quote(linter, known && known->was ? known->was : name));
    const char *columns = rc_lint_ask(linter, sql, 1, &live);
    bool is_free = (known && !known->was) || (linter->conn && !columns);
    if (is_cascade(linter) && !is_free) {
        rc_lint_tell(linter, "data-loss",
                     rc_lint_print(linter, "type %s takes every column of it along%s%s",
                                   rc_lint_quote(linter, name), columns ? ": " : "",
                                   columns ? columns : ""),
                     "drop the columns one by one, so that each can be judged, and the type "
                     "without CASCADE");
    }
}

static void judge_dropped(struct rc_linter *linter, const char *what, const json_t *object)
{
    if (strcmp(what, "OBJECT_TABLE") == 0) {
        judge_drop_table(linter, object);
    } else if (strcmp(what, "OBJECT_VIEW") == 0 || strcmp(what, "OBJECT_MATVIEW") == 0) {
        judge_drop_view(linter, object);
    } else if (strcmp(what, "OBJECT_SCHEMA") == 0) {
        judge_drop_schema(linter, rc_lint_text(rc_lint_node(object, "String"), "sval"));
    } else if (strcmp(what, "OBJECT_INDEX") == 0) {
        rc_lint_drop_index(linter, object);
    } else if (strcmp(what, "OBJECT_TYPE") == 0 || strcmp(what, "OBJECT_DOMAIN") == 0) {
        judge_drop_type(linter, object);
    } else if (strcmp(what, "OBJECT_EXTENSION") == 0 && is_cascade(linter)) {
        rc_lint_tell(linter, "data-loss",
                     "an extension takes along every column, index and default that needs it",
                     "drop those one by one, and the extension without CASCADE");
    }
}

void rc_lint_drop(struct rc_linter *linter)
{
    const json_t *objects = json_object_get(linter->statement->tree, "objects");
    const char *what = rc_lint_text(linter->statement->tree, "removeType");
    for (size_t i = 0; i < json_array_size(objects); i++) {
        judge_dropped(linter, what, json_array_get(objects, i));
    }
}

void rc_lint_drop_database(struct rc_linter *linter)
{
    const char *name = rc_lint_text(linter->statement->tree, "dbname");
    rc_lint_tell(
        linter, "data-loss",
        rc_lint_print(linter, "database %s goes with all of it", rc_lint_quote(linter, name)),
        "`rowcall db drop` asks before it does so; a migration is no place for it");
}
