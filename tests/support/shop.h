// SPDX-License-Identifier: Apache-2.0
//
// A small schema for tests of the request path: Item, Part, Tick and Kind in the scope "shop".
#ifndef RC_TESTS_SUPPORT_SHOP_H
#define RC_TESTS_SUPPORT_SHOP_H

#include "support/protoc.h"

#define TEST_SHOP_FILES 2

extern const struct test_proto test_shop[TEST_SHOP_FILES];

// The tables, as migrations would make them.
extern const char test_shop_ddl[];

#endif
