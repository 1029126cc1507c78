// SPDX-License-Identifier: Apache-2.0
//
// Calls that do not block. rowcall_submit hands a call over and returns; a function of yours is
// called with the answer. A future is the same for a thread that has something to do before it
// waits.
//
//   static void on_product(void *arg, void *response, const rowcall_error *err)
//   {
//       core_product_find_unique_response *found = response;
//       if (err) { rowcall_error_print(stderr, err); return; }
//       ...
//       rowcall_free(found);
//   }
//
//   core_product_find_unique_submit(db, &request, on_product, arg, &err)
//
//   rowcall_future *later;
//   rowcall_future_submit(db.handle, &core_product_find_unique_method, &request->base, NULL,
//                         &later, &err)
//   ...
//   rowcall_future_wait(later, &response, &err)
//
// Order: calls under way together are executed in no particular order, whatever thread
// submitted them. What has to come after another call is submitted from its callback, or is in
// one batch or transaction with it.
//
// Room: a client has at most rowcall_client_options.max_calls under way. Submitting more is
// refused with RESOURCE_EXHAUSTED (not executed); calls that block wait for room instead.
#ifndef ROWCALL_ASYNC_H
#define ROWCALL_ASYNC_H

#include "rowcall/client.h"

#ifdef __cplusplus
extern "C" {
#endif

// Takes the answer to a call. On success err is NULL, and response a struct of the method's
// response type, which is now the function's: it frees it with rowcall_free, then or later. On
// failure response is NULL and err, borrowed for the call, says why.
//
// It runs on a thread of the client's, at the same time as other callbacks, and answers to
// other calls may have to wait for it: keep it short. It may submit calls, also to the client
// that called it; what it submits leaves together, when the callbacks of one message have
// returned. It may not wait for calls: rowcall_call, rowcall_batch_run, transactions and
// rowcall_future_wait fail there with FAILED_PRECONDITION (not executed). Nor may it close its
// client.
typedef void (*rowcall_callback)(void *arg, void *response, const rowcall_error *err);

// Calls method as rowcall_call does, without waiting: callback is called exactly once with the
// answer, by another thread, perhaps before submit has returned. When submit fails, it is never
// called. handle and request are borrowed until submit returns; options (may be NULL), too.
// Closing the client calls what is left with CANCELLED before it returns. Any thread, callbacks
// included; does not block.
// Errors, all "not executed":
//   INVALID_ARGUMENT    the request is not one of this method, or the handle is closed
//   RESOURCE_EXHAUSTED  max_calls are under way, or 64 MiB of requests wait to be sent, or the
//                       request is over the limit, or there is no memory
//   CANCELLED           the client is being closed
rowcall_status rowcall_submit(rowcall_handle handle, const rowcall_method *method,
                              const ProtobufCMessage *request,
                              const rowcall_call_options *options, rowcall_callback callback,
                              void *arg, rowcall_error *err);

// A call under way whose answer somebody will ask for. Opaque.
typedef struct rowcall_future rowcall_future;

// Submits a call, with the errors of rowcall_submit. On success *ret_future has to be given to
// rowcall_future_wait or rowcall_future_discard, once, before the client is closed.
rowcall_status rowcall_future_submit(rowcall_handle handle, const rowcall_method *method,
                                     const ProtobufCMessage *request,
                                     const rowcall_call_options *options,
                                     rowcall_future **ret_future, rowcall_error *err);

// Whether the answer is there, so that waiting does not block. Any thread.
bool rowcall_future_is_done(const rowcall_future *future);

// Waits for the answer, at most for the call's timeout, and frees the future. On success
// *ret_response (ret_response may be NULL) is the response, freed with rowcall_free; otherwise
// the result is the call's failure, with err as rowcall_call fills it. Any thread; blocks.
rowcall_status rowcall_future_wait(rowcall_future *future, ProtobufCMessage **ret_response,
                                   rowcall_error *err);

// Gives a future up: the call goes on, and its answer is dropped. Accepts NULL. Any thread.
void rowcall_future_discard(rowcall_future *future);

#ifdef __cplusplus
}
#endif
#endif
