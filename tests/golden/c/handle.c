// SPDX-License-Identifier: Apache-2.0
//
// Compiled with HANDLE as shop, it is right; with the handle of any other scope it must not
// compile.
#include <cafe.h>
#include <shop.h>

#define JOIN(a, b)     a##b
#define HANDLE_TYPE(h) JOIN(h, _db)

rowcall_status find(HANDLE_TYPE(HANDLE) db, shop_tea_find_unique_response **ret,
                    rowcall_error *err);

rowcall_status find(HANDLE_TYPE(HANDLE) db, shop_tea_find_unique_response **ret,
                    rowcall_error *err)
{
    return shop_tea_find_unique(db, shop_tea_find_unique_request(.key = shop_tea_key_id(1)),
                                ret, err);
}

// The one conversion that exists.
shared_db convert(shop_db db);

shared_db convert(shop_db db)
{
    return shop_as_shared(db);
}
