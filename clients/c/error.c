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
    const char *outcome = outcome_text(err->outcome);
    fprintf(file, "%s%s%s: %s", rowcall_status_name(err->status), *err->reason ? " " : "",
            err->reason, err->message);
    if (*err->entity) {
        fprintf(file, " [%s%s%s]", err->entity, *err->fields ? ": " : "", err->fields);
    }
    fprintf(file, "%s%s%s\n", outcome ? " (" : "", outcome ? outcome : "", outcome ? ")" : "");
}

bool rowcall_error_is_retryable(const rowcall_error *err)
{
    bool is_passing = err->status == ROWCALL_UNAVAILABLE || err->status == ROWCALL_ABORTED ||
                      err->status == ROWCALL_RESOURCE_EXHAUSTED ||
                      err->status == ROWCALL_DEADLINE_EXCEEDED;
    return is_passing && (err->outcome == ROWCALL_OUTCOME_NOT_EXECUTED ||
                          err->outcome == ROWCALL_OUTCOME_ROLLED_BACK);
}

bool rowcall_error_is_conflict(const rowcall_error *err)
{
    return strcmp(err->reason, "P2002") == 0;
}

bool rowcall_error_is_not_found(const rowcall_error *err)
{
    return err->status == ROWCALL_NOT_FOUND;
}
