// SPDX-License-Identifier: Apache-2.0
//
// What went wrong, for people and for machines. A rowcall_error is plain memory owned by the
// caller, zero-initialised ({0}) before first use; functions fill it only when they fail, and
// every function that takes one accepts NULL. Texts are NUL-terminated and cut, never overrun.
#ifndef ROWCALL_ERROR_H
#define ROWCALL_ERROR_H

#include "rowcall/status.h"

#include <stdbool.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rowcall_error {
    rowcall_status status;   // never ROWCALL_OK once filled
    rowcall_outcome outcome; // what is known about its effect
    char reason[8];          // Prisma's code: "P2002"; empty when there is none
    char sqlstate[8];    // PostgreSQL's code: "23505"; empty when PostgreSQL was not the cause
    char entity[64];     // the entity concerned: "Product"
    char fields[192];    // its proto fields, comma-separated: "user_id,role_id"
    char constraint[72]; // the database's name of a violated constraint
    char message[512];   // one sentence for people
} rowcall_error;

// Writes the error to file as one line for people: status, Prisma's code, message, outcome.
//
//   rowcall: ALREADY_EXISTS (P2002): name is taken [rolled back]
//
// Does nothing when err is NULL or holds none.
void rowcall_error_print(FILE *file, const rowcall_error *err);

// Whether repeating the call as it is cannot execute it twice and may succeed: the server or
// the database was not reached, or not in time, or a conflict with another transaction rolled
// it back.
bool rowcall_error_is_retryable(const rowcall_error *err);

// Whether a unique key already exists (P2002).
bool rowcall_error_is_conflict(const rowcall_error *err);

// Whether a record that the call required does not exist (P2025).
bool rowcall_error_is_not_found(const rowcall_error *err);

#ifdef __cplusplus
}
#endif
#endif
