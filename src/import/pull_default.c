// SPDX-License-Identifier: Apache-2.0
//
// Defaults. PostgreSQL prints a literal with its type ('UTC'::text), a number or a truth value
// bare; everything else is an expression.
#include "import/puller.h"

#include <string.h>
#include <utlist.h>

// The text of a literal 'it''s'::text that nothing follows; NULL when it is something else.
static const char *literal_of(struct rc_puller *puller, const char *expression)
{
    char *text = rc_import_copy(puller->session, expression, strlen(expression));
    size_t len = 0;
    const char *at = expression;
    if (*at != '\'') {
        return NULL;
    }
    for (at++; *at && !(*at == '\'' && at[1] != '\''); at++) {
        at += *at == '\'';
        text[len++] = *at;
    }
    text[len] = '\0';
    bool has_type_only = *at == '\'' && strncmp(at + 1, "::", 2) == 0 &&
                         !strpbrk(at + 3, "'|+-*/=<>") && !strstr(at + 3, "::");
    return has_type_only ? text : NULL;
}

static bool is_bare(const char *expression)
{
    bool number = *expression && expression[strspn(expression, "0123456789.")] == '\0';
    return number || strcmp(expression, "true") == 0 || strcmp(expression, "false") == 0;
}

static struct rc_draft_value *label_of(const struct rc_draft_enum *enumeration,
                                       const char *label)
{
    struct rc_draft_value *value = NULL;
    LL_FOREACH (enumeration->values, value) {
        if (strcmp(value->label, label) == 0) {
            return value;
        }
    }
    return NULL;
}

// What the schema language takes as a literal of the column's type.
static bool takes_literal(const struct rc_draft_column *column)
{
    if (column->type.array) {
        return !column->enumeration;
    }
    switch (column->type.kind) {
    case RC_TYPE_BYTEA:
    case RC_TYPE_BIT:
    case RC_TYPE_VARBIT:
    case RC_TYPE_TSVECTOR:
    case RC_TYPE_MONEY:
    case RC_TYPE_XML:
        return false;
    default:
        return true;
    }
}

void rc_pull_default(struct rc_puller *puller, struct rc_draft_column *column,
                     const char *expression)
{
    const char *literal = is_bare(expression) ? expression : literal_of(puller, expression);
    if (literal && column->enumeration && !column->type.array) {
        column->default_value = label_of(column->enumeration, literal);
        if (column->default_value) {
            return;
        }
    } else if (literal && takes_literal(column)) {
        column->default_literal = literal;
        return;
    }
    column->default_sql = expression;
}
