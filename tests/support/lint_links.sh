#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: lint_links.sh [ROOT]
# Every relative link of a Markdown page leads to a file of the tree.
set -eu
cd "${1:-.}"
find . \( -name build -o -name .git -o -name node_modules -o -name .rowcall \) -prune -o -name '*.md' -print |
    LC_ALL=C sort | {
    broken=0
    while IFS= read -r page; do
        for target in $(grep -oE '\]\([^) ]+\)' "$page" | sed -E 's/^\]\(//; s/\)$//; s/#.*//'); do
            case $target in
            *://* | mailto:*) continue ;;
            esac
            if [ ! -e "$(dirname "$page")/$target" ]; then
                printf '%s: broken link to %s\n' "$page" "$target"
                broken=1
            fi
        done
    done
    exit $broken
}
