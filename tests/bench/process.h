// SPDX-License-Identifier: Apache-2.0
//
// Programs that are measured or measure: started, watched through /proc, stopped. None outlives
// this one.
#ifndef BENCH_PROCESS_H
#define BENCH_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Zeroed it is none.
struct process {
    pid_t pid;
    char log[256]; // path of the file that has its stderr
};

// Runs argv (found in PATH unless it has a slash) with its stderr in a new file at log, and
// waits until a line there says "ready". *ret_ms (may be NULL) is the time from exec to that.
// Call from the main thread: the program is stopped when that ends. False, and the reason is on
// stderr.
bool process_start(struct process *ret_process, char *const argv[], const char *log,
                   double *ret_ms);

// Copies the value of name (as in name=value) on the line that says "ready". False when it has
// none.
bool process_said(const struct process *process, const char *name, char *ret_value,
                  size_t size);

// SIGTERM, and waits. Accepts a zeroed process. False when it ended otherwise than with 0.
bool process_stop(struct process *process);

// Runs argv to its end with stdout and stderr in the file at path, which is shown when the
// program fails. True when it exited with 0.
bool process_run(char *const argv[], const char *path);

// Resident memory; -1 when there is no such process.
double process_rss_mib(pid_t pid);

// Processor time of all its threads so far; -1 when there is no such process.
double process_cpu_ms(pid_t pid);

// The same of all its children that are there now.
double process_children_cpu_ms(pid_t pid);

// Waits until the process has had nearly nothing to do for a while, at most half a minute.
void process_settle(pid_t pid);

// How often threads of the process gave up a processor, by themselves or not, so far; -1 when
// there is no such process.
int64_t process_switches(pid_t pid);

#endif
