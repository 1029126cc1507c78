// SPDX-License-Identifier: Apache-2.0
//
// What a database looks like, as far as the schema language can say it: one model, whether it
// was read from a live database, or made from the authored schema. Two catalogs that PostgreSQL
// wrote say the same thing in the same words, so they are compared by their texts.
//
// Every text that is compared has a *spelling* beside it, which is what DDL prints: of a live
// database the same text, of the schema the author's words in Prisma's style ("DECIMAL(10,2)"
// for numeric(10,2), `'UTC'` for 'UTC'::text). Everything lives in an arena.
#ifndef RC_MIGRATE_CATALOG_H
#define RC_MIGRATE_CATALOG_H

#include "base/arena.h"
#include "pg/sync.h"
#include "schema/schema.h"

struct rc_catalog_text {
    const char *text;     // to compare; NULL where there is nothing
    const char *spelling; // to print; NULL where there is nothing
};

struct rc_catalog_column {
    const char *name;
    const char *renamed_from; // by the schema; NULL
    struct rc_catalog_text type;
    struct rc_catalog_text default_value; // not that of a sequence
    struct rc_catalog_text generated;     // the expression, without its parentheses
    bool not_null;
    bool autoincrement;      // serial or identity
    const char *identity;    // "ALWAYS" or "BY DEFAULT" of an identity column; NULL
    const char *sequence;    // behind it, quoted and qualified; NULL when it is not made yet
    const char *collation;   // quoted and qualified; NULL when it is the type's own
    const char *comment;     // NULL
    const char *enum_schema; // of its enum, or its array's; NULL when it has none
    const char *enum_name;
    bool is_array;
};

enum rc_catalog_constraint_kind {
    RC_CONSTRAINT_PRIMARY_KEY,
    RC_CONSTRAINT_FOREIGN_KEY,
    RC_CONSTRAINT_CHECK,
    RC_CONSTRAINT_EXCLUSION, // which the schema cannot express
};

struct rc_catalog_constraint {
    const char *name;
    enum rc_catalog_constraint_kind kind;
    struct rc_catalog_text definition; // "FOREIGN KEY (a) REFERENCES t(id) ..."
    const char *const *columns;        // of the table, that it is about
    size_t column_count;
    const char *target_schema; // of a foreign key
    const char *target_table;
    const char *const *target_columns; // as many as columns
    const char *target_index;          // the unique index it leans on
};

struct rc_catalog_index {
    const char *name;
    bool unique;
    bool valid;
    bool is_constraint;          // a unique constraint's
    bool has_expression;         // or a condition
    const char *definition;      // pg_get_indexdef
    struct rc_catalog_text tail; // what follows the table's name: "USING btree (email)"
    const char *const *columns;  // that it needs, wherever they stand
    size_t column_count;
};

struct rc_catalog_table {
    const char *schema;
    const char *name;
    const char *renamed_from;          // by the schema, in the same PostgreSQL schema; NULL
    const char *comment;               // NULL
    struct rc_catalog_column *columns; // in their order in the table
    size_t column_count;
    struct rc_catalog_constraint *constraints; // by name
    size_t constraint_count;
    struct rc_catalog_index *indexes; // by name; without the primary key's
    size_t index_count;
};

// A view, or a materialized one.
struct rc_catalog_view {
    const char *schema;
    const char *name;
    bool materialized;
    bool managed; // the schema has its definition; what is only read is compared by columns
    struct rc_catalog_text definition; // NULL of one that the schema only reads
    const char *comment;
    struct rc_catalog_column *columns;
    size_t column_count;
    // What it reads: "schema", "table", "column" in threes, each quoted by nothing.
    const char *const *uses;
    size_t use_count;
};

struct rc_catalog_label {
    const char *name;
    const char *renamed_from; // by the schema; NULL
};

struct rc_catalog_enum {
    const char *schema;
    const char *name;
    const char *renamed_from;
    struct rc_catalog_label *labels; // in PostgreSQL's order
    size_t label_count;
};

