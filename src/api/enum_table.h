// SPDX-License-Identifier: Apache-2.0
//
// The enums of a scope as wire tables: those that were authored, and one for each entity whose
// values name its columns. Inside the derivation only.
#ifndef RC_API_ENUM_TABLE_H
#define RC_API_ENUM_TABLE_H

#include "schema/schema.h"
#include "wire/message.h"

// The table of an authored enum. The arena owns it; NULL when memory ran out.
struct rc_wire_enum *rc_api_make_enum(struct rc_arena *arena, const struct rc_scope *scope,
                                      const struct rc_enum *enumeration);

// <E>Field: the columns of an entity by their numbers, and 0 for none. The arena owns it; NULL
// when memory ran out.
struct rc_wire_enum *rc_api_make_field_enum(struct rc_arena *arena,
                                            const struct rc_scope *scope,
                                            const struct rc_model *model);

#endif
