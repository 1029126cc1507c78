// SPDX-License-Identifier: Apache-2.0
//
// The steps of a diff for people: a line each, what kind of step and what it does.
#ifndef RC_BIN_DIFF_REPORT_H
#define RC_BIN_DIFF_REPORT_H

#include "migrate/diff.h"

#include <stdio.h>

// Prints "  AlterTable  ALTER TABLE "teas" ADD COLUMN "price" INTEGER", indented.
void rc_diff_report(const struct rc_diff *diff, FILE *out);

#endif
