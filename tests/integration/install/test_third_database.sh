#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_third_database.sh CMAKE CC BUILD_DIR SOURCE_DIR
# A copy of this project gets a third database by `rowcall db add`, and then an entity of its own whose relation has an
# inverse on a shared entity. It is generated, migrated and served with the other two, which stay as they were, and called by a
# C program through its stubs. ROWCALL_TEST_PG is the PostgreSQL.
set -eu
cmake=$1 cc=$2 build=$3 source=$4
here=$source/tests/integration/install
work=$(mktemp -d "${TMPDIR:-/tmp}/rowcall-third.XXXXXX")
server=
of_postgres() { printf '%s\n' "$ROWCALL_TEST_PG" | sed "s|///postgres|///third_$$_$1|"; }
finish() {
    status=$?
    trap - EXIT INT TERM
    [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server"; } || true
    for database in core bibikos library; do
        psql -q -d "$ROWCALL_TEST_PG" -c "drop database if exists third_$$_$database with (force)" >/dev/null 2>&1 || true
    done
    rm -rf "$work"
    exit $status
}
trap finish EXIT
trap 'exit 130' INT TERM
fail() {
    printf 'FAILED: %s\n' "$*"
    for file in log serve.log; do
        [ ! -s "$work/$file" ] || { printf -- '--- %s\n' "$file"; tail -n 40 "$work/$file"; }
    done
    exit 1
}
# run ARGUMENTS...: rowcall, which must succeed; what it said is in log.
run() { rowcall "$@" >"$work/log" 2>&1 || fail "rowcall $* ended with $?"; }
said() { grep -qF -- "$1" "$work/log" || fail "did not say: $1"; }

"$cmake" --install "$build" --prefix "$work/installed" >"$work/log" 2>&1 || fail 'cannot install'
PATH=$work/installed/bin:$PATH
ROWCALL_URL=ipc://$work/server
DATABASE_URL=$(of_postgres core)
BIBIKOS_DATABASE_URL=$(of_postgres bibikos)
LIBRARY_DATABASE_URL=$(of_postgres library)
export PATH ROWCALL_URL DATABASE_URL BIBIKOS_DATABASE_URL LIBRARY_DATABASE_URL
unset ROWCALL_TOKEN

# ---- one command, and its own entity

(cd "$source" && tar -cf - --exclude=./build --exclude=./.git --exclude=./.rowcall --exclude=node_modules .) |
    (mkdir "$work/copy" && cd "$work/copy" && tar -xf -)
cd "$work/copy"
run db add library
said 'migrations/library/'
for file in .env.example docker/compose.yaml; do
    [ ! -e "$file" ] || [ "$(grep -c LIBRARY_DATABASE_URL "$file")" -eq 1 ] || fail "$file"
done
cat >proto/library/loan.proto <<'END'
// What a person has borrowed.
syntax = "proto3";

package schema.library;

import "rowcall/schema.proto";
import "shared/auth.proto";

message Loan {
  option (rowcall.table) = {name: "loans"};

  int32 id = 1 [(rowcall.column) = {id: true autoincrement: true}];
  int32 reader_id = 2;
  string title = 3;
  schema.shared.AuthUser reader = 101 [(rowcall.relation) = {
    fields: "reader_id" on_delete: CASCADE inverse: {name: "loans" number: 301}
  }];
}
END
sed -i 's|^import public "shared/auth.proto";|import public "library/loan.proto";\n&|' proto/library/database.proto
run check
run generate
run migrate create --db library --name loans
[ "$(cat migrations/library/*_loans/migration.sql)" = '-- CreateTable
CREATE TABLE "loans" (
    "id" SERIAL NOT NULL,
    "reader_id" INTEGER NOT NULL,
    "title" TEXT NOT NULL,

    CONSTRAINT "loans_pkey" PRIMARY KEY ("id")
);

-- AddForeignKey
ALTER TABLE "loans" ADD CONSTRAINT "loans_reader_id_fkey" FOREIGN KEY ("reader_id") REFERENCES "auth_users"("id") ON DELETE CASCADE ON UPDATE CASCADE;' ] ||
    fail "the migration is: $(cat migrations/library/*_loans/migration.sql)"

# The inverse is the third database's alone: what the others offer has not changed by a byte.
grep -q '  repeated Loan loans = 301;' proto/api/library/model.proto || fail 'no inverse in the new database'
for scope in shared core bibikos; do
    diff -r "$source/proto/api/$scope" "proto/api/$scope" >"$work/log" || fail "the API of $scope has changed"
done
for database in core bibikos; do
    diff -r "$source/migrations/$database" "migrations/$database" >"$work/log" || fail "migrations of $database"
done

# ---- deployed and served, all three

run migrate deploy --all
run check --all --strict
[ "$(sed -n 's/.*shared part \([0-9a-f]*\).*/\1/p' "$work/log" | sort | uniq -c | awk '{print $1}')" = 3 ] ||
    fail 'the shared part is not the same in three databases'
said 'shared: the same in all 3 databases'
psql -q -d "$LIBRARY_DATABASE_URL" -c 'alter table roles alter column name type varchar(9)'
! rowcall check --all >"$work/log" 2>&1 || fail 'check does not see that a database differs'
said 'library: table roles: column name: type is character varying(9), the schema says text'
said 'shared: the databases differ from each other: bibikos '
said 'shared: table roles: column name: type is text in bibikos, character varying(9) in library'
! rowcall check --all --json >"$work/log" 2>&1 || fail 'check --json does not see that a database differs'
[ "$(python3 -c 'import json, sys; print([d["database"] + " " + d["name"] for d in json.load(sys.stdin)])' <"$work/log")" = \
    "['library name', 'shared name']" ] || fail 'check --json'
psql -q -d "$LIBRARY_DATABASE_URL" -c 'alter table roles alter column name type text'
rowcall serve >"$work/serve.log" 2>&1 &
server=$!
tries=0
until rowcall call library Health/Check --compact >"$work/log" 2>/dev/null && grep -q '"ready":true' "$work/log"; do
    tries=$((tries + 1))
    [ $tries -lt 300 ] && kill -0 "$server" || fail 'the server did not become ready'
    sleep 0.1
done
for database in core bibikos library; do said "\"name\":\"$database\""; done

# ---- called

PKG_CONFIG_PATH=$(dirname "$(find "$work/installed" -name rowcall.pc)")
export PKG_CONFIG_PATH
# shellcheck disable=SC2046 # words
"$cc" -std=c11 -Wall -Wextra -Werror -Ibuild/generated/c -o "$work/borrow_book" "$here/borrow_book.c" \
    build/generated/c/library/*.c $(pkg-config --cflags --libs rowcall-shared) >"$work/log" 2>&1 ||
    fail 'the stubs of the new database do not compile'
"$work/borrow_book" >"$work/log" 2>&1 || fail "the program ended with $?"
[ "$(cat "$work/log")" = 'ada@example.com: Persuasion, by ada
ada@example.com: Emma, by ada' ] || fail 'not what was borrowed'
run call library Loan/Count --compact
said '{"count":"2"}'
run call library AuthUser/FindMany --compact '{"where": {"loans": {"some": {"title": {"equals": "Emma"}}}}, "select": {"username": true, "counts": {"loans": {}}}}'
said '{"rows":[{"username":"ada","counts":{"loans":"2"}}]}'
for database in core bibikos; do
    status=0
    rowcall call $database AuthUser/FindMany '{"select": {"loans": {}}}' >"$work/log" 2>&1 || status=$?
    [ $status -eq 2 ] || fail "$database: exit code $status"
    said 'select.loans: no such field in AuthUserSelect'
    run call $database AuthUser/Count --compact
    said '{"count":"0"}'
done
kill "$server"
wait "$server" || fail "the server ended with $?"
server=

# ---- and the build of the copy makes stubs of it by itself

"$cmake" -S . -B "$work/build" -DCMAKE_C_COMPILER="$cc" -DROWCALL_TESTS=OFF >"$work/log" 2>&1 || fail 'cannot configure the copy'
"$cmake" --build "$work/build" --target help >"$work/log" 2>&1 || fail 'cannot list what the copy builds'
said rowcall-library
printf 'all is well\n'
