// SPDX-License-Identifier: Apache-2.0
//
// A parameter's value as text, for people: as PostgreSQL would read it, whatever the form is in
// which it is sent. Thread-safe.
#ifndef RC_TRANSCODE_SHOW_H
#define RC_TRANSCODE_SHOW_H

#include "base/buf.h"
#include "schema/type.h"
#include "wire/value.h"

// Appends value, which is of type: 42, t, 2024-05-01T12:00:00Z, \x00ff, a label; lists as array
// literals, {"a","b",NULL}. NULL itself appends nothing.
void rc_show_value(const struct rc_type *type, const struct rc_value *value,
                   struct rc_buf *out);

#endif
