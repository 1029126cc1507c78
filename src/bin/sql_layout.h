// SPDX-License-Identifier: Apache-2.0
//
// SQL over several lines, for people: clauses begin lines, statements within parentheses are
// indented. Nothing but white space is changed. Thread-safe.
#ifndef RC_BIN_SQL_LAYOUT_H
#define RC_BIN_SQL_LAYOUT_H

#include "base/buf.h"

// Appends sql laid out, without a newline at its end. Text that is no SQL comes out somehow.
void rc_sql_layout(struct rc_view sql, struct rc_buf *out);

#endif
