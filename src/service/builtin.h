// SPDX-License-Identifier: Apache-2.0
//
// The server's own methods: Health, Reflection, Transactions, Raw.
#ifndef RC_SERVICE_BUILTIN_H
#define RC_SERVICE_BUILTIN_H

#include "service/call.h"
#include "service/service_internal.h"

struct rc_builtin {
    const char *name; // "Health/Live"
    size_t name_len;
    bool open;                             // needs no token
    bool on_database;                      // of the database that the call names
    const struct rc_wire_message *request; // its type
    // Appends the response to out. request was checked. NULL when start is not.
    rowcall_status (*run)(struct rc_service *service, struct rc_view request,
                          struct rc_buf *out, rowcall_error *err);
    // For those that take their time: sees to it that the call is finished.
    void (*start)(struct rc_call *call);
    enum rc_right right; // that a caller needs
    bool joins;          // may be part of an interactive transaction
};

// The method of this name, NULL when the server has none of its own.
const struct rc_builtin *rc_builtin_find(struct rc_view name);

// The table; NULL past its end.
const struct rc_builtin *rc_builtin_at(size_t i);

// Checks the request and, unless it is one that is started, answers.
rowcall_status rc_builtin_run(const struct rc_builtin *builtin, struct rc_service *service,
                              struct rc_view request, struct rc_buf *out,
                              rowcall_error *err) RC_MUST_CHECK;

#endif
