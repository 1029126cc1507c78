// SPDX-License-Identifier: Apache-2.0
//
// Pools from descriptor sets: what protoc wrote, what was cut, what refers to nothing.
#include "support/check.h"
#include "support/fail_alloc.h"

#include "fixture.h"
#include "wire/writer.h"

static void test_pool_has_everything_of_the_files(void **state)
{
    (void)state;
    struct rc_pool *pool = fixture_open(JSON_FIXTURE);
    assert_non_null(pool);
    assert_int_equal(rc_pool_file_count(pool), 2);
    assert_string_equal(rc_pool_file_at(pool, 0)->path, "google/protobuf/timestamp.proto");
    const struct rc_pool_file *file = rc_pool_file_at(pool, 1);
    assert_string_equal(file->package, "fixture");
    assert_int_equal(file->service_count, 1);
    assert_int_equal(file->enum_count, 2); // Size, and the one inside Inner
    assert_string_equal(file->messages[0].name, "Scalars");

    const struct rc_wire_message *node = rc_pool_message(pool, rc_view_of("fixture.Node"));
    assert_non_null(node);
    assert_string_equal(node->comment, "A tree.");
    assert_int_equal(node->oneof_count, 1);
    assert_string_equal(node->oneofs[0], "key");
    const struct rc_wire_field *name = rc_wire_field_by_name(node, rc_view_of("name"));
    assert_string_equal(name->comment, "Its name,\non two lines.");
    assert_int_equal(name->oneof, -1);
    const struct rc_wire_field *children = rc_wire_field_by_number(node, 2);
    assert_true(children->repeated);
    assert_ptr_equal(children->message, node);
    assert_int_equal(rc_wire_field_by_number(node, 9)->oneof, 0);
    assert_true(rc_wire_field_by_number(node, 5)->message->map_entry);
    assert_null(rc_wire_field_by_number(node, 5)->subject);
    assert_null(rc_pool_message(pool, rc_view_of("fixture.Nod")));
    assert_null(rc_pool_message(pool, rc_view_of("")));

    const struct rc_wire_message *optionals =
        rc_pool_message(pool, rc_view_of("fixture.Optionals"));
    assert_int_equal(optionals->oneof_count, 0);
    assert_true(optionals->fields[0].optional);
    assert_int_equal(optionals->fields[0].oneof, -1);
    rc_pool_free(pool);
}

static void test_pool_enums_are_sorted_and_commented(void **state)
{
    (void)state;
    struct rc_pool *pool = fixture_open(JSON_FIXTURE);
    assert_non_null(pool);
    const struct rc_wire_enum *size = rc_pool_enum(pool, rc_view_of("fixture.Size"));
    assert_non_null(size);
    assert_string_equal(size->comment, "How large it is.");
    static const int32_t numbers[] = {-3, 0, 1, 7};
    assert_int_equal(size->value_count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(size->values[i].number, numbers[i]);
    }
    assert_string_equal(rc_wire_enum_by_number(size, 1)->comment, "Fits a pocket.");
    const struct rc_wire_message *inner =
        rc_pool_message(pool, rc_view_of("fixture.Node.Inner"));
    assert_non_null(inner);
    assert_string_equal(inner->fields[0].comment, "What kind.");
    assert_ptr_equal(inner->fields[0].enumeration,
                     rc_pool_enum(pool, rc_view_of("fixture.Node.Inner.Kind")));
    rc_pool_free(pool);
}

static void test_pool_finds_methods_by_entity(void **state)
{
    (void)state;
    struct rc_pool *pool = fixture_open(JSON_FIXTURE);
    assert_non_null(pool);
    struct rc_view package = rc_view_of("fixture");
    const struct rc_pool_method *find =
        rc_pool_method(pool, package, rc_view_of("Node"), rc_view_of("Find"));
    assert_non_null(find);
    assert_string_equal(find->comment, "By key.");
    assert_string_equal(find->input->full_name, "fixture.Node");
    assert_string_equal(find->output->full_name, "fixture.Node.Inner");
    assert_ptr_equal(
        rc_pool_method(pool, package, rc_view_of("NodeService"), rc_view_of("Find")), find);
    assert_null(rc_pool_method(pool, package, rc_view_of("Nod"), rc_view_of("Find")));
    assert_null(rc_pool_method(pool, package, rc_view_of("Node"), rc_view_of("Fin")));
    assert_null(
        rc_pool_method(pool, rc_view_of("fix"), rc_view_of("Node"), rc_view_of("Find")));
    assert_string_equal(rc_pool_service(pool, package, rc_view_of("Node"))->comment,
                        "Finds nodes.");
    rc_pool_free(pool);
}

