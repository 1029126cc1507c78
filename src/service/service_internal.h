// SPDX-License-Identifier: Apache-2.0
//
// What the parts of this module share: the service itself. Unchanged after the start but for
// what is atomic or has its own lock.
#ifndef RC_SERVICE_SERVICE_INTERNAL_H
#define RC_SERVICE_SERVICE_INTERNAL_H

#include "service/access.h"
#include "service/admission.h"
#include "service/database.h"
#include "service/exchange.h"
#include "service/service.h"
#include "service/transactions.h"

struct rc_service_counters {
    atomic_uint_least64_t envelopes;
    atomic_uint_least64_t calls;
    atomic_uint_least64_t by_status[17];
    atomic_uint_least64_t slow;
};

struct rc_service {
    const struct rc_schema *schema;    // borrowed
    struct rc_service_options options; // with defaults filled in; databases not kept
    struct rc_arena arena;             // the copies of tokens
    struct rc_access access;
    struct rc_pg_loop *loop;
    struct rc_pg_timers *timers;
    struct rc_transactions *transactions;
    struct rc_collect *collect;
    struct rc_database *databases;
    size_t database_count; // those that were opened
    struct rc_admission *admission;
    struct rc_exchange_pool exchanges;
    struct rc_service_counters counters;
    atomic_bool stopping;
    int64_t started_us;
};

// The database of this name, NULL when it is not served.
struct rc_database *rc_service_database_of(struct rc_service *service, struct rc_view name);

// "core, bibikos": the served ones, for messages.
void rc_service_database_names(const struct rc_service *service, char *ret_text, size_t size);

#endif
