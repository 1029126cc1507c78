#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_deploy.sh ROWCALL ENGINE_PROTO_DIR
# migrate deploy among others: two at once, one that loses its connection, one that has to wait for a table.
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
# until_active QUERY PID: until it runs in the shop
until_active() {
    until [ "$(sql shop "select 1 from pg_stat_activity where query = \$q\$$1\$q\$ and state = 'active' and pid <> pg_backend_pid()" 2>/dev/null)" = 1 ]; do
        kill -0 "$2" 2>/dev/null || fail "it ended before it ran: $1"
        sleep 0.05
    done
}

# ---- two at once: one waits, both succeed, nothing is done twice

expect 0 migrate deploy --db shop
migration 20260102000000_once 'create table once(i int);
select pg_advisory_lock(1);'
migration 20260103000000_then 'insert into once values (1);'
# What the first of them waits for, so that the second certainly meets it.
psql -qAtX "postgresql:///shop?$server" -c 'select pg_advisory_lock(1)' -c 'select pg_sleep(600)' >/dev/null 2>&1 &
holder=$!
until_active 'select pg_sleep(600)' $holder
"$rowcall" migrate deploy --db shop --lock-wait 60000 >"$work/one" 2>&1 &
one=$!
until_active 'select pg_advisory_lock(1)' $one
"$rowcall" migrate deploy --db shop --lock-wait 60000 >"$work/two" 2>&1 &
two=$!
until grep -q 'waiting for another migration to end (rowcall migrate, backend' "$work/two"; do
    kill -0 $two 2>/dev/null || fail 'the second did not wait'
    sleep 0.05
done
sql shop "select pg_terminate_backend(pid) from pg_stat_activity where query = 'select pg_sleep(600)'" >/dev/null
wait $holder || true
wait $one || fail "the first failed: $(cat "$work/one")"
wait $two || fail "the second failed: $(cat "$work/two")"
grep -q 'applied 20260103000000_then' "$work/one" || fail 'the first did not apply'
grep -q 'nothing to apply' "$work/two" || fail 'the second applied'
[ "$(sql shop 'select count(*) from once')" = 1 ] || fail 'something ran twice'

# ---- a connection that is lost

migration 20260104000000_lost 'create table lost();
select pg_sleep(600);'
"$rowcall" migrate deploy --db shop >"$work/out" 2>"$work/err" &
one=$!
until_active 'select pg_sleep(600)' $one
sql shop "select pg_terminate_backend(pid) from pg_stat_activity where query = 'select pg_sleep(600)'" >/dev/null
code=0
wait $one || code=$?
[ $code -eq 3 ] || fail "exit code $code after a lost connection"
err_has 'P1017: the connection was lost under migrations/shop/20260104000000_lost/migration.sql:2'
err_has 'what became of it is unknown, run `rowcall migrate status --db shop`'
expect 1 migrate status --db shop
out_has 'interrupted  20260104000000_lost'
out_has 'its transaction was rolled back: nothing of it stays'
migration 20260104000000_lost 'create table lost();'
expect 0 migrate resolve --db shop --rolled-back 20260104000000_lost
expect 0 migrate deploy --db shop

# ---- a table that somebody holds: --lock-timeout gives up, says who, and the next one tries again

migration 20260105000000_wait 'alter table once add column j int;'
PGAPPNAME='the till' psql -qAtX "postgresql:///shop?$server" -c 'begin; select * from once; select pg_sleep(600)' >/dev/null 2>&1 &
holder=$!
until_active 'begin; select * from once; select pg_sleep(600)' $holder
expect 1 migrate deploy --db shop --lock-timeout 2000
err_has 'ERROR 55P03'
err_has 'Next: `rowcall migrate deploy --db shop` tries it again'
out_has 'in the way was the till (backend'
sql shop "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'the till'" >/dev/null
wait $holder || true
expect 0 migrate deploy --db shop
out_has '  applied 20260105000000_wait'
expect 0 migrate status --db shop
