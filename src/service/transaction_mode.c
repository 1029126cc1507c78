// SPDX-License-Identifier: Apache-2.0
//
// All the BEGINs there are.
#include "service/transaction_mode.h"

bool rc_transaction_mode_is_set(const struct rc_transaction_mode *mode)
{
    return mode->isolation != RC_ISOLATION_DEFAULT || mode->read_only;
}

const char *rc_transaction_mode_sql(const struct rc_transaction_mode *mode)
{
    static const char *const texts[][2] = {
        [RC_ISOLATION_DEFAULT] = {"begin", "begin read only"},
        [RC_ISOLATION_READ_COMMITTED] = {"begin isolation level read committed",
                                         "begin isolation level read committed read only"},
        [RC_ISOLATION_REPEATABLE_READ] = {"begin isolation level repeatable read",
                                          "begin isolation level repeatable read read only"},
        [RC_ISOLATION_SERIALIZABLE] = {"begin isolation level serializable",
                                       "begin isolation level serializable read only"},
    };
    return texts[mode->isolation][mode->read_only];
}
