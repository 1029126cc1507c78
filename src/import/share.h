// SPDX-License-Identifier: Apache-2.0
//
// Several databases in one project: what is the same in all of them is shared.
#ifndef RC_IMPORT_SHARE_H
#define RC_IMPORT_SHARE_H

#include "import/before.h"

// Makes one draft of a draft per database. An entity or enum that every database has, and has
// alike, moves to the folder "shared", if all it refers to is shared, too; one that they have
// in different forms stays each database's own, and the differences are reported. With one
// database nothing is shared. Relations that only one database puts on a shared entity stay
// with it.
struct rc_draft *rc_share(struct rc_import *session, struct rc_draft *drafts, size_t count,
                          const struct rc_before *before);

#endif
