// SPDX-License-Identifier: Apache-2.0
//
// An application on the database bibikos, which has gym members beside the shared entities. It
// links the same notification library as core_app, compiled once. Run it as often as you like.
// The server is ROWCALL_URL's.
#include "notify.h"

#include <bibikos.h>
#include <stdlib.h>

// The id of the person with this e-mail, who is created, and made a member, if there is none.
static rowcall_status join(bibikos_db db, const char *username, const char *email,
                           int32_t *ret_id, rowcall_error *err)
{
    bibikos_auth_user_find_unique_response *found = NULL;
    rowcall_status st = bibikos_auth_user_find_unique(
        db, bibikos_auth_user_find_unique_request(.key = bibikos_auth_user_key_email(email)),
        &found, err);
    if (st == ROWCALL_OK && found->row) {
        *ret_id = found->row->id;
        rowcall_free(found);
        return ROWCALL_OK;
    }
    if (st != ROWCALL_OK) {
        return st;
    }
    rowcall_free(found);
    bibikos_auth_user_create_response *made = NULL;
    st = bibikos_auth_user_create(
        db,
        bibikos_auth_user_create_request(
                .data = bibikos_auth_user_create_data(.username = username, .email = email),
                .select = bibikos_auth_user_select(ROWCALL_SET(id, true))),
        &made, err);
    if (st == ROWCALL_OK) {
        *ret_id = made->row->id;
        rowcall_free(made);
        st = bibikos_gym_member_create(
            db,
            bibikos_gym_member_create_request(.data = bibikos_gym_member_create_data(
                                                  ROWCALL_SET(user_id, *ret_id),
                                                  .membership_type = "premium")),
            NULL, err);
    }
    return st;
}

static rowcall_status print_membership(bibikos_db db, int32_t user, rowcall_error *err)
{
    bibikos_gym_member_find_unique_response *found = NULL;
    rowcall_status st = bibikos_gym_member_find_unique(
        db,
        bibikos_gym_member_find_unique_request(.key = bibikos_gym_member_key_user_id(user),
                                               ROWCALL_SET(required, true)),
        &found, err);
    if (st == ROWCALL_OK) {
        char since[ROWCALL_TIME_TEXT_MAX];
        rowcall_time_format(ROWCALL_TIME_OF(found->row->created_at), since, sizeof(since));
        printf("bibikos: %s member since %.10s\n", found->row->membership_type, since);
        rowcall_free(found);
    }
    return st;
}

int main(void)
{
    bibikos_db db = {0};
    rowcall_error err = {0};
    int32_t milo = 0;
    int32_t notification = 0;
    int64_t count = 0;
    rowcall_status st = bibikos_open(&db, NULL, &err);
    st = st ? st : join(db, "milo", "milo@example.com", &milo, &err);
    st = st ? st : print_membership(db, milo, &err);
    st = st ? st
            : notify_send(bibikos_as_shared(db), milo, 0, "The gym opens at six", &notification,
                          &err);
    st = st ? st : notify_read(bibikos_as_shared(db), milo, stdout, &count, &err);
    if (st == ROWCALL_OK) {
        printf("bibikos: %lld read\n", (long long)count);
    } else {
        rowcall_error_print(stderr, &err);
    }
    bibikos_close(db);
    return st == ROWCALL_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
