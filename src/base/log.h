// SPDX-License-Identifier: Apache-2.0
//
// Structured logging to stderr, one line a record, as text for people or JSON for machines.
// Every line has a subject, an event and key/value pairs, never a sentence put together by
// hand:
//   rc_log(RC_LOG_INFO, "server", "listening", "url", "%s", url, (char *)NULL);
// Thread-safe: a line is written with one write(2). Modules below service log at debug level
// only.
#ifndef RC_BASE_LOG_H
#define RC_BASE_LOG_H

#include <stdbool.h>

enum rc_log_level { RC_LOG_ERROR, RC_LOG_WARN, RC_LOG_INFO, RC_LOG_DEBUG, RC_LOG_COUNT };
enum rc_log_format { RC_LOG_TEXT, RC_LOG_JSON };

// Sets what is written and how; for main, before threads start. Default: INFO, text.
void rc_log_configure(enum rc_log_level level, enum rc_log_format format);

bool rc_log_enabled(enum rc_log_level level);

// subject: who speaks ("server", "database bibikos"); event: what happened, a fixed phrase.
// Then triples of key, printf format with at most one conversion, and its argument when the
// format has one; ended by NULL. Supported conversions: %s %d %u %zu %ld %lld %lu %llu %.3f
// %.*s and a format with none.
void rc_log(enum rc_log_level level, const char *subject, const char *event, ...);

// Parses "error|warn|info|debug" / "text|json"; false when it is none of them.
bool rc_log_level_parse(const char *text, enum rc_log_level *ret_level);
bool rc_log_format_parse(const char *text, enum rc_log_format *ret_format);

#endif
