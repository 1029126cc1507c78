// SPDX-License-Identifier: Apache-2.0
//
// Records into nested messages, against wire bytes written down by hand.
#include "support/check.h"

#include "schema/schema.h"
#include "transcode/row.h"
#include "wire/writer.h"

#define VIEW(bytes) ((struct rc_view){"" bytes, sizeof(bytes) - 1})

static const struct rc_type int4 = {.kind = RC_TYPE_INT4};
static const struct rc_type text = {.kind = RC_TYPE_TEXT};

#define NUMBER(n)                                                                              \
    {                                                                                          \
        .kind = RC_ROW_VALUE, .value = {&int4, false, (n), "number"}, .width = 1               \
    }
#define TEXT(n)                                                                                \
    {                                                                                          \
        .kind = RC_ROW_VALUE, .value = {&text, false, (n), "text"}, .width = 1                 \
    }

// A record given as views; one without data is NULL.
struct list_source {
    struct rc_row_source source;
    const struct rc_view *values;
    size_t count;
};

static size_t fill_of_list(struct rc_row_source *source)
{
    struct list_source *list = (struct list_source *)source;
    size_t count = 0;
    while (count < RC_ROW_VALUES_AT_ONCE && list->count > 0) {
        source->values[count++] = *list->values++;
        list->count--;
    }
    return count;
}

static rowcall_status decode(const struct rc_row_field *fields, size_t count,
                             const struct rc_view *values, size_t value_count,
                             struct rc_buf *out, rowcall_error *err)
{
    struct list_source list = {.values = values, .count = value_count};
    rc_row_source_init(&list.source, fill_of_list);
    return rc_row_decode(fields, count, &list.source, out, err);
}

static void check(const struct rc_row_field *fields, size_t count, const struct rc_view *values,
                  size_t value_count, struct rc_view expected)
{
    struct rc_buf out = {0};
    rowcall_error err = {0};
    ASSERT_OK(decode(fields, count, values, value_count, &out, &err), err);
    assert_int_equal(out.len, expected.len);
    assert_memory_equal(out.data, expected.data, expected.len);
    rc_buf_fini(&out);
}

static void test_row_values_come_in_order_and_null_is_absent(void **state)
{
    (void)state;
    static const struct rc_row_field fields[] = {NUMBER(1), NUMBER(2), TEXT(3)};
    const struct rc_view values[] = {VIEW("\0\0\0\7"), {NULL, 0}, VIEW("hi")};
    check(fields, 3, values, 3, VIEW("\x08\7\x1a\2hi"));
}

static void test_row_of_related_record_is_nested_or_passed_over(void **state)
{
    (void)state;
    static const struct rc_row_field inner[] = {NUMBER(1), TEXT(2)};
    static const struct rc_row_field fields[] = {{.kind = RC_ROW_ONE,
                                                  .value = {.number = 5, .name = "author"},
                                                  .fields = inner,
                                                  .field_count = 2,
                                                  .width = 3},
                                                 NUMBER(6)};
    const struct rc_view there[] = {VIEW("\1"), VIEW("\0\0\0\1"), VIEW("a"), VIEW("\0\0\0\2")};
    const struct rc_view absent[] = {VIEW("\0"), {NULL, 0}, {NULL, 0}, VIEW("\0\0\0\2")};
    const struct rc_view null[] = {{NULL, 0}, {NULL, 0}, {NULL, 0}, VIEW("\0\0\0\2")};
    check(fields, 2, there, 4, VIEW("\x2a\5\x08\1\x12\1a\x30\2"));
    check(fields, 2, absent, 4, VIEW("\x30\2"));
    check(fields, 2, null, 4, VIEW("\x30\2"));
}

static void test_row_group_is_always_there(void **state)
{
    (void)state;
    static const struct rc_row_field inner[] = {NUMBER(1), NUMBER(2)};
    static const struct rc_row_field fields[] = {{.kind = RC_ROW_GROUP,
                                                  .value = {.number = 4, .name = "counts"},
                                                  .fields = inner,
                                                  .field_count = 2,
                                                  .width = 2}};
    const struct rc_view values[] = {VIEW("\0\0\0\3"), {NULL, 0}};
    check(fields, 1, values, 2, VIEW("\x22\2\x08\3"));
    const struct rc_view nulls[] = {{NULL, 0}, {NULL, 0}};
    check(fields, 1, nulls, 2, VIEW("\x22\0"));
}

#define ARRAY_HEAD(count) "\0\0\0\1\0\0\0\0\0\0\x08\xc9\0\0\0" count "\0\0\0\1"
#define EMPTY_ARRAY       "\0\0\0\0\0\0\0\0\0\0\x08\xc9"
#define RECORD(value)     "\0\0\0\x19\0\0\0\2\0\0\0\x17\0\0\0\4\0\0\0" value "\0\0\0\x19\0\0\0\1x"

