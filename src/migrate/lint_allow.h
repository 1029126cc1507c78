// SPDX-License-Identifier: Apache-2.0
//
// The comments of a script that silence rules: `-- rowcall: allow RULE [why]`, above a
// statement for that one, at the top for all of it. Private to lint*.c.
#ifndef RC_MIGRATE_LINT_ALLOW_H
#define RC_MIGRATE_LINT_ALLOW_H

#include "migrate/linter.h"

struct rc_lint_allowance {
    struct rc_view rule; // as it is written, whether there is one or not
    const struct rc_script_statement *statement; // NULL: all of them
    int line;                                    // of the comment
    bool is_used;
};

struct rc_lint_allowances {
    struct rc_lint_allowance *items;
    size_t count;
};

// Reads the comments of linter->script; everything is from its arena.
void rc_lint_allowances_read(struct rc_linter *linter, struct rc_lint_allowances *ret);

// Takes out the findings of one statement (from first on) that are allowed.
void rc_lint_allowances_apply(struct rc_linter *linter, struct rc_lint_allowances *allowances,
                              const struct rc_script_statement *statement, size_t first);

// Tells of those that name no rule, and of those that silence nothing.
void rc_lint_allowances_judge(struct rc_linter *linter,
                              const struct rc_lint_allowances *allowances);

#endif
