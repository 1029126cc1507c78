#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: lint_codes.sh [ROOT]
# Every code of an error ("P2002") that occurs in src is explained in src/service/ERRORS.md, and every code that has
# a row there occurs in src.
set -eu
cd "${1:-.}"
page=src/service/ERRORS.md
[ -f "$page" ] || exit 0
unknown=$(grep -rnoE '"P[0-9]{4}"' src --include='*.[ch]' | while IFS= read -r hit; do
    code=${hit##*:}
    code=${code#\"}
    grep -q "${code%\"}" "$page" || printf '%s: not in %s\n' "$hit" "$page"
done)
unused=$(sed -nE 's/^\| (P[0-9]{4}) .*/\1/p' "$page" | while IFS= read -r code; do
    grep -rqF "\"$code\"" src --include='*.[ch]' || printf '%s: %s occurs nowhere in src\n' "$page" "$code"
done)
[ -z "$unknown$unused" ] || {
    printf '%s\n' "$unknown" "$unused"
    exit 1
}
