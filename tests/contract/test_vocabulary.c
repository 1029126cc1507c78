// SPDX-License-Identifier: Apache-2.0
//
// The tables of vocabulary.c are query.proto: every message, field, number, type, presence and
// enum value.
#include "api/descriptor.h"
#include "api/vocabulary.h"
#include "json/pool.h"
#include "support/check.h"

static struct rc_pool *pool;

static int load(void **state)
{
    (void)state;
    rowcall_error err = {0};
    ASSERT_OK(rc_pool_new(rc_api_fixed_descriptors(), &pool, &err), err);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    rc_pool_free(pool);
    return 0;
}

static void assert_same_enum(const struct rc_wire_enum *a, const struct rc_wire_enum *b)
{
    assert_string_equal(a->full_name, b->full_name);
    assert_int_equal(a->value_count, b->value_count);
    for (size_t i = 0; i < a->value_count; i++) {
        assert_string_equal(a->values[i].name, b->values[i].name);
        assert_int_equal(a->values[i].number, b->values[i].number);
    }
}

static void assert_same_field(const struct rc_wire_field *a, const struct rc_wire_field *b)
{
    assert_string_equal(a->name, b->name);
    assert_int_equal(a->number, b->number);
    assert_int_equal(a->type, b->type);
    assert_int_equal(a->repeated, b->repeated);
    assert_int_equal(a->optional, b->optional);
    assert_int_equal(a->oneof, b->oneof);
    assert_int_equal(a->message != NULL, b->message != NULL);
    if (a->message) {
        assert_string_equal(a->message->full_name, b->message->full_name);
    }
    assert_int_equal(a->enumeration != NULL, b->enumeration != NULL);
    if (a->enumeration) {
        assert_same_enum(a->enumeration, b->enumeration);
    }
}

static void test_vocabulary_is_query_proto(void **state)
{
    (void)state;
    const struct rc_wire_message *table = NULL;
    for (size_t i = 0; (table = rc_vocabulary_at(i)); i++) {
        const struct rc_wire_message *compiled =
            rc_pool_message(pool, rc_view_of(table->full_name));
        assert_non_null(compiled);
        assert_int_equal(table->field_count, compiled->field_count);
        for (size_t k = 0; k < table->field_count; k++) {
            assert_same_field(&table->fields[k], &compiled->fields[k]);
            assert_int_not_equal(table->fields[k].role, RC_ROLE_NONE);
        }
    }
}

static void test_vocabulary_is_complete(void **state)
{
    (void)state;
    size_t known = 0;
    while (rc_vocabulary_at(known)) {
        known++;
    }
    size_t compiled = 0;
    for (size_t i = 0; i < rc_pool_file_count(pool); i++) {
        const struct rc_pool_file *file = rc_pool_file_at(pool, i);
        compiled += strcmp(file->path, "rowcall/query.proto") == 0 ? file->message_count : 0;
    }
    assert_int_equal(known, compiled);
}

// Enums that only derived messages refer to.
static void test_vocabulary_has_the_enums_of_query_proto(void **state)
{
    (void)state;
    const struct rc_wire_enum *const tables[] = {&rc_vocabulary_direction,
                                                 &rc_vocabulary_search_syntax};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        const struct rc_wire_enum *compiled =
            rc_pool_enum(pool, rc_view_of(tables[i]->full_name));
        assert_non_null(compiled);
        assert_same_enum(tables[i], compiled);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vocabulary_is_query_proto),
        cmocka_unit_test(test_vocabulary_is_complete),
        cmocka_unit_test(test_vocabulary_has_the_enums_of_query_proto),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
