// SPDX-License-Identifier: Apache-2.0
//
// A compiled template: what template_parse.c makes and template.c fills in. Read-only once
// made.
#ifndef RC_LOAD_TEMPLATE_STATE_H
#define RC_LOAD_TEMPLATE_STATE_H

#include "base/arena.h"
#include "load/template.h"

enum rc_template_kind {
    RC_TEMPLATE_TEXT, // as it is
    RC_TEMPLATE_INT,
    RC_TEMPLATE_FLOAT,
    RC_TEMPLATE_STRING,
    RC_TEMPLATE_UUID,
    RC_TEMPLATE_PICK,
    RC_TEMPLATE_LINE,
    RC_TEMPLATE_SEQ,
    RC_TEMPLATE_NOW,
};

// A JSON value to choose, as JSON has it, without its quotes.
struct rc_template_item {
    struct rc_view text;
    bool is_text; // has quotes where it stands by itself
};

struct rc_template_piece {
    enum rc_template_kind kind;
    bool in_string;      // it stands within a JSON string
    struct rc_view text; // TEXT
    int64_t from;        // INT, SEQ
    uint64_t span;       // INT: how many numbers less one; STRING: how many characters
    double low;          // FLOAT
    double high;
    const struct rc_template_item *items; // PICK, LINE
    size_t item_count;
};

struct rc_template {
    struct rc_arena arena; // of everything below
    const struct rc_template_piece *pieces;
    size_t count;
    bool is_constant;
};

// Fills in a template whose arena is ready. Errors as rc_template_new.
rowcall_status rc_template_parse(struct rc_template *template, struct rc_view text,
                                 rc_template_file_fn read_file,
                                 rowcall_error *err) RC_MUST_CHECK;

#endif
