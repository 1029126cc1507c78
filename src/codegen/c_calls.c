// SPDX-License-Identifier: Apache-2.0
//
// Printing calls: the handle of a scope, and per method a typed function, its forms for batches
// and for callbacks, and its description.
#include "codegen/c_calls.h"

#include "schema/schema.h"

#include <string.h>

// One method with the names it needs.
struct call {
    const char *name; // shop_tea_find_many
    const char *request;
    const char *response;
    const char *request_lower; // shop__tea_find_many_request
    const char *response_lower;
    const char *remote; // Tea/FindMany
};

// The function run in a transaction: it takes a handle of its scope's type, the client's
// function any.
static void print_transact(struct rc_buf *out, const char *own)
{
    rc_buf_printf(
        out,
        "\n// Does the work of a transaction, with tx in place of db: see "
        "rowcall_transaction_fn.\n"
        "typedef rowcall_status (*%s_transact_fn)(%s_db tx, void *arg, rowcall_error *err);\n\n"
        "// What %s_transact hands to the client.\n"
        "struct %s_transact_work {\n    %s_transact_fn run;\n    void *arg;\n};\n\n"
        "static inline rowcall_status %s_transact_run(rowcall_handle tx, void *work,\n"
        "    rowcall_error *err)\n{\n"
        "    const struct %s_transact_work *mine = (const struct %s_transact_work *)work;\n"
        "    %s_db db = {tx};\n    return mine->run(db, mine->arg, err);\n}\n\n",
        own, own, own, own, own, own, own, own, own);
    rc_buf_printf(
        out,
        "// Runs a function in a transaction: committed when it succeeds, rolled back when it "
        "does not. options\n// may be NULL: see rowcall_transaction_run.\n"
        "static inline rowcall_status %s_transact(%s_db db,\n"
        "    const rowcall_transaction_options *options, %s_transact_fn run, void *arg,\n"
        "    rowcall_error *err)\n{\n"
        "    struct %s_transact_work work = {run, arg};\n"
        "    return rowcall_transaction_run(db.handle, options, %s_transact_run, &work, err);\n"
        "}\n",
        own, own, own, own, own);
}

void rc_c_print_handle(struct rc_c_printer *printer)
{
    struct rc_buf *out = printer->out;
    const char *own = printer->package->own;
    bool shared = strcmp(own, "shared") == 0;
    rc_buf_printf(out,
                  "// Passed by value; threads share it. Zeroed ({0}) it is closed.\n"
                  "typedef struct %s_db {\n    rowcall_handle handle;\n} %s_db;\n\n",
                  own, own);
    rc_buf_printf(
        out,
        "// Opens a client of its own on %s. options may be NULL: see "
        "rowcall_client_options.\n"
        "static inline rowcall_status %s_open(%s_db *ret_db%s,\n"
        "    const rowcall_client_options *options, rowcall_error *err)\n{\n"
        "    return rowcall_handle_open(&ret_db->handle, %s%s%s, options, err);\n}\n\n",
        shared ? "the database of that name" : "the database", own, own,
        shared ? ", const char *database" : "", shared ? "" : "\"",
        shared ? "database" : printer->package->name, shared ? "" : "\"");
    rc_buf_printf(
        out,
        "// Closes the client, and with it every handle that was made from this one.\n"
        "static inline void %s_close(%s_db db)\n{\n"
        "    rowcall_handle_close(db.handle);\n}\n",
        own, own);
    print_transact(out, own);
    if (!shared) {
        rc_buf_printf(out,
                      "\n// The same connection for code that knows the shared entities alone. "
                      "Nothing converts back.\n"
                      "static inline shared_db %s_as_shared(%s_db db)\n{\n"
                      "    shared_db shared = {db.handle};\n    return shared;\n}\n",
                      own, own);
    }
}

// False, and the printer broken, when memory is out.
static bool name_call(struct rc_c_printer *printer, const struct rc_c_service *service,
                      const Google__Protobuf__MethodDescriptorProto *method,
                      struct call *ret_call)
{
    const struct rc_c_message *request =
        rc_c_package_message(printer->package, method->input_type);
    const struct rc_c_message *response =
        rc_c_package_message(printer->package, method->output_type);
    char *snake = rc_snake_case(printer->arena, method->name);
    if (!request || !response || !snake) {
        printer->broken = true;
        return false;
    }
    *ret_call = (struct call){
        .name = rc_arena_printf(printer->arena, "%s_%s", service->own, snake),
        .request = request->own,
        .response = response->own,
        .request_lower = request->lower,
        .response_lower = response->lower,
        .remote = rc_arena_printf(printer->arena, "%s/%s", service->entity, method->name),
    };
    printer->broken = printer->broken || !ret_call->name || !ret_call->remote;
    return !printer->broken;
}

