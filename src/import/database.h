// SPDX-License-Identifier: Apache-2.0
//
// The file of a database: what it imports, where its URL is, which extensions it needs.
#ifndef RC_IMPORT_DATABASE_H
#define RC_IMPORT_DATABASE_H

#include "import/before.h"

// Completes a database whose entities are in files: from the project what is there, the rest by
// its name.
void rc_database_finish(struct rc_import *session, const struct rc_draft *draft,
                        struct rc_draft_database *database, const struct rc_before *before);

#endif
