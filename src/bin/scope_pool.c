// SPDX-License-Identifier: Apache-2.0
//
// Schema to tables, tables to descriptors, descriptors to a pool.
#include "bin/scope_pool.h"

#include "api/descriptor.h"

rowcall_status rc_scope_pool(const struct rc_scope *scope, struct rc_pool **ret_pool,
                             rowcall_error *err)
{
    struct rc_api *api = NULL;
    struct rc_buf set = {0};
    rowcall_status st = rc_api_new(scope, &api, err);
    st = st ? st : rc_api_descriptor_set(api, &set, err);
    st = st ? st : rc_pool_new(rc_buf_view(&set), ret_pool, err);
    rc_buf_fini(&set);
    rc_api_free(api);
    return st;
}
