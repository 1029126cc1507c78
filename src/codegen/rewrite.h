// SPDX-License-Identifier: Apache-2.0
//
// Making descriptors palatable to protoc-gen-c 1.4, which refuses proto3's `optional`: the file
// becomes proto2 with the same bytes on the wire. Synthetic oneofs go, repeated numbers are
// marked packed as proto3 has them, services and everything about options that protoc-gen-c
// would include a header for are dropped, and its own options keep the output small.
#ifndef RC_CODEGEN_REWRITE_H
#define RC_CODEGEN_REWRITE_H

#include "base/arena.h"

#include <google/protobuf/descriptor.pb-c.h>

// Rewrites file in place; what is added comes from arena. Its imports are renamed to where
// rc_codegen_path puts them, its own name is left to the caller: it is how the other files of
// `all` find it.
rowcall_status rc_codegen_rewrite(struct rc_arena *arena,
                                  Google__Protobuf__FileDescriptorProto *file,
                                  const Google__Protobuf__FileDescriptorSet *all,
                                  rowcall_error *err) RC_MUST_CHECK;

// Where a file is to C: its package as folders, and its own last name. NULL when memory is out.
char *rc_codegen_path(struct rc_arena *arena,
                      const Google__Protobuf__FileDescriptorProto *file) RC_MUST_CHECK;

#endif
