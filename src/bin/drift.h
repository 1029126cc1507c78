// SPDX-License-Identifier: Apache-2.0
//
// Whether the databases that a server serves are what its schema says: asked of each, on a
// thread and a connection of its own, as soon as the database can be reached.
//
//   warn    differences are lines in the log; they stop nothing
//   refuse  calls on a database are refused until it was compared and found right. One that is
//           wrong, or was down, is asked again every few seconds, so that a migration opens it
#ifndef RC_BIN_DRIFT_H
#define RC_BIN_DRIFT_H

#include "service/service.h"

struct rc_drift;

struct rc_drift_options {
    const struct rc_schema *schema;              // stays until stop has returned true
    const struct rc_service_database *databases; // copied, their texts borrowed likewise
    size_t count;
    struct rc_service *gate; // refuse: whose databases are held; NULL: warn
};

// Holds the databases, when it is to, and starts asking.
rowcall_status rc_drift_start(const struct rc_drift_options *options,
                              struct rc_drift **ret_drift, rowcall_error *err) RC_MUST_CHECK;

// Whether every database was asked once. Any thread; does not block.
bool rc_drift_is_known(struct rc_drift *drift);

// What came of asking once: FAILED_PRECONDITION when a database differs or cannot be compared,
// naming the first. One that was down is no failure. After rc_drift_is_known.
rowcall_status rc_drift_verdict(struct rc_drift *drift, rowcall_error *err) RC_MUST_CHECK;

// Stops asking. True: it has ended and is freed. False: a connection attempt is still on its
// way after a second; schema and texts that it borrows must stay until the process ends. The
// service is not touched any more either way. NULL gives true.
bool rc_drift_stop(struct rc_drift *drift);

#endif
