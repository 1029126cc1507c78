// SPDX-License-Identifier: Apache-2.0
//
// What we are measured against, on the same PostgreSQL: pgbench, and a plain libpq program.
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include "measure.h"
#include "stage.h"

// Runs pgbench -M prepared with a script for this many clients, the stage's seconds long.
// Percentiles are of one transaction in twenty, from its log: a log of all would slow pgbench.
// False, and the reason is on stderr.
bool peer_pgbench(const struct stage *stage, const char *script, int clients,
                  struct measure *ret_measure);

// Fetches the rows that find_many asks for over one connection, by a prepared statement with
// binary results, for the stage's seconds, and reads every value. Ops are rows. False, and the
// reason is on stderr.
bool peer_libpq(const struct stage *stage, struct measure *ret_measure);

// Executes statements, each by itself, in their order, up to a NULL. False, and the reason is
// on stderr.
bool peer_execute(const struct stage *stage, const char *const statements[]);

// The number that a query gives. False, and the reason is on stderr.
bool peer_count(const struct stage *stage, const char *query, int64_t *ret_count);

// The text that a query gives, such as a setting; in *ret_text, cut to size. False, and the
// reason is on stderr.
bool peer_show(const struct stage *stage, const char *query, char *ret_text, size_t size);

#endif
