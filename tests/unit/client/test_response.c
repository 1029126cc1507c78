// SPDX-License-Identifier: Apache-2.0
//
// Responses from bytes that a server should not send: each is refused before protobuf-c, which
// would recurse, cut or pass it on, gets to see it.
#include "support/check.h"
#include "support/fail_alloc.h"

#include "response.h"
#include "wire/writer.h"

#include <shop.h>
#include <stdlib.h>

static rowcall_status unpack(const ProtobufCMessageDescriptor *descriptor, struct rc_buf *bytes,
                             ProtobufCMessage **ret_response, rowcall_error *err)
{
    rowcall_status st = rc_response_unpack(descriptor, rc_buf_view(bytes), ret_response, err);
    rc_buf_fini(bytes);
    return st;
}

static void check_refused(struct rc_buf *bytes, const char *part)
{
    rowcall_error err = {0};
    ProtobufCMessage *response = NULL;
    ASSERT_STATUS(unpack(&shop__tea__descriptor, bytes, &response, &err), ROWCALL_INTERNAL);
    assert_null(response);
    ASSERT_CONTAINS(err.message, "shop.Tea");
    ASSERT_CONTAINS(err.message, part);
}

static void test_response_holds_what_was_sent(void **state)
{
    (void)state;
    struct rc_buf bytes = {0};
    rowcall_error err = {0};
    ProtobufCMessage *response = NULL;
    rc_wire_put_uint(&bytes, 1, 7);
    rc_wire_put_text(&bytes, 2, "G\xc3\xbcn");
    rc_wire_put_bytes(&bytes, 5, (struct rc_view){"\0\xff", 2}); // bytes may hold anything
    size_t notes = rc_wire_begin(&bytes, 6);
    rc_wire_put_text(&bytes, 1, "a");
    rc_wire_put_text(&bytes, 1, "");
    rc_wire_end(&bytes, notes);
    rc_wire_put_text(&bytes, 999, "\xff of a newer server");
    ASSERT_OK(unpack(&shop__tea__descriptor, &bytes, &response, &err), err);
    const shop_tea *tea = (const shop_tea *)response;
    assert_int_equal(tea->id, 7);
    assert_string_equal(tea->name, "G\xc3\xbcn");
    assert_int_equal(tea->picture.len, 2);
    assert_int_equal(tea->notes->n_values, 2);
    assert_false(tea->has_region);
    rowcall_free(response);
}

// Both decoders make the same of the bytes, which are freed: what they made is compared as
// protobuf-c writes it.
static void check_same(const ProtobufCMessageDescriptor *descriptor, struct rc_buf *bytes)
{
    rowcall_error err = {0};
    ProtobufCMessage *ours = NULL;
    ProtobufCMessage *theirs =
        protobuf_c_message_unpack(descriptor, NULL, bytes->len, (const uint8_t *)bytes->data);
    assert_non_null(theirs);
    ASSERT_OK(unpack(descriptor, bytes, &ours, &err), err);
    size_t len = protobuf_c_message_get_packed_size(theirs);
    assert_int_equal(protobuf_c_message_get_packed_size(ours), len);
    uint8_t *packed = malloc(2 * len + 1);
    assert_int_equal(protobuf_c_message_pack(theirs, packed), len);
    assert_int_equal(protobuf_c_message_pack(ours, packed + len), len);
    assert_memory_equal(packed, packed + len, len);
    free(packed);
    protobuf_c_message_free_unpacked(theirs, NULL);
    rowcall_free(ours);
}

static void put_row(struct rc_buf *bytes, uint64_t id, int blends)
{
    size_t row = rc_wire_begin(bytes, 1);
    rc_wire_put_uint(bytes, 1, id);
    rc_wire_put_text(bytes, 2, "Sencha");
    rc_wire_put_uint(bytes, 3, 2);
    size_t picked_at = rc_wire_begin(bytes, 4);
    rc_wire_put_uint(bytes, 1, (uint64_t)-1);
    rc_wire_put_uint(bytes, 2, 5);
    rc_wire_end(bytes, picked_at);
    for (int i = 0; i < blends; i++) {
        size_t blend = rc_wire_begin(bytes, 201);
        rc_wire_put_uint(bytes, 2, (uint64_t)i);
        rc_wire_end(bytes, blend);
    }
    rc_wire_end(bytes, row);
}

