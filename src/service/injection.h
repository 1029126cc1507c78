// SPDX-License-Identifier: Apache-2.0
//
// Putting values into a message's bytes at several paths at once, in one pass. What else the
// message holds stays as it is.
//
//   paths  data.order_id, data.lines.create[1].sku        tree  data --- order_id
//                                                                 \--- lines --- create[1] ---
//                                                                 sku
#ifndef RC_SERVICE_INJECTION_H
#define RC_SERVICE_INJECTION_H

#include "service/path.h"

// One value to be put in: the caller fills in what is found, before it is injected.
struct rc_injection_value {
    size_t index; // of the reference, for errors
    const struct rc_wire_field *from;
    struct rc_wire_value value;
};

struct rc_injection_node;

// A tree of paths. Zeroed: none. Its nodes are the arena's; one thread at a time.
struct rc_injection {
    struct rc_injection_node *roots;
};

// Adds a path whose value will be *value (borrowed). INVALID_ARGUMENT: another path has the
// same end.
rowcall_status rc_injection_add(struct rc_injection *injection, const struct rc_path *to,
                                const struct rc_injection_value *value, struct rc_arena *arena,
                                rowcall_error *err) RC_MUST_CHECK;

// Appends a message's bytes (well-formed) with the values in them to out, whose own failure is
// sticky. known false: the values are not known yet, others of their types take their place.
// Errors begin with "references[i].to". INVALID_ARGUMENT: a field has a value already, or an
// element is not there (both whatever the values are); OUT_OF_RANGE: a value does not fit.
rowcall_status rc_injection_apply(const struct rc_injection *injection, struct rc_view bytes,
                                  bool known, struct rc_buf *out,
                                  rowcall_error *err) RC_MUST_CHECK;

#endif
