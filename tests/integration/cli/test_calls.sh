#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_calls.sh ROWCALL ENGINE_PROTO_DIR
# call, ls, encode and decode against a real server: answers, every kind of failure, exit codes.
set -eu
. "$(dirname "$0")/lib.sh"
make_project
start_dev --no-generate

# ---- answers

expect 0 call shop Ware/Create --compact \
    '{"data": {"name": "a", "weight": "9223372036854775807", "picture": "AP8=", "price": "-Infinity", "tags": {"values": ["x", ""]}}, "select": {}}'
out_is '{"row":{"id":"1","name":"a","weight":"9223372036854775807","picture":"AP8=","kind":"KIND_PLAIN","price":"-Infinity","tags":{"values":["x",""]}}}'
err_is ''

# NULL is absent, an empty text is not; a number is taken where a text is written.
expect 0 call shop Ware/Create --compact \
    '{"data": {"name": "b", "weight": -9223372036854775808, "note": "", "kind": "KIND_RARE", "price": 0.1}, "select": {"weight": true, "note": true, "picture": true, "kind": true, "price": true}}'
out_is '{"row":{"weight":"-9223372036854775808","note":"","kind":"KIND_RARE","price":0.1}}'
expect 0 call shop Ware/Count --compact '{"where": {"note": {"is_null": true}}}'
out_is '{"count":"1"}'

# Sums and groups: an enum's names in lists of fields and among the keys, a sum that no int64 holds on its way.
expect 0 call shop Ware/Aggregate --compact \
    '{"count_all": true, "count": ["WARE_FIELD_NOTE"], "sum": ["WARE_FIELD_WEIGHT"], "max": ["WARE_FIELD_NAME"]}'
out_is '{"count_all":"2","count":{"note":"1"},"sum":{"weight":"-1"},"max":{"name":"b"}}'
expect 0 call shop Ware/GroupBy --compact \
    '{"by": [{"field": "WARE_FIELD_KIND"}], "min": ["WARE_FIELD_WEIGHT"], "order_by": [{"by": {"kind": {"direction": "DESC"}}}], "take": 2}'
out_is '{"groups":[{"by":{"kind":"KIND_RARE"},"min":{"weight":"-9223372036854775808"}},{"by":{"kind":"KIND_PLAIN"},"min":{"weight":"9223372036854775807"}}]}'

# No request at all, one in a file, one on standard input; pretty is the way it is without --compact.
expect 0 call shop Ware/Count
out_is '{
  "count": "2"
}'
printf '{"where": {"name": {"equals": "a"}}}' >"$work/request.json"
expect 0 call shop Ware/Exists --compact "@$work/request.json"
out_is '{"exists":true}'
[ "$("$rowcall" call shop Ware/Exists --compact - <"$work/request.json")" = '{"exists":true}' ] || fail 'standard input'

expect 0 call depot Shelf/Create --compact '{"data": {"place": "left"}}'
expect 0 call shop Health/Check --compact
out_has '{"ready":true,"databases":[{"name":"depot"'

expect 0 call shop Ware/Count --timings --compact
out_is '{"count":"2"}'
err_has 'total '

# What cannot be printed is no success.
for words in 'call shop Ware/Count' 'ls' 'encode shop Ware/Count'; do
    got=0
    # shellcheck disable=SC2086 # words
    "$rowcall" $words >/dev/full 2>"$work/err" || got=$?
    [ "$got" -eq 1 ] || fail "rowcall $words to a full device: exit code $got"
    err_has 'cannot write to standard output'
done

# ---- failed calls: 1

expect 1 call shop Ware/Create '{"data": {"name": "a", "weight": 1, "price": 1}}'
out_is ''
err_has 'ALREADY_EXISTS P2002: '
err_has '  entity      Ware'
err_has '  fields      name'
err_has '  constraint  wares_name_key'
err_has '  sqlstate    23505'
err_has '  outcome     rolled back'

expect 1 call shop Ware/Create --json '{"data": {"name": "a", "weight": 1, "price": 1}}'
out_is ''
err_has '{"code":6,"reason":"P2002","message":"'
err_has '"entity":"Ware","fields":["name"],"constraint":"wares_name_key","outcome":"ROLLED_BACK"}'

expect 1 call shop Ware/FindUnique '{"key": {"id": 77}, "required": true}'
err_has 'NOT_FOUND P2025: '
expect 1 call shop Ware/DeleteMany
err_has 'INVALID_ARGUMENT: where: is empty'
err_has '  outcome     not executed'

