// SPDX-License-Identifier: Apache-2.0
//
// What names look like, and how the ones that nobody wrote are made. Pure functions.
#ifndef RC_SCHEMA_NAMES_H
#define RC_SCHEMA_NAMES_H

#include "base/arena.h"

// PostgreSQL's NAMEDATALEN - 1: longer names would be cut silently.
#define RC_NAME_MAX 63

// stem + suffix ("products_name", "_key"), the stem cut so that the whole fits RC_NAME_MAX, as
// Prisma does it. From arena; NULL when memory is out.
char *rc_name_constraint(struct rc_arena *arena, const char *stem,
                         const char *suffix) RC_MUST_CHECK;

// "user_id": lower case, digits, '_'; begins with a letter.
bool rc_name_is_field(const char *name);
// "PriceList": letters and digits; begins with a capital.
bool rc_name_is_type(const char *name);
// "DATABASE_URL": capitals, digits, '_'; begins with a letter.
bool rc_name_is_variable(const char *name);

// Whether a field, or a relation, cannot have this name, which means something in derived
// messages; whether an entity or service cannot, because the server has a service of that name.
bool rc_name_is_reserved_field(const char *name);
bool rc_name_is_reserved_relation(const char *name);
bool rc_name_is_reserved_type(const char *name);

// Whether name is that of a message, enum or service derived from this entity (its composite
// keys' messages apart, whose names depend on its fields), or from this enum.
bool rc_name_is_of_entity(const char *name, const char *entity);
bool rc_name_is_of_enum(const char *name, const char *enumeration);

#endif
