// SPDX-License-Identifier: Apache-2.0
//
// Questions about an error, and its printed form.
#include "rowcall/error.h"

#include <stdio.h>
#include <string.h>

static const char *outcome_text(rowcall_outcome outcome)
{
    switch (outcome) {
    case ROWCALL_OUTCOME_NOT_EXECUTED:
        return "not executed";
    case ROWCALL_OUTCOME_ROLLED_BACK:
        return "rolled back";
    case ROWCALL_OUTCOME_UNKNOWN:
        return "outcome unknown";
    case ROWCALL_OUTCOME_UNSPECIFIED:
        break;
    }
    return NULL;
}

void rowcall_error_print(FILE *file, const rowcall_error *err)
{
    if (!err || err->status == ROWCALL_OK) {
        return;
    }
    const char *outcome = outcome_text(err->outcome);
    bool has_reason = *err->reason != '\0';
    fprintf(file, "rowcall: %s%s%s%s: %s%s%s%s\n", rowcall_status_name(err->status),
            has_reason ? " (" : "", err->reason, has_reason ? ")" : "", err->message,
            outcome ? " [" : "", outcome ? outcome : "", outcome ? "]" : "");
}

bool rowcall_error_is_retryable(const rowcall_error *err)
{
    if (!err) {
        return false;
    }
    bool left_nothing = err->outcome == ROWCALL_OUTCOME_NOT_EXECUTED ||
                        err->outcome == ROWCALL_OUTCOME_ROLLED_BACK;
    // Not RESOURCE_EXHAUSTED: a request that is too long stays too long. Nor a call of a
    // transaction that is over (P2028): that has to be begun again.
    bool is_over = strcmp(err->reason, "P2028") == 0;
    bool may_pass = err->status == ROWCALL_UNAVAILABLE ||
                    (err->status == ROWCALL_ABORTED && !is_over) ||
                    err->status == ROWCALL_DEADLINE_EXCEEDED;
    return left_nothing && may_pass;
}

bool rowcall_error_is_conflict(const rowcall_error *err)
{
    return err && strcmp(err->reason, "P2002") == 0;
}

bool rowcall_error_is_not_found(const rowcall_error *err)
{
    return err && strcmp(err->reason, "P2025") == 0;
}
