// SPDX-License-Identifier: Apache-2.0
//
// The part of live databases that has to be the same in all of them: the tables, views and
// enums of shared entities, as each database has them.
#ifndef RC_MIGRATE_SHARED_PART_H
#define RC_MIGRATE_SHARED_PART_H

#include "migrate/compare.h"

// Takes the shared part out of a live database's facts and prints its fingerprint: equal for
// two databases exactly when no fact differs. Of views that the schema only reads the columns
// count that it reads. Everything is from arena, or borrowed from the facts.
rowcall_status rc_shared_part_make(const struct rc_scope *scope, const struct rc_facts *live,
                                   struct rc_arena *arena, struct rc_shared_part *ret_part,
                                   rowcall_error *err) RC_MUST_CHECK;

// What differs between the shared parts of two databases, which are called by their names.
// Everything is from arena.
rowcall_status rc_shared_part_compare(const struct rc_shared_part *a, const char *a_name,
                                      const struct rc_shared_part *b, const char *b_name,
                                      struct rc_arena *arena,
                                      struct rc_differences *ret_differences,
                                      rowcall_error *err) RC_MUST_CHECK;

#endif