static const struct rc_row_field record_fields[] = {NUMBER(1), TEXT(2)};
static const struct rc_row_field many = {.kind = RC_ROW_MANY,
                                         .value = {.number = 7, .name = "posts"},
                                         .fields = record_fields,
                                         .field_count = 2,
                                         .width = 1};

static void test_row_of_records_is_a_message_each(void **state)
{
    (void)state;
    const struct rc_view two = VIEW(ARRAY_HEAD("\2") RECORD("\1") RECORD("\2"));
    const struct rc_view none = VIEW(EMPTY_ARRAY);
    const struct rc_view null = {NULL, 0};
    check(&many, 1, &two, 1, VIEW("\x3a\5\x08\1\x12\1x\x3a\5\x08\2\x12\1x"));
    check(&many, 1, &none, 1, VIEW(""));
    check(&many, 1, &null, 1, VIEW(""));
}

// More values than are asked for at once, in the record itself and in a related one.
static void test_row_of_any_width(void **state)
{
    enum { WIDTH = 2 * RC_ROW_VALUES_AT_ONCE + 3, VALUE = 9 }; // a value: type, length, a byte
    static const char array_head[] = ARRAY_HEAD("\1");
    static struct rc_row_field fields[WIDTH];
    static struct rc_view values[WIDTH];
    static struct rc_row_field wide = {.kind = RC_ROW_MANY,
                                       .value = {.number = 1, .name = "posts"},
                                       .fields = fields,
                                       .field_count = WIDTH,
                                       .width = 1};
    struct rc_buf expected = {0};
    struct rc_buf array = {0};
    struct rc_buf nested = {0};
    (void)state;
    rc_buf_append(&array, array_head, sizeof array_head - 1);
    rc_buf_append(&array, "\0\0\0\0", 4); // its size, below
    rc_buf_append(&array, (const char[]){0, 0, 0, WIDTH}, 4);
    for (int i = 0; i < WIDTH; i++) {
        fields[i] = (struct rc_row_field)TEXT(1);
        values[i] = (struct rc_view){&"abcdefg"[i % 7], 1};
        rc_buf_append(&array, "\0\0\0\x19\0\0\0\1", VALUE - 1);
        rc_buf_append_view(&array, values[i]);
        rc_buf_append(&expected, "\x0a\1", 2);
        rc_buf_append_view(&expected, values[i]);
    }
    size_t size = 4 + (size_t)WIDTH * VALUE;
    array.data[sizeof array_head + 1] = (char)(size >> 8);
    array.data[sizeof array_head + 2] = (char)size;
    check(fields, WIDTH, values, WIDTH, rc_buf_view(&expected));
    size_t mark = rc_wire_begin(&nested, 1);
    rc_buf_append_view(&nested, rc_buf_view(&expected));
    rc_wire_end(&nested, mark);
    const struct rc_view whole = rc_buf_view(&array);
    check(&wide, 1, &whole, 1, rc_buf_view(&nested));
    rc_buf_fini(&nested);
    rc_buf_fini(&array);
    rc_buf_fini(&expected);
}

static void test_row_that_is_not_as_planned_is_refused(void **state)
{
    (void)state;
    const struct rc_view wrong[] = {
        VIEW("\0\0"),                                                  // no array
        VIEW(ARRAY_HEAD("\1") "\xff\xff\xff\xff"),                     // a record that is NULL
        VIEW(ARRAY_HEAD("\1") "\0\0\0\4\0\0\0\1"),                     // one value, not two
        VIEW(ARRAY_HEAD("\1") "\0\0\0\4\0\0\0\2"),                     // no values
        VIEW(ARRAY_HEAD("\1") "\0\0\0\x0c\0\0\0\2\0\0\0\x17\0\0\0\4"), // a value cut short
        VIEW(ARRAY_HEAD("\2") RECORD("\1")),                           // a record missing
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct rc_buf out = {0};
        rowcall_error err = {0};
        ASSERT_STATUS(decode(&many, 1, &wrong[i], 1, &out, &err), ROWCALL_INTERNAL);
        ASSERT_CONTAINS(err.message, "not as planned");
        rc_buf_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_row_values_come_in_order_and_null_is_absent),
        cmocka_unit_test(test_row_of_related_record_is_nested_or_passed_over),
        cmocka_unit_test(test_row_group_is_always_there),
        cmocka_unit_test(test_row_of_records_is_a_message_each),
        cmocka_unit_test(test_row_of_any_width),
        cmocka_unit_test(test_row_that_is_not_as_planned_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
