#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: lint_names.sh [ROOT]
# The engine knows no entity: no name of an authored message or enum, in CamelCase or snake_case and
# whatever its case, occurs in src or include. Names of a single word are ordinary English and are left alone.
set -eu
cd "${1:-.}"
names=$(find proto \( -path proto/api -o -path proto/rowcall \) -prune -o -name '*.proto' -exec \
    sed -nE 's/^(message|enum) ([A-Za-z0-9]+).*/\2/p' {} + 2>/dev/null |
    grep -E '^[A-Z][a-z0-9]+[A-Z]' | LC_ALL=C sort -u) || names=
[ -n "$names" ] || exit 0
snake=$(printf '%s\n' "$names" | sed -E 's/([a-z0-9])([A-Z])/\1_\2/g' | tr '[:upper:]' '[:lower:]')
if printf '%s\n%s\n' "$names" "$snake" | grep -rniFf - src include; then
    exit 1
fi
