// SPDX-License-Identifier: Apache-2.0
//
// A server that speaks the envelope and nothing more: it serves one method, a tea by its id,
// which is always there, and fails the calls that ask for REFUSED_ID; and Transactions, without
// meaning it. Or it answers whatever
// bytes a test gives it, or holds its answers back. One test at a time; its handler runs on
// nng's threads.
#ifndef UNIT_CLIENT_FAKE_H
#define UNIT_CLIENT_FAKE_H

#include "support/check.h"

#include "base/buf.h"

#include <shop.h>

enum {
    REFUSED_ID = 404,
    SLOW_ID = 405, // has no answer before its envelope has
};

struct fake;

// What the last request envelope held; of its last call where that says which.
struct fake_seen {
    size_t envelopes; // since the start
    size_t all_calls; // likewise
    size_t collects;  // likewise
    size_t calls;
    bool atomic;
    char token[32];
    char database[32];
    char method[32];
    char idempotency_key[32];
    uint32_t timeout_ms;
    char transaction[48];
    uint64_t isolation; // of the envelope, or of a Begin
    bool read_only;     // likewise
    uint64_t max_retries;
    uint64_t wait_ms; // of a Begin
    char savepoint[32];
    char reference[96]; // "call from > to" of the last call's last one
    char log[256];      // the methods of all calls since the start: "Begin FindUnique Commit"
};

// For cmocka: *state is a started fake. Teardown fails when something is left behind.
int fake_setup(void **state);
int fake_teardown(void **state);

// The address; nobody answers there after fake_stop.
const char *fake_url(const struct fake *fake);
void fake_stop(struct fake *fake);

// From now on every envelope is answered with these bytes, whatever it asks.
void fake_answer(struct fake *fake, struct rc_view reply_envelope);

// The next `count` calls of this method fail like this.
void fake_fail(struct fake *fake, const char *method, rowcall_status status, const char *reason,
               int count);

// From now on nothing is answered, until the fake stops or is released; but held envelopes can
// be asked for the replies of their calls (Replies/Collect), those of SLOW_ID excepted.
void fake_hold(struct fake *fake);

// The same once so many more envelopes have been answered.
void fake_hold_after(struct fake *fake, size_t envelopes);

// Answers what is held, and from now on at once.
void fake_release(struct fake *fake);

// From now on envelopes with more calls are refused as a whole, or (crowded) each of their
// calls.
void fake_limit(struct fake *fake, size_t calls, bool crowded);

// From now on envelopes with several calls are answered with the replies kept, to be collected
// one by one; `lost` of them are gone then.
void fake_keep(struct fake *fake, size_t lost);

// The numbers of calls of the envelopes so far, Collect's excepted; at most max.
size_t fake_sizes(struct fake *fake, size_t *ret_sizes, size_t max);

// Waits until this many envelopes are held back.
void fake_wait_held(struct fake *fake, size_t count);

struct fake_seen fake_seen(struct fake *fake);

// A handle of a client of its own, with these options (URL filled in). Closed by shop_close.
shop_db fake_open(struct fake *fake, rowcall_client_options options);

// Appends the error that calls for REFUSED_ID get, with every member set, as a Reply.
void fake_put_refusal(struct rc_buf *envelope);

#endif
