#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_migrate.sh ROWCALL ENGINE_PROTO_DIR
# migrate and check as commands: words, exit codes, JSON, and URLs from .env. What they do to a
# database is tested in integration/migrate.
set -eu
. "$(dirname "$0")/lib.sh"
make_project
mkdir .rowcall # finish stops what runs in it
"$rowcall" cluster start "$project/.rowcall/pg" >/dev/null
server="host=$project/.rowcall/pg&user=postgres"

# ---- no URL: the variable is named

expect 2 migrate deploy --db shop
err_has 'database shop has no URL: set CLI_SHOP_URL'
expect 2 check --live --db shop --json
out_has '"kind": "failure"'
out_has 'set CLI_SHOP_URL'

# ---- .env: comments, export, both quotes; the environment wins

cat >.env <<EOF
# the databases

export CLI_SHOP_URL="postgresql:///shop?$server" # quoted
CLI_DEPOT_URL='postgresql:///depot?$server'
EOF
CLI_DEPOT_URL='postgresql:///depot?host=/nowhere' expect 3 migrate deploy --db depot
err_has 'P1001'
CLI_DEPOT_URL='postgresql:///depot?host=/nowhere' expect 3 migrate deploy --db depot --wait 1
out_has '  waiting for the database: '
err_has 'P1001'
printf 'CLI_SHOP_URL="never closed\n' >bad.env
mv .env good.env && mv bad.env .env
expect 2 migrate deploy --db shop
err_has '.env:1: '
mv good.env .env

# ---- deploy

expect 2 migrate deploy
err_has 'needs --db NAME or --all'
expect 2 migrate deploy --db shpo
err_has "no database 'shpo'; there are: depot, shop"
expect 0 migrate deploy --all
out_has '  created database shop'
out_has '  applied 20260101000000_init  ('
expect 0 migrate deploy --all
out_has '  nothing to apply'
expect 0 migrate deploy --db shop --json
out_is '{"database": "shop", "applied": 0, "ok": true, "reason": "", "message": ""}'

mkdir migrations/shop/20260102000000_wrong
printf 'select 1;\nselect "x";\n' >migrations/shop/20260102000000_wrong/migration.sql
expect 1 migrate deploy --db shop --json
out_has '{"database": "shop", "applied": 0, "ok": false, "reason": "P3018", "message": "migrations/shop/20260102000000_wrong/migration.sql:2: ERROR 42703: '
err_has 'rowcall migrate deploy: P3018: '
expect 1 migrate deploy --all
err_has 'P3009: migration 20260102000000_wrong has failed before'
out_has 'depot (migrations/depot)' # one database's failure does not keep others from theirs

# ---- check

expect 0 check
out_has 'the schema is in order'
expect 0 check --all --strict
out_has 'shop: the database matches the schema'
expect 0 check --all --json
out_is '[]'

mkdir migrations/depot/20260102000000_drift
printf 'alter table shelves add column colour text;' >migrations/depot/20260102000000_drift/migration.sql
expect 0 migrate deploy --db depot
expect 1 check --all
out_has 'depot: table shelves: column colour is not in the schema'
out_has 'shop: the database matches the schema'
expect 1 check --db depot --json
out_has '"message": "table shelves: column colour is not in the schema"'
CLI_SHOP_URL='postgresql:///shop?host=/nowhere' expect 3 check --db shop --json
out_has '"kind": "failure"'

# Typed SQL, which is at home in a file.
cat >>proto/depot/depot.proto <<'EOF'
message PlacesParameters { optional string place = 1; }
message Place { string place = 1; int64 shelves = 2; }
service Stock {
  rpc Places(PlacesParameters) returns (stream Place) {
    option (rowcall.sql).query = "select place, count(*)::int4 as shelves from shelves where $place is null or place = $place group by place";
  }
}
EOF
line=$(grep -n 'rpc Places' proto/depot/depot.proto | cut -d: -f1)
expect 0 check
expect 1 check --db depot
out_has "proto/depot/depot.proto:$line: Stock/Places: column shelves is integer, field shelves of Place says bigint (in depot)"
expect 1 check --db depot --json
out_has '"kind": "sql"'
out_has '"name": "Stock/Places"'
out_has "\"line\": $line"
out_has '"file": "proto/depot/depot.proto"'

# Every problem of the authored files, each at its line.
printf 'message Bad {\n  option (rowcall.table) = {};\n  int32 id = 3 [(rowcall.column).id = true];\n  string a = 1 [(rowcall.column).type = "txet"];\n  string b = 2 [(rowcall.column).type = "itn"];\n}\n' \
    >>proto/depot/depot.proto
expect 1 check
err_has 'field a: unknown column type "txet"'
err_has 'field b: unknown column type "itn"'
grep -qE '^proto/depot/depot\.proto:[0-9]+: field a: ' "$work/err" || fail 'no file and line'
expect 1 check --json
out_has '"kind": "failure"'
