// SPDX-License-Identifier: Apache-2.0
//
// A database's tables as a sorted list of facts: "column price of table products has type
// bigint". Texts are PostgreSQL's own (format_type, pg_get_expr, pg_get_indexdef, ...), so two
// databases say the same thing in the same words, and a comparison is a merge of two lists.
#ifndef RC_MIGRATE_FACTS_H
#define RC_MIGRATE_FACTS_H

#include "migrate/catalog.h"

struct rc_fact {
    const char *kind;  // "table", "column", "type", "nullability", "default", "generated",
                       // "primary key", "index", "foreign key", "check", "exclusion",
                       // "collation", "comment", "enum";
                       // of views only "view", "column" and "type", which has no length
    bool is_view;      // a view's, materialized or not
    const char *table; // the table, with its schema unless that is public; empty for an enum
    const char *name;  // column, constraint, index, enum; empty for the table itself
    const char *text;  // what is said of it: "a table" of the table itself
};

struct rc_facts {
    const struct rc_fact *items; // by table, name, kind
    size_t count;
};

// The facts of a catalog that PostgreSQL wrote. Everything is from arena, or borrowed from the
// catalog.
rowcall_status rc_facts_of(const struct rc_catalog *catalog, struct rc_arena *arena,
                           struct rc_facts *ret_facts, rowcall_error *err) RC_MUST_CHECK;

// By table, then name, then kind (existence first): the order of the list. A table and a view
// of one name are equal: either is there.
int rc_fact_compare(const struct rc_fact *a, const struct rc_fact *b);

#endif
