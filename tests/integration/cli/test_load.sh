#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_load.sh ROWCALL SOURCE_DIR
# Runs what README.md says of load testing, word by word but for the server's address and how long it takes.
set -eu
rowcall=$1
source=$2
work=$(mktemp -d "${TMPDIR:-/tmp}/rowcall-load.XXXXXX")
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
fail() {
    echo "FAILED: $*"
    tail -n 40 out err dev.log
    exit 1
}

cd "$work"
cp -R "$source/proto" "$source/migrations" .
mkdir bin
ln -s "$rowcall" bin/rowcall
PATH=$work/bin:$PATH
"$rowcall" dev >dev.log 2>&1 &
dev=$!
until grep -q 'server: ready' dev.log; do
    kill -0 "$dev" 2>/dev/null || fail 'dev ended before it served'
    sleep 0.05
done

# The section's commands, a file each.
python3 - "$source/README.md" "$ROWCALL_URL" <<'END'
import re, sys
page = open(sys.argv[1]).read()
section = page[page.index("## Load testing"):]
section = section[:section.index("\n## ", 3)]
blocks = re.findall(r"```sh\n(.*?)```", section, re.S)
assert len(blocks) == 4, "README.md has %d blocks of commands there" % len(blocks)
for number, block in enumerate(blocks, 1):
    block = block.replace("ipc:///tmp/rowcall.sock", sys.argv[2]).replace("--duration 10s", "--duration 300ms --warmup 0")
    open("block%d" % number, "w").write("set -eu\n" + block)
END
run() { sh "block$1" >out 2>err || fail "block $1: exit code $?"; }
# replies: how many came, all of them the same.
replies() { python3 -c 'import sys
data = open("replies.bin", "rb").read()
one = open("one.bin", "rb").read()
count, rest = divmod(len(data), len(one))
assert rest == 0 and data == one * count, "replies of another kind"
print(count)'; }

run 1
grep -q '^core AuthUser/FindUnique: closed loop, 64 callers, 1 connection' out || fail 'the first report'
run 2
grep -q '^core, 2 methods: open loop, 500 calls/s by chance' out || fail 'the second report'
! grep -q '^  failures' out || fail 'calls failed'
run 3
nngcat --req0 --dial "$ROWCALL_URL" --file call.bin --raw --recv-timeout 5 >one.bin
[ "$("$rowcall" decode core AuthUser/Count --compact <one.bin)" = '{"count":"0"}' ] || fail 'the reply is another one'
[ "$(replies)" = 500 ] || fail "$(replies) replies, not 500"
run 4
[ "$(replies)" -ge 20 ] || fail "$(replies) replies of 20 callers"
