// SPDX-License-Identifier: Apache-2.0
//
// Whether programs that were built with one set of descriptors can go on talking to those built
// with another: what goes, or means something else on the wire.
#ifndef RC_JSON_COMPATIBILITY_H
#define RC_JSON_COMPATIBILITY_H

#include "json/pool.h"

// wire: bytes are refused or misread; else only JSON and sources are, which go by names.
// text: "field price (number 3) of ProductWhere is gone"; borrowed for the call.
typedef void (*rc_incompatibility_fn)(void *context, bool wire, const char *text);

// Tells what a program of `before` can no longer do with one of `after`, in this package. A
// field that several messages of one file have is told once. What is new is no incompatibility.
void rc_pool_compare(const struct rc_pool *before, const struct rc_pool *after,
                     const char *package, rc_incompatibility_fn report, void *context);

#endif
