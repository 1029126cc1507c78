# SPDX-License-Identifier: Apache-2.0
#
# What the tests of imports share: an empty project with nothing but the engine's proto files, and a
# PostgreSQL of its own. Sourced with the arguments ROWCALL ENGINE_PROTO_DIR.
. "$(dirname "$0")/../cli/lib.sh"

make_empty_project() {
    mkdir -p "$project/proto" "$project/.rowcall"
    ln -s "$engine/rowcall" "$project/proto/rowcall"
    cd "$project"
}

# The URL of a new database in the project's PostgreSQL.
make_database() {
    "$rowcall" cluster start "$project/.rowcall/pg" --fast >/dev/null
    psql -qX "postgresql:///postgres?host=$project/.rowcall/pg&user=postgres" -c "create database $1"
    printf '%s' "postgresql:///$1?host=$project/.rowcall/pg&user=postgres"
}

# run_sql URL FILE
run_sql() {
    psql -qX -v ON_ERROR_STOP=1 "$1" -f "$2" >"$work/out" 2>"$work/err" || fail "psql refused $2"
}

# run_command URL SQL
run_command() {
    psql -qX -v ON_ERROR_STOP=1 "$1" -c "$2" >"$work/out" 2>"$work/err" || fail "psql refused $2"
}

# file_has FILE TEXT
file_has() {
    grep -qF -- "$2" "$1" || fail "$1 does not have: $2"
}

file_lacks() {
    ! grep -qF -- "$2" "$1" || fail "$1 has: $2"
}
