// SPDX-License-Identifier: Apache-2.0
//
// The columns of a live table or view.
#include "import/pull_parts.h"

#include <string.h>
#include <utlist.h>

static struct rc_draft_enum *find_enum(const struct rc_pull *pull,
                                       const struct rc_catalog_column *found)
{
    struct rc_draft_enum *enumeration = NULL;
    LL_FOREACH (pull->draft->enums, enumeration) {
        if (strcmp(enumeration->sql_name, found->enum_name) == 0 &&
            strcmp(enumeration->sql_schema, found->enum_schema) == 0) {
            return enumeration;
        }
    }
    return NULL;
}

// false after reporting.
static bool read_type(const struct rc_pull *pull, const struct rc_draft_entity *entity,
                      const struct rc_catalog_column *found, struct rc_draft_column *column)
{
    rowcall_error err = {0};
    column->enumeration = found->enum_name ? find_enum(pull, found) : NULL;
    if (column->enumeration) {
        column->type = (struct rc_type){.kind = RC_TYPE_ENUM, .precision = -1, .scale = -1};
        column->type.array = found->is_array;
        return true;
    }
    const char *text = rc_pull_unqualified(pull->session, found->type.text);
    rowcall_status st = rc_type_parse(&pull->session->arena, text, &column->type, &err);
    if (st == ROWCALL_RESOURCE_EXHAUSTED) {
        rc_import_must(pull->session, NULL);
    }
    if (st != ROWCALL_OK) {
        rc_pull_lose(pull, entity,
                     "column %s: Rowcall has no type %s: it is left out; keep it in migrations "
                     "of your own",
                     found->name, text);
    }
    return st == ROWCALL_OK;
}

// What Rowcall has no words for.
static void check(const struct rc_pull *pull, const struct rc_draft_entity *entity,
                  const struct rc_catalog_column *found)
{
    if (found->collation) {
        rc_pull_lose(pull, entity,
                     "column %s: its collation %s is left to migrations of your own",
                     found->name, found->collation);
    }
    if (found->identity) {
        rc_pull_lose(
            pull, entity,
            "column %s: GENERATED %s AS IDENTITY becomes `autoincrement`, which makes a "
            "serial column where the table is made anew",
            found->name, found->identity);
    }
}

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

// Whether PostgreSQL has what the project's own words for the column's value mean.
static bool is_as_authored(const struct rc_pull *pull, const struct rc_draft_entity *entity,
                           const struct rc_catalog_column *found)
{
    const struct rc_catalog_table *table = rc_pull_expected(pull, entity);
    const struct rc_catalog_column *expected =
        table ? rc_catalog_column_find(table, found->name) : NULL;
    return expected && same_text(expected->default_value.text, found->default_value.text) &&
           same_text(expected->generated.text, found->generated.text) &&
           strcmp(expected->type.text, found->type.text) == 0;
}

static const char *keep(const struct rc_pull *pull, const char *text)
{
    return text ? rc_import_printf(pull->session, "%s", text) : NULL;
}

static void take_value(const struct rc_pull *pull, struct rc_draft_column *column,
                       const struct rc_column *was)
{
    struct rc_draft_value *value = NULL;
    column->default_sql = keep(pull, was->default_sql);
    column->generated_sql = keep(pull, was->generated_sql);
    if (!column->enumeration || column->type.array) {
        column->default_literal = keep(pull, was->default_literal);
        return;
    }
    LL_FOREACH (column->enumeration->values, value) {
        if (was->default_literal && strcmp(value->label, was->default_literal) == 0) {
            column->default_value = value;
        }
    }
}

static void read_column(const struct rc_pull *pull, struct rc_draft_entity *entity,
                        const struct rc_entity *was, const struct rc_catalog_column *found)
{
    struct rc_draft_column *column = rc_import_new(pull->session, struct rc_draft_column);
    const struct rc_column *named = NULL;
    for (size_t i = 0; was && i < was->column_count; i++) {
        named = strcmp(was->columns[i].sql_name, found->name) == 0 ? &was->columns[i] : named;
    }
    column->name = named ? rc_import_printf(pull->session, "%s", named->name) : NULL;
    column->alias = found->name;
    column->sql_name = found->name;
    column->sql_comment = found->comment;
    column->position = entity->position;
    column->nullable = !found->not_null;
    column->autoincrement = found->autoincrement;
    if (!read_type(pull, entity, found, column)) {
        return;
    }
    check(pull, entity, found);
    if (named && is_as_authored(pull, entity, found)) {
        take_value(pull, column, named);
    } else if (found->generated.text) {
        column->generated_sql = rc_pull_unqualified(pull->session, found->generated.text);
    } else if (found->default_value.text) {
        rc_pull_default(pull, column, found->default_value.text);
    }
    LL_APPEND(entity->columns, column);
}

void rc_pull_columns(const struct rc_pull *pull, struct rc_draft_entity *entity,
                     const struct rc_entity *was, const struct rc_catalog_column *columns,
                     size_t count)
{
    for (size_t i = 0; i < count; i++) {
        read_column(pull, entity, was, &columns[i]);
    }
}
