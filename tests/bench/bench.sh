#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The benchmark: FindUnique by id through the server, beside pgbench doing the same select on the same PostgreSQL in the
# same run. Prints ops/s, p50, p99 and the ratio; and the server's start time and idle memory. Everything it starts and
# makes is in a temporary folder, stopped and removed at the end.
#
#   tests/bench/bench.sh BUILD_DIR [--quick] [--seconds N] [--rounds N] [--json]     (./run bench builds and calls it)
set -eu
usage='usage: ./run bench [--quick] [--seconds N] [--rounds N] [--json]'
build=${1:?usage: tests/bench/bench.sh BUILD_DIR [--quick] [--seconds N] [--rounds N] [--json]}
shift
die() { printf 'bench: %s\n' "$*" >&2; exit 1; }
seconds=5 rounds=3 json=
while [ $# -gt 0 ]; do
    case $1 in
    --seconds | --rounds)
        case ${2-} in '' | *[!0-9]* | 0) die "$1 needs a number; $usage" ;; esac
        if [ "$1" = --seconds ]; then seconds=$2; else rounds=$2; fi
        shift 2
        ;;
    --quick) seconds=2 rounds=1; shift ;;
    --json) json=1; shift ;;
    *) die "no option $1; $usage" ;;
    esac
done
cd "$(dirname "$0")/../.."
rowcall=$build/bin/rowcall
bench=$build/bin/rowcall-bench
for program in "$rowcall" "$bench"; do
    [ -x "$program" ] || die "$program is missing: ./run bench builds it"
done
for pgbin in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V); do
    PATH=$pgbin:$PATH # the newest ends up first
done
for program in psql pgbench; do
    command -v $program >/dev/null || die "$program is missing: ./run setup installs it"
done
rows=100000 # as seed.sql makes them

folder=$(mktemp -d "${TMPDIR:-/tmp}/rowcall-bench.XXXXXX")
server=
finish() {
    status=$?
    trap - EXIT INT TERM
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    "$rowcall" cluster stop "$folder/pg" >/dev/null 2>&1 || true
    rm -rf "$folder"
    exit $status
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
progress() { printf '%s\n' "$*" >&2; }
# quietly COMMAND...: its output only when it fails, and then the end of everything.
quietly() { "$@" >"$folder/said" 2>&1 || { cat "$folder/said" >&2; die "failed: $*"; }; }

progress 'starting PostgreSQL and loading 100,000 users ...'
chmod 755 "$folder" # as root, the cluster runs as another user
quietly "$rowcall" cluster start "$folder/pg"
DATABASE_URL="postgresql:///core?host=$folder/pg&user=postgres"
BIBIKOS_DATABASE_URL="postgresql:///bibikos?host=$folder/pg&user=postgres"
ROWCALL_URL="ipc://$folder/rowcall.sock"
export DATABASE_URL BIBIKOS_DATABASE_URL ROWCALL_URL
unset ROWCALL_TOKEN
quietly "$rowcall" generate --no-c --out "$folder/generated"
quietly "$rowcall" migrate deploy --all --schema "$folder/generated/schema.binpb"
quietly psql -qX -v ON_ERROR_STOP=1 -d "$DATABASE_URL" -f tests/bench/seed.sql

cat >"$folder/find.sql" <<SQL
\set id random(1, $rows)
SELECT "id", "createdAt", "updatedAt", "username", "email", "timezone", "status" FROM "auth_users" WHERE "id" = :id;
SQL

set -- "$rowcall" serve --schema "$folder/generated/schema.binpb" --listen "$ROWCALL_URL"
start=$("$bench" startup "$@")
"$@" 2>"$folder/serve.log" &
server=$!

# ours CALLERS: "ops p50 p99" through the server.
ours() {
    "$bench" find-unique "$1" "$seconds" $rows >"$folder/ours" || { cat "$folder/serve.log" >&2; return 1; }
    sed 's/.*"ops":\([0-9]*\),"p50_us":\([0-9]*\),"p99_us":\([0-9]*\).*/\1 \2 \3/' "$folder/ours"
}
# peer CLIENTS: the same through pgbench; percentiles from its log of every transaction.
peer() {
    rm -f "$folder"/log.*
    (cd "$folder" && pgbench -n -M prepared -c "$1" -j 2 -T "$seconds" -f find.sql -l --log-prefix=log "$DATABASE_URL") \
        >"$folder/peer" 2>&1 || { cat "$folder/peer" >&2; return 1; }
    ops=$(sed -n 's/^tps = \([0-9.]*\).*/\1/p' "$folder/peer")
    cut -d' ' -f3 "$folder"/log.* | sort -n | awk -v ops="$ops" '
        { v[NR] = $1 } END { printf "%.0f %d %d\n", ops, v[int((NR + 1) / 2)], v[int(NR * 0.99)] }'
}
# row CALLERS ROUND OURS... PEER...: as a line of the table, or of JSON.
row() {
    echo "$@" | awk -v json="$json" '{
        ratio = $3 / $6
        if (json)
            printf "{\"callers\":%d,\"round\":%d,\"ops\":%d,\"p50_us\":%d,\"p99_us\":%d,\"pgbench_ops\":%d,\"pgbench_p50_us\":%d,\"pgbench_p99_us\":%d,\"ratio\":%.2f}\n", $1, $2, $3, $4, $5, $6, $7, $8, ratio
        else
            printf "%7d %5d   %8d %7d %7d   %8d %7d %7d   %5.2f\n", $1, $2, $3, $4, $5, $6, $7, $8, ratio }'
}

if [ -z "$json" ]; then
    cat <<EOT
FindUnique by id, all columns, $rows rows, $seconds s each; PostgreSQL, server and callers share this machine ($(nproc) CPUs).
rowcall: typed C calls of threads that share one connection. pgbench: -M prepared, a connection each.

                       rowcall                     pgbench
callers round      ops/s  p50 us  p99 us      ops/s  p50 us  p99 us   ratio
EOT
fi
for callers in 1 64; do
    round=1
    while [ $round -le "$rounds" ]; do
        a=$(ours $callers)
        b=$(peer $callers)
        # shellcheck disable=SC2086 # three words each
        row $callers $round $a $b
        round=$((round + 1))
    done
done
if [ -n "$json" ]; then
    printf '%s\n' "$start"
else
    printf '\n%s\n' "$start" |
        sed 's/{"start_ms":\([0-9.]*\),"idle_rss_mib":\([0-9.]*\)}/Server with both databases: ready after \1 ms, \2 MiB resident when idle./'
fi
