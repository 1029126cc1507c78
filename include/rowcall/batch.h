// SPDX-License-Identifier: Apache-2.0
//
// Several calls in one message: one round trip, answered in order, each with its own result;
// or, run atomically, one transaction.
//
//   rowcall_batch *batch = rowcall_batch_new(db.handle.client);
//   size_t a = core_product_create_add(batch, db, &first);
//   size_t b = core_product_create_add(batch, db, &second);
//   if (rowcall_batch_run(batch, ROWCALL_BATCH_ATOMIC, &err) == ROWCALL_OK) {
//       const core_product_create_response *made = rowcall_batch_response(batch, a);
//   }
//   rowcall_batch_free(batch);
//
// A later call of an atomic batch may use what an earlier one returns, such as an id just made:
//
//   size_t order = core_order_create_add(batch, db, &first);       // selects id
//   size_t item = core_item_create_add(batch, db, &second);        // leaves order_id out
//   rowcall_batch_refer(batch, item, "data.order_id", order, "row.id");
//
// Adding never fails where it stands: what is wrong with a request, or with memory, is kept and
// returned by run. A batch belongs to one thread at a time; its client may be shared.
#ifndef ROWCALL_BATCH_H
#define ROWCALL_BATCH_H

#include "rowcall/transaction.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rowcall_batch rowcall_batch;

typedef enum rowcall_batch_mode {
    ROWCALL_BATCH_SEPARATE =
        0, // each call is its own transaction; one failing does not stop the others
    ROWCALL_BATCH_ATOMIC = 1, // all hold or none; all calls must be on one database
} rowcall_batch_mode;

// The transaction of an atomic batch. Zero means the default.
typedef struct rowcall_batch_options {
    rowcall_isolation isolation;
    bool read_only;       // PostgreSQL refuses every write
    uint32_t max_retries; // how often the server executes all of it again after a conflict with
                          // another transaction (P2034); 0, at most 20
} rowcall_batch_options;

// An empty batch on client (borrowed; must outlive the batch). NULL when memory is out, which
// every function below accepts: run then says so. The caller frees it.
rowcall_batch *rowcall_batch_new(rowcall_client *client);

// Frees the batch and its responses. Accepts NULL.
void rowcall_batch_free(rowcall_batch *batch);

// Adds a call and returns its index. request is encoded at once: it may be changed or freed
// afterwards. options may be NULL; its timeout bounds this call on the server. Generated code
// calls this with its method.
size_t rowcall_batch_add(rowcall_batch *batch, rowcall_handle handle,
                         const rowcall_method *method, const ProtobufCMessage *request,
                         const rowcall_call_options *options);

// Puts what call `source` returns at `from` into the request of `call`, a later one, at `to`
// before it is executed. Paths are member names joined by dots, with an index for each element
// of a list: "row.id", "rows[0].author.name"; "data.order_id", "data.items.create[1].sku", and
// "where.id.in.values", to which the value is appended. The value must be there and of the type
// of what takes it, which the request leaves out. Only in an atomic batch. Both are indexes
// that adding gave.
void rowcall_batch_refer(rowcall_batch *batch, size_t call, const char *to, size_t source,
                         const char *from);

// Sends the calls and waits for all answers, at most the client's timeout. ROWCALL_OK when
// every call succeeded; otherwise the status of the first that failed by itself, its message
// prefixed with which one; the others of an atomic batch have ABORTED (P2028). When the batch
// as a whole failed (see rowcall_call for how), every call has that error. Once a batch.
// Blocks.
rowcall_status rowcall_batch_run(rowcall_batch *batch, rowcall_batch_mode mode,
                                 rowcall_error *err);

// The same, atomically, in a transaction of this kind. options may be NULL.
rowcall_status rowcall_batch_run_atomic(rowcall_batch *batch,
                                        const rowcall_batch_options *options,
                                        rowcall_error *err);

// The number of calls added.
size_t rowcall_batch_count(const rowcall_batch *batch);

// The response of call i after run: owned by the batch, valid until it is freed. NULL when that
// call failed.
const void *rowcall_batch_response(const rowcall_batch *batch, size_t i);

// What became of call i after run; its status is ROWCALL_OK when it succeeded. Never NULL;
// owned by the batch.
const rowcall_error *rowcall_batch_error(const rowcall_batch *batch, size_t i);

#ifdef __cplusplus
}
#endif
#endif
