// SPDX-License-Identifier: Apache-2.0
//
// Turning a response's bytes into the struct that the caller gets. protobuf-c bounds neither
// depth nor volume, cuts text at NUL and does not look at UTF-8, so the bytes are walked first,
// guided by its own descriptors.
#ifndef RC_CLIENT_RESPONSE_H
#define RC_CLIENT_RESPONSE_H

#include "base/view.h"
#include "base/error.h"

#include <protobuf-c/protobuf-c.h>

// Unpacks bytes as a message of this type, which the caller frees with rowcall_free. INTERNAL
// when they are not one, RESOURCE_EXHAUSTED without memory; err's outcome is left to the
// caller.
rowcall_status rc_response_unpack(const ProtobufCMessageDescriptor *descriptor,
                                  struct rc_view bytes, ProtobufCMessage **ret_response,
                                  rowcall_error *err) RC_MUST_CHECK;

#endif
