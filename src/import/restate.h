// SPDX-License-Identifier: Apache-2.0
//
// The project's own files as a draft: what they say, without how it is written. A file that
// says the same before and after an import is left as its author wrote it.
#ifndef RC_IMPORT_RESTATE_H
#define RC_IMPORT_RESTATE_H

#include "import/before.h"

// A draft of all entities and enums of the project, in their files, with their numbers. Needs a
// schema.
struct rc_draft *rc_restate(struct rc_import *session, const struct rc_before *before);

#endif
