// SPDX-License-Identifier: Apache-2.0
//
// Calls a database that `rowcall db add` made, by the stubs of its own: a user with two loans,
// written and read through the inverse that only this database has.
#include <inttypes.h>
#include <library.h>

static rowcall_status borrow(library_db db, rowcall_error *err)
{
    library_auth_user_create_response *made = NULL;
    rowcall_status st = library_auth_user_create(
        db,
        library_auth_user_create_request(
                .data = library_auth_user_create_data(
                        .username = "ada", .email = "ada@example.com",
                        .loans = library_loan_create_list_of(
                            library_loan_create_data(.title = "Emma"),
                            library_loan_create_data(.title = "Persuasion")))),
        &made, err);
    rowcall_free(made);
    return st;
}

static rowcall_status list(library_db db, rowcall_error *err)
{
    library_auth_user_find_unique_response *found = NULL;
    rowcall_status st = library_auth_user_find_unique(
        db,
        library_auth_user_find_unique_request(
                .key = library_auth_user_key_username("ada"), ROWCALL_SET(required, true),
                .select = library_auth_user_select(
                    ROWCALL_SET(email, true),
                    .loans = library_loan_query(
                        ROWCALL_LIST(library_loan_order_by *, order_by,
                                     library_loan_order_by_title(rowcall_order(
                                         ROWCALL_SET(direction, ROWCALL_DIRECTION_DESC)))),
                        .select = library_loan_select(
                            ROWCALL_SET(title, true),
                            .reader = library_auth_user_select(ROWCALL_SET(username, true)))))),
        &found, err);
    for (size_t i = 0; st == ROWCALL_OK && i < found->row->n_loans; i++) {
        const library_loan *loan = found->row->loans[i];
        printf("%s: %s, by %s\n", found->row->email, loan->title, loan->reader->username);
    }
    rowcall_free(found);
    return st;
}

int main(void)
{
    library_db db;
    rowcall_error err = {0};
    rowcall_status st = library_open(&db, NULL, &err);
    if (st == ROWCALL_OK) {
        st = borrow(db, &err);
        st = st ? st : list(db, &err);
        library_close(db);
    }
    if (st != ROWCALL_OK) {
        rowcall_error_print(stderr, &err);
    }
    return (int)st;
}
