// SPDX-License-Identifier: Apache-2.0
//
// What a statement of raw SQL is, by its words: whether it may be sent at all, and whether it
// can be read through a cursor. PostgreSQL's grammar tells commands by their first word, so
// that word decides; and it takes a single statement a message, so nothing can hide behind it.
// Thread-safe.
#ifndef RC_SERVICE_RAW_STATEMENT_H
#define RC_SERVICE_RAW_STATEMENT_H

#include "base/error.h"
#include "base/view.h"

enum rc_raw_kind {
    RC_RAW_READS, // select, values, table, with: no word of it writes, so a cursor can read it
    RC_RAW_OTHER,
};

// Judges the text. INVALID_ARGUMENT for an empty one and for commands that are refused, with
// what to use instead.
rowcall_status rc_raw_judge(struct rc_view sql, enum rc_raw_kind *ret_kind,
                            rowcall_error *err) RC_MUST_CHECK;

#endif
