// SPDX-License-Identifier: Apache-2.0
//
// What a load came to, for people and for machines.
#ifndef RC_BIN_BENCH_REPORT_H
#define RC_BIN_BENCH_REPORT_H

#include "bin/bench_driver.h"

#include <stdio.h>

// Prints tables: numbers, latencies, their histogram, failures by kind with an example each.
void rc_bench_report_text(const struct rc_bench_settings *settings,
                          const struct rc_bench_mix *mix, const struct rc_bench_result *result,
                          FILE *out);

// Prints the same as one JSON object on a line; times in microseconds. RESOURCE_EXHAUSTED when
// memory ended.
rowcall_status rc_bench_report_json(const struct rc_bench_settings *settings,
                                    const struct rc_bench_mix *mix,
                                    const struct rc_bench_result *result, FILE *out,
                                    rowcall_error *err) RC_MUST_CHECK;

#endif
