#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: lint_banned.sh [ROOT]
# C functions that overrun, keep hidden state or hide errors must not be called. Prints file:line of every call.
set -eu
cd "${1:-.}"
if grep -rnE --include='*.c' --include='*.h' \
    '(^|[^A-Za-z0-9_])(v?sprintf|strcpy|strcat|strncat|strtok|gets|atoi|atol|alloca) ?\(' \
    src include clients/c tests; then
    exit 1
fi
