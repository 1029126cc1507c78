// SPDX-License-Identifier: Apache-2.0
//
// A draft as text: .proto files as a person would write them. Only options that are not the
// default are written; the same draft gives the same bytes.
#ifndef RC_IMPORT_DRAFT_WRITE_H
#define RC_IMPORT_DRAFT_WRITE_H

#include "base/buf.h"
#include "import/draft.h"

// Appends the file with the enums and entities that point to it, in the draft's order. Needs
// numbers (numbers.h) and imports (files.h).
void rc_draft_write_file(struct rc_import *session, const struct rc_draft *draft,
                         const struct rc_draft_file *file, struct rc_buf *out);

// Appends the file that declares the database.
void rc_draft_write_database(const struct rc_draft_database *database, struct rc_buf *out);

#endif
