// SPDX-License-Identifier: Apache-2.0
//
// What is measured on our side: one call each, through the generated stubs, about a record
// chosen by a number, and the proof that its answer is right.
#ifndef BENCH_OPERATION_H
#define BENCH_OPERATION_H

#include <core.h>
#include <rowcall/async.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    USERS = 100000,   // as seed.sql makes them, ids from 1
    MESSAGES = 10000, // contact messages
    NOTIFICATIONS = 50000,
    PAGE_ROWS = 20,   // of find_page
    MANY_ROWS = 1000, // of find_many
    NOTIFIED = 10,    // receivers of create_notification
};

// Where a request goes, and how its answer comes.
struct sender {
    rowcall_handle handle;
    rowcall_callback callback; // gets the answer; NULL: sending waits for it
    void *arg;                 // of callback
    void *response;            // without callback, after success: the caller's to free
};

// Sends a request, which is borrowed. Any thread. Errors: rowcall_submit's or rowcall_call's.
rowcall_status sender_send(struct sender *sender, const rowcall_method *method,
                           const ProtobufCMessage *request, rowcall_error *err);

struct operation {
    // Makes the request that this number chooses, any number, and sends it.
    rowcall_status (*ask)(struct sender *sender, uint32_t choice, rowcall_error *err);
    // Whether the response is the right one for the number.
    bool (*is_right)(const void *response, uint32_t choice);
    uint32_t rows; // of an answer, where rows are counted and not calls; else 1
};

extern const struct operation find_unique;         // an AuthUser by id, all columns
extern const struct operation find_nested;         // the same, roles->role, profiles->provider
extern const struct operation find_page;           // AuthUser: status, prefix, order, take
extern const struct operation find_many;           // AuthUser: 1000 rows, all columns
extern const struct operation create_message;      // a ContactMessage, all columns answered
extern const struct operation update_timezone;     // of an AuthUser by id, all answered
extern const struct operation create_notification; // a Notification for ten users

#endif
