#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The benchmark's stage: a private PostgreSQL with the data, on a unix socket in a temporary folder, and then
# rowcall-bench, which measures. Whatever was started and made is gone at the end, after Ctrl-C, too. README.md says what
# is measured.
#
#   tests/bench/bench.sh BUILD_DIR [OPTION]... [WORK]...     (./run bench builds and calls it)
set -eu
build=${1:?usage: tests/bench/bench.sh BUILD_DIR [OPTION]... [WORK]...}
shift
die() { printf 'bench: %s\n' "$*" >&2; exit 1; }
build=$(cd "$build" && pwd) || die "no folder $build"
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
# Wrong words are told before anything is started.
"$bench" --list "$@" >/dev/null
for word; do
    if [ "$word" = --list ]; then
        exec "$bench" --list
    fi
done

folder=$(mktemp -d "${TMPDIR:-/tmp}/rowcall-bench.XXXXXX")
measuring=
finish() {
    status=$?
    trap - EXIT INT TERM
    if [ -n "$measuring" ]; then
        kill "$measuring" 2>/dev/null || true
        wait "$measuring" 2>/dev/null || true
    fi
    "$rowcall" cluster stop "$folder/pg" >/dev/null 2>&1 || true
    rm -rf "$folder"
    exit $status
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# quietly COMMAND...: its output only when it fails, and then the end of everything.
quietly() { "$@" >"$folder/said" 2>&1 || { cat "$folder/said" >&2; die "failed: $*"; }; }

echo 'starting PostgreSQL and loading 100,000 users ...' >&2
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

# In the background, as a shell only acts on signals between programs in the foreground.
"$bench" --folder "$folder" --rowcall "$rowcall" --schema "$folder/generated/schema.binpb" \
    --database "$DATABASE_URL" "$@" &
measuring=$!
wait $measuring
measuring=
