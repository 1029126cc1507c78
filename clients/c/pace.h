// SPDX-License-Identifier: Apache-2.0
//
// What a client knows of its methods: how long each takes, and so whether its calls may share
// an envelope. An envelope is answered when all of its calls are, so only calls that are about
// as quick as the quickest travel together; the others, and those of methods not called yet,
// go alone. A call that takes longer than its method is known for is not waited for, either:
// the replies of the others are collected. Guarded by whoever owns the table.
#ifndef RC_CLIENT_PACE_H
#define RC_CLIENT_PACE_H

#include "rowcall/client.h"

#include <stdbool.h>
#include <stdint.h>

enum { RC_PACE_BUCKETS = 256 };

struct rc_pace {
    struct rc_pace *next; // of its bucket
    const rowcall_method *method;
    bool is_known;       // it was answered before
    int64_t duration_us; // moving average
};

// Zeroed it is empty.
struct rc_pace_table {
    struct rc_pace *buckets[RC_PACE_BUCKETS];
    int64_t quickest_us; // what calls take that wait for nobody: a low quantile of all
};

void rc_pace_table_fini(struct rc_pace_table *table);

// The method's entry, made when it is new; NULL when memory is out. Owned by the table.
struct rc_pace *rc_pace_find(struct rc_pace_table *table, const rowcall_method *method);

// Whether a call of this method is quick enough to share an envelope.
bool rc_pace_is_quick(const struct rc_pace_table *table, const struct rc_pace *pace);

// How long an envelope of quick calls may take until the replies that are ready are asked for.
int64_t rc_pace_patience_us(const struct rc_pace_table *table);

// Takes note that a call of this method was answered after duration_us.
void rc_pace_note(struct rc_pace_table *table, struct rc_pace *pace, int64_t duration_us);

#endif
