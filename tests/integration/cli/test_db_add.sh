#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_db_add.sh ROWCALL ENGINE_PROTO_DIR
# `rowcall db add`: the files it makes and changes, and everything that it refuses without leaving a trace. What such a
# database does is tested in test_third_database.sh.
set -eu
. "$(dirname "$0")/lib.sh"
make_project
printf '# the databases\nCLI_SHOP_URL=postgresql://u@h:5/shop?x=1' >.env.example
mkdir docker
cat >docker/compose.yaml <<'END'
x-databases: &databases
  CLI_SHOP_URL: postgresql://u:${PASSWORD}@postgres/shop
services:
  server:
    environment: *databases
END

snapshot() {
    find . -path ./.rowcall -prune -o \( -type f -o -type d \) -print | LC_ALL=C sort | while read -r path; do
        [ -d "$path" ] || path="$path $(sha256sum <"$path")"
        printf '%s\n' "$path"
    done
}
# refused CODE PART ARGUMENTS...: db add fails, says why, and the project is as it was.
refused() {
    code=$1 part=$2
    shift 2
    snapshot >"$work/before"
    expect "$code" db add "$@"
    err_has "$part"
    err_has 'Nothing was written.'
    out_is ''
    snapshot | diff "$work/before" - >"$work/out" || fail "db add $* left something behind"
}

# ---- refused

refused 2 'write it in lower_snake_case' Tea
refused 2 'write it in lower_snake_case' 1tea
refused 2 'write it in lower_snake_case' te-a
refused 2 'write it in lower_snake_case' ../tea
refused 2 'PostgreSQL cuts names' "$(printf 'a%.0s' $(seq 64))"
refused 2 'Rowcall uses that name itself' shared
refused 2 'Rowcall uses that name itself' rowcall
refused 2 'Rowcall uses that name itself' api
refused 2 'PostgreSQL has a database of that name' template1
refused 2 'hide one of the system' stdio
refused 2 'is a keyword' class
refused 2 'no environment variable' tea --url-env tea-url
refused 2 "no entity's name" tea --entity green_tea
refused 2 "no extension's name" tea --extension 'a"b'
refused 2 'would have no entities' tea
refused 1 'there is a database shop already, in proto/shop/shop.proto' shop --entity Tea
refused 1 'CLI_SHOP_URL is the URL of database shop' tea --entity Tea --url-env CLI_SHOP_URL
refused 1 'proto/shop/shop.proto is there already' shop --entity Shop
mkdir -p migrations/tea/20260101000000_init
echo 'select 1;' >migrations/tea/20260101000000_init/migration.sql
refused 1 'migrations/tea has migrations already' tea --entity Tea
rm -r migrations/tea
expect 2 db add
expect 2 db ad
err_has 'did you mean add?'

# What is wrong in the project is told with its place, before anything is written.
mkdir proto/tea
printf 'syntax = "proto3";\npackage schema.tea;\nimport "rowcall/schema.proto";\nmessage Cup {\n  option (rowcall.table) = {};\n  int32 size = 1;\n}\n' \
    >proto/tea/cup.proto
refused 2 'proto/tea/cup.proto:4: ' tea
rm -r proto/tea

# What cannot be read or written: root may write anywhere, but not below a file.
echo text >migrations/tea
refused 1 'migrations/tea' tea --entity Tea
rm migrations/tea
mv .env.example kept
mkdir .env.example
refused 1 '.env.example' tea --entity Tea
rmdir .env.example
mv kept .env.example

# ---- a first database that shares nothing

