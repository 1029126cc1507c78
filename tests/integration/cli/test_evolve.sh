#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_evolve.sh ROWCALL ENGINE_PROTO_DIR
# Changing a schema, from the shell: dev, create, diff, lint and push, on a PostgreSQL of its own. What the
# diff and the lint say is tested in integration/migrate.
set -eu
. "$(dirname "$0")/lib.sh"
make_project
mkdir .rowcall # finish stops what runs in it
"$rowcall" cluster start "$project/.rowcall/pg" >/dev/null
server="host=$project/.rowcall/pg&user=postgres"
cat >.env <<END
CLI_SHOP_URL=postgresql:///shop?$server
CLI_DEPOT_URL=postgresql:///depot?$server
END
sql() {
    psql -X -q -v ON_ERROR_STOP=1 -h "$project/.rowcall/pg" -U postgres -d shop -c "$1" >"$work/out" 2>&1 || fail "psql: $1"
}
sql_quietly() {
    psql -X -q -v ON_ERROR_STOP=1 -h "$project/.rowcall/pg" -U postgres -d shop -c "$1" >/dev/null 2>&1
}
entity=proto/shop/shop.proto

# ---- dev from nothing: the database is made, and in sync

expect 2 migrate dev
err_has 'needs --db NAME or --all'
expect 0 migrate dev --all --no-generate
out_has '  created database shop'
out_has '  applied 20260101000000_init'
out_has '  already in sync'
expect 0 migrate dev --all
out_has 'wrote     build/generated/c/shop.h'
expect 0 migrate dev --all
out_has 'all generated files are current'

# ---- a change: diff tells it, create writes it, dev applies what create wrote

sed -i 's/^message Ware {/&\n  optional string origin = 90;/' "$entity"
expect 1 migrate diff --from-live --to-schema --db shop --exit-code
out_has 'shop: differs'
out_has 'ADD COLUMN "origin" TEXT'
expect 0 migrate diff --from-schema --to-live --db shop --script
out_has 'DROP COLUMN "origin"'
expect 2 migrate diff --to-schema --db shop
err_has 'needs one state to come from'
expect 0 migrate create --db shop --name 'Add Origin'
out_has '_add_origin/migration.sql'
expect 0 migrate create --db shop
out_has 'nothing to write'
expect 0 migrate create --db shop --empty --name later
expect 0 migrate dev --db shop --no-generate
out_has '_add_origin  ('
out_has '_later  ('
out_has '  already in sync'
ls migrations/shop/*_later/migration.sql >/dev/null || fail 'no empty migration'
expect 0 migrate diff --from-migrations --to-live --db shop --exit-code
out_has 'shop: no difference'

# ---- dev writes what is missing, names it, applies it

sed -i 's/^  optional string origin = 90;/&\n  optional int32 grams = 91;/' "$entity"
expect 0 migrate dev --db shop --no-generate
out_has '  wrote migrations/shop/'
out_has '_alter_'
expect 0 migrate dev --db shop --no-generate
out_has '  already in sync'

# ---- down: derived, looked at, applied, and deployed again

expect 1 migrate down --db shop --apply
err_has 'down.sql'
expect 0 migrate down --db shop
out_has 'DROP COLUMN "grams"'
out_has '  wrote migrations/shop/'
expect 1 migrate down --db shop
err_has 'is there already'
expect 0 migrate down --db shop --apply
out_has '  took back '
sql 'select origin from wares'
! sql_quietly 'select grams from wares' || fail 'the column is there still'
expect 1 migrate down --db shop --apply
err_has 'is not the last one that was applied'
expect 0 migrate dev --db shop --no-generate
out_has '_alter_wares  ('
sql "insert into wares (name, weight, price, grams) values ('cup', 1, 1, 20)"
rm migrations/shop/*/down.sql
expect 1 migrate down --db shop
out_has 'column "grams" of "wares" goes with 1 value'
err_has 'nothing was written'
mkdir migrations/shop/20980101000000_fill
echo 'update wares set grams = 0;' >migrations/shop/20980101000000_fill/migration.sql
expect 1 migrate down --db shop
out_has 'migration.sql:1: UPDATE cannot be undone'
rm -r migrations/shop/20980101000000_fill
sql 'delete from wares'

# ---- a rename that is told keeps the data; one that is not is a loss

