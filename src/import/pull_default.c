// SPDX-License-Identifier: Apache-2.0
//
// Defaults: a constant is written as one where Rowcall's SQL for it is what PostgreSQL keeps in
// the same words; everything else stays an expression.
#include "import/pull_parts.h"

#include <string.h>
#include <utlist.h>

// 'text'::type as text: its constant, if the cast is all there is. NULL otherwise.
static const char *quoted_constant(struct rc_import *session, const char *text)
{
    struct rc_buf *out = rc_import_buf(session);
    const char *at = text + 1;
    if (*text != '\'') {
        return NULL;
    }
    for (; *at && (*at != '\'' || at[1] == '\''); at++) {
        rc_buf_append_char(out, *at);
        at += *at == '\''; // two of them are one
    }
    bool whole = *at == '\'' && strncmp(at + 1, "::", 2) == 0;
    for (at += 3; whole && *at; at++) {
        // A type's name, quoted or with a length; not an operator behind it.
        whole = !strchr("+-*/|<>='", *at);
    }
    return whole ? rc_import_take(session, out) : NULL;
}

static bool is_number(const char *text)
{
    text += *text == '-';
    return *text && text[strspn(text, "0123456789.")] == '\0';
}

// Bare in Rowcall's SQL, so it has to be bare in PostgreSQL's, but for its sign, which
// PostgreSQL takes into a quoted constant.
static const char *bare_constant(enum rc_type_family family, const char *text,
                                 const char *quoted)
{
    switch (family) {
    case RC_FAMILY_BOOL:
        return strcmp(text, "true") == 0 || strcmp(text, "false") == 0 ? text : NULL;
    case RC_FAMILY_INT32:
    case RC_FAMILY_INT64:
    case RC_FAMILY_FLOAT:
    case RC_FAMILY_DOUBLE:
    case RC_FAMILY_NUMERIC:
        if (quoted && *quoted == '-' && is_number(quoted)) {
            return quoted;
        }
        return *text != '-' && is_number(text) ? text : NULL;
    case RC_FAMILY_STRING:
    case RC_FAMILY_BYTES:
    case RC_FAMILY_TIMESTAMP:
    case RC_FAMILY_VALUE:
    case RC_FAMILY_JSON:
    case RC_FAMILY_ENUM:
        break;
    }
    return NULL;
}

static bool is_bare(enum rc_type_family family)
{
    return family == RC_FAMILY_BOOL || family == RC_FAMILY_INT32 || family == RC_FAMILY_INT64 ||
           family == RC_FAMILY_FLOAT || family == RC_FAMILY_DOUBLE ||
           family == RC_FAMILY_NUMERIC;
}

void rc_pull_default(const struct rc_pull *pull, struct rc_draft_column *column,
                     const char *text)
{
    const char *quoted = quoted_constant(pull->session, text);
    enum rc_type_family family = rc_type_info(column->type.kind)->family;
    struct rc_draft_value *value = NULL;
    if (column->enumeration && !column->type.array && quoted) {
        LL_FOREACH (column->enumeration->values, value) {
            if (strcmp(value->label, quoted) == 0) {
                column->default_value = value;
                return;
            }
        }
    }
    if (!column->enumeration && !column->type.array) {
        column->default_literal =
            is_bare(family) ? bare_constant(family, text, quoted) : quoted;
    }
    if (!column->default_literal) {
        column->default_sql = rc_pull_unqualified(pull->session, text);
    }
}
