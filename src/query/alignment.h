// SPDX-License-Identifier: Apache-2.0
//
// Whether the record that an Upsert would create has the very key that the Upsert asks for.
// Then one ON CONFLICT decides; otherwise the two are different questions. It is the only thing
// about values that a plan depends on, and so it is part of the shape.
#ifndef RC_QUERY_ALIGNMENT_H
#define RC_QUERY_ALIGNMENT_H

#include "api/api.h"

// request: a checked Upsert request. Columns of the key that the record leaves out count as the
// same: they are taken from the key. Values are compared as they are encoded, so two ways to
// write one value may count as different. Thread-safe.
bool rc_alignment_of(const struct rc_wire_message *message, struct rc_view request);

#endif
