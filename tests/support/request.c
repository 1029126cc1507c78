// SPDX-License-Identifier: Apache-2.0
//
// JSON to bytes, by the tables that the server itself reads by.
#include "support/request.h"

#include "support/check.h"

#include "json/encode.h"

#include <stdlib.h>

void test_replace(char *text, char from, char to)
{
    for (char *at = strchr(text, from); at; at = strchr(at, from)) {
        *at = to;
    }
}

void test_request(const struct rc_wire_message *message, const char *json,
                  struct rc_buf *ret_bytes)
{
    rowcall_error err = {0};
    char *text = strdup(json);
    assert_non_null(text);
    assert_non_null(rc_wire_message_ready(message));
    test_replace(text, '\'', '"');
    rowcall_status st = rc_json_encode(message, rc_view_of(text), ret_bytes, &err);
    if (st != ROWCALL_OK) {
        fail_msg("%s: %s", json, err.message);
    }
    free(text);
}
