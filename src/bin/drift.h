// SPDX-License-Identifier: Apache-2.0
//
// Whether the databases that a server serves are what its schema says: asked once per database,
// in the background, on a connection of its own, as soon as the database can be reached.
// Differences are warnings in the log; they stop nothing.
#ifndef RC_BIN_DRIFT_H
#define RC_BIN_DRIFT_H

#include "service/service.h"

struct rc_drift;

// Starts asking. schema must stay until stop has returned true; databases are copied, their
// texts borrowed likewise.
rowcall_status rc_drift_start(const struct rc_schema *schema,
                              const struct rc_service_database *databases, size_t count,
                              struct rc_drift **ret_drift, rowcall_error *err) RC_MUST_CHECK;

// Stops asking. True: it has ended and is freed. False: a connection attempt is still on its
// way after a second; what it borrows must stay until the process ends. NULL gives true.
bool rc_drift_stop(struct rc_drift *drift);

#endif
