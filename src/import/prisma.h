// SPDX-License-Identifier: Apache-2.0
//
// A Prisma schema as a draft: what Prisma Migrate makes of it in PostgreSQL, said in Rowcall's
// schema language.
#ifndef RC_IMPORT_PRISMA_H
#define RC_IMPORT_PRISMA_H

#include "import/draft.h"

// One *.prisma file.
struct rc_prisma_source {
    const char *path;   // as messages name it
    const char *origin; // below the schema's folder, without ".prisma": "users/profile"
    const char *text;   // NUL-terminated
};

struct rc_prisma_input {
    const char *database; // what the database is to be called
    const char *url_env;  // NULL: what the schema's datasource says, if it says one
    const struct rc_prisma_source *sources;
    size_t source_count;
};

// Makes a draft with one database, whose entities and enums have its name as their folder and
// no numbers yet. Everything that is wrong, is lost or becomes something else is in the
// session's findings. INVALID_ARGUMENT when the schema is wrong. Texts of the input have to
// live as long as the session.
rowcall_status rc_prisma_read(struct rc_import *session, const struct rc_prisma_input *input,
                              struct rc_draft *ret_draft, rowcall_error *err) RC_MUST_CHECK;

#endif
