// SPDX-License-Identifier: Apache-2.0
//
// A request of Raw read: its statement, its parameters as PostgreSQL takes them, its limits.
// One message for both methods, as the numbers of their fields are the same.
#ifndef RC_SERVICE_RAW_REQUEST_H
#define RC_SERVICE_RAW_REQUEST_H

#include "base/arena.h"
#include "pg/statement.h"
#include "service/raw_statement.h"

struct rc_raw_request {
    const char *sql; // NUL-terminated, the arena's
    enum rc_raw_kind kind;
    struct rc_pg_params params; // all text, the arena's
    bool read_only;
    uint32_t max_rows; // not 0
};

// More parameters than this do not fit into the protocol.
#define RC_RAW_PARAMETERS_MAX 65535

// Reads a request that was checked by its table. INVALID_ARGUMENT names what is wrong with it:
// the statement (raw_statement.h), or "parameters[2]: ..."; P2029 for too many of them.
// RESOURCE_EXHAUSTED: the arena.
rowcall_status rc_raw_request_read(struct rc_view bytes, struct rc_arena *arena,
                                   struct rc_raw_request *ret_request,
                                   rowcall_error *err) RC_MUST_CHECK;

#endif
