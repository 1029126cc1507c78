// SPDX-License-Identifier: Apache-2.0
//
// Generated stubs in use: what the constructors build is, byte for byte, what protoc encodes,
// and the calls hand it to rowcall_call, which this test stands in for.
#include "support/check.h"

#include <rowcall/batch.h>
#include <shop.h>
#include <stdio.h>
#include <stdlib.h>

// What rowcall_call was given, and what it answers.
static struct {
    rowcall_handle handle;
    const rowcall_method *method;
    const rowcall_call_options *options;
    uint8_t request[4096];
    size_t request_len;
    const char *answer; // bytes; NULL: fail
    size_t answer_len;
} seen;

static void record(rowcall_handle handle, const rowcall_method *method,
                   const ProtobufCMessage *request, const rowcall_call_options *options)
{
    seen.handle = handle;
    seen.method = method;
    seen.options = options;
    assert_ptr_equal(request->descriptor, method->request);
    seen.request_len = protobuf_c_message_get_packed_size(request);
    assert_true(seen.request_len <= sizeof(seen.request));
    protobuf_c_message_pack(request, seen.request);
}

rowcall_status rowcall_call(rowcall_handle handle, const rowcall_method *method,
                            const ProtobufCMessage *request,
                            const rowcall_call_options *options,
                            ProtobufCMessage **ret_response, rowcall_error *err)
{
    record(handle, method, request, options);
    if (!seen.answer) {
        err->status = ROWCALL_NOT_FOUND;
        return ROWCALL_NOT_FOUND;
    }
    if (ret_response) {
        *ret_response = protobuf_c_message_unpack(method->response, NULL, seen.answer_len,
                                                  (const uint8_t *)seen.answer);
        assert_non_null(*ret_response);
    }
    return ROWCALL_OK;
}

size_t rowcall_batch_add(rowcall_batch *batch, rowcall_handle handle,
                         const rowcall_method *method, const ProtobufCMessage *request,
                         const rowcall_call_options *options)
{
    assert_null(batch);
    record(handle, method, request, options);
    return 7;
}

// Answers at once, with no more than the argument.
rowcall_status rowcall_submit(rowcall_handle handle, const rowcall_method *method,
                              const ProtobufCMessage *request,
                              const rowcall_call_options *options, rowcall_callback callback,
                              void *arg, rowcall_error *err)
{
    assert_non_null(err);
    record(handle, method, request, options);
    callback(arg, NULL, NULL);
    return ROWCALL_OK;
}

// The bytes protoc makes of a message in text format.
static size_t encode(const char *type, const char *text, uint8_t *ret_bytes, size_t size)
{
    char folder[] = "/tmp/rowcall-golden-XXXXXX";
    char path[64];
    char command[2048];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/text", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    fclose(file);
    snprintf(command, sizeof(command),
             "%s -I%s -I%s -I%s --encode=%s api/shop/model.proto api/shop/tea.proto "
             "api/shop/tea_blend.proto api/shop/tea_report.proto < %s && rm -r %s",
             TEST_PROTOC, TEST_GOLDEN_DIR, TEST_PROTO_DIR, TEST_PROTOBUF_INCLUDE, type, path,
             folder);
    FILE *output = popen(command, "r");
    assert_non_null(output);
    size_t len = fread(ret_bytes, 1, size, output);
    assert_int_equal(pclose(output), 0);
    return len;
}

static void expect_request(const char *type, const char *text)
{
    uint8_t bytes[4096];
    size_t len = encode(type, text, bytes, sizeof(bytes));
    assert_int_equal(seen.request_len, len);
    assert_memory_equal(seen.request, bytes, len);
}

static const shop_db db = {.handle = {.database = "shop"}};

static int forget(void **state)
{
    (void)state;
    memset(&seen, 0, sizeof(seen));
    seen.answer = "";
    return 0;
}

