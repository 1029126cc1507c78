#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_lints.sh SUPPORT_FOLDER
# That the lints find what they are for: a small tree is good, then gets one fault at a time, and the lint must fail
# and name it.
set -eu
support=$1
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failed=0

head_lines='// SPDX-License-Identifier: Apache-2.0
//
// A file of the fixture.'

# put PATH LINE...: a file with a proper head.
put() {
    path=$tree/$1
    shift
    mkdir -p "$(dirname "$path")"
    { printf '%s\n' "$head_lines" && printf '%s\n' "$@"; } >"$path"
}

fresh() {
    rm -rf "$tree"
    mkdir -p "$tree/tests/support" "$tree/include/rowcall" "$tree/clients/c" "$tree/proto/core"
    cp "$support/layers.txt" "$tree/tests/support/"
    put src/base/buf.c '#include "base/buf.h"' '#include <stdio.h>'
    put src/wire/reader.c '#include "wire/reader.h"' '#include "base/buf.h"' '#include "rowcall/error.h"'
    put src/pg/conn.c '#include <libpq-fe.h>'
    put src/transport/server.c '#include <nng/nng.h>'
    put tests/unit/wire/test_reader.c '#include "support/check.h"' '#include "wire/reader.h"'
    put clients/c/client.c '#include "transport/dialer.h"'
    put proto/core/product.proto 'message ProductPrice {' '}'
    printf '[base](src/base/buf.c) [web](https://example.com)\n' >"$tree/README.md"
    put src/service/errors.c 'const char *reason = "P2002";'
    printf '| P2002 |\n' >"$tree/src/service/ERRORS.md"
}

passes() {
    if ! out=$(sh "$support/$1" "$tree" 2>&1); then
        printf 'FAIL: %s refuses a good tree: %s\n' "$1" "$out"
        failed=1
    fi
}

# refuses LINT TEXT: the lint fails and says TEXT.
refuses() {
    if out=$(sh "$support/$1" "$tree" 2>&1); then
        printf 'FAIL: %s accepts a tree where it should say: %s\n' "$1" "$2"
        failed=1
    fi
    case $out in
    *"$2"*) ;;
    *)
        printf 'FAIL: %s should say: %s\n  but said: %s\n' "$1" "$2" "$out"
        failed=1
        ;;
    esac
    fresh
}

fresh
for lint in "$support"/lint_*.sh; do
    passes "${lint##*/}"
done

put src/base/log.c '#include "wire/reader.h"'
refuses lint_layering.sh 'src/base/log.c:4: base must not include wire'
put src/service/call.c '#include "transport/server.h"'
refuses lint_layering.sh 'src/service/call.c:4: service must not include transport'
put src/query/plan.c '#  include "query/plan.h"' '#include <libpq-fe.h>'
refuses lint_layering.sh 'src/query/plan.c:5: query must not include libpq'
put src/service/call.h '#include <nng/nng.h>'
refuses lint_layering.sh 'src/service/call.h:4: service must not include nng'
put src/pg/json.c '#include <jansson.h>'
refuses lint_layering.sh 'src/pg/json.c:4: pg must not include jansson'
put src/wire/c.c '#include <protobuf-c/protobuf-c.h>'
refuses lint_layering.sh 'src/wire/c.c:4: wire must not include protobuf-c'
put clients/c/stub.c '#include "schema/schema.h"'
refuses lint_layering.sh 'clients/c/stub.c:4: client must not include schema'
put tests/unit/wire/test_writer.c '#include "pg/pool.h"'
refuses lint_layering.sh 'tests/unit/wire/test_writer.c:4: wire must not include pg'
put src/wire/up.c '#include "../pg/pool.h"'
refuses lint_layering.sh 'src/wire/up.c:4: wire must not climb'
put src/novel/a.c ''
refuses lint_layering.sh 'module novel is not in tests/support/layers.txt'

put src/base/bad.c 'void f(char *a) {' '    sprintf(a, "x");' '}'
refuses lint_banned.sh 'src/base/bad.c:5'
printf 'int a;\n' >"$tree/src/base/bad.c"
refuses lint_heads.sh 'src/base/bad.c:1: no SPDX line'
put src/base/bad.c 'x'
sed -i '3d' "$tree/src/base/bad.c"
refuses lint_heads.sh 'src/base/bad.c:3: does not say'
put src/base/bad.c 'void f(void)' '{' "$(yes '    g();' | head -n 81)" '}'
refuses lint_sizes.sh 'src/base/bad.c:5: function of 82 lines'
put src/base/bad.c "$(yes '// line' | head -n 600)"
refuses lint_sizes.sh 'src/base/bad.c:601: file of more than 600 lines'
put src/base/bad.c '// knows product_price by name'
refuses lint_names.sh 'src/base/bad.c:4'
put src/base/bad.c '// knows ProductPrice by name'
refuses lint_names.sh 'src/base/bad.c:4'
printf '[gone](src/gone.c)\n' >"$tree/README.md"
refuses lint_links.sh './README.md: broken link to src/gone.c'
put src/base/bad.c 'const char *reason = "P2003";'
refuses lint_codes.sh 'src/base/bad.c:4:"P2003": not in'
printf '| P2002 |\n| P2004 |\n' >"$tree/src/service/ERRORS.md"
refuses lint_codes.sh 'P2004 occurs nowhere in src'

[ "$failed" -eq 0 ] && echo 'all lints find what they are for'
exit "$failed"
