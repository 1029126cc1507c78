// SPDX-License-Identifier: Apache-2.0
//
// SQL as PostgreSQL prints it, made what a person would have written, as far as that can be
// told without understanding it.
#include "import/pull_parts.h"

#include <ctype.h>
#include <string.h>

const char *rc_pull_skip(const char *text)
{
    char open = *text++;
    if (open == '\'' || open == '"') {
        while (*text && *text != open) {
            text++;
        }
        return text + (*text != '\0');
    }
    if (open != '(') {
        return text;
    }
    while (*text && *text != ')') {
        text = rc_pull_skip(text);
    }
    return text + (*text != '\0');
}

const char *rc_pull_unqualified(struct rc_import *session, const char *text)
{
    static const char public_schema[] = "public.";
    struct rc_buf *out = rc_import_buf(session);
    char quote = '\0';
    char before = ' ';
    while (*text) {
        bool begins = !quote && before != '_' && before != '.' && before != '"' &&
                      !(before >= '0' && before <= '9') && !(before >= 'a' && before <= 'z');
        if (begins && strncmp(text, public_schema, sizeof public_schema - 1) == 0) {
            text += sizeof public_schema - 1;
        }
        if (quote ? *text == quote : *text == '\'' || *text == '"') {
            quote = quote ? '\0' : *text;
        }
        before = *text;
        rc_buf_append_char(out, *text++);
    }
    return rc_import_take(session, out);
}

const char *rc_pull_unwrapped(struct rc_import *session, const char *text)
{
    text += strspn(text, " \n");
    size_t len = strlen(text);
    while (len > 0 && isspace((unsigned char)text[len - 1])) {
        len--;
    }
    text = rc_import_copy(session, text, len);
    while (*text == '(' && len > 2 && rc_pull_skip(text) == text + len) {
        len -= 2;
        text = rc_import_copy(session, text + 1, len);
    }
    return text;
}
