// SPDX-License-Identifier: Apache-2.0
//
// A live database as a draft: what its catalog says, in Rowcall's schema language. What the
// project calls by a name of its own keeps it.
#ifndef RC_IMPORT_PULL_H
#define RC_IMPORT_PULL_H

#include "import/before.h"
#include "migrate/catalog.h"

struct rc_pull_input {
    const char *database; // what the database is to be called
    const char *url_env;  // NULL: what the project says, or the usual one
    const struct rc_catalog *catalog;
    const struct rc_before *before;
    bool shares; // several databases are pulled: what is shared is found by comparing them
};

// Makes a draft with one database. What cannot be carried over is in the session's findings.
// Texts of the catalog have to live as long as the session.
rowcall_status rc_pull_read(struct rc_import *session, const struct rc_pull_input *input,
                            struct rc_draft *ret_draft, rowcall_error *err) RC_MUST_CHECK;

#endif
