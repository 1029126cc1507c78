// SPDX-License-Identifier: Apache-2.0
//
// Memory and findings of an import.
#include "import/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

struct rc_import_text {
    struct rc_buf buf;
    struct rc_import_text *next;
};

void rc_import_init(struct rc_import *session)
{
    memset(session, 0, sizeof *session);
    rc_arena_init(&session->arena, 0);
    session->findings_end = &session->findings;
}

void rc_import_fini(struct rc_import *session)
{
    struct rc_import_text *text = NULL;
    LL_FOREACH (session->texts, text) {
        rc_buf_fini(&text->buf);
    }
    rc_arena_fini(&session->arena);
}

// ---- memory

const char *rc_import_must(struct rc_import *session, const char *text)
{
    if (!text) {
        longjmp(session->out_of_memory, 1);
    }
    return text;
}

void *rc_import_alloc(struct rc_import *session, size_t size)
{
    void *memory = rc_arena_alloc(&session->arena, size);
    if (!memory) {
        longjmp(session->out_of_memory, 1);
    }
    return memory;
}

void *rc_import_array(struct rc_import *session, size_t count, size_t size)
{
    void *memory = rc_arena_array(&session->arena, count + 1, size);
    if (!memory) {
        longjmp(session->out_of_memory, 1);
    }
    return memory;
}

char *rc_import_copy(struct rc_import *session, const char *text, size_t len)
{
    char *copy = rc_arena_copy(&session->arena, text, len);
    if (!copy) {
        longjmp(session->out_of_memory, 1);
    }
    return copy;
}

RC_PRINTF(2, 0)
static char *print(struct rc_import *session, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = rc_import_alloc(session, (size_t)(len > 0 ? len : 0) + 1);
    vsnprintf(text, (size_t)(len > 0 ? len : 0) + 1, format, arguments);
    return text;
}

char *rc_import_printf(struct rc_import *session, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = print(session, format, arguments);
    va_end(arguments);
    return text;
}

struct rc_buf *rc_import_buf(struct rc_import *session)
{
    struct rc_import_text *text = rc_import_new(session, struct rc_import_text);
    LL_PREPEND(session->texts, text);
    return &text->buf;
}

const char *rc_import_take(struct rc_import *session, struct rc_buf *buf)
{
    const char *data = buf->data ? buf->data : "";
    const char *copy = buf->broken ? NULL : rc_arena_copy(&session->arena, data, buf->len);
    rc_buf_fini(buf);
    return rc_import_must(session, copy);
}

// ---- findings

static bool is_known(const struct rc_import *session, const struct rc_finding *finding)
{
    const struct rc_finding *other = NULL;
    LL_FOREACH (session->findings, other) {
        const char *file = other->position.file;
        bool same_file =
            file == finding->position.file ||
            (file && finding->position.file && strcmp(file, finding->position.file) == 0);
        if (same_file && other->position.line == finding->position.line &&
            strcmp(other->text, finding->text) == 0) {
            return true;
        }
    }
    return false;
}

void rc_import_find_list(struct rc_import *session, enum rc_finding_kind kind,
                         struct rc_position position, const char *format, va_list arguments)
{
    struct rc_finding *finding = rc_import_new(session, struct rc_finding);
    *finding = (struct rc_finding){kind, position, print(session, format, arguments), NULL};
    if (is_known(session, finding)) {
        return;
    }
    *session->findings_end = finding;
    session->findings_end = &finding->next;
    session->error_count += kind == RC_FINDING_ERROR;
}

void rc_import_find(struct rc_import *session, enum rc_finding_kind kind,
                    struct rc_position position, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    rc_import_find_list(session, kind, position, format, arguments);
    va_end(arguments);
}

static int compare(struct rc_finding *a, struct rc_finding *b)
{
    const char *left = a->position.file ? a->position.file : "";
    const char *right = b->position.file ? b->position.file : "";
    int order = strcmp(left, right);
    return order ? order : a->position.line - b->position.line;
}

void rc_import_sort_findings(struct rc_import *session)
{
    LL_SORT(session->findings, compare); // a merge sort: equals keep their order
    struct rc_finding **end = &session->findings;
    while (*end) {
        end = &(*end)->next;
    }
    session->findings_end = end;
}
