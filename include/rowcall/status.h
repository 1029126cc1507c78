// SPDX-License-Identifier: Apache-2.0
//
// The one list of outcomes a call can have: gRPC's codes, with their numbers, so that every
// language's gRPC vocabulary applies. The wire carries the number (rowcall.Status.code).
#ifndef ROWCALL_STATUS_H
#define ROWCALL_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

// X(NAME, number, what it means to a caller)
#define ROWCALL_STATUS_MAP(X)                                                                  \
    X(OK, 0, "success")                                                                        \
    X(CANCELLED, 1, "cancelled by the caller")                                                 \
    X(UNKNOWN, 2, "unknown error")                                                             \
    X(INVALID_ARGUMENT, 3, "the request is wrong whatever the state of the database")          \
    X(DEADLINE_EXCEEDED, 4, "the deadline passed")                                             \
    X(NOT_FOUND, 5, "a required record does not exist")                                        \
    X(ALREADY_EXISTS, 6, "a unique key exists already")                                        \
    X(PERMISSION_DENIED, 7, "not allowed")                                                     \
    X(RESOURCE_EXHAUSTED, 8, "a limit was reached; try again later or ask for less")           \
    X(FAILED_PRECONDITION, 9, "the state of the database does not permit it")                  \
    X(ABORTED, 10, "a conflict with another transaction; try again")                           \
    X(OUT_OF_RANGE, 11, "a value is out of its range")                                         \
    X(UNIMPLEMENTED, 12, "no such method or feature")                                          \
    X(INTERNAL, 13, "a defect in the server")                                                  \
    X(UNAVAILABLE, 14, "the server or the database cannot be reached now")                     \
    X(DATA_LOSS, 15, "stored data cannot be read")                                             \
    X(UNAUTHENTICATED, 16, "no valid credentials")

typedef enum rowcall_status {
#define ROWCALL_STATUS_ENUM(name, number, text) ROWCALL_##name = number,
    ROWCALL_STATUS_MAP(ROWCALL_STATUS_ENUM)
#undef ROWCALL_STATUS_ENUM
} rowcall_status;

// What is known about the effect of a call that failed. Numbers are those of rowcall.Outcome.
typedef enum rowcall_outcome {
    ROWCALL_OUTCOME_UNSPECIFIED = 0,
    ROWCALL_OUTCOME_NOT_EXECUTED = 1, // it never reached the database: safe to repeat
    ROWCALL_OUTCOME_ROLLED_BACK = 2,  // it ran and left nothing behind
    ROWCALL_OUTCOME_UNKNOWN = 3,      // it may have been committed
} rowcall_outcome;

// The gRPC spelling of a status ("NOT_FOUND"); "UNKNOWN" for a number that is none. Never NULL;
// static storage.
const char *rowcall_status_name(rowcall_status status);

#ifdef __cplusplus
}
#endif
#endif
