// SPDX-License-Identifier: Apache-2.0
//
// A running server, as the shell commands use it: one connection, one call at a time, and the
// server's own description of its API. Single-threaded.
#ifndef RC_BIN_REMOTE_H
#define RC_BIN_REMOTE_H

#include "bin/envelope.h"
#include "json/pool.h"

#define RC_REMOTE_DEFAULT_URL "ipc:///tmp/rowcall.sock" // as include/rowcall/client.h has it

// How to reach it. NULL or 0: from the environment, else the default.
struct rc_remote_options {
    const char *url;     // ROWCALL_URL, else RC_REMOTE_DEFAULT_URL
    const char *token;   // ROWCALL_TOKEN, else none
    uint32_t timeout_ms; // of a call; 30000
};

// The options above as entries of a table of struct rc_option.
#define RC_REMOTE_OPTIONS(options)                                                             \
    {"url", RC_OPTION_TEXT, &(options)->url, "URL",                                            \
     "the server (ROWCALL_URL, else " RC_REMOTE_DEFAULT_URL ")"},                              \
        {"token", RC_OPTION_TEXT, &(options)->token, "TOKEN", "credentials (ROWCALL_TOKEN)"},  \
    {                                                                                          \
        "timeout", RC_OPTION_COUNT, &(options)->timeout_ms, "MS",                              \
            "longest wait for an answer (30000)"                                               \
    }

struct rc_remote {
    struct rc_dialer *dialer;
    const char *url;
    const char *token; // NULL when there is none
    uint32_t timeout_ms;
};

// Begins to connect. Close with rc_remote_close, also after a failure. INVALID_ARGUMENT: the
// URL.
rowcall_status rc_remote_open(struct rc_remote *ret_remote,
                              const struct rc_remote_options *options,
                              rowcall_error *err) RC_MUST_CHECK;
void rc_remote_close(struct rc_remote *remote);

// Sends a call (its token and timeout are filled in) and waits. A failed call is an answer;
// ret_answer borrows from ret_reply. UNAVAILABLE: there is no server at that URL; else as
// rc_dialer_call.
rowcall_status rc_remote_call(struct rc_remote *remote, struct rc_shell_call *call,
                              struct rc_buf *ret_reply, struct rc_shell_answer *ret_answer,
                              rowcall_error *err) RC_MUST_CHECK;

// Sends several calls in one envelope (tokens and timeouts are filled in) and waits; answers
// has room for one each. Else as rc_remote_call.
rowcall_status rc_remote_batch(struct rc_remote *remote, const struct rc_shell_batch *batch,
                               struct rc_shell_call *calls, struct rc_buf *ret_reply,
                               struct rc_shell_answer *answers,
                               rowcall_error *err) RC_MUST_CHECK;

// Everything the server says of a scope's API, and of its own methods: a pool that the caller
// frees. A failed call is an error here.
rowcall_status rc_remote_describe(struct rc_remote *remote, const char *scope,
                                  struct rc_pool **ret_pool, rowcall_error *err) RC_MUST_CHECK;

// The encoded rowcall.ReflectionListResponse of one database, or of all (NULL); it borrows from
// ret_reply. A failed call is an error here.
rowcall_status rc_remote_list(struct rc_remote *remote, const char *database,
                              struct rc_buf *ret_reply, struct rc_view *ret_list,
                              rowcall_error *err) RC_MUST_CHECK;

#endif
