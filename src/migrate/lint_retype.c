// SPDX-License-Identifier: Apache-2.0
//
// ALTER COLUMN ... TYPE: what values lose, which do not fit, whether the table is rewritten,
// and whether running servers still read it.
#include "migrate/lint_type.h"
#include "migrate/linter.h"

#include <stdlib.h>
#include <string.h>

struct retype {
    const struct rc_lint_command *command;
    struct rc_linter *linter;
    struct rc_lint_column column;
    const char *from;  // NULL when it is not known
    const char *to;    // as format_type prints it
    const char *value; // the new value as SQL of the old one; NULL when only PostgreSQL knows
    bool has_using;
    const struct rc_lint_object *made; // the new type, when a script makes it
};

// ---- types as PostgreSQL prints them

// The name, quoted where it is not one of PostgreSQL's own.
static const char *base_name(struct rc_linter *linter, const json_t *type)
{
    static const char *const names[][2] = {{"int2", "smallint"},
                                           {"int4", "integer"},
                                           {"int8", "bigint"},
                                           {"float4", "real"},
                                           {"float8", "double precision"},
                                           {"bool", "boolean"},
                                           {"varchar", "character varying"},
                                           {"bpchar", "character"},
                                           {"varbit", "bit varying"},
                                           {"timestamp", "timestamp without time zone"},
                                           {"timestamptz", "timestamp with time zone"},
                                           {"time", "time without time zone"},
                                           {"timetz", "time with time zone"}};
    const json_t *list = json_object_get(type, "names");
    const char *schema = rc_lint_qualifier(list);
    const char *name = rc_lint_last_name(list);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i][0]) == 0) {
            return names[i][1];
        }
    }
    bool is_plain = name[strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789")] == '\0';
    name = is_plain ? name : rc_lint_quote(linter, name);
    return *schema && strcmp(schema, "pg_catalog") != 0
               ? rc_lint_print(linter, "%s.%s", rc_lint_quote(linter, schema), name)
               : name;
}

// "(10,2)"; "" without.
static const char *modifiers_of(struct rc_linter *linter, const json_t *type)
{
    const json_t *modifiers = json_object_get(type, "typmods");
    const char *text = "";
    for (size_t i = 0; i < json_array_size(modifiers); i++) {
        const json_t *value =
            json_object_get(rc_lint_node(json_array_get(modifiers, i), "A_Const"), "ival");
        text = rc_lint_print(linter, "%s%c%d", text, i ? ',' : '(',
                             (int)json_integer_value(json_object_get(value, "ival")));
    }
    return *text ? rc_lint_print(linter, "%s)", text) : "";
}

static const char *type_text(struct rc_linter *linter, const json_t *type)
{
    const char *base = base_name(linter, type);
    const char *modifiers = modifiers_of(linter, type);
    const char *zone = strstr(base, " with"); // timestamp(3) without time zone
    size_t split = zone ? (size_t)(zone - base) : strlen(base);
    return rc_lint_print(linter, "%.*s%s%s%s", (int)split, base, modifiers, base + split,
                         json_object_get(type, "arrayBounds") ? "[]" : "");
}

// The value of USING: casts of the column itself; NULL when it is anything else.
static const char *cast_text(struct rc_linter *linter, const json_t *expression,
                             const struct rc_lint_column *column)
{
    const json_t *cast = rc_lint_node(expression, "TypeCast");
    const json_t *fields = json_object_get(rc_lint_node(expression, "ColumnRef"), "fields");
    if (cast) {
        const char *inner = cast_text(linter, json_object_get(cast, "arg"), column);
        return inner ? rc_lint_print(linter, "%s::%s", inner,
                                     type_text(linter, json_object_get(cast, "typeName")))
                     : NULL;
    }
    bool is_column =
        json_array_size(fields) > 0 &&
        strcmp(rc_lint_quote(linter, rc_lint_last_name(fields)), column->name) == 0;
    return is_column ? column->live : NULL;
}

// ---- values

static int64_t count_where(const struct retype *retype, const char *condition,
                           bool *ret_refused)
{
    const struct rc_lint_table *table = &retype->command->table;
    return rc_lint_count(retype->linter, table,
                         rc_lint_print(retype->linter, "select count(*) from %s where %s",
                                       table->live, condition),
                         ret_refused);
}

static void tell_misfit(const struct retype *retype, int64_t count)
{
    struct rc_linter *linter = retype->linter;
    const char *table = retype->command->table.name;
    rc_lint_tell(
        linter, "does-not-fit",
        rc_lint_print(linter, "%s of column %s of %s %s not fit into %s: it fails",
                      count > 0 ? rc_lint_number(linter, count, "value") : "a value",
                      retype->column.name, table, count > 1 ? "do" : "does", retype->to),
        rc_lint_print(linter,
                      "mend them first, in a migration before this one:\nUPDATE %s SET "
                      "%s = ... WHERE ...;",
                      table, retype->column.name));
}