enum form {
    FORM_CALL,   // waits for the answer
    FORM_ADD,    // into a batch
    FORM_SUBMIT, // a callback takes the answer
};

static void print_signature(struct rc_buf *out, const struct call *call, const char *own,
                            enum form form)
{
    switch (form) {
    case FORM_CALL:
        rc_buf_printf(out,
                      "rowcall_status %s(%s_db db,\n    const %s *request,\n    %s "
                      "**ret_response, rowcall_error *err)",
                      call->name, own, call->request, call->response);
        break;
    case FORM_ADD:
        rc_buf_printf(out,
                      "size_t %s_add(rowcall_batch *batch, %s_db db,\n    const %s *request)",
                      call->name, own, call->request);
        break;
    case FORM_SUBMIT:
        rc_buf_printf(out,
                      "rowcall_status %s_submit(%s_db db,\n    const %s *request,\n    "
                      "rowcall_callback callback, void *arg, rowcall_error *err)",
                      call->name, own, call->request);
        break;
    }
}

void rc_c_print_prototypes(struct rc_c_printer *printer, const struct rc_c_service *service)
{
    struct rc_buf *out = printer->out;
    rc_buf_printf(out, "\n// ---- Calls\n//\n");
    rc_c_print_comment(printer, service->comment);
    if (service->comment) {
        rc_buf_append_text(out, "//\n");
    }
    rc_buf_append_text(
        out,
        "// Each blocks until it is answered, from any thread. The response is freed with "
        "rowcall_free; on\n"
        "// failure it is untouched and err says why. The _add forms put the call into a batch "
        "and return its\n"
        "// index; the _submit forms return at once, and the callback gets the response "
        "(rowcall/async.h).\n"
        "// A _method is for rowcall_call and its like, when a call needs options of its "
        "own.\n");
    for (size_t i = 0; i < service->proto->n_method; i++) {
        struct call call;
        if (!name_call(printer, service, service->proto->method[i], &call)) {
            return;
        }
        rc_buf_append_char(out, '\n');
        rc_c_print_comment(printer, service->method_comments[i]);
        for (int form = FORM_CALL; form <= FORM_SUBMIT; form++) {
            print_signature(out, &call, printer->package->own, (enum form)form);
            rc_buf_append_text(out, ";\n");
        }
        rc_buf_printf(out, "extern const rowcall_method %s_method;\n", call.name);
    }
}

void rc_c_print_bodies(struct rc_c_printer *printer, const struct rc_c_service *service)
{
    struct rc_buf *out = printer->out;
    for (size_t i = 0; i < service->proto->n_method; i++) {
        struct call call;
        if (!name_call(printer, service, service->proto->method[i], &call)) {
            return;
        }
        rc_buf_printf(out,
                      "\nconst rowcall_method %s_method = {\n    \"%s\", &%s__descriptor,\n    "
                      "&%s__descriptor};\n\n",
                      call.name, call.remote, call.request_lower, call.response_lower);
        print_signature(out, &call, printer->package->own, FORM_CALL);
        rc_buf_printf(out,
                      "\n{\n    ProtobufCMessage *response = NULL;\n"
                      "    rowcall_status st = rowcall_call(db.handle, &%s_method,\n"
                      "        &request->base, NULL, ret_response ? &response : NULL, err);\n"
                      "    if (st == ROWCALL_OK && ret_response) {\n"
                      "        *ret_response = (%s *)response;\n    }\n    return st;\n}\n\n",
                      call.name, call.response);
        print_signature(out, &call, printer->package->own, FORM_ADD);
        rc_buf_printf(out,
                      "\n{\n    return rowcall_batch_add(batch, db.handle, &%s_method,\n"
                      "        &request->base, NULL);\n}\n\n",
                      call.name);
        print_signature(out, &call, printer->package->own, FORM_SUBMIT);
        rc_buf_printf(out,
                      "\n{\n    return rowcall_submit(db.handle, &%s_method,\n"
                      "        &request->base, NULL, callback, arg, err);\n}\n",
                      call.name);
    }
}
