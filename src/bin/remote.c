// SPDX-License-Identifier: Apache-2.0
//
// Calls of the shell on a server.
#include "bin/remote.h"

#include "bin/cli.h"
#include "transport/dialer.h"
#include "wire/reader.h"
#include "wire/writer.h"

#include <stdlib.h>
#include <string.h>

// Somebody sits in front of a shell: a server that is not there is told sooner than to a
// program, which may have been started before it.
enum { TIMEOUT_MS = 30000, CONNECT_TIMEOUT_MS = 2000 };

static const char *choose(const char *given, const char *variable, const char *fallback)
{
    const char *text = given ? given : getenv(variable);
    return text && *text ? text : fallback;
}

rowcall_status rc_remote_open(struct rc_remote *ret_remote,
                              const struct rc_remote_options *options, rowcall_error *err)
{
    *ret_remote = (struct rc_remote){
        .url = choose(options->url, "ROWCALL_URL", RC_REMOTE_DEFAULT_URL),
        .token = choose(options->token, "ROWCALL_TOKEN", NULL),
        .timeout_ms = options->timeout_ms ? options->timeout_ms : TIMEOUT_MS};
    const struct rc_dialer_options how = {.connect_timeout_ms = CONNECT_TIMEOUT_MS};
    return rc_dialer_open(ret_remote->url, &how, &ret_remote->dialer, err);
}

void rc_remote_close(struct rc_remote *remote)
{
    rc_dialer_close(remote->dialer);
    remote->dialer = NULL;
}

rowcall_status rc_remote_batch(struct rc_remote *remote, const struct rc_shell_batch *batch,
                               struct rc_shell_call *calls, struct rc_buf *ret_reply,
                               struct rc_shell_answer *answers, rowcall_error *err)
{
    struct rc_buf envelope = {0};
    struct rc_shell_batch sent = *batch;
    sent.calls = calls;
    for (size_t i = 0; i < batch->count; i++) {
        calls[i].token = remote->token;
        calls[i].timeout_ms = remote->timeout_ms;
    }
    rc_shell_batch_write(&sent, &envelope);
    rowcall_status st = rc_buf_status(&envelope, err);
    if (st == ROWCALL_OK) {
        st = rc_dialer_call(remote->dialer, rc_buf_view(&envelope), remote->timeout_ms,
                            ret_reply, err);
    }
    if (st == ROWCALL_OK) {
        st = rc_shell_answers_read(rc_buf_view(ret_reply), answers, batch->count, err);
    }
    rc_buf_fini(&envelope);
    return st;
}

rowcall_status rc_remote_call(struct rc_remote *remote, struct rc_shell_call *call,
                              struct rc_buf *ret_reply, struct rc_shell_answer *ret_answer,
                              rowcall_error *err)
{
    const struct rc_shell_batch batch = {.count = 1};
    return rc_remote_batch(remote, &batch, call, ret_reply, ret_answer, err);
}

// Calls one of Reflection's methods, whose request is one text (field 1).
static rowcall_status reflect(struct rc_remote *remote, const char *method, const char *text,
                              struct rc_buf *ret_reply, struct rc_view *ret_response,
                              rowcall_error *err)
{
    struct rc_buf request = {0};
    struct rc_shell_answer answer;
    if (text) {
        rc_wire_put_text(&request, 1, text);
    }
    rowcall_status st = rc_buf_status(&request, err);
    struct rc_shell_call call = {.method = method, .request = rc_buf_view(&request)};
    if (st == ROWCALL_OK) {
        st = rc_remote_call(remote, &call, ret_reply, &answer, err);
    }
    if (st == ROWCALL_OK && answer.error.status != ROWCALL_OK) {
        *err = answer.error;
        st = answer.error.status;
    } else if (st == ROWCALL_OK) {
        *ret_response = answer.response;
    }
    rc_buf_fini(&request);
    return st;
}

rowcall_status rc_remote_list(struct rc_remote *remote, const char *database,
                              struct rc_buf *ret_reply, struct rc_view *ret_list,
                              rowcall_error *err)
{
    return reflect(remote, "Reflection/List", database, ret_reply, ret_list, err);
}

// Refuses the name of a database that the server does not serve, with those that it does.
static rowcall_status refuse_database(struct rc_remote *remote, const char *name,
                                      rowcall_error *err)
{
    enum { DATABASES = 1, NAME = 1, MAX = 64 }; // NAME comes first in ReflectedDatabase
    struct rc_buf reply = {0};
    struct rc_buf names = {0};  // each with a NUL behind it
    struct rc_buf listed = {0}; // for people
    struct rc_view list = {0};
    const char *items[MAX + 1] = {NULL};
    size_t starts[MAX];
    size_t count = 0;
    rowcall_status st = rc_remote_list(remote, NULL, &reply, &list, err);
    struct rc_wire_reader databases;
    struct rc_wire_value value = {0};
    rc_wire_reader_init(&databases, list);
    while (rc_wire_next(&databases, &value) && count < MAX) {
        struct rc_wire_reader database;
        struct rc_wire_value part = {0};
        rc_wire_reader_init(&database, value.bytes);
        if (value.number == DATABASES && rc_wire_next(&database, &part) &&
            part.number == NAME) {
            starts[count++] = names.len;
            rc_buf_append_view(&names, part.bytes);
            rc_buf_append_char(&names, '\0');
            rc_buf_printf(&listed, "%s%.*s", listed.len ? ", " : "", rc_view_arg(part.bytes));
        }
    }
    for (size_t i = 0; i < count && !names.broken; i++) {
        items[i] = names.data + starts[i];
    }
    if (st == ROWCALL_OK) {
        const char *near = rc_cli_suggest(name, items);
        st = rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                          "no database '%s' is served here (%s)%s%s%s", name,
                          listed.data ? listed.data : "none is", near ? "; did you mean " : "",
                          near ? near : "", near ? "?" : "");
    }
    rc_buf_fini(&reply);
    rc_buf_fini(&names);
    rc_buf_fini(&listed);
    return st;
}

rowcall_status rc_remote_describe(struct rc_remote *remote, const char *scope,
                                  struct rc_pool **ret_pool, rowcall_error *err)
{
    enum { FILE_DESCRIPTOR_SET = 1 };
    struct rc_buf reply = {0};
    struct rc_view response = {0};
    struct rc_view set = {0};
    rowcall_error cause = {0};
    rowcall_status st =
        reflect(remote, "Reflection/Describe", scope, &reply, &response, &cause);
    if (st == ROWCALL_INVALID_ARGUMENT) {
        st = refuse_database(remote, scope, err);
    } else if (st != ROWCALL_OK) {
        *err = cause;
    }
    if (st == ROWCALL_OK) {
        struct rc_wire_reader reader;
        struct rc_wire_value value = {0};
        rc_wire_reader_init(&reader, response);
        while (rc_wire_next(&reader, &value)) {
            if (value.number == FILE_DESCRIPTOR_SET && value.type == RC_WIRE_BYTES) {
                set = value.bytes;
            }
        }
        st = rc_pool_new(set, ret_pool, err);
    }
    rc_buf_fini(&reply);
    return st;
}
