// SPDX-License-Identifier: Apache-2.0
//
// The same with an API of one's own, whose stubs rowcall_stubs() makes.
#include <shop.h>

int main(void)
{
    shop_db db;
    shop_tea_find_unique_response *found = NULL;
    rowcall_error err = {0};
    const rowcall_client_options options = {.connect_timeout_ms = 50};
    rowcall_status st = shop_open(&db, &options, &err);
    if (st == ROWCALL_OK) {
        st = shop_tea_find_unique(db, shop_tea_find_unique_request(), &found, &err);
        shop_close(db);
    }
    if (st != ROWCALL_OK) {
        rowcall_error_print(stderr, &err);
    }
    rowcall_free(found);
    return (int)st;
}