static void test_find_many_is_built_as_protoc_encodes_it(void **state)
{
    (void)state;
    rowcall_error err = {0};
    shop_tea_find_many_response *found = NULL;
    ASSERT_OK(
        shop_tea_find_many(
            db,
            shop_tea_find_many_request(
                    .where = shop_tea_where(
                            .id = rowcall_int32_filter(ROWCALL_SET(gt, 3),
                                                       .in = rowcall_int32_list_of(1, -2, 300)),
                            .name =
                                rowcall_string_filter(.contains = "ear", .not_ = "grey",
                                                      .in = rowcall_string_list_of("a", "")),
                            .or_ = shop_tea_where_any_of(
                                shop_tea_where(.region = shop_region_filter(
                                                   ROWCALL_SET(equals, SHOP_REGION_YUNNAN))),
                                shop_tea_where(.name = rowcall_string_filter(
                                                   ROWCALL_SET(is_null, true)))),
                            ROWCALL_LIST(shop_tea_where *, and_, shop_tea_where())),
                    ROWCALL_LIST(shop_tea_order_by *, order_by,
                                 shop_tea_order_by_name(rowcall_order(
                                     ROWCALL_SET(direction, ROWCALL_DIRECTION_DESC)))),
                    ROWCALL_LIST(shop_tea_field, distinct, SHOP_TEA_FIELD_NAME,
                                 SHOP_TEA_FIELD_ID),
                    ROWCALL_SET(take, -20)),
            &found, &err),
        err);
    assert_string_equal(seen.method->name, "Tea/FindMany");
    assert_string_equal(seen.handle.database, "shop");
    assert_null(seen.options);
    expect_request(
        "shop.TeaFindManyRequest",
        "where { id { in { values: 1 values: -2 values: 300 } gt: 3 }\n"
        "  name { not: \"grey\" in { values: \"a\" values: \"\" } contains: \"ear\" }\n"
        "  and { }\n"
        "  or { any { region { equals: REGION_YUNNAN } } any { name { is_null: true } } } }\n"
        "order_by { name { direction: DESC } } take: -20\n"
        "distinct: TEA_FIELD_NAME distinct: TEA_FIELD_ID");
    assert_non_null(found);
    assert_int_equal(found->n_rows, 0);
    protobuf_c_message_free_unpacked(&found->base, NULL);
}

static void test_create_keeps_absent_zero_and_empty_apart(void **state)
{
    (void)state;
    rowcall_error err = {0};
    ASSERT_OK(shop_tea_create(db,
                              shop_tea_create_request(.data = shop_tea_create_data(
                                                          ROWCALL_SET(id, 0), .name = "")),
                              NULL, &err),
              err);
    expect_request("shop.TeaCreateRequest", "data { id: 0 name: \"\" }");
    ASSERT_OK(shop_tea_create(db, shop_tea_create_request(.data = shop_tea_create_data()), NULL,
                              &err),
              err);
    expect_request("shop.TeaCreateRequest", "data { }");
}

static void test_composite_key_takes_its_columns_in_order(void **state)
{
    (void)state;
    assert_int_equal(
        shop_tea_blend_delete_add(
            NULL, db,
            shop_tea_blend_delete_request(.key = shop_tea_blend_key_tea_id_blend_id(4, 9))),
        7);
    assert_string_equal(seen.method->name, "TeaBlend/Delete");
    expect_request("shop.TeaBlendDeleteRequest",
                   "key { tea_id_blend_id { tea_id: 4 blend_id: 9 } }");
}

static void count_answer(void *arg, void *response, const rowcall_error *err)
{
    assert_null(response);
    assert_null(err);
    ++*(int *)arg;
}

static void test_submit_hands_its_callback_over(void **state)
{
    (void)state;
    int answers = 0;
    rowcall_error err = {0};
    assert_int_equal(
        shop_tea_find_unique_submit(db, shop_tea_find_unique_request(.key = shop_tea_key_id(5)),
                                    count_answer, &answers, &err),
        ROWCALL_OK);
    assert_int_equal(answers, 1);
    assert_string_equal(seen.method->name, "Tea/FindUnique");
    expect_request("shop.TeaFindUniqueRequest", "key { id: 5 }");
}

