// SPDX-License-Identifier: Apache-2.0
//
// One question, one answer.
#include "bin/consent.h"

#include "bin/prompt.h"

#include <stdio.h>

rowcall_status rc_consent(const struct rc_target *target, const char *what, bool force,
                          rowcall_error *err)
{
    char question[256];
    if (force) {
        return ROWCALL_OK;
    }
    if (!rc_prompt_possible()) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "it would %s %s (%s): --force says that this is meant", what,
                            target->scope->name, target->scope->url_env);
    }
    (void)snprintf(question, sizeof question, "  %s %s (%s), and lose all of its data?", what,
                   target->scope->name, target->scope->url_env);
    return rc_prompt_confirm(question)
               ? ROWCALL_OK
               : rc_error_set(err, ROWCALL_CANCELLED, "nothing was changed");
}
