// SPDX-License-Identifier: Apache-2.0
//
// Compiling .proto files within a test: texts are written to a folder of their own, which is
// removed again.
#ifndef RC_TESTS_SUPPORT_PROTOC_H
#define RC_TESTS_SUPPORT_PROTOC_H

#include "base/buf.h"

struct test_proto {
    const char *path; // "shared/shop.proto"
    const char *text;
};

// The FileDescriptorSet, imports and source info included, of count files that may import those
// of proto/. Fails the test, with protoc's words, when they do not compile. The caller finishes
// ret_set.
void test_protoc(const struct test_proto *protos, size_t count, struct rc_buf *ret_set);

// The same of the repository's own databases.
void test_protoc_repository(struct rc_buf *ret_set);

#endif
