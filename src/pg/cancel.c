// SPDX-License-Identifier: Apache-2.0
//
// Cancels. The thread and whoever started it hold one each; the last one frees it.
#include "pg/cancel.h"

#include <libpq-fe.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct rc_pg_cancel {
    PGcancel *request;
    atomic_bool over;
    _Atomic int holders;
};

void rc_pg_cancel_drop(struct rc_pg_cancel *cancel)
{
    if (cancel && atomic_fetch_sub(&cancel->holders, 1) == 1) {
        PQfreeCancel(cancel->request);
        free(cancel);
    }
}

// libpq returns when the server has closed the request's connection, which it does after it has
// signalled the backend. A backend ignores the signal while it waits for a command.
static void *run(void *arg)
{
    struct rc_pg_cancel *cancel = arg;
    char message[256];
    PQcancel(cancel->request, message, sizeof message); // one that comes to nothing is no error
    atomic_store(&cancel->over, true);
    rc_pg_cancel_drop(cancel);
    return NULL;
}

struct rc_pg_cancel *rc_pg_cancel_start(struct pg_conn *pg)
{
    pthread_t thread;
    struct rc_pg_cancel *cancel = calloc(1, sizeof *cancel);
    if (!cancel) {
        return NULL;
    }
    cancel->request = PQgetCancel(pg);
    atomic_store(&cancel->holders, 2);
    if (!cancel->request || pthread_create(&thread, NULL, run, cancel) != 0) {
        atomic_store(&cancel->holders, 1);
        rc_pg_cancel_drop(cancel);
        return NULL;
    }
    pthread_detach(thread);
    return cancel;
}

bool rc_pg_cancel_is_over(struct rc_pg_cancel *cancel)
{
    return atomic_load(&cancel->over);
}
