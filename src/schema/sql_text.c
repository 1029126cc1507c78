// SPDX-License-Identifier: Apache-2.0
//
// Quoting for SQL. Identifiers are always quoted, so their case is kept and no keyword list is
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
