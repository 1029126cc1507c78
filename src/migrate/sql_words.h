// SPDX-License-Identifier: Apache-2.0
//
// The words of SQL text, as far as a comparison needs them: names, quoted or not, apart from
// strings. For expressions that PostgreSQL printed. Private to the module.
#ifndef RC_MIGRATE_SQL_WORDS_H
#define RC_MIGRATE_SQL_WORDS_H

#include "base/arena.h"
#include "base/view.h"

// Whether two texts say the same; a name is the same with its quotes and without. NULL is equal
// to NULL only.
bool rc_sql_words_equal(const char *a, const char *b);

// Whether text has the name as a word of its own. A function's name is none when
// skip_functions: what an opening parenthesis follows.
bool rc_sql_words_have(const char *text, const char *name, bool skip_functions);

// Whether text has 'literal', quoted as PostgreSQL prints it.
bool rc_sql_words_have_literal(const char *text, const char *literal);

// The first group in parentheses, they included; false when there is none.
bool rc_sql_words_group(const char *text, struct rc_view *ret_group);

// What follows a keyword that stands in no parentheses, to the end; NULL when it does not.
const char *rc_sql_words_after(const char *text, const char *keyword);

// text with every such word `from` replaced by `to`, quoted; text itself when there is none.
// NULL without memory.
const char *rc_sql_words_rename(struct rc_arena *arena, const char *text, const char *from,
                                const char *to, bool skip_functions) RC_MUST_CHECK;

// text with every `schema.name` led to another schema: `"to".name`. As rc_sql_words_rename.
const char *rc_sql_words_requalify(struct rc_arena *arena, const char *text, const char *schema,
                                   const char *name, const char *to) RC_MUST_CHECK;

#endif
