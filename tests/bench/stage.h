// SPDX-License-Identifier: Apache-2.0
//
// What bench.sh has prepared: a folder, programs, a PostgreSQL with the data, how long and how
// often to measure; and the server that is measured. The current folder is the repository's
// root.
#ifndef BENCH_STAGE_H
#define BENCH_STAGE_H

#include "process.h"

struct stage {
    const char *folder;   // for files; removed by bench.sh
    const char *rowcall;  // the program
    const char *schema;   // compiled, of the server
    const char *database; // conninfo of the database with the data
    int seconds;          // of each run
    int rounds;           // of each pair
    bool quick;
    bool progress;         // tell on stderr what is going on
    struct process server; // started by stage_serve
};

// Starts the server with its defaults, listening on ROWCALL_URL, unless it runs. False, and the
// reason is on stderr.
bool stage_serve(struct stage *stage);

// Starts one more server, listening on url and run by these words (NULL-terminated; may be
// NULL), such as a profiler's.
bool stage_serve_another(const struct stage *stage, const char *url, char *const before[],
                         struct process *ret_server, double *ret_ms);

// The process that PostgreSQL's others are children of; -1 when it is not known.
pid_t stage_postmaster(const struct stage *stage);

// Stops the server of stage_serve, if it runs.
void stage_stop(struct stage *stage);

// The path of a file in the folder.
void stage_path(const struct stage *stage, const char *name, char *ret_path, size_t size);

// One line on stderr about what is going on, where somebody wants to know.
void stage_tell(const struct stage *stage, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
