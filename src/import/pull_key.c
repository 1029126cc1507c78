// SPDX-License-Identifier: Apache-2.0
//
// Primary keys and checks of a live table.
#include "import/pull_parts.h"

#include <string.h>
#include <utlist.h>

static void read_primary(const struct rc_pull *pull, struct rc_draft_entity *entity,
                         const struct rc_catalog_constraint *found)
{
    struct rc_draft_columns columns = {0};
    columns.items = rc_import_array(pull->session, found->column_count, sizeof(*columns.items));
    for (size_t i = 0; i < found->column_count; i++) {
        struct rc_draft_column *column = rc_draft_column_sql(entity, found->columns[i]);
        if (!column) {
            return; // of a type that Rowcall does not have, which is reported
        }
        columns.items[columns.count++] = column;
    }
    entity->primary = columns;
    entity->primary_name = found->name;
}

// The project's own words for the check, where PostgreSQL has what they mean; NULL otherwise.
static const char *authored_check(const struct rc_pull *pull,
                                  const struct rc_draft_entity *entity,
                                  const struct rc_catalog_constraint *found)
{
    const struct rc_entity *was = rc_pull_was(pull, entity->sql_schema, entity->sql_name);
    const struct rc_catalog_table *table = rc_pull_expected(pull, entity);
    const struct rc_catalog_constraint *expected =
        table ? rc_catalog_constraint_find(table, found->name) : NULL;
    bool same = was && expected && expected->definition.text &&
                strcmp(expected->definition.text, found->definition.text) == 0;
    for (size_t i = 0; same && i < was->check_count; i++) {
        if (strcmp(was->checks[i].sql_name, found->name) == 0) {
            return rc_import_printf(pull->session, "%s", was->checks[i].expression);
        }
    }
    return NULL;
}

// "CHECK ((a > 0))" without CHECK and its parentheses, which Rowcall writes itself.
static void read_check(const struct rc_pull *pull, struct rc_draft_entity *entity,
                       const struct rc_catalog_constraint *found)
{
    static const char head[] = "CHECK (";
    const char *text = found->definition.text;
    const char *end = strrchr(text, ')');
    if (strncmp(text, head, sizeof head - 1) != 0 || !end || end[1] != '\0') {
        rc_pull_lose(pull, entity, "constraint %s is left to migrations of your own: %s",
                     found->name, text);
        return;
    }
    struct rc_draft_check *check = rc_import_new(pull->session, struct rc_draft_check);
    const char *begin = text + sizeof head - 1;
    check->sql_name = found->name;
    check->expression = authored_check(pull, entity, found);
    if (!check->expression) {
        const char *inner = rc_import_copy(pull->session, begin, (size_t)(end - begin));
        check->expression =
            rc_pull_unqualified(pull->session, rc_pull_unwrapped(pull->session, inner));
    }
    LL_APPEND(entity->checks, check);
}

void rc_pull_constraints(const struct rc_pull *pull, struct rc_draft_entity *entity,
                         const struct rc_catalog_table *table)
{
    for (size_t i = 0; i < table->constraint_count; i++) {
        const struct rc_catalog_constraint *found = &table->constraints[i];
        switch (found->kind) {
        case RC_CONSTRAINT_PRIMARY_KEY:
            read_primary(pull, entity, found);
            break;
        case RC_CONSTRAINT_CHECK:
            read_check(pull, entity, found);
            break;
        case RC_CONSTRAINT_EXCLUSION:
            rc_pull_lose(pull, entity,
                         "exclusion constraint %s is left to migrations of your own",
                         found->name);
            break;
        case RC_CONSTRAINT_FOREIGN_KEY:
            break; // once all tables are there
        }
    }
}
