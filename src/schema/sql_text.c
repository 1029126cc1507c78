// SPDX-License-Identifier: Apache-2.0
//
// Names for SQL. Identifiers are always quoted, so their case is kept and no keyword list is
// needed.
#include "schema/schema.h"

#include <string.h>

void rc_sql_identifier(struct rc_buf *buf, const char *name)
{
    rc_buf_append_char(buf, '"');
    for (const char *at = name; *at != '\0'; at++) {
        if (*at == '"') {
            rc_buf_append_char(buf, '"');
        }
        rc_buf_append_char(buf, *at);
    }
    rc_buf_append_char(buf, '"');
}

void rc_sql_literal(struct rc_buf *buf, const char *text)
{
    // The E form reads the same whatever standard_conforming_strings is.
    if (strchr(text, '\\')) {
        rc_buf_append_char(buf, 'E');
    }
    rc_buf_append_char(buf, '\'');
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\'' || *at == '\\') {
            rc_buf_append_char(buf, *at);
        }
        rc_buf_append_char(buf, *at);
    }
    rc_buf_append_char(buf, '\'');
}

void rc_sql_type(struct rc_buf *buf, const struct rc_type *type)
{
    if (type->kind == RC_TYPE_ENUM) {
        rc_buf_append_text(buf, type->sql);
    } else if (type->kind == RC_TYPE_BIT) {
        rc_buf_append_text(buf, "\"bit\""); // the word bit means bit(1)
    } else {
        rc_buf_append_text(buf, rc_type_info(type->kind)->name);
    }
    rc_buf_append_text(buf, type->array ? "[]" : "");
}
