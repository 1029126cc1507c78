// SPDX-License-Identifier: Apache-2.0
//
// Calls that are made at the same time, each in an envelope of its own, by several threads.
#ifndef RC_TESTS_CROWD_H
#define RC_TESTS_CROWD_H

#include "shop.h"

enum { CROWD_MAX = 256, CROWD_TEXT = 600 };

// Calls to be made. Zeroed: none.
struct crowd_calls {
    char requests[CROWD_MAX][CROWD_TEXT];
    struct shop_call calls[CROWD_MAX];
    size_t count;
};

// Adds a call on the shop's first database.
void crowd_add(const struct shop *shop, struct crowd_calls *calls, const char *method,
               const char *request);

struct crowd;

// Hands the calls to the service, from several threads, and returns when it has all of them.
// peer: whose they are. The caller frees.
struct crowd *crowd_send(struct shop *shop, const struct crowd_calls *calls, uint64_t peer);

// The same while nobody can use the table, whose name is SQL: so those behind the first ones
// wait, and share statements. Returns when all are replied to.
struct crowd *crowd_meet(struct shop *shop, const struct crowd_calls *calls, const char *table);

// Waits until all are replied to, each once.
void crowd_wait(struct crowd *crowd);

// How many are replied to; whether this one is.
size_t crowd_replied(struct crowd *crowd);
bool crowd_has_reply(struct crowd *crowd, size_t at);

// After the wait: a reply's bytes, borrowed; or what they say.
struct rc_view crowd_bytes(const struct crowd *crowd, size_t at);
void crowd_read(const struct crowd *crowd, size_t at, struct shop_reply *ret_reply);

// All are replied to. NULL is accepted.
void crowd_free(struct crowd *crowd);

#endif