expect 0 db add tea --entity GreenTea --extension pg_trgm
out_has 'database tea: 1 entities, URL in TEA_DATABASE_URL'
out_has '  wrote   proto/tea/database.proto'
out_has '  wrote   proto/tea/green_tea.proto'
out_has '  changed .env.example'
out_has '  changed docker/compose.yaml'
out_has 'rowcall migrate deploy --db tea'
[ "$(cat .env.example)" = '# the databases
CLI_SHOP_URL=postgresql://u@h:5/shop?x=1
TEA_DATABASE_URL=postgresql://u@h:5/tea?x=1' ] || fail '.env.example'
# shellcheck disable=SC2016 # the dollar is compose's
grep -qF '  TEA_DATABASE_URL: postgresql://u:${PASSWORD}@postgres/tea' docker/compose.yaml || fail compose.yaml
! grep -q citext proto/tea/database.proto || fail 'an extension that nothing needs'
grep -q 'extensions: "pg_trgm"' proto/tea/database.proto || fail 'the extension that was asked for'
expect 0 check
"$rowcall" migrate diff --from-empty --to-schema --script --db tea | diff - migrations/tea/*_init/migration.sql ||
    fail 'the first migration is not that of migrate diff'
[ -s migrations/tea/migration_lock.toml ] || fail 'no lock file'
expect 0 generate
[ -s proto/api/tea/green_tea.proto ] && [ -s build/generated/c/tea/green_tea.c ] || fail 'generate does not know it'
refused 1 'proto/tea/database.proto is there already' tea

# `dev` serves it beside the others, on a PostgreSQL of its own.
start_dev --no-generate
expect 0 call tea GreenTea/Create --compact '{"data": {}, "select": {"id": true}}'
out_is '{"row":{"id":1}}'
expect 0 call shop Ware/Count
stop_dev
[ "$dev_code" -eq 0 ] || fail "dev ended with $dev_code"

# ---- one with shared entities, and entities that were written before it

mkdir -p proto/shared proto/inn
cat >proto/shared/guest.proto <<'END'
syntax = "proto3";
package schema.shared;
import "rowcall/schema.proto";
message Guest {
  option (rowcall.table) = {};
  int32 id = 1 [(rowcall.column) = {id: true autoincrement: true}];
  string name = 2 [(rowcall.column) = {type: "citext" unique: true}];
}
END
cat >proto/inn/room.proto <<'END'
syntax = "proto3";
package schema.inn;
import "rowcall/schema.proto";
import "shared/guest.proto";
message Room {
  option (rowcall.table) = {};
  int32 id = 1 [(rowcall.column) = {id: true}];
  optional int32 guest_id = 2;
  schema.shared.Guest guest = 101 [(rowcall.relation) = {fields: "guest_id" inverse: {name: "rooms" number: 301}}];
}
END
rm -r proto/shop proto/depot proto/tea # they would have to import guest.proto
rm -r docker .env.example
expect 0 db add inn --url-env INN_URL --no-migration
out_has 'database inn: 2 entities, URL in INN_URL'
out_has '  skipped docker/compose.yaml: there is none'
out_has '  wrote   .env.example'
out_has 'rowcall migrate create --db inn --name init'
[ ! -e migrations/inn ] || fail 'a migration in spite of --no-migration'
grep -q 'INN_URL=postgresql://localhost/inn' .env.example || fail '.env.example'
grep -q '^import public "inn/room.proto";$' proto/inn/database.proto || fail 'does not import what is there'
grep -q '^import public "shared/guest.proto";$' proto/inn/database.proto || fail 'does not import what is shared'
grep -q 'extensions: "citext"' proto/inn/database.proto || fail 'not the extension that shared entities need'
expect 0 check
out_has '2 entities in 1 databases'
# The next one inherits what all have.
sed -i 's/extensions: "citext"/extensions: "citext"\n  extensions: "pg_trgm"/' proto/inn/database.proto
printf 'INN_URL=1\nBAR_DATABASE_URL=2\n' >.env.example
expect 0 db add bar
out_has 'database bar: 1 entities'
out_has '  left    .env.example: it has BAR_DATABASE_URL already'
grep -q 'extensions: "pg_trgm"' proto/bar/database.proto || fail 'not the extension that all databases have'
grep -q 'CREATE EXTENSION IF NOT EXISTS "citext"' migrations/bar/*_init/migration.sql || fail 'migration without citext'
expect 0 check
printf 'all is well\n'
