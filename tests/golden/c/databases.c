// SPDX-License-Identifier: Apache-2.0
//
// The same with the stubs of this repository: HANDLE is bibikos or, which must not compile,
// core.
#include <bibikos.h>
#include <core.h>

#define JOIN(a, b)     a##b
#define HANDLE_TYPE(h) JOIN(h, _db)

rowcall_status count(HANDLE_TYPE(HANDLE) db, bibikos_gym_member_count_response **ret,
                     rowcall_error *err);

rowcall_status count(HANDLE_TYPE(HANDLE) db, bibikos_gym_member_count_response **ret,
                     rowcall_error *err)
{
    return bibikos_gym_member_count(db, bibikos_gym_member_count_request(), ret, err);
}

// Both reach the shared scope.
void share(core_db core, bibikos_db bibikos, shared_db ret_both[2]);

void share(core_db core, bibikos_db bibikos, shared_db ret_both[2])
{
    ret_both[0] = core_as_shared(core);
    ret_both[1] = bibikos_as_shared(bibikos);
}
