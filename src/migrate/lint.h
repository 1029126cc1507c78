// SPDX-License-Identifier: Apache-2.0
//
// What a migration does to data, to those who work at the same time, and to the programs that
// run: judged before it is applied, statement by statement, by PostgreSQL's own parser, and by
// the live database where there is one. The rules are explained in LINT.md.
//
// A comment above a statement, or at the file's top for all of it, silences a rule:
//
//   -- rowcall: allow data-loss the column was never written
#ifndef RC_MIGRATE_LINT_H
#define RC_MIGRATE_LINT_H

#include "base/arena.h"
#include "pg/sync.h"

struct rc_lint_finding {
    const char *rule;   // "data-loss"
    bool is_error;      // data is lost, or the statement fails; else a warning
    int line;           // of the statement
    const char *text;   // what happens: a sentence, with counts where they are known
    const char *advice; // what to do instead, in lines, SQL among them; "" when there is
                        // nothing to say
};

struct rc_lint_findings {
    const struct rc_lint_finding *items; // in order of lines
    size_t count;
    size_t error_count;
};

struct rc_lint_rule {
    const char *name;
    bool is_error;    // its severity
    bool needs_facts; // it can be found in a live database, or beside another schema, alone
    const char *about;
};

// All rules; an entry without name behind the last.
extern const struct rc_lint_rule rc_lint_rules[];

// NULL when there is no such rule.
const struct rc_lint_rule *rc_lint_rule_find(struct rc_view name);

// Tables of fewer rows are read and rewritten too fast to speak of.
enum { RC_LINT_SMALL_ROWS = 10000 };

// What scripts that are not applied yet have made, renamed and dropped: the live database does
// not know of it. One for all scripts of a database, judged in their order.
struct rc_lint_past;

// From arena, which has to outlive it; NULL without memory.
struct rc_lint_past *rc_lint_past_new(struct rc_arena *arena) RC_MUST_CHECK;

// Judges one migration. conn: the database that it would be applied to, which is only read,
// each count for two seconds at most; NULL: none, and every table that the script does not make
// itself is taken to be big. past: what pending scripts before it did; this one's is added.
// NULL: nothing is pending before it. Everything is from arena. A script that the parser cannot
// read has one finding, rule "syntax". Fails only with the connection or without memory.
rowcall_status rc_lint_script(struct rc_pg_sync *conn, const char *sql,
                              struct rc_lint_past *past, struct rc_arena *arena,
                              struct rc_lint_findings *ret_findings,
                              rowcall_error *err) RC_MUST_CHECK;

// Whether the comments at the script's top allow the rule: for findings that are of no
// statement.
bool rc_lint_is_allowed(const char *sql, const char *rule);

#endif
