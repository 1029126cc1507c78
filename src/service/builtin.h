// SPDX-License-Identifier: Apache-2.0
//
// The server's own methods: Health, Reflection, and those that are named but not served yet.
#ifndef RC_SERVICE_BUILTIN_H
#define RC_SERVICE_BUILTIN_H

#include "service/call.h"
#include "service/service_internal.h"

struct rc_builtin {
    const char *name;                      // "Health/Live"
    bool open;                             // needs no token
    const struct rc_wire_message *request; // NULL: not served
    // Appends the response to out. request was checked.
    rowcall_status (*run)(struct rc_service *service, struct rc_view request,
                          struct rc_buf *out, rowcall_error *err);
};

// The method of this name, NULL when the server has none of its own.
const struct rc_builtin *rc_builtin_find(struct rc_view name);

// The table; NULL past its end.
const struct rc_builtin *rc_builtin_at(size_t i);

// Runs it: checks the request, answers. UNIMPLEMENTED for one that is not served.
rowcall_status rc_builtin_run(const struct rc_builtin *builtin, struct rc_service *service,
                              struct rc_view request, struct rc_buf *out,
                              rowcall_error *err) RC_MUST_CHECK;

#endif
