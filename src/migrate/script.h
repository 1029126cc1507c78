// SPDX-License-Identifier: Apache-2.0
//
// A migration file as PostgreSQL's own parser sees it: its statements, where each begins, and
// which of them cannot run within a transaction.
#ifndef RC_MIGRATE_SCRIPT_H
#define RC_MIGRATE_SCRIPT_H

#include "base/arena.h"

#include <jansson.h>

struct rc_script_statement {
    const char *sql;      // without its semicolon and what stands before its first word
    const char *comment;  // the comments and space before its first word, as they are
    size_t offset;        // of its first word, bytes from the script's start
    int line;             // of its first word; the first line is 1
    const char *kind;     // of its node in libpg-query's tree: "IndexStmt"
    const json_t *tree;   // that node: {"relation": {...}, "concurrent": true}
    bool own_transaction; // PostgreSQL refuses it within a transaction: it has to be sent alone
    bool controls;        // BEGIN, COMMIT, ROLLBACK: the script minds its transactions itself
};

struct rc_script {
    struct rc_script_statement *items;
    size_t count;
    const char *head;   // the comments at its top, up to the first statement or blank line
    json_t *parse_tree; // owns every statement's tree
};

// Takes a script apart; texts are from arena. The caller finishes ret_script, also after a
// failure. INVALID_ARGUMENT when the parser cannot read it: the message has the parser's words
// and the line, *ret_line (NULL allowed) the line. PostgreSQL may know better: the parser is
// that of one version.
rowcall_status rc_script_parse(const char *sql, struct rc_arena *arena,
                               struct rc_script *ret_script, int *ret_line,
                               rowcall_error *err) RC_MUST_CHECK;
void rc_script_fini(struct rc_script *script);

// The line of a byte of the script; the first is 1.
int rc_script_line(const char *sql, size_t offset);

// How long the comments at its top are: up to the first statement or blank line.
size_t rc_script_head(const char *sql);

// Where the first word is: behind white space and comments, which nest as PostgreSQL's do.
size_t rc_script_skip_blank(const char *sql);

#endif
