#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_cases.sh ROWCALL CASES SOURCE_DIR
# Runs the cases of clients/c/README.md on a server over an empty core, and sees to it that the page shows them as
# they are.
set -eu
rowcall=$1
cases=$2
source=$3
work=$(mktemp -d "${TMPDIR:-/tmp}/rowcall-cases.XXXXXX")
chmod 711 "$work" # when we are root, PostgreSQL runs as somebody else
dev=
unset DATABASE_URL BIBIKOS_DATABASE_URL ROWCALL_TOKEN
ROWCALL_URL=ipc://$work/server
export ROWCALL_URL

finish() {
    status=$?
    trap - EXIT INT TERM
    if [ -n "$dev" ]; then
        kill -INT "$dev" 2>/dev/null || true
        wait "$dev" 2>/dev/null || true
    fi
    "$rowcall" cluster stop "$work/.rowcall/pg" >/dev/null 2>&1 || true
    rm -rf "$work"
    exit $status
}
trap finish EXIT
trap 'exit 130' INT TERM

python3 - "$source/clients/c/README.md" "$source/clients/c/examples/cases.c" <<'END'
import re, sys
page, program = (open(path).read() for path in sys.argv[1:])
flat = lambda text: re.sub(r"\s+", "", text)
begin = page.index("What follows is [`examples/cases.c`]")
shown = re.findall(r"```c\n(.*?)```", page[begin:page.index("**Several at once", begin)], re.S)
assert len(shown) >= 10, "the page shows only %d cases" % len(shown)
for case in shown:
    assert flat(case) in flat(program), "clients/c/README.md shows what examples/cases.c has not:\n" + case
END

cd "$work"
cp -R "$source/proto" "$source/migrations" .
"$rowcall" dev >dev.log 2>&1 &
dev=$!
tries=0
until grep -q 'server: ready' dev.log; do
    tries=$((tries + 1))
    if [ $tries -gt 600 ] || ! kill -0 "$dev" 2>/dev/null; then
        cat dev.log
        exit 1
    fi
    sleep 0.1
done
"$cases" >out 2>err || { cat out err dev.log; exit 1; }
cat >expected <<'END'
create nested: user 1 with 2 roles, the second editor
create prices: 1 product
include: ada pays 500 for Tea, active
counts: 2 roles, 0 unread
relation filters: 1 found, ada
upsert: created
upsert: updated
get or create: role 1
decrement: 2 prices
update nested: Tea has 3 prices
page: 1 of 2, price_2
stream: 3 prices
groups: eur, 2 prices, 5300 in sum
json: 1 found
typed sql: active, 1 of 1 customers
conflict: email of AuthUser
submitted: 1100, of 3 prices
END
diff expected out
