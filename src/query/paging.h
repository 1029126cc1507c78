// SPDX-License-Identifier: Apache-2.0
//
// Which page of its answer a Stream asks for. Like `required` it is no part of a shape: the
// statement is the same whatever is said here.
#ifndef RC_QUERY_PAGING_H
#define RC_QUERY_PAGING_H

#include "base/view.h"

#include <stdbool.h>
#include <stdint.h>

// Zero: nothing was said.
struct rc_paging {
    uint32_t size;        // most records
    uint32_t bytes;       // most bytes of records
    struct rc_view token; // the request's bytes
    bool close;
};

#endif
