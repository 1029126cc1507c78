// SPDX-License-Identifier: Apache-2.0
//
// C from API protos, as a protoc plugin: CodeGeneratorRequest in, CodeGeneratorResponse out.
// The structs are protoc-gen-c's, which is run behind a rewrite of the descriptors (rewrite.h);
// the typed calls and constructors are Rowcall's own (c_scope.h).
//
//   protoc --plugin=protoc-gen-rowcall --rowcall_out=DIR -I... core/core.proto
//
// Output is a function of the request alone: no dates, paths or versions of the machine.
#ifndef RC_CODEGEN_PLUGIN_H
#define RC_CODEGEN_PLUGIN_H

#include "base/buf.h"

// Answers a CodeGeneratorRequest. protoc_gen_c is the program to run, by path or by PATH. What
// is wrong with the protos is an error within the response, for protoc to print; the status is
// for everything else: INVALID_ARGUMENT (not a request), UNAVAILABLE (protoc-gen-c cannot be
// run), RESOURCE_EXHAUSTED.
rowcall_status rc_codegen_plugin(struct rc_view request, const char *protoc_gen_c,
                                 struct rc_buf *ret_response, rowcall_error *err) RC_MUST_CHECK;

#endif
