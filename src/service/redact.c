// SPDX-License-Identifier: Apache-2.0
//
// Redaction. It errs on the side of hiding: a value may itself hold quotes, so all between the
// first and the last quote of a message goes.
#include "service/redact.h"

#include <stdio.h>
#include <string.h>

void rc_redact(const char *message, bool whole, char *ret_text, size_t size)
{
    const char *first = whole ? NULL : strchr(message, '"');
    if (!first) {
        (void)snprintf(ret_text, size, "%s", message);
        return;
    }
    const char *last = strrchr(message, '"');
    (void)snprintf(ret_text, size, "%.*s\"...\"%s", (int)(first - message), message,
                   last > first ? last + 1 : "");
}