# ---- wrong usage: 2, and nothing is sent

expect 2 call shop Ware/Creat '{}'
err_is "INVALID_ARGUMENT: no method of Ware 'Creat'; did you mean Create?"
expect 2 call shop Wear/Create '{}'
err_is "INVALID_ARGUMENT: no entity in shop 'Wear'; did you mean Ware?"
expect 2 call shopp Ware/Create '{}'
err_is "INVALID_ARGUMENT: no database 'shopp' is served here (depot, shop); did you mean shop?"
expect 2 call depot Ware/Create '{}'
err_has "no entity in depot 'Ware'"
expect 2 call shop Ware '{}'
err_has 'expected ENTITY/METHOD'
expect 2 call shop Ware/FindUnique '{"key": {"nmae": "a"}}'
err_has 'key.nmae: no such field in WareKey; did you mean name?'
expect 2 call shop Ware/FindUnique '{"key": {"id": "9223372036854775808"}}'
err_has 'key.id'
expect 2 call shop Ware/FindUnique '{"key": '
err_has 'INVALID_ARGUMENT'
expect 2 call shop Ware/Create --json '{"data": 5}'
err_has '{"code":3,'
expect 2 call shop Ware/Count @nowhere.json
err_has 'nowhere.json'
expect 2 call shop
expect 2 call shop Ware/Count '{}' more
expect 2 call shop Ware/Count --compackt
err_has 'did you mean --compact?'
expect 2 call shop Ware/Count --url nonsense

# ---- unreachable: 3

expect 3 call shop Ware/Count --url "ipc://$work/nobody"
err_has 'UNAVAILABLE: '
err_has '  outcome     not executed'
expect 3 ls --url "ipc://$work/nobody"
expect 3 call shop Ware/Count --json --url "ipc://$work/nobody"
err_has '{"code":14,'

# ---- ls

expect 0 ls
out_is 'depot
  Shelf  shelves  Where wares are kept.

shop
  Ware  wares  Something that is sold.

the server'"'"'s own methods
  Health/Live
  Health/Check
  Reflection/List
  Reflection/Describe
  Replies/Collect
  Transactions/Begin
  Transactions/Commit
  Transactions/Rollback
  Transactions/Savepoint
  Raw/Query
  Raw/Execute'
expect 0 ls shop
out_is 'shop
  Ware  wares  Something that is sold.'
expect 0 ls shop Ware
out_has '  id       int64       unique'
out_has '  picture  bytes'
out_has '  kind     Kind        KIND_PLAIN | KIND_RARE'
out_has '  Ware/FindUnique'
expect 0 ls shop Ware/FindMany
out_has 'request  shop.WareFindManyRequest'
out_has '  order_by    WareOrderBy[]'
out_has 'response  shop.WareFindManyResponse'
expect 0 ls shop WareKey
out_has '  name  string  one of key'
expect 0 ls shop --json
[ "$(python3 -c 'import json, sys; print(json.load(sys.stdin)["databases"][0]["entities"][0]["table"])' <"$work/out")" = wares ] ||
    fail 'ls --json'
expect 0 ls shop Ware --json
[ "$(python3 -c 'import json, sys; print([f["type"] for f in json.load(sys.stdin)["fields"]][:4])' <"$work/out")" = \
    "['int64', 'string', 'int64', 'bytes']" ] || fail 'ls ENTITY --json'
expect 2 ls shop Wear
err_has 'did you mean Ware?'
expect 2 ls shopp

# ---- health

expect 0 health
out_is 'depot: ready
shop: ready'
expect 0 health shop
out_is 'shop: ready'
expect 0 health --live
out_is ''
expect 2 health shopp
err_has 'no database "shopp" is served here'
expect 3 health --url "ipc://$work/nobody"

# ---- batch: several calls, one transaction

new='"weight": 1, "price": 1}'
expect 0 batch shop Ware/Create "{\"data\": {\"name\": \"c\", $new, \"select\": {\"id\": true, \"name\": true}}" \
    Ware/FindUnique '{"select": {"name": true}}' \
    Ware/Count '{"where": {"note": {"is_null": true}}}' \
    --refer 1:key.name=0:row.name --refer 2:where.name.equals=1:row.name --isolation serializable --retries 2
