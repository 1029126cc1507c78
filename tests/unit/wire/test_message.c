// SPDX-License-Identifier: Apache-2.0
//
// Lookups in message tables, and lazy tables reached from many threads at once.
#include "support/check.h"

#include "wire/message.h"

#include <pthread.h>

static void test_message_field_lookup_dense_and_sparse(void **state)
{
    (void)state;
    static const struct rc_wire_field fields[] = {
        {.number = 1, .name = "a"},         {.number = 2, .name = "b"},
        {.number = 5, .name = "c"},         {.number = 100, .name = "d"},
        {.number = 536870911, .name = "e"},
    };
    struct rc_wire_message message = {.name = "M", .fields = fields, .field_count = 5};
    for (size_t i = 0; i < 5; i++) {
        assert_ptr_equal(rc_wire_field_by_number(&message, fields[i].number), &fields[i]);
        assert_ptr_equal(rc_wire_field_by_name(&message, rc_view_of(fields[i].name)),
                         &fields[i]);
    }
    static const uint32_t absent[] = {0, 3, 4, 6, 99, 101, 536870910, UINT32_MAX};
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
        assert_null(rc_wire_field_by_number(&message, absent[i]));
    }
    assert_null(rc_wire_field_by_name(&message, rc_view_of("")));
    assert_null(rc_wire_field_by_name(&message, rc_view_of("ab")));
    assert_null(rc_wire_field_by_number(NULL, 1));
}

static void test_message_enum_lookup_with_negative_numbers(void **state)
{
    (void)state;
    static const struct rc_wire_enum_value values[] = {
        {.name = "LOW", .number = INT32_MIN},
        {.name = "ZERO", .number = 0},
        {.name = "HIGH", .number = INT32_MAX},
    };
    const struct rc_wire_enum size = {.name = "Size", .values = values, .value_count = 3};
    for (size_t i = 0; i < 3; i++) {
        assert_ptr_equal(rc_wire_enum_by_number(&size, values[i].number), &values[i]);
        assert_ptr_equal(rc_wire_enum_by_name(&size, rc_view_of(values[i].name)), &values[i]);
    }
    assert_null(rc_wire_enum_by_number(&size, 1));
    assert_null(rc_wire_enum_by_number(&size, -1));
    assert_null(rc_wire_enum_by_name(&size, rc_view_of("high")));
}

static void test_message_every_field_type_has_its_wire_type(void **state)
{
    (void)state;
    static const enum rc_wire_type expected[] = {
        [RC_FIELD_DOUBLE] = RC_WIRE_FIXED64,   [RC_FIELD_FLOAT] = RC_WIRE_FIXED32,
        [RC_FIELD_INT64] = RC_WIRE_VARINT,     [RC_FIELD_UINT64] = RC_WIRE_VARINT,
        [RC_FIELD_INT32] = RC_WIRE_VARINT,     [RC_FIELD_FIXED64] = RC_WIRE_FIXED64,
        [RC_FIELD_FIXED32] = RC_WIRE_FIXED32,  [RC_FIELD_BOOL] = RC_WIRE_VARINT,
        [RC_FIELD_STRING] = RC_WIRE_BYTES,     [RC_FIELD_MESSAGE] = RC_WIRE_BYTES,
        [RC_FIELD_BYTES] = RC_WIRE_BYTES,      [RC_FIELD_UINT32] = RC_WIRE_VARINT,
        [RC_FIELD_ENUM] = RC_WIRE_VARINT,      [RC_FIELD_SFIXED32] = RC_WIRE_FIXED32,
        [RC_FIELD_SFIXED64] = RC_WIRE_FIXED64, [RC_FIELD_SINT32] = RC_WIRE_VARINT,
        [RC_FIELD_SINT64] = RC_WIRE_VARINT,
    };
    for (int type = RC_FIELD_DOUBLE; type <= RC_FIELD_SINT64; type++) {
        if (type != 10) { // a group, which proto3 has not
            assert_int_equal(rc_field_wire_type((enum rc_field_type)type), expected[type]);
        }
    }
}

struct maker {
    pthread_mutex_t lock;
    int fill_count;
    bool refuse;
};

static const struct rc_wire_field lazy_fields[] = {{.number = 1, .name = "id"}};

static void fill(struct rc_wire_message *message, void *context)
{
    struct maker *maker = context;
    (void)pthread_mutex_lock(&maker->lock);
    if (!maker->refuse && !atomic_load_explicit(&message->ready, memory_order_relaxed)) {
        maker->fill_count++;
        message->fields = lazy_fields;
        message->field_count = 1;
        atomic_store_explicit(&message->ready, true, memory_order_release);
    }
    (void)pthread_mutex_unlock(&maker->lock);
}

static void *look_up(void *argument)
{
    return (void *)rc_wire_field_by_number(argument, 1);
}

static void test_message_lazy_table_is_filled_once_by_many_threads(void **state)
{
    (void)state;
    enum { THREADS = 8, ROUNDS = 50 };
    struct maker maker = {.lock = PTHREAD_MUTEX_INITIALIZER};
    for (int round = 0; round < ROUNDS; round++) {
        struct rc_wire_message message = {.name = "Lazy", .complete = fill, .context = &maker};
        pthread_t threads[THREADS];
        for (int i = 0; i < THREADS; i++) {
            assert_int_equal(pthread_create(&threads[i], NULL, look_up, &message), 0);
        }
        for (int i = 0; i < THREADS; i++) {
            void *found;
            assert_int_equal(pthread_join(threads[i], &found), 0);
            assert_ptr_equal(found, lazy_fields);
        }
    }
    assert_int_equal(maker.fill_count, ROUNDS);
}

static void test_message_that_cannot_be_filled_is_null_and_tried_again(void **state)
{
    (void)state;
    struct maker maker = {.lock = PTHREAD_MUTEX_INITIALIZER, .refuse = true};
    struct rc_wire_message message = {.name = "Lazy", .complete = fill, .context = &maker};
    assert_null(rc_wire_message_ready(&message));
    assert_null(rc_wire_field_by_name(&message, rc_view_of("id")));
    rowcall_error err = {0};
    ASSERT_STATUS(rc_wire_check(&message, (struct rc_view){0}, NULL, &err),
                  ROWCALL_RESOURCE_EXHAUSTED);
    maker.refuse = false;
    assert_ptr_equal(rc_wire_message_ready(&message), &message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_message_field_lookup_dense_and_sparse),
        cmocka_unit_test(test_message_enum_lookup_with_negative_numbers),
        cmocka_unit_test(test_message_every_field_type_has_its_wire_type),
        cmocka_unit_test(test_message_lazy_table_is_filled_once_by_many_threads),
        cmocka_unit_test(test_message_that_cannot_be_filled_is_null_and_tried_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
