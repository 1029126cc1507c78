// SPDX-License-Identifier: Apache-2.0
//
// Names of statuses, made from the one table in rowcall/status.h. Static storage, thread-safe.
#include "rowcall/status.h"

const char *rowcall_status_name(rowcall_status status)
{
    switch (status) {
#define STATUS_NAME(name, number, text)                                                        \
    case ROWCALL_##name:                                                                       \
        return #name;
        ROWCALL_STATUS_MAP(STATUS_NAME)
#undef STATUS_NAME
    }
    return "UNKNOWN";
}
