// SPDX-License-Identifier: Apache-2.0
//
// The derived API of a scope as .proto text. Messages refer to each other in cycles, which
// protobuf allows within a file only, so all data of a scope is in model.proto; an entity's
// requests, responses and service have a file each. The text depends on the schema alone: same
// schema, same bytes.
#ifndef RC_CODEGEN_PROTO_FILE_H
#define RC_CODEGEN_PROTO_FILE_H

#include "api/api.h"
#include "base/buf.h"

// Takes one file: path below the proto folder ("api/core/model.proto") and its text, both
// borrowed. A failure ends the printing.
typedef rowcall_status (*rc_proto_file_fn)(void *context, const char *path, struct rc_view text,
                                           rowcall_error *err);

// Prints every file of the api's scope, model.proto first, then the entities by name.
rowcall_status rc_proto_files(struct rc_api *api, rc_proto_file_fn emit, void *context,
                              rowcall_error *err) RC_MUST_CHECK;

#endif
