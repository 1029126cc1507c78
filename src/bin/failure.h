// SPDX-License-Identifier: Apache-2.0
//
// How the shell commands tell of a failed call: a block for people, or rowcall.Status as JSON;
// always on stderr, so that stdout holds responses alone.
#ifndef RC_BIN_FAILURE_H
#define RC_BIN_FAILURE_H

#include "base/error.h"
#include "bin/exit_code.h"

#include <stdbool.h>

// Prints
//
//   ALREADY_EXISTS P2002: another Product with this name exists already
//     entity      Product
//     fields      name
//     outcome     rolled back
//
// or the same as one line of JSON. err must be filled.
void rc_failure_print(const rowcall_error *err, bool json);

// The exit code of a call that a server answered with this error: RC_EXIT_UNREACHABLE for
// UNAVAILABLE, else RC_EXIT_FAILED.
int rc_failure_exit_answered(const rowcall_error *err);

// The exit code of an error that came before there was an answer: RC_EXIT_USAGE for
// INVALID_ARGUMENT, RC_EXIT_UNREACHABLE for UNAVAILABLE, else RC_EXIT_FAILED.
int rc_failure_exit_local(const rowcall_error *err);

#endif
