#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_dev.sh ROWCALL ENGINE_PROTO_DIR
# `rowcall dev`: serves a project from nothing, keeps its data, and leaves nothing running, however it ends.
set -eu
. "$(dirname "$0")/lib.sh"
make_project
rm -rf build proto/api # dev is to make them

nothing_is_left() {
    left=$(processes)
    [ -z "$left" ] || fail "$1: still running: $(ps -o pid,args -p "$(printf '%s' "$left" | tr '\n' ',')")"
    [ ! -S "$work/server" ] || fail "$1: the socket is still there"
    expect 3 call shop Ware/Count
}

# From nothing: generated, private PostgreSQL, migrated, served, told how to call it.
start_dev
[ -s build/generated/schema.binpb ] || fail 'no schema was generated'
[ -e proto/api/shop/ware.proto ] || fail 'no API was generated'
grep -q "rowcall ls\$" "$work/dev.log" || fail 'does not say how to list'
expect 0 call shop Ware/Create '{"data": {"name": "kept", "weight": 1, "price": 1}}'
expect 0 call depot Shelf/Count
[ -n "$(processes)" ] || fail 'the test does not see the processes'

# A second one in the same folder is refused and does no harm.
expect 1 dev --listen "ipc://$work/second"
err_has 'another `rowcall dev` runs in this folder'
expect 0 call shop Ware/Count

stop_dev
[ "$dev_code" -eq 0 ] || fail "dev ended with $dev_code after SIGTERM"
nothing_is_left 'after SIGTERM'

# The data is there the next time; a schema as it is; another address.
mkdir "$work/elsewhere"
start_dev --no-generate --listen "ipc://$work/elsewhere/s"
grep -qF "export ROWCALL_URL=ipc://$work/elsewhere/s" "$work/dev.log" || fail 'does not say where it serves'
expect 0 call shop Ware/Count --compact --url "ipc://$work/elsewhere/s"
out_is '{"count":"1"}'

# A database with a URL of its own is used where it is, and .env may say so.
stop_dev
"$rowcall" cluster start "$work/own" --fast >"$work/own.url"
printf 'CLI_DEPOT_URL=%s\n' "$(sed 's|///postgres|///mine|' "$work/own.url")" >.env
start_dev --no-generate
grep -q '^depot: the database of CLI_DEPOT_URL$' "$work/dev.log" || fail 'does not say whose database it uses'
grep -q '^shop: a private PostgreSQL in ' "$work/dev.log" || fail 'does not say where shop is'
expect 0 call depot Shelf/Create '{"data": {"place": "mine"}}'
stop_dev
[ "$("$rowcall" cluster status "$work/own")" = "$(cat "$work/own.url")" ] || fail 'dev stopped a PostgreSQL that is not its own'
rm .env
start_dev --no-generate
expect 0 call depot Shelf/Count --compact
out_is '{"count":"0"}' # what was created is in the other one

# When the server dies, dev says so, stops the rest and fails.
server=
for process in $(processes); do
    case $(tr '\0' ' ' <"/proc/$process/cmdline") in
    *'rowcall serve '*) server=$process ;;
    esac
done
kill -KILL "$server"
dev_code=0
wait "$dev" || dev_code=$?
dev=
[ "$dev_code" -eq 1 ] || fail "dev ended with $dev_code after its server was killed"
grep -q 'the server ended by itself: signal 9' "$work/dev.log" || fail 'does not say that the server died'
rm -f "$work/server" # a killed server cannot
nothing_is_left 'after the server died'

# When its PostgreSQL dies, dev ends as well; the next run starts it anew, with the data.
start_dev --no-generate
kill -KILL "$(head -n 1 .rowcall/pg/data/postmaster.pid)"
dev_code=0
wait "$dev" || dev_code=$?
dev=
[ "$dev_code" -eq 1 ] || fail "dev ended with $dev_code after its PostgreSQL was killed"
grep -q 'the private PostgreSQL ended by itself; see .*/postgres.log' "$work/dev.log" ||
    fail 'does not say that PostgreSQL died'
nothing_is_left 'after PostgreSQL died'
start_dev --no-generate
expect 0 call shop Ware/Count --compact
out_is '{"count":"1"}'
stop_dev

# Nothing is left either when it cannot begin: entities that are wrong, migrations that fail.
printf 'message {\n' >>proto/shop/shop.proto
expect 1 dev
err_has 'shop.proto'
cp "$here/project/shop/shop.proto" proto/shop/shop.proto
mkdir migrations/depot/20260102000000_wrong
printf 'SELECT 1 FROM missing;\n' >migrations/depot/20260102000000_wrong/migration.sql
expect 1 dev
err_has '`rowcall migrate` ended with exit code'
nothing_is_left 'after a failed migration'
"$rowcall" cluster stop "$work/own"
printf 'all is well\n'
