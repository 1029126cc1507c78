// SPDX-License-Identifier: Apache-2.0
//
// find_user.c from C++, which has no compound literals: messages are variables, filled by name.
#include <core.h>
#include <rowcall/rowcall.h>

int main()
{
    core_auth_user_key key = CORE__AUTH_USER_KEY__INIT;
    key.key_case = CORE__AUTH_USER_KEY__KEY_EMAIL;
    key.email = "ada@example.com";
    core_auth_user_find_unique_request request = CORE__AUTH_USER_FIND_UNIQUE_REQUEST__INIT;
    request.key = &key;

    core_db db = {};
    core_auth_user_find_unique_response *found = nullptr;
    rowcall_error err = {};
    rowcall_client_options options = {};
    options.connect_timeout_ms = 50;
    rowcall_status st = core_open(&db, &options, &err);
    if (st == ROWCALL_OK) {
        st = core_auth_user_find_unique(db, &request, &found, &err);
        core_close(db);
    }
    rowcall_error_print(stderr, &err);
    rowcall_free(found);
    return st;
}
