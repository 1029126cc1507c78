#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_demo.sh SOURCE_DIR BUILD_DIR
# The demo runs, every call in it is answered as meant, and it leaves nothing behind.
set -eu
source=$1
build=$2
work=$(mktemp -d "${TMPDIR:-/tmp}/rowcall-demo-test.XXXXXX")
chmod 711 "$work"
trap 'rm -rf "$work"' EXIT
unset DATABASE_URL BIBIKOS_DATABASE_URL ROWCALL_URL ROWCALL_TOKEN

fail() {
    cat "$work/log"
    printf 'FAILED: %s\n' "$*"
    exit 1
}

mkdir -m 711 "$work/tmp"
TMPDIR=$work/tmp sh "$source/clients/demo.sh" "$build" >"$work/log" 2>&1 || fail "the demo ended with $?"
for part in '"username": "Ada"' '"total": "2"' '"hierarchy": 5' 'ALREADY_EXISTS P2002' 'max_affected (1)' \
    '"role_id": 3' '"unit_amount": "31900"' 'Index Scan using products_name_key' '"membership_type": "gold"' 'core: Ada, UTC, active' 'bibikos: premium member' './run dev'; do
    grep -qF -- "$part" "$work/log" || fail "the demo does not show: $part"
done
# Only the failures that it shows on purpose, and none of ours.
[ "$(grep -cE '^[A-Z_]+( P[0-9]+)?: ' "$work/log")" -eq 3 ] || fail 'not three refused calls'
[ -z "$(ls -A "$work/tmp")" ] || fail "left behind: $(ls -A "$work/tmp")"
# What is looked for comes on standard input, or grep would find itself.
left=$(printf '%s\n' "$work/tmp" | grep -lFf - /proc/[0-9]*/cmdline 2>/dev/null) || left=
[ -z "$left" ] || fail "still running: $left"
printf 'all is well\n'
