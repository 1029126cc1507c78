// SPDX-License-Identifier: Apache-2.0
//
// A live database against the schema. PostgreSQL itself says what the schema means: inside a
// transaction that is always rolled back, the schema's tables are made beside the real ones
// (empty, in PostgreSQL schemas of their own), and both are read by the same query. Needs the
// right to create schemas in the database; changes nothing. Typed SQL is compared as well
// (compare_sql.h).
#ifndef RC_MIGRATE_COMPARE_H
#define RC_MIGRATE_COMPARE_H

#include "migrate/facts.h"

struct rc_difference {
    const char *kind;  // as rc_fact.kind, and "extension", "schema" and "sql"
    const char *table; // empty when it is no table's
    const char *name;  // column, index, ..., method; empty for the table itself
    const char *text;  // for people: "table products: column price: type is integer, the schema
                       // says bigint", "Report/Revenue: column total is missing from the
                       // result"
    struct rc_position position; // of a typed SQL method; file NULL otherwise
};

// What a live database has of the entities that every database shares (shared_part.h).
struct rc_shared_part {
    bool known; // false when tables could not be compared, for want of an extension
    struct rc_facts facts;
    char fingerprint[65]; // of the facts, hexadecimal SHA-256
};

struct rc_differences {
    const struct rc_difference *items; // by table, then name; methods last
    size_t count;
    struct rc_shared_part shared; // of the live database
};

// strict: what the schema does not know or cannot say is a difference, too: tables, views,
// their columns, enums, collations. What extensions brought never is. Everything is from arena.
// FAILED_PRECONDITION when the schema's tables cannot be made, with PostgreSQL's reason.
rowcall_status rc_compare_live(struct rc_pg_sync *conn, const struct rc_scope *scope,
                               bool strict, struct rc_arena *arena,
                               struct rc_differences *ret_differences,
                               rowcall_error *err) RC_MUST_CHECK;

// The same, on a connection of its own.
rowcall_status rc_compare_url(const char *url, const struct rc_scope *scope, bool strict,
                              struct rc_arena *arena, struct rc_differences *ret_differences,
                              rowcall_error *err) RC_MUST_CHECK;

#endif
