// SPDX-License-Identifier: Apache-2.0
//
// Array literals: '{1,NULL,"two words"}'. Only array columns of CreateMany need them: unnest
// takes arrays apart down to their elements, so a column of arrays travels as an array of
// texts.
#ifndef RC_QUERY_LITERAL_H
#define RC_QUERY_LITERAL_H

#include "schema/schema.h"
#include "wire/value.h"

// A LIST of elements of this type, as PostgreSQL reads arrays: BYTES in the arena. What is no
// LIST becomes NULL. False when there is no memory. ret_value may be list itself.
bool rc_literal_of_list(const struct rc_value *list, const struct rc_type *type,
                        struct rc_arena *arena, struct rc_value *ret_value);

#endif
