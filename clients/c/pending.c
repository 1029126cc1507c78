// SPDX-License-Identifier: Apache-2.0
//
// Telling an answer to exactly one party, once.
#include "pending.h"

#include <stdlib.h>

struct rc_pending *rc_pending_new(struct rc_channel *channel)
{
    struct rc_pending *pending = calloc(1, sizeof *pending);
    if (pending) {
        pending->channel = channel;
        (void)sem_init(&pending->answered, 0, 0); // fails for too great a value alone
    }
    return pending;
}

void rc_pending_free(struct rc_pending *pending)
{
    rc_buf_fini(&pending->call);
    sem_destroy(&pending->answered);
    free(pending);
}

bool rc_pending_tell(struct rc_pending *pending)
{
    if (pending->callback) {
        bool failed = pending->error.status != ROWCALL_OK;
        pending->callback(pending->arg, pending->response, failed ? &pending->error : NULL);
        return true;
    }
    if (atomic_exchange(&pending->state, RC_PENDING_ANSWERED) == RC_PENDING_DISCARDED) {
        rowcall_free(pending->response);
        return true;
    }
    sem_post(&pending->answered);
    return false;
}

void rc_pending_wait(struct rc_pending *pending)
{
    while (sem_wait(&pending->answered) != 0) { // a signal
    }
}

bool rc_pending_discard(struct rc_pending *pending)
{
    if (atomic_exchange(&pending->state, RC_PENDING_DISCARDED) == RC_PENDING_OPEN) {
        return false;
    }
    rc_pending_wait(pending); // the post may still be under way
    rowcall_free(pending->response);
    return true;
}

rowcall_status rc_pending_take(struct rc_pending *pending, ProtobufCMessage **ret_response,
                               rowcall_error *err)
{
    if (pending->error.status != ROWCALL_OK) {
        if (err) {
            *err = pending->error;
        }
        return pending->error.status;
    }
    if (ret_response) {
        *ret_response = pending->response;
    } else {
        rowcall_free(pending->response);
    }
    return ROWCALL_OK;
}
