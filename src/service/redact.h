// SPDX-License-Identifier: Apache-2.0
//
// PostgreSQL's messages quote values as well as names ('invalid input syntax for type uuid:
// "..."'): a log that must not hold values holds neither. Thread-safe.
#ifndef RC_SERVICE_REDACT_H
#define RC_SERVICE_REDACT_H

#include <stdbool.h>
#include <stddef.h>

// Copies message to ret_text, cut to size; unless whole, "..." stands for everything between
// its first and last quote.
void rc_redact(const char *message, bool whole, char *ret_text, size_t size);

#endif
