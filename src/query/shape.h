// SPDX-License-Identifier: Apache-2.0
//
// The walk over a request: everything but the values becomes the *shape*, a string of bytes
// that names the plan; the values go to slots, numbered as they come. Requests that differ only
// in values, in how long an `in` list is, or in how many rows they create have one shape.
//
//   shape  = head token*
//   head   = varint: the verb; for an Upsert also whether it is aligned (alignment.h)
//   token  = varint(number << 3 | kind) and then
//     SLOT   nothing: the next slot belongs to this field
//     FLAG   varint: the value itself is part of the shape (directions, select, is_null, ...)
//     OPEN   token* 0x00: a nested message
//     TEXT   varint(length) bytes: a name that is part of the shape (the field compared with)
//     ROWS   token* 0x00: any number of records or keys that are alike (the next row group)
//
// `take` gives two tokens: a FLAG for its sign and a SLOT. `required` and what pages a Stream
// give none. A list or a Timestamp is one slot.
//
// Repeated records to create, and keys, are not in the shape one by one: those of one field
// that name the same fields form a *row group*, behind the other fields of their message. Its
// slots are its own: as many as one of its rows has, row after row. A record that writes
// related records itself is no row but an OPEN like any other.
//
// The request was checked by rc_wire_check before, so the walk meets only what the tables know;
// what is left to check here are values: list positions, enum numbers, nanoseconds. Memory is
// the arena's.
#ifndef RC_QUERY_SHAPE_H
#define RC_QUERY_SHAPE_H

#include "api/api.h"
#include "query/paging.h"
#include "wire/value.h"

enum rc_token_kind {
    RC_TOKEN_SLOT,
    RC_TOKEN_FLAG,
    RC_TOKEN_OPEN,
    RC_TOKEN_TEXT,
    RC_TOKEN_ROWS
};

#define RC_TOKEN_KIND_BITS 3

// In the head, above the verb.
#define RC_SHAPE_ALIGNED UINT64_C(0x100)

// A growing string of bytes in the arena.
struct rc_tokens {
    unsigned char *data;
    size_t len;
    size_t capacity;
};

// Growing values in the arena.
struct rc_slots {
    struct rc_value *values;
    size_t count;
    size_t capacity;
};

// Rows of one field that name the same fields, in the order they came.
struct rc_row_group {
    struct rc_row_group *next;
    const struct rc_wire_field *field;
    struct rc_tokens tokens; // of one row, without ROWS and its end
    struct rc_slots slots;   // slot_count values per row, row after row
    size_t slot_count;
    size_t row_count;
};

// A longer shape is refused: some 10,000 conditions. It bounds what compiling one costs, and
// what the cache holds; lists and rows are not in it.
#define RC_SHAPE_LEN_MAX ((size_t)64 << 10)

// More groups than this in one request are refused: each is a statement.
#define RC_SHAPE_GROUPS_MAX 64

struct rc_shape {
    struct rc_tokens tokens;
    struct rc_slots slots;
    const struct rc_row_group *groups[RC_SHAPE_GROUPS_MAX]; // in the order of ROWS tokens
    size_t group_count;
    bool required;
    struct rc_paging paging;
};

// Walks request, a checked `message`. INVALID_ARGUMENT names the field by its path;
// RESOURCE_EXHAUSTED without memory or for a shape that is too long.
rowcall_status rc_shape_walk(const struct rc_wire_message *message, enum rc_verb verb,
                             struct rc_view request, struct rc_arena *arena,
                             struct rc_shape *ret_shape, rowcall_error *err) RC_MUST_CHECK;

#endif
