// SPDX-License-Identifier: Apache-2.0
//
// What kind of transaction is begun: its isolation, and whether it may write.
#ifndef RC_SERVICE_TRANSACTION_MODE_H
#define RC_SERVICE_TRANSACTION_MODE_H

#include "service/contract.h"

struct rc_transaction_mode {
    enum rc_isolation isolation;
    bool read_only;
};

// Whether it is any other than the one that every statement has for itself.
bool rc_transaction_mode_is_set(const struct rc_transaction_mode *mode);

// The statement that begins it; static storage.
const char *rc_transaction_mode_sql(const struct rc_transaction_mode *mode);

#endif
