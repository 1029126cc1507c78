// SPDX-License-Identifier: Apache-2.0
//
// A shape read back as a tree, for the compiler: what the request looks like, without its
// values. Made from the shape and the tables alone, so that a plan cannot depend on anything
// else. Made only when a shape is new; never on the path of a known one.
#ifndef RC_QUERY_OUTLINE_H
#define RC_QUERY_OUTLINE_H

#include "base/buf.h"
#include "query/shape.h"

struct rc_node {
    const struct rc_wire_field *field;     // NULL for the request itself
    const struct rc_wire_message *message; // OPEN, ROWS: what it is; ready
    enum rc_token_kind kind;
    size_t slot;         // SLOT: number of the value; in ROWS counted within one row
    size_t group;        // ROWS: number of the row group
    uint64_t flag;       // FLAG; of the request itself the shape's head
    struct rc_view text; // TEXT, borrowed from the shape
    const struct rc_node *parent;
    struct rc_node *first; // OPEN, ROWS: the fields, in the order they came
    struct rc_node *next;
};

// Reads a shape of a `message`. INTERNAL when the shape is not one, RESOURCE_EXHAUSTED without
// memory. ret_root is the arena's.
rowcall_status rc_outline_read(const struct rc_wire_message *message, struct rc_view shape,
                               struct rc_arena *arena, struct rc_node **ret_root,
                               rowcall_error *err) RC_MUST_CHECK;

// The node's first field of this role, NULL when there is none. node may be NULL.
const struct rc_node *rc_node_child(const struct rc_node *node, enum rc_api_role role);
// The same among fields that are flags, or slots (`take` has one of each).
const struct rc_node *rc_node_slot(const struct rc_node *node, enum rc_api_role role);
// Whether a flag of this role is there and not 0.
bool rc_node_has_flag(const struct rc_node *node, enum rc_api_role role);

// The column of the entity that an EField names; NULL when it names none.
const struct rc_column *rc_node_column(const struct rc_node *node,
                                       const struct rc_entity *entity);

// Writes where the node is in the request, "where.and[1].price", cut to size; of rows that are
// grouped "rows[].price". Nothing for the request itself. Returns the length it would have, or
// that of a part that was cut off.
size_t rc_node_path(const struct rc_node *node, char *path, size_t size);

// Fills err: "<path of node>: <message>". Returns status.
rowcall_status rc_node_refuse(const struct rc_node *node, rowcall_status status,
                              rowcall_error *err, const char *format, ...) RC_PRINTF(4, 5);

#endif