out_is '{"row":{"id":"5","name":"c"}}
{"row":{"name":"c"}}
{"count":"1"}'
err_is ''
expect 1 batch shop Ware/Create "{\"data\": {\"name\": \"d\", $new}" Ware/Create "{\"data\": {\"name\": \"c\", $new}"
out_is ''
err_has 'ALREADY_EXISTS P2002: call 1 (Ware/Create): '
expect 0 call shop Ware/Exists --compact '{"where": {"name": {"equals": "d"}}}'
out_is '{"exists":false}'
expect 1 batch shop --separate Ware/Create "{\"data\": {\"name\": \"d\", $new}" Ware/Create "{\"data\": {\"name\": \"c\", $new}"
out_is '{"count":"1"}'
err_has 'call 1 (Ware/Create): '
expect 0 call shop Ware/Delete '{"key": {"name": "d"}}'
expect 1 batch shop --read-only Ware/Create "{\"data\": {\"name\": \"d\", $new}"
err_has 'FAILED_PRECONDITION P2028: '
expect 1 batch shop Ware/Count '{}' Ware/Count '{}' --refer 1:where.name.equals=0:count
err_has 'call 1 (Ware/Count): references[0]: to: count is a value of type integer'
expect 2 batch shop Ware/Count
expect 2 batch shop Ware/Count '{}' Ware/Count
err_has 'needs its JSON'
expect 2 batch shop Ware/Count '{}' Ware/Coun '{}'
err_has 'call 1 (Ware/Coun): no method of Ware'
for refer in '' x 1 1:a 1:a=0 1:a=0: a:b=0:c 2:a=0:b 1:=0:b; do
    expect 2 batch shop Ware/Count '{}' Ware/Count '{}' --refer "$refer"
    err_has 'say CALL:PATH=CALL:PATH'
done
expect 2 batch shop Ware/Count '{}' --isolation chaos
err_has 'serializable'
expect 0 call shop Ware/Delete '{"key": {"name": "c"}}'

# A transaction is its connection's: the shell's is gone with the command.
expect 0 call shop Transactions/Begin --compact
out_has '{"transaction":"'
id=$(sed 's/.*"transaction":"\([0-9a-f]*\)".*/\1/' "$work/out")
expect 1 call shop Transactions/Commit "{\"transaction\": \"$id\"}"
err_has 'NOT_FOUND P2028: '

# ---- encode | nngcat | decode

send() {
    nngcat --req0 --dial "$ROWCALL_URL" --file "$1" --raw --recv-timeout 10
}
"$rowcall" encode shop Ware/Count '{"where": {"name": {"equals": "a"}}}' >"$work/call.bin"
send "$work/call.bin" >"$work/reply.bin"
[ "$("$rowcall" decode shop Ware/Count --compact <"$work/reply.bin")" = '{"count":"1"}' ] || fail 'encode, nngcat, decode'

"$rowcall" encode shop Ware/Create '{"data": {"name": "a", "weight": 1, "price": 1}}' >"$work/call.bin"
send "$work/call.bin" >"$work/reply.bin"
got=0
"$rowcall" decode shop Ware/Create <"$work/reply.bin" >"$work/out" 2>"$work/err" || got=$?
[ $got -eq 1 ] || fail "decode of a failed call: exit code $got"
out_is ''
err_has 'ALREADY_EXISTS P2002: '

# It is the envelope that the contract says, to any protobuf tool.
"$rowcall" encode shop Ware/Count '{}' --token secret --timeout 1500 >"$work/call.bin"
protoc -I "$engine" --decode rowcall.RequestEnvelope rowcall/envelope.proto <"$work/call.bin" >"$work/out"
out_is 'calls {
  database: "shop"
  method: "Ware/Count"
  timeout_ms: 1500
}
token: "secret"'

expect 2 encode shop Ware/Coun
err_has 'did you mean Count?'
expect 2 encode shopp Ware/Count
expect 2 encode shop Ware/Count --schema nowhere.binpb
expect 2 decode shop Ware/Count # standard input is empty
got=0
printf 'hello' | "$rowcall" decode shop Ware/Count >"$work/out" 2>"$work/err" || got=$?
[ $got -eq 1 ] || fail "decode of nonsense: exit code $got"
err_has 'not a reply envelope'

# ---- and without a server

stop_dev
expect 3 call shop Ware/Count
expect 0 encode shop Ware/Count
printf 'all is well\n'
