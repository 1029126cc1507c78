// SPDX-License-Identifier: Apache-2.0
//
// Requests written as JSON. Single quotes stand for JSON's double ones, so that C needs no
// backslashes.
#ifndef RC_TESTS_SUPPORT_REQUEST_H
#define RC_TESTS_SUPPORT_REQUEST_H

#include "wire/message.h"

#include "base/buf.h"

// The bytes of a message; the caller finishes ret_bytes. Fails the test when json is no such
// message.
void test_request(const struct rc_wire_message *message, const char *json,
                  struct rc_buf *ret_bytes);

// Every `from` in text becomes `to`.
void test_replace(char *text, char from, char to);

#endif
