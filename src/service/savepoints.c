// SPDX-License-Identifier: Apache-2.0
//
// The stack of savepoints.
#include "service/savepoints.h"

#include <string.h>

rowcall_status rc_savepoints_set(struct rc_savepoints *savepoints, struct rc_view name,
                                 uint32_t *ret_number, rowcall_error *err)
{
    if (name.len == 0 || name.len > RC_SAVEPOINT_NAME_MAX) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "name: a savepoint's has 1 to %d bytes", RC_SAVEPOINT_NAME_MAX);
    }
    if (savepoints->count == RC_SAVEPOINTS_MAX) {
        return rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED,
                            "the transaction has %d savepoints already: release some",
                            RC_SAVEPOINTS_MAX);
    }
    struct rc_savepoint *top = &savepoints->stack[savepoints->count++];
    *top = (struct rc_savepoint){.number = ++savepoints->last_number};
    memcpy(top->name, name.data, name.len);
    *ret_number = top->number;
    return ROWCALL_OK;
}

rowcall_status rc_savepoints_return(struct rc_savepoints *savepoints, struct rc_view name,
                                    bool release, uint32_t *ret_number, rowcall_error *err)
{
    for (size_t i = savepoints->count; i > 0; i--) {
        const struct rc_savepoint *at = &savepoints->stack[i - 1];
        if (rc_view_is(name, at->name)) {
            *ret_number = at->number;
            savepoints->count = release ? i - 1 : i;
            return ROWCALL_OK;
        }
    }
    rc_error_set(err, ROWCALL_FAILED_PRECONDITION, "the transaction has no savepoint \"%.*s\"",
                 rc_view_arg(name));
    rc_error_detail(err, "P2028", NULL, NULL);
    return ROWCALL_FAILED_PRECONDITION;
}

void rc_savepoints_drop(struct rc_savepoints *savepoints, uint32_t number)
{
    for (size_t i = 0; i < savepoints->count; i++) {
        if (savepoints->stack[i].number == number) {
            savepoints->count--;
            memmove(&savepoints->stack[i], &savepoints->stack[i + 1],
                    (savepoints->count - i) * sizeof(savepoints->stack[0]));
            return;
        }
    }
}
