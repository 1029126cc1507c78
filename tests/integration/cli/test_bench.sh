#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_bench.sh ROWCALL ENGINE_PROTO_DIR
# rowcall bench against a real server: what it calls arrives, what it counts is what was
# answered, a stall is seen by all who would have waited, and every kind of wrong word.
set -eu
. "$(dirname "$0")/lib.sh"
for pgbin in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V); do
    PATH=$pgbin:$PATH # the newest ends up first
done
make_project
start_dev --no-generate
sql() { psql -qAtX -v ON_ERROR_STOP=1 -h "$project/.rowcall/pg" -U postgres -d shop "$@"; }
# value NAME: the first number of that name in the report.
value() { grep -o '"'"$1"'": [0-9]*' "$work/out" | head -n 1 | grep -o '[0-9]*$'; }
# latency NAME: of all successful calls.
latency() { sed 's/.*"latency": {\(.*\)}, "failed_latency.*/\1/' "$work/out" | grep -o '"'"$1"'": [0-9]*' | grep -o '[0-9]*$'; }
value_is() { [ "$(value "$1")" = "$2" ] || fail "$1 is $(value "$1"), not $2"; }

# ---- what is asked for arrives

expect 0 bench --count 120 --warmup 0 --batch 7 --concurrency 4 --connections 2 --seed 5 --json shop Ware/Create \
    '{"data": {"name": "w{{seq 10}}", "weight": {{int -5 5}}, "price": {{float 1 2}}, "note": {{string 8}}, "kind": {{pick "KIND_PLAIN" "KIND_RARE"}}}}'
value_is calls 120
value_is ok 120
value_is failed 0
value_is seed 5
value_is messages 18
out_has '"loop": "closed"'
[ "$(sql -c 'select count(*), min(substr(name, 2)::int), max(substr(name, 2)::int), min(length(note)), max(length(note)) from wares')" = '120|10|129|8|8' ] ||
    fail "not the wares that were asked for: $(sql -c 'select * from wares order by id')"
[ "$(sql -c 'select count(*) from wares where weight not between -5 and 5 or price not between 1 and 2')" = 0 ] || fail 'a value is out of range'
[ "$(sql -c 'select count(distinct kind) > 1 and count(distinct note) > 100 from wares')" = t ] || fail 'values do not differ'
before=$(sql -c 'select md5(string_agg(concat(name, weight, price, note, kind), $$,$$ order by name)) from wares')

# The same seed asks for the same again.
sql -c 'truncate wares'
expect 0 bench --count 120 --warmup 0 --concurrency 3 --seed 5 shop Ware/Create \
    '{"data": {"name": "w{{seq 10}}", "weight": {{int -5 5}}, "price": {{float 1 2}}, "note": {{string 8}}, "kind": {{pick "KIND_PLAIN" "KIND_RARE"}}}}'
out_has 'shop Ware/Create: closed loop, 3 callers, 1 connection'
out_has 'seed 5'
out_has 'calls                 120'
[ "$(sql -c 'select md5(string_agg(concat(name, weight, price, note, kind), $$,$$ order by name)) from wares')" = "$before" ] || fail 'the seed gave other requests'

# Several methods, by weight; lines of a file, one after the other; a request in a file.
printf 'w10\nw11\nw12\n' >"$work/names"
printf '{"key": {"name": "{{line %s/names}}"}}' "$work" >"$work/find.json"
expect 0 bench --count 400 --warmup 0 --prepare 50 --json shop Ware/FindUnique@9 "@$work/find.json" Ware/Count@1 '{}'
value_is ok 400
finds=$(sed 's/.*"method": "Ware\/FindUnique", "weight": 9, "ok": \([0-9]*\).*/\1/' "$work/out")
[ "$finds" -gt 300 ] && [ "$finds" -lt 400 ] || fail "$finds of 400 calls found a ware, not about 360"

# For a time, at a rate.
expect 0 bench --duration 300ms --warmup 100ms --rate 200 --poisson --json shop Ware/Count
value_is failed 0
out_has '"poisson": true'

