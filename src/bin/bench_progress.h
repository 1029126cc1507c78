// SPDX-License-Identifier: Apache-2.0
//
// A load while it runs, as one line that is written over again and again.
#ifndef RC_BIN_BENCH_PROGRESS_H
#define RC_BIN_BENCH_PROGRESS_H

#include "load/run.h"
#include "load/tally.h"

enum { RC_BENCH_PROGRESS_SIZE = 160, RC_BENCH_TIME_SIZE = 16 };

// Microseconds for people, with three digits: "87 us", "1.23 ms", "12.3 s".
void rc_bench_time_format(char ret_text[RC_BENCH_TIME_SIZE], double us);

// What happened in the last `passed_us`, and since the beginning. Takes tally->recent, which
// begins anew.
void rc_bench_progress_format(char ret_line[RC_BENCH_PROGRESS_SIZE],
                              const struct rc_load_run *run, struct rc_load_tally *tally,
                              int64_t now_us, int64_t passed_us);

// Writes the line over the last one on stderr; an empty one wipes it.
void rc_bench_progress_show(const char *line);

#endif
