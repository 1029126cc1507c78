// SPDX-License-Identifier: Apache-2.0
//
// Further processes of this very program. The caller has its stop signals blocked and waits for
// them by rc_child_signals; children begin with none blocked. Single-threaded: a process that
// forks must have no threads.
#ifndef RC_BIN_CHILD_H
#define RC_BIN_CHILD_H

#include "base/error.h"

#include <signal.h>
#include <sys/types.h>

// Blocks SIGINT, SIGTERM, SIGHUP and SIGCHLD, and gives the set of them.
void rc_child_signals(sigset_t *ret_signals);

// The path of this program. FAILED_PRECONDITION when the system does not tell.
rowcall_status rc_child_self(char *ret_path, size_t size, rowcall_error *err) RC_MUST_CHECK;

// Runs this program with the words (words[0] is "rowcall", NULL behind the last) and waits.
// Success is exit code 0; else FAILED_PRECONDITION names the command.
rowcall_status rc_child_run(const char *const *words, rowcall_error *err) RC_MUST_CHECK;

// Starts it and returns at once. It has a process group of its own, so that Ctrl-C is ours to
// pass on, and is asked to stop when we are killed.
rowcall_status rc_child_spawn(const char *const *words, pid_t *ret_pid,
                              rowcall_error *err) RC_MUST_CHECK;

// Forks a child that only runs work(context) and exits with its result.
typedef int (*rc_child_fn)(void *context);
rowcall_status rc_child_fork(rc_child_fn work, void *context, pid_t *ret_pid,
                             rowcall_error *err) RC_MUST_CHECK;

// "exit code 1" or "signal 9", of a status that waitpid gave; static storage.
const char *rc_child_end(int status);

#endif