# ---- failures

expect 1 bench --count 10 --warmup 0 shop Ware/Create '{"data": {"name": "w10", "weight": 1, "price": 1}}'
out_has 'failed                 10'
out_has '10  Ware/Create  ALREADY_EXISTS P2002'
out_has 'such as: '
expect 0 bench --allow-errors --count 10 --warmup 0 --json shop Ware/Create '{"data": {"name": "w10", "weight": 1, "price": 1}}'
value_is failed 10
out_has '"status": "ALREADY_EXISTS", "reason": "P2002", "count": 10'
out_has '"latency": null'

# ---- a stall

# While the table is locked nothing is answered. 40 calls are due in 0.4 s, and the lock is held for longer than that: half of them, at
# least, wait for 0.1 s and more. Two places are few, so most calls are not even sent, and wait all the same.
mkfifo "$work/sql"
sql <"$work/sql" >"$work/locked" &
exec 3>"$work/sql"
echo "begin; lock table wares; select 'locked';" >&3
until grep -q locked "$work/locked"; do sleep 0.02; done
"$rowcall" bench --rate 100 --count 40 --warmup 0 --max-outstanding 2 --json shop Ware/Count >"$work/out" 2>"$work/err" &
loading=$!
until [ "$(sql -c "select count(*) from pg_stat_activity where wait_event_type = 'Lock'")" -ge 1 ]; do sleep 0.02; done
sleep 0.5
echo 'commit;' >&3
exec 3>&-
wait "$loading" || fail 'the load failed'
value_is ok 40
[ "$(latency p50_us)" -ge 100000 ] || fail "half of the calls waited for 0.1 s, but the median is $(latency p50_us) us"
[ "$(latency max_us)" -ge 500000 ] || fail "the first call waited for 0.5 s, but the longest took $(latency max_us) us"

# ---- Ctrl-C: what there is by then

"$rowcall" bench --duration 1h --warmup 0 --json shop Ware/Create '{"data": {"name": "c{{seq}}", "weight": 1, "price": 1}}' >"$work/out" 2>"$work/err" &
loading=$!
until [ "$(sql -c "select count(*) from wares where name like 'c%'")" -ge 1 ]; do sleep 0.02; done
kill -TERM "$loading" # INT is ignored by what a shell has in the background
got=0
wait "$loading" || got=$?
[ "$got" -eq 130 ] || fail "interrupted: exit code $got, not 130"
out_has '"interrupted": true'
value_is failed 0

# ---- wrong words, told before anything is called

refused() { # refused MESSAGE WORDS...
    says=$1
    shift
    expect 2 bench "$@"
    out_is ''
    err_has "$says"
}
refused '--rate fast: calls a second are wanted' --rate fast shop Ware/Count
refused '--duration 5y: a time is wanted' --duration 5y shop Ware/Count
refused '--duration 0: a load takes some time' --duration 0 shop Ware/Count
refused '--batch 257: at most 256' --batch 257 shop Ware/Count
refused '--poisson is for a load of a given --rate' --poisson shop Ware/Count
refused '--rate and --concurrency' --rate 5 --concurrency 5 shop Ware/Count
refused '--seed x: a whole number is wanted' --seed x shop Ware/Count
refused 'did you mean Ware' shop War/Count
refused "the weight behind @" shop Ware/Count@0
refused 'each ENTITY/METHOD needs its JSON' shop Ware/Count '{}' Ware/Exists
refused 'line 1, column 19' shop Ware/FindUnique '{"key": {"name": "{{sequence}}"}}'
refused 'no such field' shop Ware/FindUnique '{"kay": {}}'
refused 'the template became' shop Ware/FindUnique '{"key": {"id": {{string 3}}}}'
expect 3 bench --url "ipc://$work/nobody" shop Ware/Count
err_has 'nobody'
expect 0 bench --help
out_has 'usage: rowcall bench'
