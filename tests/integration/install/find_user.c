// SPDX-License-Identifier: Apache-2.0
//
// A program outside this repository: finds a user by e-mail with what was installed. Its exit
// code is the call's status.
#include <core.h>
#include <rowcall/rowcall.h>

int main(int argc, char **argv)
{
    core_db db;
    core_auth_user_find_unique_response *found = NULL;
    rowcall_error err = {0};
    const rowcall_client_options options = {.connect_timeout_ms = 50};
    rowcall_status st = core_open(&db, &options, &err);
    if (st == ROWCALL_OK) {
        const char *email = argc > 1 ? argv[1] : "ada@example.com";
        st = core_auth_user_find_unique(
            db, core_auth_user_find_unique_request(.key = core_auth_user_key_email(email)),
            &found, &err);
        core_close(db);
    }
    if (st != ROWCALL_OK) {
        rowcall_error_print(stderr, &err);
    } else if (found->row) {
        printf("%s\n", found->row->username);
    }
    rowcall_free(found);
    return (int)st;
}