// Lengths are refused by an assignment, unless what is too much is spaces.
static bool judge_length(const struct retype *retype)
{
    int length = rc_lint_type_length(retype->to);
    if (retype->has_using || length < 0 || strstr(retype->to, "[]")) {
        return false;
    }
    bool is_bit = strncmp(retype->to, "bit", 3) == 0;
    bool is_exact = is_bit && strncmp(retype->to, "bit varying", 11) != 0;
    int64_t count = count_where(
        retype,
        rc_lint_print(retype->linter,
                      is_bit ? "length(%s) %s %d" : "length(rtrim(%s::text, ' ')) %s %d",
                      retype->column.live, is_exact ? "<>" : ">", length),
        NULL);
    if (count > 0) {
        tell_misfit(retype, count);
    }
    return count > 0;
}

static void judge_values(const struct retype *retype)
{
    struct rc_linter *linter = retype->linter;
    const struct rc_lint_table *table = &retype->command->table;
    const char *back =
        rc_lint_print(linter, "(%s)::%s is distinct from %s",
                      retype->value ? retype->value : "", retype->from, retype->column.live);
    bool is_refused = false;
    if (judge_length(retype)) {
        return;
    }
    int64_t changed =
        retype->value && !retype->made ? count_where(retype, back, &is_refused) : -1;
    if (is_refused) {
        tell_misfit(retype, 0);
    } else if (changed != 0 && table->rows != 0 &&
               rc_lint_type_loses(retype->from, retype->to, retype->has_using)) {
        rc_lint_tell(
            linter, "data-loss",
            rc_lint_print(linter,
                          "column %s of %s changes from %s to %s, which cuts or rounds "
                          "%s without a word",
                          retype->column.name, table->name, retype->from, retype->to,
                          changed > 0 ? rc_lint_number(linter, changed, "value") : "values"),
            "add a column of the new type and copy what is right");
    }
}

// Rows whose labels the new enum does not have; -1 when that is not known.
static int64_t count_unlabelled(const struct retype *retype, const char *labels)
{
    struct rc_linter *linter = retype->linter;
    const char *column = retype->column.live;
    const char *known = "in (select jsonb_array_elements_text($1::jsonb))";
    const char *condition =
        strstr(retype->from, "[]")
            ? rc_lint_print(linter, "exists (select from unnest(%s) e where e::text not %s)",
                            column, known)
            : rc_lint_print(linter, "%s::text not %s", column, known);
    const char *count = rc_lint_ask(linter,
                                    rc_lint_print(linter, "select count(*) from %s where %s",
                                                  retype->command->table.live, condition),
                                    1, &labels);
    return count ? strtoll(count, NULL, 10) : -1;
}

// What the enum that the column has now loses; NULL when that is nothing.
static const char *lost_labels(const struct retype *retype, const char *labels)
{
    static const char sql[] =
        "select string_agg(enumlabel, ', ' order by enumsortorder) from pg_enum e"
        " join pg_type t on t.oid = e.enumtypid where t.oid = to_regtype($1)"
        " and enumlabel not in (select jsonb_array_elements_text($2::jsonb))";
    size_t len = strcspn(retype->from, "[");
    const char *values[] = {rc_lint_print(retype->linter, "%.*s", (int)len, retype->from),
                            labels};
    return rc_lint_ask(retype->linter, sql, 2, values);
}

// A type made by the script: an enum, with other labels than the one before.
static void judge_labels(const struct retype *retype)
{
    struct rc_linter *linter = retype->linter;
    json_t *list = json_array();
    for (size_t i = 0; i < retype->made->label_count; i++) {
        json_array_append_new(list, json_string(retype->made->labels[i]));
    }
    char *labels = json_dumps(list, 0);
    json_decref(list);
    int64_t count = labels ? count_unlabelled(retype, labels) : -1;
    const char *lost = labels ? lost_labels(retype, labels) : NULL;
    if (count > 0) {
        tell_misfit(retype, count);
    }
    if (lost) {
        rc_lint_tell(linter, "breaks-server",
                     rc_lint_print(linter,
                                   "column %s of %s loses labels (%s): a server or a client "
                                   "that still writes one fails",
                                   retype->column.name, retype->command->table.name, lost),
                     "deploy servers and clients that know them no more first, and this "
                     "migration afterwards");
    }
    free(labels);
}

static bool was_enum(const struct retype *retype)
{
    static const char sql[] =
        "select (typtype = 'e')::text from pg_type where oid = to_regtype($1)";
    size_t len = strcspn(retype->from, "[");
    const char *base = rc_lint_print(retype->linter, "%.*s", (int)len, retype->from);
    const char *answer = rc_lint_ask(retype->linter, sql, 1, &base);
    return answer && strcmp(answer, "true") == 0;
}

// ---- casts and rewrites