static void test_response_is_what_protobuf_makes_of_it(void **state)
{
    (void)state;
    struct rc_buf bytes = {0};
    for (uint64_t i = 0; i < 300; i++) {
        put_row(&bytes, i, (int)i % 7);
    }
    rc_wire_put_uint(&bytes, 2, 300);
    put_row(&bytes, UINT64_MAX, 100); // behind another field, as no encoder would put it
    put_row(&bytes, 301, 0);
    check_same(&shop__tea_find_many_response__descriptor, &bytes);

    put_row(&bytes, 7, 2); // given twice: merged
    put_row(&bytes, 8, 3);
    check_same(&shop__tea_find_unique_response__descriptor, &bytes);

    rc_wire_put_uint(&bytes, 1, 7); // one of several: the last
    rc_wire_put_text(&bytes, 2, "Sencha");
    check_same(&shop__tea_key__descriptor, &bytes);
}

static void test_response_may_have_lists_packed_or_not(void **state)
{
    (void)state;
    struct rc_buf bytes = {0};
    rc_wire_put_bytes(&bytes, 1, (struct rc_view){"\x01\x80\x02\x00", 4});
    rc_wire_put_uint(&bytes, 1, 5);
    rc_wire_put_uint(&bytes, 1, 6);
    rc_wire_put_bytes(&bytes, 1, (struct rc_view){"\x07", 1});
    rc_wire_put_bytes(&bytes, 2, (struct rc_view){"", 0});
    check_same(&shop__region_list__descriptor, &bytes);
    rc_wire_put_bytes(&bytes, 1, (struct rc_view){"01234567abcdefgh", 16});
    rc_wire_put_double(&bytes, 1, 0.5);
    check_same(&rowcall__double_list__descriptor, &bytes);
    rc_wire_put_bytes(&bytes, 1, (struct rc_view){"0123", 4});
    rc_wire_put_float(&bytes, 1, 0.5F);
    check_same(&rowcall__float_list__descriptor, &bytes);
    rc_wire_put_bytes(&bytes, 1, (struct rc_view){"\x00\x01\x05", 3});
    check_same(&rowcall__bool_list__descriptor, &bytes);
    rc_wire_put_text(&bytes, 1, "");
    rc_wire_put_text(&bytes, 1, "a");
    check_same(&rowcall__bytes_list__descriptor, &bytes);
    rc_wire_put_uint(&bytes, 1, UINT64_MAX);
    rc_wire_put_uint(&bytes, 1, 1);
    check_same(&rowcall__int64_list__descriptor, &bytes);
}

static void test_response_with_a_list_that_is_cut_is_refused(void **state)
{
    (void)state;
    rowcall_error err = {0};
    ProtobufCMessage *response = NULL;
    struct rc_buf bytes = {0};
    rc_wire_put_bytes(&bytes, 1, (struct rc_view){"\x01\x80", 2});
    ASSERT_STATUS(unpack(&shop__region_list__descriptor, &bytes, &response, &err),
                  ROWCALL_INTERNAL);
    ASSERT_CONTAINS(err.message, "cut or garbled");
    rc_wire_put_bytes(&bytes, 1, (struct rc_view){"01234567abc", 11});
    ASSERT_STATUS(unpack(&rowcall__double_list__descriptor, &bytes, &response, &err),
                  ROWCALL_INTERNAL);
    assert_null(response);
}

static void test_response_of_no_bytes_is_an_empty_message(void **state)
{
    (void)state;
    struct rc_buf bytes = {0};
    rowcall_error err = {0};
    ProtobufCMessage *response = NULL;
    ASSERT_OK(unpack(&shop__tea__descriptor, &bytes, &response, &err), err);
    assert_null(((const shop_tea *)response)->name);
    rowcall_free(response);
}

