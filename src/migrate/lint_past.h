// SPDX-License-Identifier: Apache-2.0
//
// What statements before the one at hand have made, renamed and dropped, in this script and in
// pending ones before it: what the live database does not know. Everything is in an arena.
// Private to lint*.c.
#ifndef RC_MIGRATE_LINT_PAST_H
#define RC_MIGRATE_LINT_PAST_H

#include "base/arena.h"
#include "migrate/lint.h"

#include <jansson.h>

enum rc_lint_kind {
    RC_LINT_TABLE,      // or materialized view
    RC_LINT_COLUMN,     // of table
    RC_LINT_CONSTRAINT, // of table
    RC_LINT_INDEX,
    RC_LINT_VIEW,
    RC_LINT_TYPE,
};

struct rc_lint_object {
    enum rc_lint_kind kind;
    const char *schema;        // of it, or of its table
    const char *table;         // of a column or constraint; else ""
    const char *name;          // now
    const char *was;           // in the live database; NULL: a script has made it
    const char *was_schema;    // likewise
    bool is_gone;              // dropped
    size_t script;             // the ordinal of the script that did it last
    const char *not_null;      // of a check: the column that it proves to be NOT NULL; NULL
    bool is_valid;             // of a constraint: its rows have been checked
    const char *const *labels; // of an enum that was made
    size_t label_count;
};

struct rc_lint_past {
    struct rc_arena *arena;
    struct rc_lint_object *items;
    size_t count;
    size_t capacity;
    size_t script; // the ordinal of the script at hand, from 1
    bool failed;   // without memory; what is lost is written here:
    struct rc_lint_object nowhere;
};

// What is called so now, or was and is gone; NULL when no script has touched it. table: "" but
// of columns and constraints.
struct rc_lint_object *rc_lint_past_find(const struct rc_lint_past *past,
                                         enum rc_lint_kind kind, const char *schema,
                                         const char *table, const char *name);

// Another past that begins as this one; the arena's.
struct rc_lint_past *rc_lint_past_copy(const struct rc_lint_past *past) RC_MUST_CHECK;

struct rc_linter;

// Takes in what the statement at hand does.
void rc_lint_past_follow(struct rc_linter *linter);

#endif
