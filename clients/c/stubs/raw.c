// SPDX-License-Identifier: Apache-2.0
//
// The methods of Raw, which are no entity's, so nothing generates them.
#include "rowcall/sql.h"

#include <rowcall/raw.pb-c.h>

const rowcall_method rowcall_raw_query = {"Raw/Query", &rowcall__raw_query_request__descriptor,
                                          &rowcall__raw_query_response__descriptor};
const rowcall_method rowcall_raw_execute = {"Raw/Execute",
                                            &rowcall__raw_execute_request__descriptor,
                                            &rowcall__raw_execute_response__descriptor};
