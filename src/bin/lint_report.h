// SPDX-License-Identifier: Apache-2.0
//
// Findings of the lint, as a compiler tells them.
#ifndef RC_BIN_LINT_REPORT_H
#define RC_BIN_LINT_REPORT_H

#include "migrate/lint.h"

#include <stdio.h>

// Prints "FILE:12: error: column "a" of "teas" goes with 12 values [data-loss]", and the advice
// below it. file NULL: without a place, as for what is not written yet.
void rc_lint_report(const struct rc_lint_findings *findings, const char *file, FILE *out);

#endif
