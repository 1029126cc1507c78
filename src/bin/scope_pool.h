// SPDX-License-Identifier: Apache-2.0
//
// The API of a scope as descriptors, made from the schema as the server makes them.
#ifndef RC_BIN_SCOPE_POOL_H
#define RC_BIN_SCOPE_POOL_H

#include "json/pool.h"
#include "schema/schema.h"

// The caller frees *ret_pool; the schema may go before it.
rowcall_status rc_scope_pool(const struct rc_scope *scope, struct rc_pool **ret_pool,
                             rowcall_error *err) RC_MUST_CHECK;

#endif
