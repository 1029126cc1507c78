// SPDX-License-Identifier: Apache-2.0
//
// The elements of a one-dimensional array in PostgreSQL's binary form: dimensions, has-null
// flag, element type; length and lower bound of the one dimension; then per element a length
// (-1 = NULL) and that many bytes. Pure; every read is bounded by the bytes given.
#ifndef RC_TRANSCODE_ARRAY_H
#define RC_TRANSCODE_ARRAY_H

#include "base/view.h"

#include <stdint.h>

struct rc_array_reader {
    const char *at;
    const char *end;
    uint32_t left; // elements to come
    bool has_nulls;
};

// Begins to read. NULL, or what is wrong with the bytes, as the end of "price holds ...".
const char *rc_array_open(struct rc_array_reader *reader, struct rc_view bytes);

// The next element, while left > 0; ret_null for NULL. False when the bytes end too early.
bool rc_array_next(struct rc_array_reader *reader, struct rc_view *ret_bytes, bool *ret_null);

#endif
