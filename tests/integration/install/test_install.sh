#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_install.sh CMAKE CC BUILD_DIR SOURCE_DIR
# Installs into a folder, moves that folder, and builds programs that know nothing of this repository against it: by
# pkg-config, by find_package, and with stubs of an API of their own. Each must run as far as finding no server.
set -eu
cmake=$1 cc=$2 build=$3 source=$4
here=$source/tests/integration/install
work=$(mktemp -d "${TMPDIR:-/tmp}/rowcall-install.XXXXXX")
trap 'rm -rf "$work"' EXIT
fail() { printf 'test_install: %s\n' "$*" >&2; exit 1; }

# expect_unavailable PROGRAM: exit code 14 and a line that says why.
expect_unavailable() {
    status=0
    said=$(ROWCALL_URL="ipc://$work/nobody" "$1" 2>&1) || status=$?
    [ $status -eq 14 ] || fail "$1 exited with $status: $said"
    case $said in
    *UNAVAILABLE*"$work/nobody"*"not executed"*) ;;
    *) fail "$1 said: $said" ;;
    esac
}

"$cmake" --install "$build" --prefix "$work/first" >"$work/install.log" || fail "cannot install: $(cat "$work/install.log")"
mv "$work/first" "$work/moved"
for tool in rowcall protoc-gen-rowcall; do
    [ -x "$work/moved/bin/$tool" ] || fail "no $tool is installed"
done
if grep -rlI -e "$build" -e "$source" -e "$work/first" "$work/moved/lib" "$work/moved/include"; then
    fail 'the files above name folders of the build'
fi

# A library's .pc brings the libraries beneath it, in an order that a single-pass linker resolves.
PKG_CONFIG_PATH=$(dirname "$(find "$work/moved" -name rowcall.pc)")
export PKG_CONFIG_PATH
# shellcheck disable=SC2046 # words
"$cc" -std=c11 -Wall -Wextra -Wpedantic -Werror -o "$work/by_pkgconfig" "$here/find_user.c" \
    $(pkg-config --cflags --libs rowcall-core)
expect_unavailable "$work/by_pkgconfig"
if command -v c++ >/dev/null; then
    # shellcheck disable=SC2046
    c++ -std=c++17 -Wall -Wextra -Wpedantic -Werror -o "$work/from_cpp" "$here/find_user.cc" \
        $(pkg-config --cflags --libs rowcall-core)
    expect_unavailable "$work/from_cpp"
fi
for library in rowcall rowcall-timestamp rowcall-query rowcall-shared rowcall-core rowcall-bibikos; do
    pkg-config --exists --print-errors "$library"
done

mkdir "$work/outside"
cp "$here/find_user.c" "$here/find_tea.c" "$work/outside"
cp "$here/outside.cmake" "$work/outside/CMakeLists.txt"
cp -r "$source/tests/golden/c/proto" "$work/outside"
{
    "$cmake" -S "$work/outside" -B "$work/outside/build" -DCMAKE_PREFIX_PATH="$work/moved" -DCMAKE_C_COMPILER="$cc"
    "$cmake" --build "$work/outside/build" -j 2
} >"$work/cmake.log" 2>&1 || fail "the outside project does not build: $(tail -n 40 "$work/cmake.log")"
expect_unavailable "$work/outside/build/find_user"
expect_unavailable "$work/outside/build/find_tea"

# A project from nothing: the engine's contracts come from what was installed.
mkdir "$work/project"
cd "$work/project"
for command in 'db add shop --entity Tea' check 'generate --no-c'; do
    # shellcheck disable=SC2086 # words
    "$work/moved/bin/rowcall" $command >"$work/log" 2>&1 || fail "rowcall $command: $(cat "$work/log")"
done
cmp proto/rowcall/schema.proto "$source/proto/rowcall/schema.proto"
[ -s proto/api/shop/tea.proto ] || fail 'no API of a new database'
