#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: lint_heads.sh [ROOT]
# Every C file but the expected output of generators opens with its licence, and behind an empty comment line says what it is for.
set -eu
cd "${1:-.}"
find src include clients/c tests \( -name build -o -path 'tests/golden/*/expected' \) -prune -o \( -name '*.c' -o -name '*.h' \) -print |
    LC_ALL=C sort | xargs -r awk '
FNR == 1 && $0 != "// SPDX-License-Identifier: Apache-2.0" { offend("no SPDX line") }
FNR == 2 && $0 != "//" { offend("no empty comment line behind the licence") }
FNR == 3 && $0 !~ /^\/\/ [^ ]/ { offend("does not say what the file is for") }
FNR == 3 { nextfile }
function offend(text) {
    printf "%s:%d: %s\n", FILENAME, FNR, text
    offences++
}
END { exit offences > 0 }
'
