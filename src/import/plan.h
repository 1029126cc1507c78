// SPDX-License-Identifier: Apache-2.0
//
// From drafts of databases to the changes of a project's files: the steps of every import.
#ifndef RC_IMPORT_PLAN_H
#define RC_IMPORT_PLAN_H

#include "import/files.h"

struct rc_plan_input {
    struct rc_draft *drafts; // one for each database, in their order
    size_t draft_count;
    struct rc_before before;
    bool complete; // the draft is a live database: see rc_keep; it is ordered as the project is
};

// Makes one draft of all (share.h), numbers it, puts it into files and finds what changes.
// INVALID_ARGUMENT when a finding is an error; findings are sorted then, as otherwise.
// ret_changes is the session's.
rowcall_status rc_plan_make(struct rc_import *session, const struct rc_plan_input *input,
                            struct rc_file_change **ret_changes,
                            rowcall_error *err) RC_MUST_CHECK;

#endif
