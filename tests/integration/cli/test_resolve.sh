#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_resolve.sh ROWCALL ENGINE_PROTO_DIR
# migrate status in every state, and migrate resolve out of each: what people type after a migration went wrong.
set -eu
. "$(dirname "$0")/lib.sh"
make_project
mkdir .rowcall
"$rowcall" cluster start "$project/.rowcall/pg" >/dev/null
server="host=$project/.rowcall/pg&user=postgres"
CLI_SHOP_URL="postgresql:///shop?$server"
CLI_DEPOT_URL="postgresql:///depot?$server"
export CLI_SHOP_URL CLI_DEPOT_URL

# sql DATABASE SCRIPT
sql() {
    psql -qAtX -v ON_ERROR_STOP=1 "postgresql:///$1?$server" -c "$2"
}
# migration NAME SQL: of the shop
migration() {
    mkdir -p "migrations/shop/$1"
    printf '%s\n' "$2" >"migrations/shop/$1/migration.sql"
}

# ---- no database, pending, applied

expect 1 migrate status --db shop
out_has 'the database does not exist yet'
out_has 'pending      20260101000000_init'
out_has 'next: rowcall migrate deploy --db shop'
[ -z "$(psql -qAtX "postgresql:///postgres?$server" -c "select 1 from pg_database where datname = 'shop'")" ] ||
    fail 'status made the database'
expect 1 migrate resolve --db shop --applied 20260101000000_init
err_has 'P1003'
err_has '`rowcall migrate deploy --db shop` creates it'
expect 0 migrate deploy --db shop
expect 0 migrate status --db shop
out_has 'up to date: 1 migration applied'
expect 0 migrate status --db shop --json
out_has '"ok": true'
out_has '"name": "20260101000000_init", "state": "applied"'
expect 2 migrate status --db shop --migrations migratoins
err_has 'there is no folder migratoins'

# ---- failed in a transaction: nothing stays, and it is tried again

migration 20260102000000_tea 'create table tea();
insert into nowhere values (1);'
expect 1 migrate deploy --db shop
err_has 'P3018: migrations/shop/20260102000000_tea/migration.sql:2: ERROR 42P01'
err_has '(statement 2 of 2: insert into nowhere values (1)); it was rolled back: nothing of it stays.'
err_has '`rowcall migrate resolve --db shop --rolled-back 20260102000000_tea`'
expect 1 migrate status --db shop
out_has 'failed       20260102000000_tea'
out_has 'statement 2 of 2, line 2: insert into nowhere values (1)'
out_has 'it was rolled back: nothing of it stays'
out_has 'rowcall migrate resolve --db shop --rolled-back 20260102000000_tea'
out_has 'rowcall migrate resolve --db shop --applied 20260102000000_tea'
expect 1 migrate deploy --db shop
err_has 'P3009'
err_has '`rowcall migrate status --db shop` says what happened'
expect 1 migrate resolve --db shop --rolled-back 20260101000000_init
err_has 'P3012: migration 20260101000000_init is applied, not failed'
expect 1 migrate resolve --db shop --rolled-back 20260109000000_none
err_has 'P3011'
expect 0 migrate resolve --db shop --rolled-back 20260102000000_tea
expect 1 migrate resolve --db shop --rolled-back 20260102000000_tea
err_has 'P3012: migration 20260102000000_tea is marked as rolled back already'
expect 1 migrate status --db shop
out_has 'pending      20260102000000_tea'
out_has 'and rolled back: migration.sql:2: ERROR 42P01'
migration 20260102000000_tea 'create table tea();'
expect 0 migrate deploy --db shop
expect 0 migrate status --db shop

# ---- failed outside of one: what stays is said, and it is finished by hand

migration 20260103000000_index 'create table cups(i int);
insert into cups values (1), (1);
create unique index concurrently cups_i_key on cups (i);'
expect 1 migrate deploy --db shop
err_has 'what its first 2 statements did stays'
expect 1 migrate status --db shop
out_has 'invalid, to be dropped or rebuilt: index cups_i_key on cups'
sql shop 'drop index cups_i_key; delete from cups; create unique index cups_i_key on cups (i)'
expect 1 migrate resolve --db shop --applied 20260101000000_init
err_has 'P3008'
expect 1 migrate resolve --db shop --applied 20260103000000_index --applied 20260109000000_none
err_has 'P3017'
expect 1 migrate deploy --db shop # all of the names or none
err_has 'P3009'
expect 0 migrate resolve --db shop --applied 20260103000000_index
expect 0 migrate status --db shop
expect 2 migrate resolve --db shop
err_has 'needs --applied, --rolled-back or --baseline'

# ---- ended in the middle: nobody could record it

migration 20260104000000_slow '-- rowcall: no-transaction
create table slow();
select pg_sleep(600);'
"$rowcall" migrate deploy --db shop >"$work/out" 2>"$work/err" &
deploy=$!
until [ "$(sql shop "select 1 from pg_stat_activity where query = 'select pg_sleep(600)' and state = 'active'")" = 1 ]; do
    kill -0 $deploy 2>/dev/null || fail 'the deploy ended'
    sleep 0.05
done
expect 1 migrate status --db shop
out_has 'running      20260104000000_slow'
out_has 'somebody is migrating now: rowcall migrate, backend'
expect 1 migrate resolve --db shop --lock-wait 50 --rolled-back 20260104000000_slow
err_has 'P1002: another migration is running (rowcall migrate, backend'
kill -9 $deploy
wait $deploy 2>/dev/null || true
sql shop "select pg_terminate_backend(pid, 10000) from pg_stat_activity where query = 'select pg_sleep(600)'" >/dev/null
expect 1 migrate status --db shop
out_has 'interrupted  20260104000000_slow'
out_has 'ended at statement 2 of 2, line 3, outside of a transaction: select pg_sleep(600)'
out_has 'what the statements before it did (1) stays'
migration 20260104000000_slow 'create table slowly();'
expect 0 migrate resolve --db shop --rolled-back 20260104000000_slow
expect 0 migrate deploy --db shop

# ---- Ctrl-C: what runs is cancelled, recorded, and tried again

migration 20260105000000_wait 'create table waited();
select pg_sleep(600);'
"$rowcall" migrate deploy --db shop >"$work/out" 2>"$work/err" &
deploy=$!
until [ "$(sql shop "select 1 from pg_stat_activity where query = 'select pg_sleep(600)' and state = 'active'")" = 1 ]; do
    kill -0 $deploy 2>/dev/null || fail 'the deploy ended'
    sleep 0.05
done
kill -TERM $deploy
code=0
wait $deploy || code=$?
[ $code -eq 130 ] || fail "exit code $code after SIGTERM"
err_has 'rowcall migrate deploy: interrupted: '
err_has 'it was rolled back: nothing of it stays. Next: `rowcall migrate deploy --db shop` tries it again'
[ -z "$(sql shop "select to_regclass('waited')")" ] || fail 'it was not rolled back'
expect 1 migrate status --db shop
out_has 'the deploy was told to stop'
migration 20260105000000_wait 'create table waited();'
expect 0 migrate deploy --db shop

# ---- diverged: edited, missing

migration 20260105000000_wait 'create table waited(i int);'
mv migrations/shop/20260104000000_slow "$work/kept"
expect 1 migrate status --db shop
out_has 'edited       20260105000000_wait'
out_has 'missing      20260104000000_slow'
out_has 'next: put the files back as they were applied'
mv "$work/kept" migrations/shop/20260104000000_slow
migration 20260105000000_wait 'create table waited();'
expect 0 migrate status --db shop

# ---- a database that is older than its history

sql postgres 'create database depot'
sql depot "$(cat migrations/depot/20260101000000_init/migration.sql)"
expect 1 migrate status --db depot
out_has 'the database has tables'
out_has 'rowcall migrate resolve --db depot --applied 20260101000000_init'
expect 1 migrate deploy --db depot
err_has 'P3005'
mkdir migrations/depot/20260102000000_more
echo 'create table more();' >migrations/depot/20260102000000_more/migration.sql
expect 0 migrate resolve --db depot --baseline 20260101000000_init
out_has '1 migration up to 20260101000000_init is now recorded as applied'
expect 0 migrate deploy --db depot
out_has '  applied 20260102000000_more'
expect 0 migrate status --all
[ "$(sql depot 'select string_agg(applied_steps_count::text, $$,$$ order by migration_name) from _prisma_migrations')" = 0,1 ] ||
    fail 'a baseline is not recorded as Prisma does'
