// SPDX-License-Identifier: Apache-2.0
//
// What a change of type does to values. Types are named as format_type prints them:
// "character varying(30)". Private to the module.
#ifndef RC_MIGRATE_LINT_TYPE_H
#define RC_MIGRATE_LINT_TYPE_H

#include <stdbool.h>

// Whether PostgreSQL only notes the change: every value stays as it is, byte for byte.
bool rc_lint_type_keeps_bytes(const char *from, const char *to);

// Whether they are the same but for length and precision.
bool rc_lint_type_has_same_base(const char *from, const char *to);

// Whether values are cut or rounded without a word. is_cast: by an explicit cast (USING), which
// cuts where an assignment would refuse.
bool rc_lint_type_loses(const char *from, const char *to, bool is_cast);

#endif