// How PostgreSQL gets from one to the other: method and context of the cast, "b" and "a" among
// them; "=" for the same, "?" where it is not as simple as that.
static const char *cast_of(const struct retype *retype)
{
    static const char sql[] =
        "select case when s.oid = t.oid then '='"
        " when s.typbasetype <> 0 or t.typbasetype <> 0 or s.typcategory = 'A'"
        " or t.typcategory = 'A' then '?'"
        " else coalesce((select castmethod::text || castcontext::text from pg_cast"
        " where castsource = s.oid and casttarget = t.oid),"
        " case when t.typcategory = 'S' then 'ia' else 'ie' end) end"
        " from pg_type s, pg_type t where s.oid = to_regtype($1) and t.oid = to_regtype($2)";
    const char *values[] = {retype->from, retype->to};
    const char *cast = retype->made ? NULL : rc_lint_ask(retype->linter, sql, 2, values);
    return cast ? cast : "?";
}

static void judge_cast(const struct retype *retype, const char *cast)
{
    struct rc_linter *linter = retype->linter;
    if (!retype->has_using && strlen(cast) == 2 && cast[1] == 'e') {
        rc_lint_tell(linter, "no-cast",
                     rc_lint_print(linter,
                                   "column %s of %s cannot be changed from %s to %s without "
                                   "being told how: it fails",
                                   retype->column.name, retype->command->table.name,
                                   retype->from, retype->to),
                     rc_lint_print(linter,
                                   "ALTER TABLE %s ALTER COLUMN %s TYPE %s USING %s::%s;",
                                   retype->command->table.name, retype->column.name, retype->to,
                                   retype->column.name, retype->to));
    }
}

static void judge_reading(const struct retype *retype)
{
    struct rc_linter *linter = retype->linter;
    bool reads_alike = retype->from && !retype->made
                           ? rc_lint_type_reads_alike(retype->from, retype->to)
                           : retype->made && (!retype->from || was_enum(retype));
    if (!reads_alike) {
        rc_lint_tell(linter, "breaks-server",
                     rc_lint_print(linter,
                                   "a server that takes column %s of %s for %s misreads it",
                                   retype->column.name, retype->command->table.name,
                                   retype->from ? retype->from : "another type"),
                     "add a column of the new type, write both, and switch over");
    }
}

static void judge_writing_anew(const struct retype *retype)
{
    struct rc_linter *linter = retype->linter;
    const char *table = retype->command->table.name;
    const char *column = retype->column.name;
    rc_lint_rewrite(
        linter, &retype->command->table,
        rc_lint_print(linter, "column %s changes its type%s%s to %s", column,
                      retype->from ? " from " : "", retype->from ? retype->from : "",
                      retype->to),
        rc_lint_print(
            linter,
            "a new column, which servers write beside the old one, filled in batches; "
            "the old one is dropped when nobody reads it:\nALTER TABLE %s ADD COLUMN "
            "... %s;\nUPDATE %s SET ... = %s WHERE ... IS NULL AND ...;",
            table, retype->to, table, column));
}

static void judge(const struct retype *retype)
{
    const char *cast = retype->from ? cast_of(retype) : "?";
    bool keeps_bytes = retype->from && !retype->made && retype->value &&
                       rc_lint_type_keeps_bytes(retype->from, retype->to);
    bool is_binary =
        cast[0] == 'b' && rc_lint_type_length(retype->to) < 0 && !retype->has_using;
    if (retype->made && retype->from) {
        judge_labels(retype);
    } else if (retype->from && !keeps_bytes) {
        judge_cast(retype, cast);
        judge_values(retype);
    }
    judge_reading(retype);
    if (!keeps_bytes && !is_binary) {
        judge_writing_anew(retype);
    }
    rc_lint_dependents(retype->linter, &retype->command->table, &retype->column, "changed");
}

void rc_lint_column_type(const struct rc_lint_command *command)
{
    struct rc_linter *linter = command->linter;
    const json_t *definition = rc_lint_node(json_object_get(command->tree, "def"), "ColumnDef");
    const json_t *type = json_object_get(definition, "typeName");
    const json_t *names = json_object_get(type, "names");
    const json_t *given = json_object_get(definition, "raw_default");
    const char *schema = rc_lint_qualifier(names);
    struct retype retype = {.command = command,
                            .linter = linter,
                            .column = rc_lint_column_of(linter, &command->table, command->name),
                            .to = type_text(linter, type),
                            .has_using = given != NULL};
    const struct rc_lint_object *known =
        rc_lint_past_find(linter->past, RC_LINT_TYPE, *schema ? schema : linter->default_schema,
                          "", rc_lint_last_name(names));
    retype.from = retype.column.type;
    retype.made = known && !known->was ? known : NULL;
    retype.value = given ? cast_text(linter, given, &retype.column)
                         : rc_lint_print(linter, "%s::%s", retype.column.live, retype.to);
    if (retype.column.is_made) {
        return;
    }
    judge(&retype);
}
