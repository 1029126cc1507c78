// SPDX-License-Identifier: Apache-2.0
//
// What every step of an import shares: memory that cannot fail, and the findings for people.
//
// Everything an import makes lives in the session's arena. When memory runs out, the step
// leaves through `out_of_memory` to the function of this module that was called from outside,
// which answers RESOURCE_EXHAUSTED: nothing in a step owns anything but what the session frees.
// Single-threaded.
#ifndef RC_IMPORT_SESSION_H
#define RC_IMPORT_SESSION_H

#include "base/arena.h"
#include "schema/schema.h"

#include <setjmp.h>
#include <stdarg.h>

enum rc_finding_kind {
    RC_FINDING_ERROR,  // the source is wrong: nothing is imported
    RC_FINDING_LOSS,   // something that could not be carried over, and what to do
    RC_FINDING_REMARK, // something that is carried over, but not as one would expect
};

struct rc_finding {
    enum rc_finding_kind kind;
    struct rc_position position; // file NULL when it is nowhere
    const char *text;
    struct rc_finding *next;
};

struct rc_import_text; // a buffer that the session frees

struct rc_import {
    struct rc_arena arena;
    struct rc_import_text *texts;
    struct rc_finding *findings; // in the order found; rc_import_sort_findings
    struct rc_finding **findings_end;
    size_t error_count;
    jmp_buf out_of_memory;
};

// Readies a session in the caller's storage; fini frees everything made in it.
void rc_import_init(struct rc_import *session);
void rc_import_fini(struct rc_import *session);

// Adds a finding; the same one twice counts once.
void rc_import_find(struct rc_import *session, enum rc_finding_kind kind,
                    struct rc_position position, const char *format, ...) RC_PRINTF(4, 5);

void rc_import_find_list(struct rc_import *session, enum rc_finding_kind kind,
                         struct rc_position position, const char *format, va_list arguments)
    RC_PRINTF(4, 0);

// By file, line, then as found.
void rc_import_sort_findings(struct rc_import *session);

// Memory from the arena, zeroed; never NULL (see above).
void *rc_import_alloc(struct rc_import *session, size_t size);
void *rc_import_array(struct rc_import *session, size_t count, size_t size);
char *rc_import_copy(struct rc_import *session, const char *text, size_t len);
char *rc_import_printf(struct rc_import *session, const char *format, ...) RC_PRINTF(2, 3);
// text unless it is NULL: leaves the step then.
const char *rc_import_must(struct rc_import *session, const char *text);
// An empty buffer that lives as long as the session.
struct rc_buf *rc_import_buf(struct rc_import *session);
// Its bytes as a text of the arena; the buffer is empty then. Leaves the step when it is
// broken.
const char *rc_import_take(struct rc_import *session, struct rc_buf *buf);

#define rc_import_new(session, type) ((type *)rc_import_alloc((session), sizeof(type)))

#endif
