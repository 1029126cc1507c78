# SPDX-License-Identifier: Apache-2.0
#
# What the tests of the shell commands share: a project of their own in a temporary folder, the
# program run on it, and words to say what is expected. Sourced with the arguments
# ROWCALL ENGINE_PROTO_DIR. The first expectation that does not hold ends the test, and whatever
# happens, what `dev` started is stopped and the folder removed.
rowcall=$1
engine=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/rowcall-cli.XXXXXX")
chmod 711 "$work" # when we are root, PostgreSQL runs as somebody else
project=$work/project
dev=
unset CLI_SHOP_URL CLI_DEPOT_URL ROWCALL_TOKEN
ROWCALL_URL=ipc://$work/server
export ROWCALL_URL

finish() {
    status=$?
    trap - EXIT INT TERM
    stop_dev
    "$rowcall" cluster stop "$project/.rowcall/pg" >/dev/null 2>&1 || true
    rm -rf "$work"
    exit $status
}
trap finish EXIT
trap 'exit 130' INT TERM

fail() {
    printf 'FAILED: %s\n' "$*"
    for file in out err dev.log; do
        [ ! -s "$work/$file" ] || { printf -- '--- %s\n' "$file"; cat "$work/$file"; }
    done
    exit 1
}

# A project with the entities beside this file, its first migrations, and the compiled schema.
make_project() {
    mkdir -p "$project"
    cp -R "$here/project" "$project/proto"
    ln -s "$engine/rowcall" "$project/proto/rowcall"
    cd "$project"
    for database in shop depot; do
        mkdir -p "migrations/$database/20260101000000_init"
        "$rowcall" migrate diff --from-empty --to-schema --script --db "$database" \
            >"migrations/$database/20260101000000_init/migration.sql"
    done
    "$rowcall" generate --no-c >/dev/null
}

# expect CODE ARGUMENTS...: runs rowcall; its output is in out and err.
expect() {
    want=$1
    shift
    got=0
    "$rowcall" "$@" >"$work/out" 2>"$work/err" </dev/null || got=$?
    [ "$got" -eq "$want" ] || fail "rowcall $*: exit code $got, not $want"
}

out_is() {
    [ "$(cat "$work/out")" = "$1" ] || fail "stdout is not: $1"
}
out_has() {
    grep -qF -- "$1" "$work/out" || fail "stdout does not have: $1"
}
err_is() {
    [ "$(cat "$work/err")" = "$1" ] || fail "stderr is not: $1"
}
err_has() {
    grep -qF -- "$1" "$work/err" || fail "stderr does not have: $1"
}

# start_dev ARGUMENTS...: `rowcall dev` in the background, until it says how to call it.
start_dev() {
    : >"$work/dev.log" # the shell behind & empties it too late: the last run's words would still be there
    "$rowcall" dev "$@" >"$work/dev.log" 2>&1 &
    dev=$!
    until grep -q '^Ctrl-C stops it' "$work/dev.log"; do
        kill -0 "$dev" 2>/dev/null || fail "dev ended before it served"
        sleep 0.05
    done
}

# Stops it as Ctrl-C does; its exit code is in dev_code.
stop_dev() {
    [ -n "$dev" ] || return 0
    dev_code=0
    kill -TERM "$dev" 2>/dev/null || true
    wait "$dev" || dev_code=$?
    dev=
}

# Processes that work in the project's folder, as every one that dev starts does, by the names of the programs.
processes() {
    for process in /proc/[0-9]*; do
        number=${process#/proc/}
        case $(readlink "$process/cwd" 2>/dev/null) in
        "$project" | "$project"/*)
            name=$(cat "$process/comm" 2>/dev/null) || name=
            # not the test itself and its subshells
            case $name in rowcall | postgres | pg_ctl) printf '%s\n' "$number" ;; esac
            ;;
        esac
    done
}