struct rc_catalog {
    const char *const *schemas; // that exist
    size_t schema_count;
    const char *const *extensions;
    size_t extension_count;
    struct rc_catalog_enum *enums; // by schema and name
    size_t enum_count;
    struct rc_catalog_table *tables; // in the schema's order, or by schema and name
    size_t table_count;
    struct rc_catalog_view *views;
    size_t view_count;
    bool knows_views; // every view that there should be is listed; else some may be left out
};

// Reads these PostgreSQL schemas (an array literal, {public,app}; NULL: all but PostgreSQL's
// own). prefix is cut from every name and text, so that tables made beside the real ones read
// alike; "" for none. Prisma's own table and what extensions brought are left out. Runs in the
// connection's transaction with an empty search_path, which it leaves behind there.
rowcall_status rc_catalog_read(struct rc_pg_sync *conn, const char *schemas, const char *prefix,
                               struct rc_arena *arena, struct rc_catalog *ret_catalog,
                               rowcall_error *err) RC_MUST_CHECK;

// The catalog that the authored schema asks for, in its own words alone: texts to compare are
// missing. prefix goes before every PostgreSQL schema's name ("" for none). A pure function of
// the scope.
rowcall_status rc_catalog_of_scope(const struct rc_scope *scope, const char *prefix,
                                   struct rc_arena *arena, struct rc_catalog *ret_catalog,
                                   rowcall_error *err) RC_MUST_CHECK;

// The same in PostgreSQL's words, too: the schema is made beside what is there, read back and
// taken away again. Needs a transaction, in which it sets a savepoint and to which it goes
// back; needs the right to create schemas, and the schema's extensions. FAILED_PRECONDITION
// when it cannot be made, with PostgreSQL's reason.
rowcall_status rc_catalog_expect(struct rc_pg_sync *conn, const struct rc_scope *scope,
                                 struct rc_arena *arena, struct rc_catalog *ret_catalog,
                                 rowcall_error *err) RC_MUST_CHECK;

// Reads what a scope's PostgreSQL schemas have, as rc_catalog_read.
rowcall_status rc_catalog_read_scope(struct rc_pg_sync *conn, const struct rc_scope *scope,
                                     struct rc_arena *arena, struct rc_catalog *ret_catalog,
                                     rowcall_error *err) RC_MUST_CHECK;

// The same with those of extensions' tables and views that `known` lists, as when an entity
// stands for one; known may be NULL.
rowcall_status rc_catalog_read_beside(struct rc_pg_sync *conn, const struct rc_scope *scope,
                                      const struct rc_catalog *known, struct rc_arena *arena,
                                      struct rc_catalog *ret_catalog,
                                      rowcall_error *err) RC_MUST_CHECK;

// Makes a catalog that was read the aim of a diff: its views are to be as they are there, and
// no others.
void rc_catalog_aim(struct rc_catalog *catalog);

// The PostgreSQL schemas that exist in a catalog, as an array literal for rc_catalog_read.
void rc_catalog_schemas_of(const struct rc_catalog *catalog, struct rc_buf *out);

// The PostgreSQL schemas that a scope uses, public among them, as an array literal for
// rc_catalog_read.
void rc_catalog_schemas_of_scope(const struct rc_scope *scope, const char *prefix,
                                 struct rc_buf *out);

// Lookups; NULL when there is none.
const struct rc_catalog_table *rc_catalog_table_find(const struct rc_catalog *catalog,
                                                     const char *schema, const char *name);
const struct rc_catalog_view *rc_catalog_view_find(const struct rc_catalog *catalog,
                                                   const char *schema, const char *name);
const struct rc_catalog_enum *rc_catalog_enum_find(const struct rc_catalog *catalog,
                                                   const char *schema, const char *name);
const struct rc_catalog_column *rc_catalog_column_find(const struct rc_catalog_table *table,
                                                       const char *name);
const struct rc_catalog_index *rc_catalog_index_find(const struct rc_catalog_table *table,
                                                     const char *name);
const struct rc_catalog_constraint *
rc_catalog_constraint_find(const struct rc_catalog_table *table, const char *name);

#endif
