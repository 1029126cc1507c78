// SPDX-License-Identifier: Apache-2.0
//
// Whether two databases have an entity or enum alike. Private to sharing.
#ifndef RC_IMPORT_SHARE_COMPARE_H
#define RC_IMPORT_SHARE_COMPARE_H

#include "import/draft.h"

// In what they differ, in words that name the field ("email: its type is text, and citext in
// bibikos"); NULL when they are the same. other_database is what the other's database is
// called. Relations without columns of their own (inverses, many-to-many) do not count: they
// may be one database's alone.
const char *rc_share_compare_entities(struct rc_import *session,
                                      const struct rc_draft_entity *entity,
                                      const struct rc_draft_entity *other,
                                      const char *other_database);
const char *rc_share_compare_enums(struct rc_import *session,
                                   const struct rc_draft_enum *enumeration,
                                   const struct rc_draft_enum *other,
                                   const char *other_database);

// Whether both are the same many-to-many relation, by the names of its sides.
bool rc_share_same_join(const struct rc_draft_relation *relation,
                        const struct rc_draft_relation *other);

#endif
