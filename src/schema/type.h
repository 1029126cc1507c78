// SPDX-License-Identifier: Apache-2.0
//
// Column types: which PostgreSQL types Rowcall knows, how their values travel, and what may be
// done with them. One table (type.c) says it all; a type that is not in it is refused, never
// guessed.
#ifndef RC_SCHEMA_TYPE_H
#define RC_SCHEMA_TYPE_H

#include "base/error.h"
#include "wire/message.h"

struct rc_enum;

enum rc_type_kind {
    RC_TYPE_BOOL,
    RC_TYPE_INT2, // travels as int32
    RC_TYPE_INT4,
    RC_TYPE_INT8,
    RC_TYPE_OID, // travels as int64
    RC_TYPE_FLOAT4,
    RC_TYPE_FLOAT8,
    RC_TYPE_NUMERIC,
    RC_TYPE_MONEY,
    RC_TYPE_TEXT,
    RC_TYPE_VARCHAR,
    RC_TYPE_CHAR,
    RC_TYPE_CITEXT,
    RC_TYPE_BYTEA,
    RC_TYPE_TIMESTAMP,
    RC_TYPE_TIMESTAMPTZ,
    RC_TYPE_DATE,
    RC_TYPE_TIME,
    RC_TYPE_TIMETZ,
    RC_TYPE_INTERVAL,
    RC_TYPE_UUID,
    RC_TYPE_JSON,
    RC_TYPE_JSONB,
    RC_TYPE_XML,
    RC_TYPE_INET,
    RC_TYPE_CIDR,
    RC_TYPE_MACADDR,
    RC_TYPE_BIT,
    RC_TYPE_VARBIT,
    RC_TYPE_TSVECTOR,
    RC_TYPE_ENUM,
    RC_TYPE_COUNT
};

// A type as a column has it.
struct rc_type {
    enum rc_type_kind kind;
    bool array;
    int length;    // varchar(n), char(n), bit(n), varbit(n): n; 0 = not given
    int precision; // numeric(p,s): p; timestamp(p), time(p), interval(p): p; -1 = not given
    int scale;     // numeric(p,s): s; -1 = not given
    const struct rc_enum *enumeration; // RC_TYPE_ENUM
    const char *sql; // the element type as written in SQL and as format_type prints it:
                     // "timestamp(3) without time zone" is "timestamp(3)" here; enums quoted
                     // and qualified when not in public: "\"PaintColor\""
};

// The message family of query.proto that filters, lists and updates a type: "Int32", "String",
// "Value", ...
enum rc_type_family {
    RC_FAMILY_INT32,
    RC_FAMILY_INT64,
    RC_FAMILY_BOOL,
    RC_FAMILY_FLOAT,
    RC_FAMILY_DOUBLE,
    RC_FAMILY_STRING, // text, varchar, char, citext, xml, tsvector
    RC_FAMILY_BYTES,
    RC_FAMILY_TIMESTAMP, // timestamp, timestamptz
    RC_FAMILY_VALUE,     // travels as string, compares natively: date, uuid, inet, bit, ...
    RC_FAMILY_NUMERIC,   // as VALUE, with arithmetic: numeric, money
    RC_FAMILY_JSON,
    RC_FAMILY_ENUM, // filters and updates are generated per enum
};

struct rc_type_info {
    const char *name;         // PostgreSQL's short name: "int4"
    enum rc_field_type field; // how one value travels (MESSAGE for google.protobuf.Timestamp)
    enum rc_type_family family;
    bool text_like;    // its PostgreSQL binary form is its text (text, citext, varchar, char,
                       // json, xml, enum)
    bool is_ordered;   // has <, >: may be ordered by and compared (not json, xml, tsvector)
    bool is_equatable; // has = (not json, xml; tsvector's means nothing)
    bool has_extremes; // has min() and max() in PostgreSQL 15 (not bool, bytea, uuid, jsonb,
                       // macaddr, bit, varbit)
};

// The table's row for a kind; static storage.
const struct rc_type_info *rc_type_info(enum rc_type_kind kind);

// Parses a PostgreSQL type as an author or format_type() writes it ("numeric(10,2)",
// "timestamp(3) without time zone", "character varying(20)", "int", "text[]") into everything
// but `enumeration`. INVALID_ARGUMENT when it is not known. ret_type->sql is allocated from
// arena.
rowcall_status rc_type_parse(struct rc_arena *arena, const char *text, struct rc_type *ret_type,
                             rowcall_error *err) RC_MUST_CHECK;

// The default column type for a proto field type (STRING -> text, ...), or
// INVALID_ARGUMENT-like false when there is none.
bool rc_type_default(enum rc_field_type field, struct rc_type *ret_type);

// Whether values of a field of this proto type can travel for this column type (int32 for int2
// and int4, ...).
bool rc_type_accepts_field(const struct rc_type *type, enum rc_field_type field);

// Whether full-text queries may look into values of this type: tsvector, and texts, but not
// xml, whose markup is none of the words.
bool rc_type_is_searchable(const struct rc_type *type);

#endif
