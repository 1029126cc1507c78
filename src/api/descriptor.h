// SPDX-License-Identifier: Apache-2.0
//
// The API of a scope as descriptors, for Reflection: what protoc makes of the printed .proto
// files, without comments and json names, made from the same tables. Files come dependencies
// first; the fixed ones (rowcall/*.proto and what they import) are embedded at build time.
#ifndef RC_API_DESCRIPTOR_H
#define RC_API_DESCRIPTOR_H

#include "api/api.h"
#include "base/buf.h"

// Appends a serialized google.protobuf.FileDescriptorSet. Thread-safe; fills all tables of the
// scope.
rowcall_status rc_api_descriptor_set(struct rc_api *api, struct rc_buf *out,
                                     rowcall_error *err) RC_MUST_CHECK;

// The embedded FileDescriptorSet of rowcall/*.proto and their imports: the envelope, Health,
// Reflection, Transactions and the query vocabulary. Static storage.
struct rc_view rc_api_fixed_descriptors(void);

#endif
