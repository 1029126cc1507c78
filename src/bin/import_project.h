// SPDX-License-Identifier: Apache-2.0
//
// The project that something is imported into: its authored files as they are, and what an
// import changes in them. Shared by `rowcall import` and `rowcall db pull`. Single-threaded.
#ifndef RC_BIN_IMPORT_PROJECT_H
#define RC_BIN_IMPORT_PROJECT_H

#include "import/plan.h"

struct rc_import_project {
    const char *proto_dir; // borrowed
    struct rc_import *session;
    const char *contracts;    // where the engine's are that it lacks; NULL: it has them
    struct rc_schema *schema; // NULL without authored files
    struct rc_before before;
};

// Reads and checks the authored files; problems are printed. The session keeps their texts. The
// caller closes the project, also after a failure.
rowcall_status rc_import_project_open(struct rc_import *session, const char *proto_dir,
                                      struct rc_import_project *ret_project,
                                      rowcall_error *err) RC_MUST_CHECK;
void rc_import_project_close(struct rc_import_project *project);

// Makes sure that the project would be in order with these changes, without making them:
// INVALID_ARGUMENT, problems printed, when it would not be.
rowcall_status rc_import_project_try(const struct rc_import_project *project,
                                     const struct rc_file_change *changes,
                                     rowcall_error *err) RC_MUST_CHECK;

// Makes the changes, all of them or none, and lists them on stdout; the engine's contracts that
// the project lacks with them. Files that go are removed at the end.
rowcall_status rc_import_project_write(const struct rc_import_project *project,
                                       const struct rc_file_change *changes,
                                       rowcall_error *err) RC_MUST_CHECK;

// Prints what the changes are, line by line, and makes none.
void rc_import_project_show(const struct rc_import_project *project,
                            const struct rc_file_change *changes);

// Prints the session's findings to stderr, with a count of each kind at the end.
void rc_import_print_findings(const struct rc_import *session);

#endif
