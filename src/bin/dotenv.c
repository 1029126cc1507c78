// SPDX-License-Identifier: Apache-2.0
//
// Parsing .env, a line at a time, in place.
#include "bin/dotenv.h"

#include "bin/file.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static char *skip_blanks(char *at)
{
    while (*at == ' ' || *at == '\t') {
        at++;
    }
    return at;
}

static void trim_end(char *text)
{
    size_t len = strlen(text);
    while (len && isspace((unsigned char)text[len - 1])) {
        text[--len] = '\0';
    }
}

// Only a comment or nothing may follow a quoted value.
static bool ends_here(char *at)
{
    at = skip_blanks(at);
    return *at == '\0' || *at == '#' || *at == '\r';
}

// Unquotes the value at `at` in place. NULL when the closing quote is missing or something
// follows it.
static char *quoted_value(char *at)
{
    char quote = *at;
    char *out = at;
    char *in = at + 1;
    while (*in && *in != quote) {
        if (quote == '"' && *in == '\\' && in[1]) {
            in++;
            *out++ = *in == 'n' ? '\n' : *in;
            in++;
        } else {
            *out++ = *in++;
        }
    }
    if (*in != quote || !ends_here(in + 1)) {
        return NULL;
    }
    *out = '\0';
    return at;
}

static char *plain_value(char *at)
{
    char *comment = strstr(at, " #");
    if (comment) {
        *comment = '\0';
    }
    trim_end(at);
    return at;
}

// false when the line is none of the forms.
static bool take_line(char *line)
{
    line = skip_blanks(line);
    trim_end(line);
    if (*line == '\0' || *line == '#') {
        return true;
    }
    if (strncmp(line, "export ", 7) == 0) {
        line = skip_blanks(line + 7);
    }
    char *key = line;
    while (isalnum((unsigned char)*line) || *line == '_') {
        line++;
    }
    char *key_end = line;
    line = skip_blanks(line);
    if (key_end == key || isdigit((unsigned char)*key) || *line != '=') {
        return false;
    }
    *key_end = '\0';
    char *value = skip_blanks(line + 1);
    value = *value == '"' || *value == '\'' ? quoted_value(value) : plain_value(value);
    return value && setenv(key, value, 0) == 0;
}

rowcall_status rc_dotenv_load(const char *path, rowcall_error *err)
{
    struct rc_buf text = {0};
    rowcall_error missing = {0};
    rowcall_status st = rc_file_read(path, &text, &missing);
    if (st == ROWCALL_NOT_FOUND) {
        rc_buf_fini(&text);
        return ROWCALL_OK;
    }
    if (st != ROWCALL_OK) {
        rc_buf_fini(&text);
        return rc_error_set(err, st, "%s", missing.message);
    }
    int number = 1;
    for (char *line = text.data, *next = NULL; line && st == ROWCALL_OK;
         line = next, number++) {
        next = strchr(line, '\n');
        if (next) {
            *next++ = '\0';
        }
        if (!take_line(line)) {
            st = rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                              "%s:%d: not KEY=VALUE; quotes must close on their line", path,
                              number);
        }
    }
    rc_buf_fini(&text);
    return st;
}