static void test_response_that_is_cut_is_refused(void **state)
{
    (void)state;
    struct rc_buf bytes = {0};
    rc_wire_put_text(&bytes, 2, "Sencha");
    rc_buf_truncate(&bytes, bytes.len - 1);
    check_refused(&bytes, "cut or garbled");
}

static void test_response_with_nul_in_a_text_is_refused(void **state)
{
    (void)state;
    struct rc_buf bytes = {0};
    rc_wire_put_bytes(&bytes, 2, (struct rc_view){"Sen\0cha", 7});
    check_refused(&bytes, "NUL");
}

static void test_response_with_text_that_is_not_utf8_is_refused(void **state)
{
    (void)state;
    struct rc_buf bytes = {0};
    size_t notes = rc_wire_begin(&bytes, 6);
    rc_wire_put_text(&bytes, 1, "\xed\xa0\x80"); // a surrogate
    rc_wire_end(&bytes, notes);
    check_refused(&bytes, "UTF-8");
}

static void test_response_with_another_type_of_field_is_refused(void **state)
{
    (void)state;
    struct rc_buf bytes = {0};
    rc_wire_put_text(&bytes, 1, "seven");
    check_refused(&bytes, "another type");
    rc_wire_put_uint(&bytes, 2, 7);
    check_refused(&bytes, "another type");
    rc_wire_put_uint(&bytes, 6, 7);
    check_refused(&bytes, "another type");
}

// A filter nested in filters, `depth` messages in all.
static void put_nested(struct rc_buf *bytes, int depth)
{
    size_t marks[100];
    for (int i = 1; i < depth; i++) {
        marks[i] = rc_wire_begin(bytes, 1001);
    }
    for (int i = depth - 1; i >= 1; i--) {
        rc_wire_end(bytes, marks[i]);
    }
}

static void test_response_is_read_down_to_a_depth(void **state)
{
    (void)state;
    struct rc_buf bytes = {0};
    rowcall_error err = {0};
    ProtobufCMessage *response = NULL;
    put_nested(&bytes, 64);
    ASSERT_OK(unpack(&shop__tea_where__descriptor, &bytes, &response, &err), err);
    rowcall_free(response);
    response = NULL;
    put_nested(&bytes, 65);
    ASSERT_STATUS(unpack(&shop__tea_where__descriptor, &bytes, &response, &err),
                  ROWCALL_INTERNAL);
    ASSERT_CONTAINS(err.message, "nested too deep");
    assert_null(response);
}

static void test_response_without_memory_is_said_to_be_that(void **state)
{
    (void)state;
    struct rc_buf bytes = {0};
    for (int i = 0; i < 1000; i++) { // structs that are much longer than what travels
        rc_wire_put_bytes(&bytes, 201, (struct rc_view){"", 0});
    }
    for (unsigned long nth = 1;; nth++) {
        rowcall_error err = {0};
        ProtobufCMessage *response = NULL;
        fail_alloc_arm(nth);
        rowcall_status st =
            rc_response_unpack(&shop__tea__descriptor, rc_buf_view(&bytes), &response, &err);
        bool has_failed = fail_alloc_disarm();
        rowcall_free(response);
        if (!has_failed) {
            ASSERT_OK(st, err);
            assert_true(nth > 2); // the first block, and a further one
            break;
        }
        ASSERT_STATUS(st, ROWCALL_RESOURCE_EXHAUSTED);
    }
    rc_buf_fini(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_response_holds_what_was_sent),
        cmocka_unit_test(test_response_is_what_protobuf_makes_of_it),
        cmocka_unit_test(test_response_may_have_lists_packed_or_not),
        cmocka_unit_test(test_response_with_a_list_that_is_cut_is_refused),
        cmocka_unit_test(test_response_of_no_bytes_is_an_empty_message),
        cmocka_unit_test(test_response_that_is_cut_is_refused),
        cmocka_unit_test(test_response_with_nul_in_a_text_is_refused),
        cmocka_unit_test(test_response_with_text_that_is_not_utf8_is_refused),
        cmocka_unit_test(test_response_with_another_type_of_field_is_refused),
        cmocka_unit_test(test_response_is_read_down_to_a_depth),
        cmocka_unit_test(test_response_without_memory_is_said_to_be_that),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
