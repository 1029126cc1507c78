// SPDX-License-Identifier: Apache-2.0
//
// What the rules share: the statement at hand, what is known of its tables, and how a finding
// is told. Private to lint*.c.
#ifndef RC_MIGRATE_LINTER_H
#define RC_MIGRATE_LINTER_H

#include "base/buf.h"
#include "migrate/lint.h"
#include "migrate/script.h"

struct rc_linter {
    struct rc_pg_sync *conn; // NULL: no database to ask
    struct rc_arena *arena;
    struct rc_lint_finding *items;
    size_t count;
    size_t capacity;
    const struct rc_script *script;
    const struct rc_script_statement *statement;
    const char **made; // tables that the script makes, as names of the script
    size_t made_count;
    bool failed; // without memory
    bool lost;   // the connection
};

// A table that a statement is about.
struct rc_lint_table {
    const char *name; // quoted, as SQL names it
    bool is_made;     // by this script: nobody waits for it, and it is as good as empty
    int64_t rows;     // -1: not known
    bool is_estimate;
};

// Tells a finding of the statement at hand; text and advice are formatted in the arena before.
void rc_lint_tell(struct rc_linter *linter, const char *rule, bool is_error, const char *text,
                  const char *advice);

// A text of the arena; "" without memory.
const char *rc_lint_print(struct rc_linter *linter, const char *format, ...) RC_PRINTF(2, 3);

// Members of libpg-query's trees; "" and false where they are missing.
const char *rc_lint_text(const json_t *node, const char *name);
bool rc_lint_flag(const json_t *node, const char *name);
// The one member of a node of any kind: {"ColumnDef": {...}}.
const json_t *rc_lint_node(const json_t *wrapped, const char *kind);

// The table that a RangeVar names, and what is known of it.
struct rc_lint_table rc_lint_table_of(struct rc_linter *linter, const json_t *range);
// The table that a list of names means: ["app", "teas"] in String nodes.
struct rc_lint_table rc_lint_table_named(struct rc_linter *linter, const json_t *names);

// Whether its size matters: it is not known to be small, and not made by the script.
bool rc_lint_is_big(const struct rc_lint_table *table);
// "1200 rows", "about 3000000 rows", "its rows".
const char *rc_lint_rows(struct rc_linter *linter, const struct rc_lint_table *table);

// How many rows a query counts; -1 when there is no database, the table is not there, or it
// takes too long.
int64_t rc_lint_count(struct rc_linter *linter, const struct rc_lint_table *table,
                      const char *sql);

// A type's name as the live database has it for a column; NULL when it is not known.
const char *rc_lint_column_type(struct rc_linter *linter, const struct rc_lint_table *table,
                                const char *column);

// An identifier quoted; from the arena.
const char *rc_lint_quote(struct rc_linter *linter, const char *name);

// The rules of ALTER TABLE, and of everything else.
void rc_lint_alter_table(struct rc_linter *linter);
void rc_lint_statement(struct rc_linter *linter);

#endif
