#!/bin/sh
# The benchmark: FindUnique by id through the server, beside pgbench doing the same select on the same PostgreSQL in the same
# run. Prints ops/s, p50, p99 and the ratio; and the server's start time and idle memory.
#
#   tests/bench/bench.sh BUILD_DIR [--seconds N] [--rounds N] [--json]     (./run bench builds and calls it)
set -eu
build=${1:?usage: tests/bench/bench.sh BUILD_DIR [--seconds N] [--rounds N] [--json]}
shift
seconds=5 rounds=3 json=
while [ $# -gt 0 ]; do
    case $1 in
    --seconds) seconds=$2; shift 2 ;;
    --rounds) rounds=$2; shift 2 ;;
    --quick) seconds=2 rounds=1; shift ;;
    --json) json=1; shift ;;
    *) echo "bench: unknown option $1 (--seconds N, --rounds N, --quick, --json)" >&2; exit 2 ;;
    esac
done
cd "$(dirname "$0")/../.."
rowcall=$build/bin/rowcall
bench=$build/bin/rowcall-bench
pgbin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
PATH=$PATH:$pgbin
rows=100000

folder=$(mktemp -d "${TMPDIR:-/tmp}/rowcall-bench.XXXXXX")
chmod 755 "$folder"
server=
finish() {
    status=$?
    trap - EXIT INT TERM
    [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; } || true
    "$rowcall" cluster stop "$folder/pg" >/dev/null 2>&1 || true
    rm -rf "$folder"
    exit $status
}
trap finish EXIT
trap 'exit 130' INT TERM
progress() { [ ! -t 2 ] || printf '%s\n' "$*" >&2; }

progress 'Starting PostgreSQL and loading 100,000 users ...'
"$rowcall" cluster start "$folder/pg" >/dev/null
DATABASE_URL="postgresql:///core?host=$folder/pg&user=postgres"
BIBIKOS_DATABASE_URL="postgresql:///bibikos?host=$folder/pg&user=postgres"
ROWCALL_URL="ipc://$folder/rowcall.sock"
export DATABASE_URL BIBIKOS_DATABASE_URL ROWCALL_URL
"$rowcall" migrate deploy --all >/dev/null
psql -qX -v ON_ERROR_STOP=1 "$DATABASE_URL" -f tests/bench/seed.sql >/dev/null

cat >"$folder/find.sql" <<SQL
\set id random(1, $rows)
SELECT "id", "createdAt", "updatedAt", "username", "email", "timezone", "status" FROM "auth_users" WHERE "id" = :id;
SQL

serve="$rowcall serve --schema $build/generated/schema.binpb --listen $ROWCALL_URL"
start=$("$bench" startup $serve)
$serve 2>"$folder/serve.log" &
server=$!

# peer CLIENTS: pgbench with its per-transaction log, as ops p50 p99.
peer() {
    (cd "$folder" && rm -f log.* &&
        pgbench -n -M prepared -c "$1" -j 2 -T "$seconds" -f find.sql -l --log-prefix=log "$DATABASE_URL" >pgbench.out 2>&1) ||
        { cat "$folder/pgbench.out" >&2; exit 1; }
    ops=$(sed -n 's/^tps = \([0-9.]*\).*/\1/p' "$folder/pgbench.out")
    cat "$folder"/log.* | cut -d' ' -f3 | sort -n | awk -v ops="$ops" '
        { v[NR] = $1 } END { printf "%.0f %d %d\n", ops, v[int((NR + 1) / 2)], v[int(NR * 0.99)] }'
}
# ours CALLERS: the same through the server.
ours() {
    "$bench" find-unique "$1" "$seconds" $rows | sed 's/.*"ops":\([0-9]*\),"p50_us":\([0-9]*\),"p99_us":\([0-9]*\).*/\1 \2 \3/'
}

[ -n "$json" ] || {
    printf 'FindUnique by id, all columns, %s rows, %s s a run, %s round(s); PostgreSQL, server and clients on this machine\n\n' $rows "$seconds" "$rounds"
    printf '%-12s %5s   %10s %8s %8s   %10s %8s %8s   %s\n' work round rowcall p50/us p99/us pgbench p50/us p99/us ratio
}
for callers in 1 64; do
    round=1
    while [ $round -le "$rounds" ]; do
        progress "$callers in flight, round $round of $rounds ..."
        a=$(ours $callers)
        b=$(peer $callers)
        echo "$callers $round $a $b" | awk -v json="$json" '{
            ratio = $3 / $6
            if (json) printf "{\"work\":\"find-unique-%d\",\"round\":%d,\"ops\":%d,\"p50_us\":%d,\"p99_us\":%d,\"peer\":\"pgbench -M prepared\",\"peer_ops\":%d,\"peer_p50_us\":%d,\"peer_p99_us\":%d,\"ratio\":%.2f}\n", $1, $2, $3, $4, $5, $6, $7, $8, ratio
            else printf "%-12s %5d   %10d %8d %8d   %10d %8d %8d   %.2fx\n", $1 " in flight", $2, $3, $4, $5, $6, $7, $8, ratio }'
        round=$((round + 1))
    done
done
if [ -n "$json" ]; then
    printf '%s\n' "$start"
else
    printf '\nserver with both databases: '
    printf '%s\n' "$start" | sed 's/{"start_ms":\([0-9.]*\),"idle_rss_mib":\([0-9.]*\)}/started in \1 ms, \2 MiB resident when idle/'
fi
