// SPDX-License-Identifier: Apache-2.0
//
// The authored files of a database that is not there yet, tried before they are written: protoc
// sees them in a temporary folder beside the project's own. Single-threaded.
#ifndef RC_BIN_CANDIDATE_H
#define RC_BIN_CANDIDATE_H

#include "bin/new_database.h"
#include "bin/output_tree.h"
#include "schema/schema.h"

struct rc_candidate {
    struct rc_output_tree files; // paths are below the proto folder
    struct rc_schema *schema;    // with the new database
    const struct rc_scope *scope;
};

void rc_candidate_init(struct rc_candidate *candidate);
void rc_candidate_fini(struct rc_candidate *candidate);

// Writes nothing into the project. The database imports every shared file, and what is in its
// own folder already; it has the extensions that its entities need, that all other databases
// have, and that are wanted. Engine contracts (proto/rowcall) that the project lacks come from
// where Rowcall is installed. Errors as of rc_new_database_plan.
rowcall_status rc_candidate_make(const struct rc_new_database *wanted, const char *url_env,
                                 struct rc_arena *arena, struct rc_candidate *ret_candidate,
                                 rowcall_error *err) RC_MUST_CHECK;

#endif
