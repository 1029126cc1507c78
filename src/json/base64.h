// SPDX-License-Identifier: Apache-2.0
//
// Base64 (RFC 4648), as proto3 JSON has bytes: written in the standard alphabet with padding,
// read in the standard or the URL-safe one, padded or not. Thread-safe.
#ifndef RC_JSON_BASE64_H
#define RC_JSON_BASE64_H

#include "base/buf.h"

// Appends bytes as base64.
void rc_base64_encode(struct rc_view bytes, struct rc_buf *buf);

// Appends the bytes that text means; false when it is not base64 (buf may have grown).
bool rc_base64_decode(struct rc_view text, struct rc_buf *buf);

#endif
