// SPDX-License-Identifier: Apache-2.0
//
// A notification library that does not know its database: written against the scope "shared",
// it works with every database that Rowcall serves. Functions block, from any thread.
#ifndef NOTIFY_H
#define NOTIFY_H

#include <shared.h>
#include <stdio.h>

// Sends message to receiver. sender: 0 when nobody in particular does. *ret_id is the
// notification's id. Errors: FAILED_PRECONDITION (P2003) when receiver or sender does not
// exist.
rowcall_status notify_send(shared_db db, int32_t receiver, int32_t sender, const char *message,
                           int32_t *ret_id, rowcall_error *err);

// Prints what receiver has not read to out, oldest first, and marks it as read. *ret_count is
// how much it was.
rowcall_status notify_read(shared_db db, int32_t receiver, FILE *out, int64_t *ret_count,
                           rowcall_error *err);

#endif
