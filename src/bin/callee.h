// SPDX-License-Identifier: Apache-2.0
//
// From the words of a command line to a method and its encoded request. Single-threaded.
#ifndef RC_BIN_CALLEE_H
#define RC_BIN_CALLEE_H

#include "base/buf.h"
#include "json/pool.h"

// The method "Product/FindUnique" of a database, or one of the server's own ("Health/Check"),
// in what a server describes of the database. It belongs to the pool. NULL and INVALID_ARGUMENT
// when there is none, with what was probably meant.
const struct rc_pool_method *rc_callee_find(const struct rc_pool *pool, const char *database,
                                            const char *method, rowcall_error *err);

// The service of an entity, or one of the server's own; errors as above.
const struct rc_pool_service *rc_callee_service(const struct rc_pool *pool,
                                                const char *database, struct rc_view name,
                                                rowcall_error *err);

// Appends the text that an argument means: itself, that of @FILE, or of standard input for -.
// NULL means {}.
rowcall_status rc_callee_read_argument(const char *argument, struct rc_buf *ret_text,
                                       rowcall_error *err) RC_MUST_CHECK;

// Appends the method's request, written as JSON in an argument (see above). INVALID_ARGUMENT
// names the place in the JSON.
rowcall_status rc_callee_encode(const struct rc_pool_method *method, const char *argument,
                                struct rc_buf *ret_request, rowcall_error *err) RC_MUST_CHECK;

#endif
