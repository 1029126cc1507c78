// SPDX-License-Identifier: Apache-2.0
//
// Results, for people and for machines.
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "work.h"

#include <stdio.h>

// What is printed before the first result: where this is, what counts, what the columns are;
// nothing for machines.
void report_begin(const struct stage *stage, bool json);

// One result as a line of the table, or of JSON, at once.
void report_result(const struct result *result, bool json);

// One result as a line of JSON.
void report_write(const struct result *result, FILE *to);

// What the columns mean and what came of it all: `reached` of `with_target` targets.
void report_end(int reached, int with_target, bool json);

// The names of all works and what they are.
void report_list(void);

#endif
