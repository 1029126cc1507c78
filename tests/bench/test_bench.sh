#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_bench.sh BUILD_DIR
# The benchmark runs, checks its answers, and says what it is meant to say; nothing depends on how fast anything is.
set -eu
build=${1:?usage: test_bench.sh BUILD_DIR}
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fail() { printf '%s\n' "$*" >&2; cat "$folder/err" "$folder/out" >&2; exit 1; }
bench() { sh tests/bench/bench.sh "$build" "$@" >"$folder/out" 2>"$folder/err"; }

# Every work of the table has a line in the list.
bench --list || fail 'no list'
for work in W1 W1s/shared W1s/sockets W1l W2 W3 W4 W5 W6 W7 M1 M2 S1 S2 cost; do
    grep -q "^$work " "$folder/out" || fail "$work is not in the list"
done

# Wrong words are refused before anything is started.
status=0
bench W1 W99 || status=$?
{ [ $status -eq 2 ] && grep -q 'no work "W99"' "$folder/err"; } || fail "W99 is taken: $status"
status=0
bench --rounds 0 || status=$?
[ $status -eq 2 ] || fail "--rounds 0 is taken: $status"

# Reads, writes whose rows are counted, and the peer that is libpq; both variants of a work. A table for people, without
# colours in a file, and the same for machines.
bench --quick --save "$folder/json" W1s W6 W7 || fail 'the bench failed'
for line in 'W1s/shared .*>= 1x' 'W1s/sockets .*>= 0.8x' 'W6 ' 'W7 '; do
    grep -q "^$line" "$folder/out" || fail "no line $line"
done
if grep -q "$(printf '\033')" "$folder/out"; then
    fail 'colours in a file'
fi
python3 - "$folder/json" <<'PYTHON' || fail 'these are not the lines there should be'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
assert [line["work"] for line in lines] == ["W1s", "W1s", "W6", "W7"], lines
for line in lines:
    assert line["ops"] > 0 and line["peer_ops"] > 0 and line["peer"], line
    assert abs(line["ratio"] - line["ops"] / line["peer_ops"]) < 0.02, line
    assert 0 < line["p50_us"] <= line["p99_us"], line
    assert line["target"] > 0 and line["reached"] == (line["ratio"] >= line["target"]), line
PYTHON
