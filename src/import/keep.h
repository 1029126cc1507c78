// SPDX-License-Identifier: Apache-2.0
//
// What an import does not know and a person has written: it stays.
#ifndef RC_IMPORT_KEEP_H
#define RC_IMPORT_KEEP_H

#include "import/before.h"

// Takes from the project what the draft says nothing about: comments above messages, fields,
// enums and values; checks, generated columns, comments in PostgreSQL, definitions of views,
// indexes with expressions and INCLUDE. complete: the draft was read from a database, which
// says all of these but the first by itself.
void rc_keep(struct rc_import *session, struct rc_draft *draft, const struct rc_before *before,
             bool complete);

// An index of the project with the draft's columns; NULL when one of them is gone.
struct rc_draft_index *rc_keep_index(struct rc_import *session,
                                     const struct rc_draft_entity *entity,
                                     const struct rc_index *was);

// The comment at the top of an authored file, above `syntax`; NULL when there is none.
const char *rc_keep_head(struct rc_import *session, const char *text);

#endif
