// SPDX-License-Identifier: Apache-2.0
//
// References: paths by the derived API's tables, values out of the replies that earlier calls
// have written, and the request with them as its call is loaded with.
#include "service/references.h"

#include "service/injection.h"
#include "service/service_internal.h"

struct reference {
    struct rc_call *source;
    struct rc_path from;
    struct rc_injection_value value;
};

struct rc_references {
    struct reference *list;
    size_t count;
    struct rc_injection injection;
};

static const struct rc_wire_message *request_of(const struct rc_call *call)
{
    const struct rc_method *method = call->method;
    struct rc_api *api = call->database->api;
    return rc_wire_message_ready(method->sql
                                     ? rc_api_sql_request(api, method->sql)
                                     : rc_api_request(api, method->model, method->verb));
}

static const struct rc_wire_message *response_of(const struct rc_call *call)
{
    const struct rc_method *method = call->method;
    struct rc_api *api = call->database->api;
    return rc_wire_message_ready(method->sql
                                     ? rc_api_sql_response(api, method->sql)
                                     : rc_api_response(api, method->model, method->verb));
}

static rowcall_status find_source(struct rc_call *call,
                                  const struct rc_envelope_reference *from,
                                  struct rc_call **ret_source)
{
    size_t own = (size_t)(call - call->exchange->calls);
    if (from->call >= own) {
        return rc_error_set(&call->err, ROWCALL_INVALID_ARGUMENT,
                            "call: calls[%u] is not before this one, calls[%zu]", from->call,
                            own);
    }
    *ret_source = &call->exchange->calls[from->call];
    return ROWCALL_OK;
}

static rowcall_status resolve(struct rc_call *call, const struct rc_envelope_reference *from,
                              struct rc_references *references, struct reference *ret)
{
    struct rc_arena *arena = &call->exchange->arena;
    struct rc_path to;
    rowcall_status st = find_source(call, from, &ret->source);
    if (st != ROWCALL_OK) {
        return st;
    }
    const struct rc_wire_message *request = request_of(call);
    const struct rc_wire_message *response = response_of(ret->source);
    if (!request || !response) {
        return rc_error_oom(&call->err);
    }
    st = rc_path_resolve(response, from->from, RC_PATH_FROM, arena, &ret->from, &call->err);
    if (st != ROWCALL_OK) {
        return rc_error_wrap(&call->err, "from");
    }
    st = rc_path_resolve(request, from->to, RC_PATH_TO, arena, &to, &call->err);
    if (st == ROWCALL_OK) {
        st = rc_path_check_types(&ret->from, &to, &call->err);
    }
    if (st == ROWCALL_OK) {
        ret->value.from = rc_path_end(&ret->from);
        st = rc_injection_add(&references->injection, &to, &ret->value, arena, &call->err);
    }
    return st == ROWCALL_OK ? st : rc_error_wrap(&call->err, "to");
}

static rowcall_status resolve_all(struct rc_call *call, struct rc_references *references)
{
    const struct rc_envelope_call *head = call->head;
    struct rc_arena *arena = &call->exchange->arena;
    if (head->reference_count > RC_REFERENCES_MAX) {
        return rc_error_set(&call->err, ROWCALL_INVALID_ARGUMENT,
                            "references: there are %zu; a call may have %d",
                            head->reference_count, RC_REFERENCES_MAX);
    }
    references->list = rc_arena_new_array(arena, head->reference_count, struct reference);
    if (!references->list) {
        return rc_error_oom(&call->err);
    }
    references->count = head->reference_count;
    for (size_t i = 0; i < references->count; i++) {
        references->list[i].value.index = i;
        rowcall_status st =
            resolve(call, &head->references[i], references, &references->list[i]);
        if (st != ROWCALL_OK) {
            return rc_error_wrap(&call->err, "references[%zu]", i);
        }
    }
    return ROWCALL_OK;
}

// The request with the values in it, in the arena.
static rowcall_status inject(struct rc_call *call, const struct rc_references *references,
                             bool known, struct rc_view *ret_request)
{
    struct rc_buf bytes = {0};
    rowcall_status st = rc_injection_apply(&references->injection, call->head->request, known,
                                           &bytes, &call->err);
    if (st == ROWCALL_OK) {
        st = rc_buf_status(&bytes, &call->err);
    }
    if (st == ROWCALL_OK) {
        ret_request->len = bytes.len;
        ret_request->data = rc_arena_copy(&call->exchange->arena, bytes.data, bytes.len);
        st = ret_request->data ? ROWCALL_OK : rc_error_oom(&call->err);
    }
    rc_buf_fini(&bytes);
    return st;
}

static rowcall_status check(struct rc_call *call)
{
    struct rc_view request;
    struct rc_references *references =
        rc_arena_new(&call->exchange->arena, struct rc_references);
    if (!references) {
        return rc_error_oom(&call->err);
    }
    rowcall_status st = resolve_all(call, references);
    if (st == ROWCALL_OK) { // what is walked has to be well-formed
        st = rc_wire_check(request_of(call), call->head->request, NULL, &call->err);
    }
    if (st == ROWCALL_OK) {
        st = inject(call, references, false, &request);
    }
    if (st == ROWCALL_OK) {
        st = rc_call_check(call, request);
    }
    call->references = references;
    return st;
}

rowcall_status rc_references_check(struct rc_call *call)
{
    rowcall_status st = check(call);
    if (st != ROWCALL_OK) {
        call->err.outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
    }
    return st;
}

bool rc_references_are_ready(const struct rc_call *call)
{
    const struct rc_references *references = call->references;
    for (size_t i = 0; i < references->count; i++) {
        if (!references->list[i].source->concluded) {
            return false;
        }
    }
    return true;
}

static rowcall_status take_value(struct rc_call *call, size_t index)
{
    struct reference *reference = &call->references->list[index];
    const struct rc_envelope_reference *said = &call->head->references[index];
    struct rc_view response = rc_reply_response(&reference->source->reply);
    if (rc_path_read(&reference->from, response, &reference->value.value)) {
        return ROWCALL_OK;
    }
    return rc_error_set(&call->err, ROWCALL_FAILED_PRECONDITION,
                        "references[%zu].from: calls[%u] returned no %.*s: there is no such "
                        "record, it is NULL, or was not selected",
                        index, said->call, rc_view_arg(said->from));
}

rowcall_status rc_references_load(struct rc_call *call)
{
    struct rc_view request;
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; i < call->references->count && st == ROWCALL_OK; i++) {
        st = take_value(call, i);
    }
    if (st == ROWCALL_OK) {
        st = inject(call, call->references, true, &request);
    }
    return st == ROWCALL_OK ? rc_call_load(call, request) : st;
}
