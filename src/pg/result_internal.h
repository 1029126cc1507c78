// SPDX-License-Identifier: Apache-2.0
//
// A result is libpq's own, under our name; wrapping costs no allocation and nothing else needs
// to know. Private to the module.
#ifndef RC_PG_RESULT_INTERNAL_H
#define RC_PG_RESULT_INTERNAL_H

#include "pg/result.h"

#include <libpq-fe.h>

static inline struct rc_pg_result *rc_pg_result_wrap(PGresult *raw)
{
    return (struct rc_pg_result *)(void *)raw;
}

static inline PGresult *rc_pg_result_raw(const struct rc_pg_result *result)
{
    return (PGresult *)(uintptr_t)result; // libpq's readers take it non-const, and do not write
}

#endif
