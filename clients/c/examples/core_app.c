// SPDX-License-Identifier: Apache-2.0
//
// An application on the database core: signs a person up, finds them again by e-mail, and has
// the notification library, which knows nothing of core, write to them. Run it as often as you
// like. The server is ROWCALL_URL's.
#include "notify.h"

#include <core.h>
#include <stdlib.h>

// The id of the person with this e-mail, who is created if there is none.
static rowcall_status sign_up(core_db db, const char *username, const char *email,
                              int32_t *ret_id, rowcall_error *err)
{
    core_auth_user_find_unique_response *found = NULL;
    rowcall_status st = core_auth_user_find_unique(
        db, core_auth_user_find_unique_request(.key = core_auth_user_key_email(email)), &found,
        err);
    if (st != ROWCALL_OK) {
        return st;
    }
    if (found->row) {
        *ret_id = found->row->id;
        rowcall_free(found);
        return ROWCALL_OK;
    }
    rowcall_free(found);
    core_auth_user_create_response *made = NULL;
    st = core_auth_user_create(
        db,
        core_auth_user_create_request(.data = core_auth_user_create_data(.username = username,
                                                                         .email = email,
                                                                         .timezone =
                                                                             "Europe/Vienna"),
                                      .select = core_auth_user_select(ROWCALL_SET(id, true))),
        &made, err);
    if (st == ROWCALL_OK) {
        *ret_id = made->row->id;
        rowcall_free(made);
    }
    return st;
}

static rowcall_status print_person(core_db db, const char *email, rowcall_error *err)
{
    core_auth_user_find_unique_response *found = NULL;
    rowcall_status st = core_auth_user_find_unique(
        db,
        core_auth_user_find_unique_request(.key = core_auth_user_key_email(email),
                                           ROWCALL_SET(required, true)),
        &found, err);
    if (st == ROWCALL_OK) {
        bool active = found->row->status == CORE_USER_STATUS_ACTIVE;
        printf("core: %s, %s, %s\n", found->row->username, found->row->timezone,
               active ? "active" : "not active");
        rowcall_free(found);
    }
    return st;
}

int main(void)
{
    core_db db = {0};
    rowcall_error err = {0};
    int32_t ada = 0;
    int32_t grace = 0;
    int32_t notification = 0;
    int64_t count = 0;
    rowcall_status st = core_open(&db, NULL, &err);
    st = st ? st : sign_up(db, "ada", "ada@example.com", &ada, &err);
    st = st ? st : sign_up(db, "grace", "grace@example.com", &grace, &err);
    st = st ? st : print_person(db, "ada@example.com", &err);
    st = st ? st
            : notify_send(core_as_shared(db), ada, grace, "Your compiler is ready",
                          &notification, &err);
    st = st ? st : notify_read(core_as_shared(db), ada, stdout, &count, &err);
    if (st == ROWCALL_OK) {
        printf("core: %lld read\n", (long long)count);
    } else {
        rowcall_error_print(stderr, &err);
    }
    core_close(db);
    return st == ROWCALL_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