static void test_pool_refuses_every_truncation_or_makes_a_whole_pool(void **state)
{
    (void)state;
    struct rc_buf bytes = fixture_read(JSON_FIXTURE);
    assert_true(bytes.len > 1000);
    size_t made = 0;
    for (size_t len = 0; len < bytes.len; len++) {
        struct rc_pool *pool = NULL;
        rowcall_error err = {0};
        if (rc_pool_new((struct rc_view){bytes.data, len}, &pool, &err) == ROWCALL_OK) {
            made++; // at 0, and where the first file ends
        } else {
            assert_true(err.message[0] != '\0');
        }
        rc_pool_free(pool);
    }
    assert_int_equal(made, 2);
    rc_buf_fini(&bytes);
}

// A set of one file with one message M holding one field.
static void put_field_set(struct rc_buf *buf, uint64_t type, const char *type_name,
                          uint64_t number)
{
    size_t file = rc_wire_begin(buf, 1);
    rc_wire_put_text(buf, 2, "p");
    size_t message = rc_wire_begin(buf, 4);
    rc_wire_put_text(buf, 1, "M");
    size_t field = rc_wire_begin(buf, 2);
    rc_wire_put_text(buf, 1, "f");
    rc_wire_put_uint(buf, 3, number);
    rc_wire_put_uint(buf, 5, type);
    if (type_name) {
        rc_wire_put_text(buf, 6, type_name);
    }
    rc_wire_end(buf, field);
    rc_wire_end(buf, message);
    rc_wire_end(buf, file);
}

static void test_pool_refuses_descriptors_that_make_no_sense(void **state)
{
    (void)state;
    static const struct {
        uint64_t type;
        const char *type_name;
        uint64_t number;
        const char *error; // NULL: it is fine
    } cases[] = {
        {RC_FIELD_BOOL, NULL, 1, NULL},
        {RC_FIELD_MESSAGE, ".p.M", 1, NULL},
        {10, ".p.M", 1, "a field of a type that is not known"},
        {0, NULL, 1, "a field of a type that is not known"},
        {99, NULL, 1, "a field of a type that is not known"},
        {RC_FIELD_MESSAGE, ".p.N", 1, "p.M: type p.N is not in the descriptor set"},
        {RC_FIELD_ENUM, ".p.M", 1, "p.M: type p.M is not in the descriptor set"},
        {RC_FIELD_MESSAGE, "M", 1, "not fully qualified"},
        {RC_FIELD_MESSAGE, NULL, 1, "not fully qualified"},
        {RC_FIELD_BOOL, NULL, 0, "a field number that is zero or used twice"},
        {RC_FIELD_MESSAGE, ".\xFF", 1, "a name that is not text"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rc_buf bytes = {0};
        struct rc_pool *pool = NULL;
        rowcall_error err = {0};
        put_field_set(&bytes, cases[i].type, cases[i].type_name, cases[i].number);
        rowcall_status st = rc_pool_new(rc_buf_view(&bytes), &pool, &err);
        if (cases[i].error) {
            ASSERT_STATUS(st, ROWCALL_INVALID_ARGUMENT);
            ASSERT_CONTAINS(err.message, cases[i].error);
            assert_null(pool);
        } else {
            ASSERT_OK(st, err);
        }
        rc_pool_free(pool);
        rc_buf_fini(&bytes);
    }
}

static void test_pool_without_memory_fails_cleanly(void **state)
{
    (void)state;
    struct rc_buf bytes = fixture_read(JSON_FIXTURE);
    bool refused = true;
    for (unsigned long nth = 1; refused; nth++) {
        assert_true(nth < 100);
        struct rc_pool *pool = NULL;
        rowcall_error err = {0};
        fail_alloc_arm(nth);
        rowcall_status st = rc_pool_new(rc_buf_view(&bytes), &pool, &err);
        refused = fail_alloc_disarm();
        ASSERT_STATUS(st, refused ? ROWCALL_RESOURCE_EXHAUSTED : ROWCALL_OK);
        rc_pool_free(pool);
    }
    rc_buf_fini(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pool_has_everything_of_the_files),
        cmocka_unit_test(test_pool_enums_are_sorted_and_commented),
        cmocka_unit_test(test_pool_finds_methods_by_entity),
        cmocka_unit_test(test_pool_refuses_every_truncation_or_makes_a_whole_pool),
        cmocka_unit_test(test_pool_refuses_descriptors_that_make_no_sense),
        cmocka_unit_test(test_pool_without_memory_fails_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
