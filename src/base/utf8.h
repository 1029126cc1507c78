// SPDX-License-Identifier: Apache-2.0
//
// One definition of well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, nothing
// above U+10FFFF). Pure functions, thread-safe.
#ifndef RC_BASE_UTF8_H
#define RC_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

// Length (1 to 4) of the well-formed sequence that text (len bytes) begins with; 0 when it
// begins with none or len is 0.
size_t rc_utf8_sequence(const char *text, size_t len);

// Writes code point (<= U+10FFFF, no surrogate) as UTF-8 to ret_text; returns the number of
// bytes, 1 to 4.
size_t rc_utf8_encode(uint32_t code_point, char ret_text[4]);

#endif
