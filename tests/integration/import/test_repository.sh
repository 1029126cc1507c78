#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_repository.sh ROWCALL ENGINE_PROTO_DIR
# The two databases of this repository as Prisma schemas: imported together their shared entities are shared, and their
# tables are those of the migrations; imported into the repository's own proto files they change nothing but comments.
set -eu
. "$(dirname "$0")/lib.sh"
make_empty_project
root=$(cd "$here/../../.." && pwd)
CORE_URL=$(make_database core)
BIBIKOS_URL=$(make_database bibikos)
export CORE_URL BIBIKOS_URL

import() {
    expect "$1" import prisma --db "core=$2" --db "bibikos=$3" --url-env core=CORE_URL \
        --url-env bibikos=BIBIKOS_URL
}
import 0 "$here/repository/core" "$here/repository/bibikos"
for file in shared/auth shared/contact shared/payments shared/user_notifications core/database bibikos/database bibikos/gym; do
    [ -e "proto/$file.proto" ] || fail "there is no proto/$file.proto"
done
[ "$(find proto/core proto/bibikos -name '*.proto' | wc -l)" -eq 3 ] || fail "a database has entities that are shared"
file_has proto/bibikos/gym.proto 'schema.shared.AuthUser user = 101'
file_has proto/bibikos/gym.proto 'inverse: {name: "gym_member" number: 301}'
expect 0 check

# ---- the migrations of this repository make these tables

for database in core bibikos; do
    for migration in "$root/migrations/$database"/*/migration.sql; do
        run_sql "postgresql:///$database?host=$project/.rowcall/pg&user=postgres" "$migration"
    done
    expect 0 check --db "$database" --strict
done
import 0 "$here/repository/core" "$here/repository/bibikos"
out_is "nothing to change: the proto files say what the Prisma schemas say"

# ---- what differs is told, and stays each database's own

cp -R "$here/repository" "$work/repository"
sed -i 's|^  timezone  String     @default("UTC")|  timezone  String     @default("CET")|' "$work/repository/bibikos/auth.prisma"
rm -r proto/shared proto/core proto/bibikos
import 0 "$work/repository/core" "$work/repository/bibikos"
err_has 'AuthUser is not shared, each database has its own: timezone: its default is UTC, and CET in bibikos'
err_has 'ContactMessage is not shared, because it refers to AuthUser, which is not'
file_has proto/core/auth.proto 'message AuthUser {'
file_has proto/bibikos/auth.proto 'message AuthUser {'
file_has proto/shared/auth.proto 'message Provider {'
expect 0 check

# ---- what the project shares is imported for all of its databases

rm -r proto/shared proto/core proto/bibikos
import 0 "$here/repository/core" "$here/repository/bibikos"
expect 1 import prisma "$here/repository/core" --db core
err_has "is shared with database bibikos: import all databases together"

# ---- the repository's own files say the same already, however they say it: not a byte changes

rm -r proto
mkdir proto
for folder in shared core bibikos; do cp -R "$engine/$folder" "proto/$folder"; done
ln -s "$engine/rowcall" proto/rowcall
expect 0 import prisma --db "core=$here/repository/core" --db "bibikos=$here/repository/bibikos"
out_is "nothing to change: the proto files say what the Prisma schemas say"
for database in core bibikos; do
    DATABASE_URL=$CORE_URL BIBIKOS_DATABASE_URL=$BIBIKOS_URL expect 0 db pull --db "$database"
    out_is "nothing to change: the proto files say what the database has"
done

# ---- and a change leaves alone what it does not concern

cp -R "$here/repository" "$work/changed"
sed -i 's|^  name  *String @unique$|&\n  homepage String?|' "$work/changed/core/auth.prisma" "$work/changed/bibikos/auth.prisma"
expect 0 import prisma --db "core=$work/changed/core" --db "bibikos=$work/changed/bibikos"
file_has proto/shared/auth.proto '  optional string homepage = 3;'
for file in contact payments reports user_notifications; do
    cmp "$engine/shared/$file.proto" "proto/shared/$file.proto" || fail "shared/$file.proto was changed"
done
cmp "$engine/core/database.proto" proto/core/database.proto || fail "core/database.proto was changed"
grep -o '^ *//.*' "$engine/shared/auth.proto" >"$work/was"
grep -o '^ *//.*' proto/shared/auth.proto >"$work/out"
cmp -s "$work/was" "$work/out" || fail "shared/auth.proto lost a comment"
expect 0 check

# ---- a project from nothing: the engine's contracts come from where Rowcall is installed

install=$work/install
mkdir -p "$install/bin" "$install/share/rowcall" "$work/nothing"
cp "$rowcall" "$install/bin/rowcall"
cp -R "$engine" "$install/share/rowcall/proto"
cd "$work/nothing"
rowcall=$install/bin/rowcall
expect 0 import prisma --db "core=$here/repository/core"
out_has "wrote    proto/rowcall (the engine's contracts)"
expect 0 check
rm -r "$install/share" proto/rowcall
expect 1 import prisma --db "core=$here/repository/core"
err_has "proto/rowcall/schema.proto is missing"
