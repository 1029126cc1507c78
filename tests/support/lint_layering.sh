#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: lint_layering.sh [ROOT]
# Checks every #include of src/*/, clients/c and tests/unit/*/ against tests/support/layers.txt, and that each
# outside library is included only by the modules it belongs to. Prints file:line of every offence.
set -eu
cd "${1:-.}"

find src clients/c tests/unit -mindepth 1 \( -name examples -o -name build \) -prune -o \
    -type f \( -name '*.c' -o -name '*.h' \) -print 2>/dev/null | LC_ALL=C sort |
    xargs -r awk '
function module_of(path,   parts) {
    split(path, parts, "/")
    return parts[1] == "clients" ? "client" : parts[1] == "tests" ? parts[3] : parts[2]
}
function offend(text) {
    printf "%s:%d: %s\n", FILENAME, FNR, text
    offences++
}
function belongs(library, modules) {
    if (index(" " modules " ", " " module " ") == 0)
        offend(module " must not include " library " (" $0 "): it belongs to " modules)
}
BEGIN {
    while ((getline line < "tests/support/layers.txt") > 0) {
        if (line ~ /^#/ || line !~ /:/)
            continue
        name = line
        sub(/:.*/, "", name)
        sub(/^[^:]*:/, "", line)
        allowed[name] = " " line " "
    }
}
FNR == 1 {
    module = module_of(FILENAME)
    is_test = FILENAME ~ /^tests\//
    if (!(module in allowed))
        offend("module " module " is not in tests/support/layers.txt")
}
/^[ \t]*#[ \t]*include/ {
    if ($0 ~ /<libpq|<postgres_ext/)
        belongs("libpq", "pg")
    if ($0 ~ /<nng\//)
        belongs("nng", "transport")
    if ($0 ~ /<protobuf-c|\.pb-c\.h/)
        belongs("protobuf-c", "schema codegen client")
    if ($0 ~ /<jansson/)
        belongs("jansson", "json migrate bin")
    if ($0 ~ /<pg_query/)
        belongs("libpg-query", "migrate schema")
    if (!match($0, /"[^"]*"/))
        next
    target = substr($0, RSTART + 1, RLENGTH - 2)
    if (target !~ /\// || target ~ /^rowcall\//)
        next
    if (target ~ /\.\.\//) {
        offend(module " must not climb with " target)
        next
    }
    sub(/\/.*/, "", target)
    if (target == module || (is_test && target == "support"))
        next
    if (index(allowed[module], " " target " ") == 0)
        offend(module " must not include " target " (" $0 ")")
}
END { exit offences > 0 }
'
