#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_drift.sh ROWCALL ENGINE_PROTO_DIR
# What a server does with databases that are not what its schema says: with --on-drift warn, and with refuse, at its start
# and for a database that comes up later.
set -eu
. "$(dirname "$0")/lib.sh"
make_project
mkdir .rowcall # finish stops what runs in it
"$rowcall" cluster start "$project/.rowcall/pg" --fast >/dev/null
server="host=$project/.rowcall/pg&user=postgres"
CLI_SHOP_URL="postgresql:///shop?$server"
CLI_DEPOT_URL="postgresql:///depot?$server"
export CLI_SHOP_URL CLI_DEPOT_URL
unset ROWCALL_ON_DRIFT
expect 0 migrate deploy --all

sql() { psql -q -d "$1" -c "$2" >"$work/out" 2>&1 || fail "psql: $2"; }
start_server() {
    : >"$work/dev.log"
    "$rowcall" serve "$@" >"$work/dev.log" 2>&1 &
    dev=$!
}
# log_has WORDS: the server's log gets them, sooner or later.
log_has() {
    tries=0
    until grep -qF -- "$1" "$work/dev.log"; do
        tries=$((tries + 1))
        [ $tries -lt 600 ] && kill -0 "$dev" 2>/dev/null || fail "the log does not have: $1"
        sleep 0.1
    done
}
ends_with() {
    code=0
    wait "$dev" || code=$?
    dev=
    [ "$code" -eq "$1" ] || { cp "$work/dev.log" "$work/out"; fail "the server ended with $code, not $1"; }
}

# ---- both are right

start_server --on-drift refuse
log_has 'server: ready'
expect 0 call shop Ware/Count
expect 0 call depot Shelf/Count
expect 0 call shop Health/Check --compact
out_has '{"ready":true,'
stop_dev
[ "$dev_code" -eq 0 ] || fail "the server ended with $dev_code"
expect 2 serve --on-drift perhaps
err_has 'on-drift is warn or refuse, not "perhaps"'
ROWCALL_ON_DRIFT=never expect 2 serve
err_has 'not "never"'

# ---- one differs

sql "$CLI_SHOP_URL" 'alter table wares alter column note type varchar(9), add column colour text'
start_server
log_has 'database shop: differs from the schema difference="table wares: column note: type is character varying(9), the schema says text"'
log_has 'database depot: is as the schema says'
expect 0 call shop Ware/Count
stop_dev

start_server --on-drift refuse
ends_with 1
grep -qF 'rowcall serve: database shop is not served: it differs from the schema: table wares: column colour is not in the schema, and 1 more.' \
    "$work/dev.log" || { cp "$work/dev.log" "$work/out"; fail 'does not say why it ended'; }
grep -qF 'serve with --on-drift warn' "$work/dev.log" || fail 'does not say what to do'
grep -qF 'column note: type is character varying(9)' "$work/dev.log" || fail 'does not name every difference'
! grep -qF 'server: ready' "$work/dev.log" || fail 'it served'
[ ! -S "$work/server" ] || fail 'it listened'
ROWCALL_ON_DRIFT=refuse
export ROWCALL_ON_DRIFT
start_server
ends_with 1
start_server --on-drift warn # the option wins
log_has 'server: ready'
stop_dev
# The other one can be served meanwhile.
start_server --db depot
log_has 'server: ready'
expect 0 call depot Shelf/Count
stop_dev

# One that cannot be compared is not served either.
sql "$CLI_DEPOT_URL" "create role reader login; revoke create on database depot from public"
CLI_DEPOT_URL="postgresql:///depot?host=$project/.rowcall/pg&user=reader" start_server --db depot
ends_with 1
grep -qF 'database depot is not served: it cannot be compared with the schema: ' "$work/dev.log" || fail 'does not say why'

# ---- one is down at the start, and comes up: it is served once it is right

sql "$CLI_SHOP_URL" 'alter table wares alter column note type text'
"$rowcall" cluster stop "$project/.rowcall/pg" >/dev/null
start_server
log_has 'server: ready'
expect 1 call shop Ware/Count
err_has 'FAILED_PRECONDITION: database shop is not served: it '
err_has '  outcome     not executed'
expect 1 call shop Transactions/Begin
err_has 'FAILED_PRECONDITION: database shop is not served: it '
expect 0 call shop Health/Check --compact
out_has '{"ready":false,'
"$rowcall" cluster start "$project/.rowcall/pg" --fast >/dev/null
log_has 'database shop: differs from the schema'
log_has 'database depot: is as the schema says'
expect 0 call depot Shelf/Count
expect 1 call shop Ware/Count
err_has 'FAILED_PRECONDITION: database shop is not served: it differs from the schema: table wares: column colour is not in the schema'
expect 0 call shop Health/Check --compact
out_has '"ready":false,"message":"database shop is not served: it differs from the schema: table wares: column colour is not in the schema"'
sql "$CLI_SHOP_URL" 'alter table wares drop column colour' # as a migration would
log_has 'database shop: is as the schema says'
[ "$(grep -c 'database shop: differs from the schema' "$work/dev.log")" -eq 1 ] || fail 'it repeats itself'
expect 0 call shop Ware/Count
expect 0 call shop Health/Check --compact
out_has '{"ready":true,'
stop_dev
[ "$dev_code" -eq 0 ] || fail "the server ended with $dev_code"

# What PostgreSQL says is for the log; callers are told that there is something.
"$rowcall" cluster stop "$project/.rowcall/pg" >/dev/null
CLI_DEPOT_URL="postgresql:///depot?host=$project/.rowcall/pg&user=reader" start_server --db depot
log_has 'server: ready'
"$rowcall" cluster start "$project/.rowcall/pg" --fast >/dev/null
log_has 'cannot compare a database with the schema database=depot reason="cannot make the tables'
expect 1 call depot Shelf/Count
err_has "database depot is not served: it cannot be compared with the schema; the server's log says why"
! grep -q 'permission' "$work/err" || fail "PostgreSQL's words are shown to callers"
sql "$CLI_DEPOT_URL" 'grant create on database depot to reader'
log_has 'database depot: is as the schema says'
stop_dev
printf 'all is well\n'
