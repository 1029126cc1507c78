// SPDX-License-Identifier: Apache-2.0
//
// cmocka with the words of this tree: include it instead of cmocka.h. ASSERT_OK prints the
// error's message when a call fails; ASSERT_STATUS compares statuses by name; ASSERT_CONTAINS
// looks for a part of a text.
#ifndef RC_TESTS_SUPPORT_CHECK_H
#define RC_TESTS_SUPPORT_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "rowcall/error.h"

#define ASSERT_OK(st, err)                                                                     \
    do {                                                                                       \
        if ((st) != ROWCALL_OK) {                                                              \
            fail_msg("expected OK, got: %s", (err).message);                                   \
        }                                                                                      \
    } while (0)

#define ASSERT_STATUS(st, expected)                                                            \
    assert_string_equal(rowcall_status_name(st), rowcall_status_name(expected))

#define ASSERT_CONTAINS(text, part)                                                            \
    do {                                                                                       \
        if (!strstr((text), (part))) {                                                         \
            fail_msg("expected \"%s\" within \"%s\"", (part), (text));                         \
        }                                                                                      \
    } while (0)

#endif
