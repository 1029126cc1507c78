// SPDX-License-Identifier: Apache-2.0
//
// Message tables: what a protobuf message may contain, as plain data. The derived API (src/api)
// builds them from the schema, the JSON mapping (src/json) from a descriptor set; the checker
// below and every other walk is driven by them, never by generated code.
//
// Tables may be filled lazily: a message that is only referred to has `complete` set and no
// fields yet. Always reach a message's fields through rc_wire_message_ready. Once ready, a
// table never changes and may be read from any thread.
#ifndef RC_WIRE_MESSAGE_H
#define RC_WIRE_MESSAGE_H

#include "base/arena.h"
#include "wire/reader.h"

#include <stdatomic.h>

// The scalar types of proto3 that Rowcall uses, numbered as in
// google.protobuf.FieldDescriptorProto.Type.
enum rc_field_type {
    RC_FIELD_DOUBLE = 1,
    RC_FIELD_FLOAT = 2,
    RC_FIELD_INT64 = 3,
    RC_FIELD_UINT64 = 4,
    RC_FIELD_INT32 = 5,
    RC_FIELD_FIXED64 = 6,
    RC_FIELD_FIXED32 = 7,
    RC_FIELD_BOOL = 8,
    RC_FIELD_STRING = 9,
    RC_FIELD_MESSAGE = 11,
    RC_FIELD_BYTES = 12,
    RC_FIELD_UINT32 = 13,
    RC_FIELD_ENUM = 14,
    RC_FIELD_SFIXED32 = 15,
    RC_FIELD_SFIXED64 = 16,
    RC_FIELD_SINT32 = 17,
    RC_FIELD_SINT64 = 18,
};

struct rc_wire_enum_value {
    const char *name;
    int32_t number;
    const char *comment; // NULL when none
};

struct rc_wire_enum {
    const char *name;                        // without package: "ProductStatus"
    const char *full_name;                   // "core.ProductStatus"
    const struct rc_wire_enum_value *values; // ascending by number
    size_t value_count;
    const char *comment;
};

struct rc_wire_message;

struct rc_wire_field {
    uint32_t number;
    enum rc_field_type type;
    bool repeated; // scalars of numeric type are packed when written, either form is read
    bool optional; // proto3 `optional`: presence of a scalar is significant
    int oneof;     // index into the message's oneofs, -1 when in none
    const char *name;
    const struct rc_wire_message *message;  // type MESSAGE
    const struct rc_wire_enum *enumeration; // type ENUM
    const char *comment;                    // NULL when none
    uint32_t role;       // meaning to the table's maker (enum rc_api_role in src/api)
    const void *subject; // what it is about, to the table's maker (a column, a relation)
};

struct rc_wire_message {
    const char *name;      // without package: "ProductWhere"
    const char *full_name; // "core.ProductWhere"
    const char *comment;
    const struct rc_wire_field *fields; // ascending by number
    size_t field_count;
    const char *const *oneofs; // names
    size_t oneof_count;
    bool map_entry; // an entry (key = 1, value = 2) of a proto map; a repeated field of it is
                    // an object in JSON
    uint32_t role;  // meaning to the table's maker (enum rc_api_message)
    const void *subject; // to the table's maker (a model, an enum)
    atomic_bool
        ready; // fields are in place; set by `complete` with a release store, read with acquire
    // Fills a lazy table; NULL for a table that was made whole. May be called by several
    // threads at once: it takes its maker's lock, looks at `ready` again, fills, and sets
    // `ready` last. Out of memory: it leaves `ready` unset.
    void (*complete)(struct rc_wire_message *message, void *context);
    void *context;
};

// What rc_wire_message_ready does with a table that is not filled. For its use alone.
const struct rc_wire_message *rc_wire_message_complete(const struct rc_wire_message *message);

// The message with its fields in place; fills a lazy table first. NULL when there was no memory
// to fill it. Thread-safe.
static inline const struct rc_wire_message *
rc_wire_message_ready(const struct rc_wire_message *message)
{
    bool ready =
        !message->complete || atomic_load_explicit(&message->ready, memory_order_acquire);
    return ready ? message : rc_wire_message_complete(message);
}

// The field with this number or name, NULL when there is none. By number: O(1) where fields are
// numbered densely from 1, else binary search; by name: a scan. They make the message ready;
// message may be NULL. The search is what by_number does otherwise, with a ready one.
const struct rc_wire_field *rc_wire_field_search(const struct rc_wire_message *message,
                                                 uint32_t number);
static inline const struct rc_wire_field *
rc_wire_field_by_number(const struct rc_wire_message *message, uint32_t number)
{
    message = message ? rc_wire_message_ready(message) : NULL;
    bool is_dense = message && number > 0 && number <= message->field_count &&
                    message->fields[number - 1].number == number;
    return is_dense ? &message->fields[number - 1] : rc_wire_field_search(message, number);
}
const struct rc_wire_field *rc_wire_field_by_name(const struct rc_wire_message *message,
                                                  struct rc_view name);
const struct rc_wire_enum_value *rc_wire_enum_by_number(const struct rc_wire_enum *enumeration,
                                                        int32_t number);
const struct rc_wire_enum_value *rc_wire_enum_by_name(const struct rc_wire_enum *enumeration,
                                                      struct rc_view name);

// The wire type a single value of this field type has.
static inline enum rc_wire_type rc_field_wire_type(enum rc_field_type type)
{
    static const unsigned char types[RC_FIELD_SINT64 + 1] = {
        [RC_FIELD_DOUBLE] = RC_WIRE_FIXED64,   [RC_FIELD_FLOAT] = RC_WIRE_FIXED32,
        [RC_FIELD_FIXED64] = RC_WIRE_FIXED64,  [RC_FIELD_FIXED32] = RC_WIRE_FIXED32,
        [RC_FIELD_STRING] = RC_WIRE_BYTES,     [RC_FIELD_MESSAGE] = RC_WIRE_BYTES,
        [RC_FIELD_BYTES] = RC_WIRE_BYTES,      [RC_FIELD_SFIXED32] = RC_WIRE_FIXED32,
        [RC_FIELD_SFIXED64] = RC_WIRE_FIXED64, // the others are RC_WIRE_VARINT: 0
    };
    return (enum rc_wire_type)types[type];
}

struct rc_wire_limits {
    unsigned
        max_depth; // nested messages, the outermost counted; at most 64, more is taken as 64
    size_t max_fields; // fields in all, packed elements included
};

// Defaults: depth 64, 1,000,000 fields.
extern const struct rc_wire_limits rc_wire_default_limits;

// Checks that data is a well-formed `message`: every field known and of its wire type, depth
// and counts within limits (NULL = defaults), strings UTF-8 without NUL, 32-bit numbers in
// their range, enum numbers known, at most one member of a oneof, and no singular field given
// twice (a merge could widen a filter). Iterative, allocates nothing. INVALID_ARGUMENT names
// the field by its path ("where.and[2].email.equals"); RESOURCE_EXHAUSTED for limits.
rowcall_status rc_wire_check(const struct rc_wire_message *message, struct rc_view data,
                             const struct rc_wire_limits *limits,
                             rowcall_error *err) RC_MUST_CHECK;

#endif
