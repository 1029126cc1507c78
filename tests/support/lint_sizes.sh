#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: lint_sizes.sh [ROOT]
# Files of at most 600 lines (tests: 800), functions of at most 80. A function is what stands between a brace in the
# first column and the next closing one, which clang-format guarantees.
set -eu
cd "${1:-.}"
find src include clients/c tests -name build -prune -o \( -name '*.c' -o -name '*.h' \) -print |
    LC_ALL=C sort | xargs -r awk '
FNR == 1 {
    start = 0
    limit = FILENAME ~ /^tests\// ? 800 : 600
}
FNR == limit + 1 { offend(FNR, "file of more than " limit " lines") }
$0 == "{" { start = FNR }
$0 == "}" && start > 0 {
    if (FNR - start > 80)
        offend(start, "function of " (FNR - start) " lines")
    start = 0
}
function offend(line, text) {
    printf "%s:%d: %s\n", FILENAME, line, text
    offences++
}
END { exit offences > 0 }
'
