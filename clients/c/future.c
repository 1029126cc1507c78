// SPDX-License-Identifier: Apache-2.0
//
// A future is the record of its call, held by who will ask for the answer.
#include "rowcall/async.h"

#include "base/clock.h"
#include "channel.h"
#include "client_internal.h"

struct rowcall_future {
    struct rc_pending call;
};

rowcall_status rowcall_future_submit(rowcall_handle handle, const rowcall_method *method,
                                     const ProtobufCMessage *request,
                                     const rowcall_call_options *options,
                                     rowcall_future **ret_future, rowcall_error *err)
{
    const struct rc_client_call what = {.method = method,
                                        .request = request,
                                        .options = options,
                                        .now_us = rc_clock_now_us(),
                                        .wants_response = true};
    struct rc_pending *call = NULL;
    if (err) {
        *err = (rowcall_error){0};
    }
    rowcall_status st = rc_client_submit(&handle, &what, &call, err);
    if (st == ROWCALL_OK) {
        *ret_future = (rowcall_future *)call;
    }
    return st;
}

bool rowcall_future_is_done(const rowcall_future *future)
{
    return atomic_load(&future->call.state) == RC_PENDING_ANSWERED;
}

rowcall_status rowcall_future_wait(rowcall_future *future, ProtobufCMessage **ret_response,
                                   rowcall_error *err)
{
    if (err) {
        *err = (rowcall_error){0};
    }
    rowcall_status st = rc_client_check_may_wait(err);
    if (st != ROWCALL_OK) {
        return st;
    }
    struct rc_pending *call = &future->call;
    struct rc_channel *channel = call->channel;
    rc_pending_wait(call);
    st = rc_pending_take(call, ret_response, err);
    rc_channel_release(channel, call);
    return st;
}

void rowcall_future_discard(rowcall_future *future)
{
    if (future && rc_pending_discard(&future->call)) {
        rc_channel_release(future->call.channel, &future->call);
    }
}