table=$(sed -n 's/.*ALTER TABLE \("[a-z_]*"\) ADD COLUMN  *"grams".*/\1/p' migrations/shop/*/migration.sql)
[ -n "$table" ] || fail 'no table found'
sed -i 's/^  optional int32 grams = 91;/  optional int32 heft = 91 [(rowcall.column).renamed_from = "grams"];/' "$entity"
expect 0 migrate diff --from-live --to-schema --db shop
out_has "RENAME COLUMN \"grams\" TO \"heft\""
expect 0 migrate dev --db shop --name weigh --no-generate
out_has 'warning: column "grams" of'

# ---- drift, and edited history

sql "alter table $table add column extra int"
expect 1 migrate dev --db shop --no-generate
out_has 'changed without a migration'
out_has 'ADD COLUMN "extra" integer'
err_has 'rowcall migrate reset --db shop'
sql "alter table $table drop column extra"
echo '-- a word more' >>migrations/shop/20260101000000_init/migration.sql
expect 1 migrate dev --db shop --no-generate
out_has 'edited after it was applied: 20260101000000_init'
sed -i '$d' migrations/shop/20260101000000_init/migration.sql
expect 0 migrate dev --db shop --no-generate

# ---- lint

expect 0 migrate lint --all
out_has '0 migrations: 0 errors'
mkdir migrations/shop/20990101000000_drop
printf -- '-- away with it\nDROP TABLE %s;\n' "$table" >migrations/shop/20990101000000_drop/migration.sql
expect 0 migrate lint --db shop
out_has '20990101000000_drop/migration.sql:2: warning: '
expect 1 migrate lint --db shop --strict
expect 0 migrate deploy --check --db shop
out_has '20990101000000_drop/migration.sql:2: warning: '
expect 0 migrate lint --rules
out_has 'data-loss        error    a table'
# What a pending migration makes, the next one may drop; what is not there, too.
mkdir migrations/shop/20990101000001_more migrations/shop/20990101000002_less
echo 'CREATE TABLE "lately" (a int);' >migrations/shop/20990101000001_more/migration.sql
cat >migrations/shop/20990101000002_less/migration.sql <<'EOF'
-- rowcall: allow orphan-rows

DROP TABLE "lately";
DROP TABLE IF EXISTS "never";
EOF
expect 0 migrate lint --db shop --json
python3 - "$work/out" <<'EOF' || fail 'the report is not as it should be'
import json, sys
report = json.load(open(sys.argv[1]))
assert [(f["rule"], f["line"]) for f in report] == [("breaks-server", 2), ("unknown-rule", 1)], report
assert all(f["database"] == "shop" and f["file"].endswith("/migration.sql") for f in report), report
EOF
rm -r migrations/shop/20990101000001_more migrations/shop/20990101000002_less
"$rowcall" generate --no-c >/dev/null
cp build/generated/schema.binpb old.binpb
sed -i 's/^  optional string origin = 90;/  optional int64 origin = 90;/' "$entity"
expect 1 migrate lint --db shop --against old.binpb
out_has 'error: field origin (number 90) of'
out_has '[wire]'
rm -r migrations/shop/20990101000000_drop

# ---- push: refused where data is lost, unless that is accepted

sql "insert into $table (name, weight, price, origin) values ('pot', 1, 2.5, 'Assam')"
expect 0 db push --db depot
out_has '  already in sync'
sed -i '/^  optional int64 origin = 90;/d' "$entity"
expect 1 db push --db shop
out_has 'column "origin" of "wares" goes with 1 value'
err_has 'nothing was changed'
expect 0 db push --db shop --accept-data-loss
out_has '  done'
expect 0 db push --db shop
out_has '  already in sync'
psql -X -At -h "$project/.rowcall/pg" -U postgres -c "select count(*) from pg_database where datname like 'rowcall_shadow%'" postgres | grep -qx 0 ||
    fail 'a shadow database stayed behind'

# ---- a shadow database that was given; the real one is refused, and so is a role that may not make one

sql 'create role limited login'
sql 'create database shade'
sql 'grant all on database shop to limited'
limited="host=$project/.rowcall/pg&user=limited"
CLI_SHOP_URL="postgresql:///shop?$limited" expect 1 migrate create --db shop --empty
err_has 'P3014'
err_has 'or set SHADOW_'
SHADOW_CLI_SHOP_URL="postgresql:///shade?$server" expect 0 migrate create --db shop --empty --name shaded
out_has '_shaded/migration.sql'
SHADOW_CLI_SHOP_URL="postgresql:///shop?$server" expect 2 migrate create --db shop --empty
err_has 'the shadow database is the real one'
sql 'select count(*) from wares'

# ---- push from nothing

expect 0 db push --db shop --force-reset
out_has 'CREATE TABLE "wares"'
sql 'select count(*) from wares'