// A service that somebody wrote: parameters by their names, and rows, a row or a count back.
static void test_typed_sql_is_called_like_any_method(void **state)
{
    (void)state;
    uint8_t bytes[256];
    rowcall_error err = {0};
    shop_tea_report_stocks_response *stocks = NULL;
    shop_tea_report_dearest_response *dearest = NULL;
    shop_tea_report_forget_response *forgotten = NULL;
    seen.answer = (const char *)bytes;
    seen.answer_len =
        encode("shop.TeaReportStocksResponse",
               "rows { name: \"Assam\" samples: 3 } rows { since { seconds: 5 } }", bytes,
               sizeof(bytes));
    ASSERT_OK(
        shop_tea_report_stocks(
            db,
            shop_tea_report_stocks_request(.name = "ss", ROWCALL_SET(region, SHOP_REGION_ASSAM),
                                           .tags = rowcall_string_list_of("malt")),
            &stocks, &err),
        err);
    assert_string_equal(seen.method->name, "TeaReport/Stocks");
    expect_request("shop.TeaReportStocksRequest",
                   "name: \"ss\" region: REGION_ASSAM tags { values: \"malt\" }");
    assert_int_equal(stocks->n_rows, 2);
    assert_string_equal(stocks->rows[0]->name, "Assam");
    assert_true(stocks->rows[0]->samples == 3);
    assert_null(stocks->rows[1]->name);
    protobuf_c_message_free_unpacked(&stocks->base, NULL);
    seen.answer_len = 0;
    ASSERT_OK(shop_tea_report_dearest(db, shop_tea_report_dearest_request(), &dearest, &err),
              err);
    assert_string_equal(seen.method->name, "TeaReport/Dearest");
    assert_int_equal(seen.request_len, 0);
    assert_null(dearest->row);
    protobuf_c_message_free_unpacked(&dearest->base, NULL);
    seen.answer_len = encode("shop.TeaReportForgetResponse", "count: 4", bytes, sizeof(bytes));
    ASSERT_OK(shop_tea_report_forget(db, shop_tea_report_forget_request(.name = ""), &forgotten,
                                     &err),
              err);
    expect_request("shop.TeaReportForgetRequest", "name: \"\"");
    assert_true(forgotten->count == 4);
    protobuf_c_message_free_unpacked(&forgotten->base, NULL);
}

static void test_update_has_one_member(void **state)
{
    (void)state;
    const shop_tea_update *update =
        shop_tea_update(.id = rowcall_int32_update_increment(2),
                        .name = rowcall_string_update_set_null(true));
    uint8_t bytes[64];
    uint8_t expected[64];
    size_t len = protobuf_c_message_pack(&update->base, bytes);
    assert_int_equal(len,
                     encode("shop.TeaUpdate", "id { increment: 2 } name { set_null: true }",
                            expected, sizeof(expected)));
    assert_memory_equal(bytes, expected, len);
}

static void test_response_is_read_into_the_struct(void **state)
{
    (void)state;
    uint8_t bytes[256];
    size_t len =
        encode("shop.TeaFindUniqueResponse",
               "row { id: 5 name: \"Assam\" region: REGION_ASSAM picture: \"\\000\\001\"\n"
               "  picked_at { seconds: 1700000000 nanos: 250000000 }\n"
               "  notes { values: \"malt\" values: \"\" nulls: 1 } }",
               bytes, sizeof(bytes));
    rowcall_error err = {0};
    shop_tea_find_unique_response *found = NULL;
    seen.answer = (const char *)bytes;
    seen.answer_len = len;
    ASSERT_OK(
        shop_tea_find_unique(
            db, shop_tea_find_unique_request(.key = shop_tea_key_name("Assam")), &found, &err),
        err);
    expect_request("shop.TeaFindUniqueRequest", "key { name: \"Assam\" }");
    const shop_tea *tea = found->row;
    assert_int_equal(tea->id, 5);
    assert_string_equal(tea->name, "Assam");
    assert_int_equal(tea->region, SHOP_REGION_ASSAM);
    assert_int_equal(tea->picture.len, 2);
    assert_true(tea->picked_at->seconds == 1700000000);
    assert_int_equal(tea->notes->nulls[0], 1);
    protobuf_c_message_free_unpacked(&found->base, NULL);
}

static void test_failure_leaves_the_response_untouched(void **state)
{
    (void)state;
    rowcall_error err = {0};
    shop_tea_find_unique_response *found = NULL;
    seen.answer = NULL;
    ASSERT_STATUS(shop_tea_find_unique(db,
                                       shop_tea_find_unique_request(.key = shop_tea_key_id(1)),
                                       &found, &err),
                  ROWCALL_NOT_FOUND);
    assert_null(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_find_many_is_built_as_protoc_encodes_it, forget),
        cmocka_unit_test_setup(test_create_keeps_absent_zero_and_empty_apart, forget),
        cmocka_unit_test_setup(test_composite_key_takes_its_columns_in_order, forget),
        cmocka_unit_test_setup(test_submit_hands_its_callback_over, forget),
        cmocka_unit_test_setup(test_typed_sql_is_called_like_any_method, forget),
        cmocka_unit_test_setup(test_update_has_one_member, forget),
        cmocka_unit_test_setup(test_response_is_read_into_the_struct, forget),
        cmocka_unit_test_setup(test_failure_leaves_the_response_untouched, forget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
