#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_prisma.sh ROWCALL ENGINE_PROTO_DIR
# A Prisma schema with every attribute (schema/*.prisma), imported: no table differs from what Prisma Migrate makes
# (ddl.sql). Imported again, nothing changes; changed, everything keeps its number.
set -eu
. "$(dirname "$0")/lib.sh"
make_empty_project
cp -R "$here/schema" "$project/schema"
EVERYTHING_URL=$(make_database everything)
export EVERYTHING_URL

# ---- nothing is written by a dry run

expect 0 import prisma schema --db everything --dry-run
out_has "wrote    proto/everything/types.proto"
out_has "+ message AllScalars {"
[ ! -e proto/everything ] || fail "a dry run wrote files"

# ---- the tables are Prisma's

expect 0 import prisma schema --db everything
err_has "naming.prisma:29: note: Health is called HealthRecord in proto: the server has a service of that name"
err_has "naming.prisma:36: note: PostWhere is called PostWhereRecord in proto"
err_has "0 errors, 0 things not carried over"
expect 0 check
run_sql "$EVERYTHING_URL" "$here/ddl.sql"
expect 0 check --db everything --strict
out_has "everything: the database matches the schema"
# ... and a difference would be seen
run_command "$EVERYTHING_URL" 'alter table "ListDefaults" alter column "words" set default array[]::text[]'
expect 1 check --db everything --strict
out_has "ListDefaults"
run_command "$EVERYTHING_URL" "alter table \"ListDefaults\" alter column \"words\" set default ARRAY['a', 'it''s', '']::TEXT[]"

# ---- comments, names and files

file_has proto/everything/types.proto "// Every type, required."
file_has proto/everything/enums.proto "  // As the sky."
file_has proto/everything/enums.proto '  WEEKDAY_TUESDAY = 2 [(rowcall.label) = {name: "tue-sday"}];'
file_has proto/everything/relations.proto "  // Who wrote it."
file_has proto/everything/database.proto 'url_env: "EVERYTHING_URL"'
file_has proto/everything/database.proto 'extensions: "uuid-ossp"'
file_has proto/everything/naming.proto '  int32 and_field = 2 [(rowcall.column) = {name: "and"}];'

# ---- again: not a byte

cp -R proto/everything "$work/first"
expect 0 import prisma schema --db everything
out_is "nothing to change: the proto files say what the Prisma schema says"
diff -r "$work/first" proto/everything >"$work/out" || fail "a second import changed files"

# ---- what people write stays

sed -i 's|^  int32 b = 3;$|  // Counts the first.\n  int32 b = 3;|' proto/everything/indexes.proto
sed -i 's|^message BTreeIndexes {$|// Many of them.\nmessage BTreeIndexes {|' proto/everything/indexes.proto
sed -i '1s|.*|// Indexes of all kinds, as we know them.|' proto/everything/indexes.proto
sed -i 's|^    name: "BTreeIndexes"$|    name: "BTreeIndexes"\n    check: {name: "positive" expression: "a > 0"}|' \
    proto/everything/indexes.proto
expect 0 check
expect 0 import prisma schema --db everything
for text in "// Counts the first." "// Many of them." "// Indexes of all kinds, as we know them." 'check: {name: "positive"'; do
    file_has proto/everything/indexes.proto "$text"
done
expect 0 import prisma schema --db everything
out_is "nothing to change: the proto files say what the Prisma schema says"

# ---- a new field, a field that goes, one that is renamed with its column kept, new values and relations

number_of() { # FILE MESSAGE FIELD
    sed -n "/^message $2 {/,/^}/s/^ .* $3 = \([0-9]*\).*/\1/p" "proto/everything/$1.proto" | head -n 1
}
title=$(number_of relations Post title)
editor=$(number_of relations Post editor)
sed -i 's|^  title    String$|  subtitle String?\n  heading  String @map("title")\n  reviewerId Int?\n  reviewer Author? @relation("reviewer", fields: [reviewerId], references: [id])|' \
    schema/relations.prisma
sed -i 's|^  edited   Post\[\]    @relation("editor")$|  reviewed Post[] @relation("reviewer")\n  edited   Post[]    @relation("editor")|' \
    schema/relations.prisma
sed -i '/^  real   Float?$/d' schema/types.prisma
sed -i 's|^  GREEN$|  PINK|' schema/enums.prisma
sed -i 's|RED, GREEN|RED, PINK|' schema/enums.prisma
cp -R proto/everything "$work/before"
expect 0 import prisma schema --db everything
[ "$(number_of relations Post heading)" = "$title" ] || fail "a renamed field lost its number"
[ "$(number_of relations Post editor)" = "$editor" ] || fail "a relation lost its number"
[ "$(number_of relations Post subtitle)" = 5 ] || fail "a new field did not get the next number"
file_has proto/everything/relations.proto 'inverse: {name: "edited" number: 202}'
file_has proto/everything/relations.proto 'inverse: {name: "reviewed" number: 205}'
file_has proto/everything/types.proto '  reserved 6;'
file_has proto/everything/types.proto '  reserved "real";'
file_has proto/everything/enums.proto '  reserved 2;'
file_has proto/everything/enums.proto '  reserved "COLOR_GREEN";'
file_has proto/everything/enums.proto '  COLOR_PINK = 4;'
expect 0 check
expect 0 import prisma schema --db everything
out_is "nothing to change: the proto files say what the Prisma schema says"

# ---- what is gone does not come back under its number

sed -i 's|^  exact  Decimal?$|  exact  Decimal?\n  fresh  Int?|' schema/types.prisma
expect 0 import prisma schema --db everything
[ "$(number_of types AllOptional fresh)" = 11 ] || fail "a number was given twice"

# ---- errors: all of them, with their lines, and nothing is written

cat >schema/wrong.prisma <<'END'
model Wrong {
  id Int @id @default("x")
  other Nowhere
  text String @db.SmallInt
  = 3
}
END
cp -R proto/everything "$work/good"
expect 1 import prisma schema --db everything
err_has 'schema/wrong.prisma:2: error: Wrong.id: the default is no constant of its type'
err_has 'schema/wrong.prisma:3: error: Wrong.other: there is no type, model or enum Nowhere'
err_has 'schema/wrong.prisma:4: error: Wrong.text: @db.SmallInt is no form of String in PostgreSQL'
err_has 'schema/wrong.prisma:5: error: expected a name, not "="'
diff -r "$work/good" proto/everything >"$work/out" || fail "a schema with errors changed files"

# ---- wrong usage

rm schema/wrong.prisma
expect 2 import prisma schema
err_has "needs --db NAME"
expect 2 import prisma --db everything
err_has "where is the schema of everything?"
expect 1 import prisma nowhere --db everything
err_has "nowhere"
