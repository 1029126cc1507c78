// SPDX-License-Identifier: Apache-2.0
//
// What the rules share: the statement at hand, what is known of its tables, and how a finding
// is told. Private to lint*.c.
#ifndef RC_MIGRATE_LINTER_H
#define RC_MIGRATE_LINTER_H

#include "base/buf.h"
#include "migrate/lint.h"
#include "migrate/lint_past.h"
#include "migrate/script.h"

struct rc_linter {
    struct rc_pg_sync *conn; // NULL: no database to ask
    struct rc_arena *arena;
    struct rc_lint_finding *items;
    size_t count;
    size_t capacity;
    const struct rc_script *script;
    const struct rc_script_statement *statement;
    struct rc_lint_past *past;
    const char *default_schema; // where names without one are
    bool is_enclosed;           // all statements run in one transaction
    bool failed;                // without memory
    bool lost;                  // the connection
};

// A table that a statement is about.
struct rc_lint_table {
    const char *schema; // as SQL names it, or the default one
    const char *table;
    const char *name; // both, quoted; the schema only where SQL names it
    const char *live; // the same as the live database has it, where it was renamed before
    bool is_made;     // by this script, or one before it: nobody waits for it yet
    int64_t rows;     // -1: not known
    bool is_estimate;
    int64_t bytes; // with its indexes; -1: not known
};

// Tells a finding of the statement at hand; text and advice are formatted in the arena before.
void rc_lint_tell(struct rc_linter *linter, const char *rule, const char *text,
                  const char *advice);

// A text of the arena; "" without memory.
const char *rc_lint_print(struct rc_linter *linter, const char *format, ...) RC_PRINTF(2, 3);

// ---- libpg-query's trees (lint_tree.c)

// Members of a node; "" and false where they are missing.
const char *rc_lint_text(const json_t *node, const char *name);
bool rc_lint_flag(const json_t *node, const char *name);
// The one member of a node of any kind: {"ColumnDef": {...}}; NULL when it is of another.
const json_t *rc_lint_node(const json_t *wrapped, const char *kind);
// The text of a list's String node; "" behind its end.
const char *rc_lint_name_at(const json_t *names, size_t at);
// The last name of a qualified one, and the one before it ("" when it is not qualified).
const char *rc_lint_last_name(const json_t *names);
const char *rc_lint_qualifier(const json_t *names);
// Whether a list of DefElem has this one.
bool rc_lint_has_option(const json_t *options, const char *name);

// An identifier quoted; names of a list quoted, each behind prefix ("t."), and joined by
// commas. From the arena.
const char *rc_lint_quote(struct rc_linter *linter, const char *name);
const char *rc_lint_quote_list(struct rc_linter *linter, const json_t *names,
                               const char *prefix);

// ---- tables, and what the live database says of them (lint_live.c)

// The table that a RangeVar names, and what is known of it.
struct rc_lint_table rc_lint_table_of(struct rc_linter *linter, const json_t *range);
// The table that a list of names means: ["app", "teas"] in String nodes.
struct rc_lint_table rc_lint_table_named(struct rc_linter *linter, const json_t *names);

// The table of these bare names; schema "" for none.
struct rc_lint_table rc_lint_table_at(struct rc_linter *linter, const char *schema,
                                      const char *name);

// Whether the live database is known to have no table or view of this name.
bool rc_lint_is_absent(struct rc_linter *linter, const char *schema, const char *name);

// Whether its size matters: it is not known to be small, and not made by the script.
bool rc_lint_is_big(const struct rc_lint_table *table);
// "1200 rows", "about 3000000 rows, 1.2 GB", "its rows".
const char *rc_lint_rows(struct rc_linter *linter, const struct rc_lint_table *table);
// "1 row", "12 rows".
const char *rc_lint_number(struct rc_linter *linter, int64_t count, const char *noun);

// How many rows a query counts; -1 when there is no database, the table is not there, or it
// takes too long. A query that PostgreSQL refuses because of a value (SQLSTATE class 22) sets
// *ret_refused, where that is asked for.
int64_t rc_lint_count(struct rc_linter *linter, const struct rc_lint_table *table,
                      const char *sql, bool *ret_refused);

// A question that may fail: NULL then, and the transaction goes on. Its locks are given back
// either way. The caller frees the result. ret_refused: as of rc_lint_count.
struct rc_pg_result *rc_lint_query(struct rc_linter *linter, const char *sql, size_t count,
                                   const char *const *values, bool *ret_refused);

// The one text that a query answers; NULL when there is none.
const char *rc_lint_ask(struct rc_linter *linter, const char *sql, size_t count,
                        const char *const *values);

// A column as the live database has it. type: NULL when it is not known.
struct rc_lint_column {
    const char *name; // quoted, as SQL has it
    const char *live; // quoted, as the live database has it
    const char *bare; // likewise, without quotes
    const char *type; // "character varying(30)"
    bool is_made;     // by this script, or one before it
    bool not_null;
};
struct rc_lint_column rc_lint_column_of(struct rc_linter *linter,
                                        const struct rc_lint_table *table, const char *column);

// ---- the rules

void rc_lint_alter_table(struct rc_linter *linter);
void rc_lint_statement(struct rc_linter *linter);

void rc_lint_drop(struct rc_linter *linter); // lint_drop.c
void rc_lint_drop_database(struct rc_linter *linter);
void rc_lint_rename(struct rc_linter *linter); // lint_rename.c
void rc_lint_set_schema(struct rc_linter *linter);
void rc_lint_enum(struct rc_linter *linter);

// What is one command of ALTER TABLE.
struct rc_lint_command {
    struct rc_linter *linter;
    struct rc_lint_table table;
    const json_t *tree; // AlterTableCmd
    const char *name;   // of its column or constraint
};

void rc_lint_column_type(const struct rc_lint_command *command);    // lint_retype.c
void rc_lint_add_constraint(const struct rc_lint_command *command); // lint_constraint.c
void rc_lint_validate(const struct rc_lint_command *command);
void rc_lint_drop_constraint(const struct rc_lint_command *command);
void rc_lint_set_not_null(const struct rc_lint_command *command);
void rc_lint_inline_constraint(const struct rc_lint_command *command, const char *column,
                               const json_t *constraint);
void rc_lint_index(struct rc_linter *linter); // lint_index.c
void rc_lint_drop_index(struct rc_linter *linter, const json_t *object);
void rc_lint_reindex(struct rc_linter *linter);
// Counts values that stand more than once, among rows of a condition. Both are SQL.
void rc_lint_duplicates(struct rc_linter *linter, const struct rc_lint_table *table,
                        const char *columns, const char *condition);
// PostgreSQL refuses what views or foreign keys still need: those of a column, or (NULL) of the
// table; what: "dropped". Those that the script has dropped before do not count.
void rc_lint_dependents(struct rc_linter *linter, const struct rc_lint_table *table,
                        const struct rc_lint_column *column, const char *what);
// The statement writes every row anew, because of why.
void rc_lint_rewrite(struct rc_linter *linter, const struct rc_lint_table *table,
                     const char *why, const char *advice);

#endif
