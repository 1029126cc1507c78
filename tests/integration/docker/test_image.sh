#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_image.sh ROWCALL SOURCE_DIR
# The image without an engine. Its root is made as docker/Dockerfile says: the program, the libraries of the packages it
# names and of those they depend on, the compiled schema and the migrations; nothing else. In it, by chroot and as the
# Dockerfile's user, run the job and the server as the image and the compose file start them, against a PostgreSQL whose socket is
# in that root. Without root's rights the same commands run outside of it.
set -eu
rowcall=$1 source=$2
here=$source/tests/integration/docker
work=$(mktemp -d "${TMPDIR:-/tmp}/rowcall-image.XXXXXX")
chmod 755 "$work"
root=$work/root
server=
job=
finish() {
    status=$?
    trap - EXIT INT TERM
    for process in $server $job; do
        kill "$process" 2>/dev/null && wait "$process" || true
    done
    "$rowcall" cluster stop "$root/pg" >/dev/null 2>&1 || true
    rm -rf "$work"
    exit $status
}
trap finish EXIT
trap 'exit 130' INT TERM
fail() {
    printf 'FAILED: %s\n' "$*"
    for file in out serve.log job.log; do
        [ ! -s "$work/$file" ] || { printf -- '--- %s\n' "$file"; tail -n 30 "$work/$file"; }
    done
    exit 1
}
has() { grep -qF -- "$2" "$work/$1" || fail "$1 does not have: $2"; }
dockerfile() { python3 "$here/dockerfile.py" "$source/docker/Dockerfile" "$@"; }

# ---- packages: those named, and what they depend on, have every library that the program loads

# closure PACKAGE...: they and all they depend on, as installed here.
closure() {
    todo=$*
    done=' '
    while [ -n "$todo" ]; do
        # shellcheck disable=SC2086 # words
        set -- $todo
        todo=
        for package in "$@"; do
            case $done in *" $package "*) continue ;; esac
            depends=$(dpkg-query -W -f '${db:Status-Status}|${Pre-Depends},${Depends}' "$package" 2>/dev/null) || continue
            [ "${depends%%|*}" = installed ] || continue
            done="$done$package "
            todo="$todo $(printf '%s' "${depends#*|}" | tr ',|' '\n\n' | sed 's/([^)]*)//; s/:any//; s/ //g')"
        done
    done
    printf '%s\n' $done
}
# shellcheck disable=SC2046 # words
packages=$(closure $(dockerfile arg RUNTIME_PACKAGES) libc6)
for package in $(dockerfile arg RUNTIME_PACKAGES); do
    printf '%s\n' "$packages" | grep -qx "$package" || fail "there is no package $package"
done
for package in $(dockerfile arg BUILD_PACKAGES); do
    sed -n '/^PACKAGES=/,/"$/p' "$source/run" | tr ' "' '\n\n' | grep -qx "$package" ||
        fail "the image is built with $package, which ./run setup does not install"
done
printf '%s\n' "$packages" | xargs dpkg-query -L | LC_ALL=C sort -u >"$work/files"
libraries=$(ldd "$rowcall" | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) .*/\1/p')
for library in $libraries; do
    # /lib is a link to /usr/lib; packages say either.
    grep -qxF -e "$library" -e "$(readlink -f "$library")" -e "/lib${library#/usr/lib}" -e "/usr$library" "$work/files" ||
        fail "$library is in no package of the image"
done

# ---- the root

install -D "$rowcall" "$root/usr/local/bin/rowcall"
for library in $libraries; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
done
workdir=$(dockerfile workdir)
mkdir -p "$root$workdir" "$root/tmp" "$root/pg" "$root/etc"
python3 "$here/dockerfile.py" "$source/docker/Dockerfile" run 3 | grep -qF 'useradd --system --uid 10001 --user-group' ||
    fail 'the Dockerfile makes another user than this test'
echo 'rowcall:x:10001:10001::/nonexistent:/usr/sbin/nologin' >"$root/etc/passwd"
(cd "$source" && "$rowcall" generate --check && "$rowcall" generate --no-c --out "$root$workdir/build/generated") >"$work/out" 2>&1 ||
    fail 'cannot compile the schema'
cp -R "$source/migrations" "$root$workdir/migrations"
user=$(dockerfile user)
case $user in
0* | root*) fail 'the image runs as root' ;;
esac
[ "$(dockerfile entrypoint)" = rowcall ] || fail 'the entry point is not the program'
if [ "$(id -u)" -eq 0 ]; then
    chown -R root:root "$root/usr" "$root/srv"
    pg=/pg
    inside() { exec python3 "$here/in_root.py" "$root" "$workdir" "$user" "$@"; }
else
    pg=$root/pg
    inside() { cd "$root$workdir" && PATH=$root/usr/local/bin:$PATH && exec "$@"; }
fi
unset ROWCALL_TOKEN ROWCALL_ON_DRIFT DIRECT_DATABASE_URL DIRECT_BIBIKOS_DATABASE_URL
DATABASE_URL="postgresql:///core?host=$pg&user=postgres"
BIBIKOS_DATABASE_URL="postgresql:///bibikos?host=$pg&user=postgres"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
ROWCALL_URL=$(dockerfile env ROWCALL_URL | sed "s/:7000/:$port/")
export DATABASE_URL BIBIKOS_DATABASE_URL ROWCALL_URL

