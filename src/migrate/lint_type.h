// SPDX-License-Identifier: Apache-2.0
//
// What a change of type does to values, by PostgreSQL 15's rules, as far as they are about the
// types that the schema language has. Types are named as format_type prints them: "character
// varying(30)". Private to the module.
#ifndef RC_MIGRATE_LINT_TYPE_H
#define RC_MIGRATE_LINT_TYPE_H

#include <stdbool.h>

// Whether PostgreSQL only notes the change: every value stays as it is, byte for byte. The
// session's time zone is UTC, as that of migrations is.
bool rc_lint_type_keeps_bytes(const char *from, const char *to);

// Whether a program that takes one for the other is none the wiser: values have the same form
// on the connection.
bool rc_lint_type_reads_alike(const char *from, const char *to);

// Whether values may be cut or rounded without a word. is_cast: by an explicit cast (USING),
// which cuts where an assignment would refuse.
bool rc_lint_type_loses(const char *from, const char *to, bool is_cast);

// The length of "character varying(30)", character and bit; -1 of all others, and without one.
int rc_lint_type_length(const char *type);

#endif
