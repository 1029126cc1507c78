// SPDX-License-Identifier: Apache-2.0
//
// The authored .proto files of a project, compiled by protoc: every folder below the proto
// folder but `rowcall` (the engine's contracts) and `api` (derived).
#ifndef RC_BIN_AUTHORED_H
#define RC_BIN_AUTHORED_H

#include "base/buf.h"
#include "schema/schema.h"

// Compiles them to a FileDescriptorSet with imports and source info, appended to ret_set.
// protoc prints its own findings to stderr as file:line:column: message. INVALID_ARGUMENT when
// they do not compile, FAILED_PRECONDITION when there is nothing to compile or no protoc.
rowcall_status rc_authored_compile(const char *proto_dir, struct rc_buf *ret_set,
                                   rowcall_error *err) RC_MUST_CHECK;

// The same with files that are not in the project yet: those below overlay count as if they
// were in the proto folder, and win over those that are. NULL: none.
rowcall_status rc_authored_compile_with(const char *overlay, const char *proto_dir,
                                        struct rc_buf *ret_set,
                                        rowcall_error *err) RC_MUST_CHECK;

// Loads a descriptor set as a schema, which the caller frees; prints every problem to stderr as
// proto_dir/file:line: message.
rowcall_status rc_authored_load(const char *proto_dir, struct rc_view set,
                                struct rc_schema **ret_schema,
                                rowcall_error *err) RC_MUST_CHECK;

// Runs protoc with these words (NULL-terminated; words[0] is "protoc") and waits.
// INVALID_ARGUMENT when it fails.
rowcall_status rc_authored_protoc(char *const *words, rowcall_error *err) RC_MUST_CHECK;

#endif
