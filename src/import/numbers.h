// SPDX-License-Identifier: Apache-2.0
//
// Numbers of fields, relations, keys and enum values. What has one in the project keeps it,
// whatever it is called now; what is new gets one that was never used; what is gone stays
// reserved.
#ifndef RC_IMPORT_NUMBERS_H
#define RC_IMPORT_NUMBERS_H

#include "import/before.h"

// Needs names and folders. Columns count from 1, relations from 101, inverses from 201, and
// those that a database adds to a shared entity from 301.
void rc_numbers_assign(struct rc_import *session, struct rc_draft *draft,
                       const struct rc_before *before);

#endif
