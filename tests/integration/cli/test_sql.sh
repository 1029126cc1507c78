#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_sql.sh ROWCALL ENGINE_PROTO_DIR
# sql against a real server: tables, parameters, JSON, failures, and for whom it is.
set -eu
. "$(dirname "$0")/lib.sh"
make_project
start_dev --no-generate

expect 0 sql shop 'select 7 as number, $1 as text, $2::int as nothing, true as yes' "it's" '\N'
out_is " number | text | nothing | yes
--------+------+---------+------
      7 | it's | NULL    | true
(1 row)"
err_is ''

expect 0 sql shop "insert into wares (name, weight, price) values (\$1, 1, 0.5), ('b', 2, \$2)" a 1.5
out_is '2 rows affected'
expect 0 sql shop 'select name, weight, price, kind from wares order by name'
out_is ' name | weight | price | kind
------+--------+-------+-------
 a    |      1 |   0.5 | PLAIN
 b    |      2 |   1.5 | PLAIN
(2 rows)'

# One line a row, whatever the values hold; arrays, bytes, times.
expect 0 sql shop "select E'a\\nb\\tc' as t, array['x', null] as a, '\\x00ff'::bytea as b, timestamptz '2024-05-01 12:00+02' as at, 'ä' as u, 1 as last"
out_is ' t       | a        | b      | at                   | u | last
---------+----------+--------+----------------------+---+------
 a\nb\tc | {x,NULL} | \x00ff | 2024-05-01T10:00:00Z | ä |    1
(1 row)'
expect 0 sql shop 'select 1 where false'
out_is ' ?column?
----------
(0 rows)'

expect 0 sql --json shop 'select 1 as one'
python3 - "$work/out" <<'EOF' || fail 'sql --json'
import json
import sys

assert json.load(open(sys.argv[1])) == {
    "columns": [{"name": "one", "type": "integer"}],
    "rows": [{"values": [{"integer": "1"}]}],
}
EOF

# From a file, and from standard input.
printf 'select 1 as one -- no newline behind it' >"$work/one.sql"
expect 0 sql shop "@$work/one.sql"
out_has '(1 row)'
printf 'select 1 as one' | "$rowcall" sql shop - >"$work/out"
out_has '(1 row)'

expect 1 sql shop 'select * from nowhere'
err_has 'FAILED_PRECONDITION P2010: the statement failed at character 15: relation "nowhere" does not exist'
err_has '  sqlstate    42P01'
expect 1 sql shop 'copy wares to stdout'
err_has 'COPY is not possible'
expect 1 sql --read-only shop "delete from wares"
err_has 'read-only'
expect 1 sql --max-rows 1 shop 'select * from wares'
err_has 'more than 1 rows'
expect 1 sql shopp 'select 1'
err_has 'no database "shopp"'
expect 2 sql shop
expect 2 sql shop @nowhere.sql

# ---- for those who may

url=$("$rowcall" cluster start "$project/.rowcall/pg")
printf 'secret\n' >"$work/tokens"
CLI_SHOP_URL=$(printf '%s' "$url" | sed 's|///postgres|///shop|') "$rowcall" serve --db shop \
    --listen "ipc://$work/strict" --raw-token-file "$work/tokens" >"$work/serve.log" 2>&1 &
server=$!
until grep -q 'database shop: up' "$work/serve.log" 2>/dev/null && grep -q 'server: permits' "$work/serve.log"; do
    kill -0 "$server" 2>/dev/null || fail 'serve ended'
    sleep 0.05
done
grep -q 'permits explain=nobody raw="1 token"' "$work/serve.log" || fail 'serve does not say what it permits'
ROWCALL_URL=ipc://$work/strict
expect 1 sql shop 'select 1'
err_has 'PERMISSION_DENIED: Raw/Query is not permitted to this caller'
expect 0 sql --token secret shop 'select 1'
kill -TERM "$server"
wait "$server" || fail 'serve'
expect 3 sql shop 'select 1'
printf 'all is well\n'
