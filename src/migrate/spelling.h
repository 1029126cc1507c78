// SPDX-License-Identifier: Apache-2.0
//
// The authored schema's types, defaults, keys and indexes in SQL, in Prisma's words. Each
// appends to out. Private to the module.
#ifndef RC_MIGRATE_SPELLING_H
#define RC_MIGRATE_SPELLING_H

#include "base/buf.h"
#include "schema/schema.h"

// A name in its PostgreSQL schema, before whose name prefix goes; unqualified in public when
// prefix is empty.
void rc_spell_name(struct rc_buf *out, const char *prefix, const char *sql_schema,
                   const char *sql_name);

// "TEXT", "DECIMAL(10,2)", "\"Kind\"[]".
void rc_spell_type(struct rc_buf *out, const struct rc_type *type, const char *prefix);

// "'UTC'", "0", "CURRENT_TIMESTAMP"; nothing when the column has no default.
void rc_spell_default(struct rc_buf *out, const struct rc_column *column);

// "PRIMARY KEY (\"a\",\"b\")", and of other keys, which are unique indexes: "(\"a\", \"b\")".
void rc_spell_primary_key(struct rc_buf *out, const struct rc_key *key);
void rc_spell_unique_key(struct rc_buf *out, const struct rc_key *key);

// What follows the table's name: "(\"a\" DESC)", "USING GIN (\"tags\")".
void rc_spell_index(struct rc_buf *out, const struct rc_index *index);

// "FOREIGN KEY (\"a\") REFERENCES \"t\"(\"id\") ON DELETE ...".
void rc_spell_foreign_key(struct rc_buf *out, const struct rc_foreign_key *key,
                          const char *prefix);

#endif
