// SPDX-License-Identifier: Apache-2.0
//
// A live database as a draft: what PostgreSQL's catalog says, under the names that the project
// has for it.
#ifndef RC_IMPORT_PULL_H
#define RC_IMPORT_PULL_H

#include "import/before.h"
#include "migrate/catalog.h"

struct rc_pull_input {
    const char *database; // what it is called in the project, or is to be called
    const char *url_env;  // NULL: what the project says, or by its name
    bool shares;  // several databases are pulled: what they share is found by comparing them
    bool partial; // the catalog is of some of its PostgreSQL schemas alone
    const struct rc_catalog *catalog; // of its PostgreSQL schemas
    // What the project's own words mean to PostgreSQL (rc_catalog_expect): where that is what
    // the database has, they stay. NULL when it is not known.
    const struct rc_catalog *expected;
};

// Makes a draft of the database. Tables that the project shares stay shared, unless
// several databases are compared anyhow. What Rowcall
// cannot express is in the session's findings. Texts of the catalog have to live as long as the
// session.
rowcall_status rc_pull_read(struct rc_import *session, const struct rc_pull_input *input,
                            const struct rc_before *before, struct rc_draft *ret_draft,
                            rowcall_error *err) RC_MUST_CHECK;

#endif
