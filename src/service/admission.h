// SPDX-License-Identifier: Apache-2.0
//
// What may be in flight at once: calls and request bytes of everybody, calls of one peer. A
// request is admitted whole or refused at once; nobody waits here. Thread-safe.
#ifndef RC_SERVICE_ADMISSION_H
#define RC_SERVICE_ADMISSION_H

#include "base/error.h"

#include <stdint.h>

struct rc_admission;

struct rc_admission_limits {
    uint32_t calls;
    uint32_t peer_calls;
    size_t bytes;
};

rowcall_status rc_admission_new(const struct rc_admission_limits *limits,
                                struct rc_admission **ret_admission,
                                rowcall_error *err) RC_MUST_CHECK;
// Everything entered must have left. NULL is accepted.
void rc_admission_free(struct rc_admission *admission);

// Counts a request of peer in: OK, or RESOURCE_EXHAUSTED saying which limit it met.
rowcall_status rc_admission_enter(struct rc_admission *admission, uint64_t peer, uint32_t calls,
                                  size_t bytes, rowcall_error *err) RC_MUST_CHECK;

// Counts it out, with the numbers it entered with.
void rc_admission_leave(struct rc_admission *admission, uint64_t peer, uint32_t calls,
                        size_t bytes);

// What is in flight now.
void rc_admission_read(struct rc_admission *admission, uint32_t *ret_calls, size_t *ret_bytes);

#endif
