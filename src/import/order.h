// SPDX-License-Identifier: Apache-2.0
//
// The order of what is in a file. A database has none that people would know, so what the
// project has stays where it is, and what is new comes behind it.
#ifndef RC_IMPORT_ORDER_H
#define RC_IMPORT_ORDER_H

#include "import/before.h"

// Sorts every list of the draft as the project has it. Needs names.
void rc_order_as_before(struct rc_draft *draft, const struct rc_before *before);

#endif
