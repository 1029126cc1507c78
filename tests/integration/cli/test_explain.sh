#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_explain.sh ROWCALL ENGINE_PROTO_DIR
# explain against a real server: what it prints, and for whom.
set -eu
. "$(dirname "$0")/lib.sh"
make_project
start_dev --no-generate

expect 0 explain shop Ware/FindMany '{"where": {"name": {"equals": "a"}, "note": {"is_null": true}}, "select": {"id": true}}'
out_has 'select t0."id"'
out_has 'from "public"."wares" t0'
out_has '  and t0."note" is null'
out_has 'parameters'
out_has '  $1   text           where.name.equals'
out_has 'plan'
out_has '(cost='
err_is ''
! grep -qF 'actual time' "$work/out" || fail 'explain executed the call'

expect 0 explain --values shop Ware/FindMany '{"where": {"name": {"equals": "a"}}}'
out_has 'where.name.equals = a'

# Measured, and rolled back.
expect 0 explain --analyze shop Ware/Create '{"data": {"name": "a", "weight": 1, "price": 1}}'
out_has 'Insert on public.wares'
out_has 'actual time='
expect 0 call shop Ware/Count --compact
out_is '{"count":"0"}'

expect 0 explain --json shop Ware/Count
python3 - "$work/out" <<'EOF' || fail 'explain --json'
import json
import sys

explain = json.load(open(sys.argv[1]))
(statement,) = explain["statements"]
assert statement["sql"].startswith("select "), statement
(plan,) = json.loads(statement["plan_json"])
assert plan["Plan"]["Node Type"] == "Aggregate", plan
EOF

# What would fail, fails; wrong words are not sent.
expect 0 call shop Ware/Create '{"data": {"name": "a", "weight": 1, "price": 1}}'
expect 1 explain --analyze shop Ware/Create '{"data": {"name": "a", "weight": 1, "price": 1}}'
err_has 'ALREADY_EXISTS P2002: another Ware with this name exists already'
expect 2 explain shop Ware/Cuont
err_has 'did you mean Count?'
expect 2 explain shop Ware/Count '{"wher": 1}'
expect 1 explain shop Health/Live
err_has 'Health/Live has no plan'

# ---- for those who may

url=$("$rowcall" cluster start "$project/.rowcall/pg")
printf 'secret\n' >"$work/tokens"
CLI_SHOP_URL=$(printf '%s' "$url" | sed 's|///postgres|///shop|') "$rowcall" serve --db shop \
    --listen "ipc://$work/strict" --explain-token-file "$work/tokens" >"$work/serve.log" 2>&1 &
server=$!
until grep -q 'database shop: up' "$work/serve.log" 2>/dev/null && grep -q 'server: ready' "$work/serve.log"; do
    kill -0 "$server" 2>/dev/null || fail 'serve ended'
    sleep 0.05
done
ROWCALL_URL=ipc://$work/strict
expect 1 explain shop Ware/Count
err_has 'PERMISSION_DENIED: calls are not explained to this caller'
expect 0 call shop Ware/Count --compact
expect 0 explain --token secret shop Ware/Count
kill -TERM "$server"
wait "$server" || fail 'serve'
expect 3 explain shop Ware/Count
printf 'all is well\n'
