// SPDX-License-Identifier: Apache-2.0
//
// Spellings of derived names: pure functions of a name. Results are the arena's; NULL when
// memory ran out or name is NULL. One thread an arena at a time.
#ifndef RC_API_NAMES_H
#define RC_API_NAMES_H

#include "base/arena.h"

// "user_id_role_id" -> "UserIdRoleId"
char *rc_api_camel_case(struct rc_arena *arena, const char *name) RC_MUST_CHECK;

// "user_id" -> "USER_ID"
char *rc_api_upper_case(struct rc_arena *arena, const char *name) RC_MUST_CHECK;

#endif
