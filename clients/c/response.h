// SPDX-License-Identifier: Apache-2.0
//
// Turning a response's bytes into the struct that the caller gets: protobuf-c's structs, filled
// by its descriptors, but not by its decoder, which bounds neither depth nor volume, cuts text
// at NUL, does not look at UTF-8, and allocates every field by itself.
#ifndef RC_CLIENT_RESPONSE_H
#define RC_CLIENT_RESPONSE_H

#include "base/error.h"
#include "base/view.h"

#include <protobuf-c/protobuf-c.h>

// Unpacks bytes as a message of this type, which the caller frees with rowcall_free and with
// nothing else: all of it is in one piece of memory, or a few. Fields that the type does not
// know are skipped; of a singular one given twice the last holds, messages are merged. INTERNAL
// when the bytes are no such message, RESOURCE_EXHAUSTED without memory; err's outcome is left
// to the caller. Any thread.
rowcall_status rc_response_unpack(const ProtobufCMessageDescriptor *descriptor,
                                  struct rc_view bytes, ProtobufCMessage **ret_response,
                                  rowcall_error *err) RC_MUST_CHECK;

#endif