# expect CODE WORDS...: a container's command; what it says is in out.
expect() {
    want=$1
    shift
    got=0
    (inside rowcall "$@") >"$work/out" 2>&1 </dev/null || got=$?
    [ "$got" -eq "$want" ] || fail "rowcall $*: exit code $got, not $want"
}
# runs_as PROCESS: whose it is.
runs_as() {
    [ "$(id -u)" -ne 0 ] || [ "$(awk '/^Uid:/ { print $2 ":" $3 ":" $4 }' "/proc/$1/status")" = "${user%:*}:${user%:*}:${user%:*}" ] ||
        fail "process $1 does not run as $user"
}

# soon WHAT CONDITION...: until it holds, for a minute at most.
soon() {
    what=$1
    shift
    end=$(($(date +%s) + 60))
    until "$@"; do
        [ "$(date +%s)" -lt $end ] || fail "not in a minute: $what"
        sleep 0.1
    done
}
waits() { kill -0 "$job" 2>/dev/null || fail 'the job has ended'; grep -q 'waiting for the database' "$work/job.log" 2>/dev/null; }
# health_is CODE: what the image's health check gives.
health_is() {
    got=0
    # shellcheck disable=SC2046 # words
    (inside $(dockerfile healthcheck)) >"$work/out" 2>&1 || got=$?
    kill -0 "$server" 2>/dev/null || fail 'the server has ended'
    [ $got -eq "$1" ]
}

expect 0 --version

# ---- the job: waits for PostgreSQL, deploys, and is content the next time

expect 3 migrate deploy --all --wait 1
has out 'waiting for the database: '
has out 'P1001'
DATABASE_URL= expect 2 migrate deploy --db core --wait 1
has out 'set DATABASE_URL'
job_words=$(python3 "$here/compose.py" "$source/docker/compose.yaml" command migrate)
# shellcheck disable=SC2086 # words
(inside rowcall $job_words) >"$work/job.log" 2>&1 </dev/null &
job=$!
soon 'the job waits' waits
runs_as "$job"
"$rowcall" cluster start "$root/pg" --fast >"$work/out" 2>&1 || fail 'no PostgreSQL'
chmod 711 "$root/pg" && chmod 777 "$root/pg/.s.PGSQL.5432" # for the user of the image
code=0
wait "$job" || code=$?
job=
[ $code -eq 0 ] || fail "the job ended with $code"
for part in 'created database core' 'created database bibikos' 'applied '; do has job.log "$part"; done
# shellcheck disable=SC2086
expect 0 $job_words
has out 'nothing to apply'
expect 0 migrate deploy --db core --wait 5
expect 0 migrate status --all
# A job that is told to stop while it waits ends.
rm "$work/job.log"
(DATABASE_URL="postgresql:///core?host=/nowhere" && inside rowcall migrate deploy --db core --wait 600) >"$work/job.log" 2>&1 &
job=$!
soon 'the job waits' waits
kill "$job"
code=0
wait "$job" || code=$?
job=
[ $code -eq 130 ] || fail "the stopped job ended with $code"
has job.log 'stopped while waiting'
# A migration that fails is the job's failure.
mkdir "$root$workdir/migrations/core/29990101000000_wrong"
echo 'select * from missing;' >"$root$workdir/migrations/core/29990101000000_wrong/migration.sql"
expect 1 migrate deploy --all --wait 5
has out 'P3018'
has out 'bibikos (migrations/bibikos)'
expect 1 migrate deploy --all --wait 5
has out 'P3009'
rm -r "$root$workdir/migrations/core/29990101000000_wrong"

# ---- the server: the image's command, with a port of the test's own

# shellcheck disable=SC2046 # words
set -- $(dockerfile cmd | sed "s/0\.0\.0\.0:7000/127.0.0.1:$port/")
[ "$1" = serve ] || fail 'the image does not serve'
(ROWCALL_ON_DRIFT=refuse && export ROWCALL_ON_DRIFT && inside rowcall "$@") >"$work/serve.log" 2>&1 </dev/null &
server=$!
[ "$(dockerfile healthcheck | head -n 1)" = rowcall ] || fail 'the health check is another program'
soon 'the server is healthy' health_is 0
has out 'core: ready'
has out 'bibikos: ready'
runs_as "$server"
has serve.log '"event":"ready"'
expect 0 call core AuthUser/Create --compact '{"data": {"username": "ada", "email": "ada@example.com"}, "select": {"username": true}}'
has out '{"row":{"username":"ada"}}'
expect 0 health bibikos
expect 2 health shop
has out 'no database "shop" is served here'
"$rowcall" cluster stop "$root/pg" >"$work/out" 2>&1 || fail 'PostgreSQL does not stop'
soon 'the server is not healthy without PostgreSQL' health_is 1
has out 'core: not ready: '
expect 0 health --live
kill "$server" # as the engine stops a container
code=0
wait "$server" || code=$?
server=
[ $code -eq 0 ] || fail "the server ended with $code"
has serve.log '"event":"stopping"'
expect 3 health
[ -z "$(find "$root/tmp" "$root/srv" -newer "$work/files" -user "${user%:*}")" ] || fail 'it wrote into its root'
printf 'all is well\n'
