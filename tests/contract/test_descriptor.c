// SPDX-License-Identifier: Apache-2.0
//
// The rendered descriptors are what protoc makes of the printed .proto files: same files,
// messages, fields, enums, services. So Reflection describes exactly the contract that is
// checked in.
#include "api/descriptor.h"
#include "codegen/proto_file.h"
#include "json/pool.h"
#include "support/blog.h"
#include "support/check.h"
#include "support/protoc.h"

#include <stdlib.h>

enum { MAX_FILES = 64 };

struct printed {
    struct test_proto files[MAX_FILES];
    size_t count;
};

static rowcall_status keep(void *context, const char *path, struct rc_view text,
                           rowcall_error *err)
{
    (void)err;
    struct printed *printed = context;
    assert_true(printed->count < MAX_FILES);
    printed->files[printed->count++] =
        (struct test_proto){strdup(path), strndup(text.data, text.len)};
    return ROWCALL_OK;
}

static void forget(struct printed *printed)
{
    for (size_t i = 0; i < printed->count; i++) {
        free((char *)(uintptr_t)printed->files[i].path);
        free((char *)(uintptr_t)printed->files[i].text);
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
    if (a->message) {
        assert_string_equal(a->message->full_name, b->message->full_name);
    }
    if (a->enumeration) {
        assert_string_equal(a->enumeration->full_name, b->enumeration->full_name);
    }
}

static void assert_same_message(const struct rc_wire_message *a,
                                const struct rc_wire_message *b)
{
    assert_string_equal(a->full_name, b->full_name);
    assert_int_equal(a->field_count, b->field_count);
    assert_int_equal(a->oneof_count, b->oneof_count);
    for (size_t i = 0; i < a->field_count; i++) {
        assert_same_field(&a->fields[i], &b->fields[i]);
    }
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

static void assert_same_service(const struct rc_pool_service *a,
                                const struct rc_pool_service *b)
{
    assert_string_equal(a->full_name, b->full_name);
    assert_int_equal(a->method_count, b->method_count);
    for (size_t i = 0; i < a->method_count; i++) {
        assert_string_equal(a->methods[i].name, b->methods[i].name);
        assert_string_equal(a->methods[i].input->full_name, b->methods[i].input->full_name);
        assert_string_equal(a->methods[i].output->full_name, b->methods[i].output->full_name);
    }
}

static const struct rc_pool_file *file_at(const struct rc_pool *pool, const char *path)
{
    for (size_t i = 0; i < rc_pool_file_count(pool); i++) {
        if (strcmp(rc_pool_file_at(pool, i)->path, path) == 0) {
            return rc_pool_file_at(pool, i);
        }
    }
    fail_msg("%s is not described", path);
    return NULL;
}

static void assert_same_file(const struct rc_pool_file *a, const struct rc_pool_file *b)
{
    assert_string_equal(a->package, b->package);
    assert_int_equal(a->message_count, b->message_count);
    assert_int_equal(a->enum_count, b->enum_count);
    assert_int_equal(a->service_count, b->service_count);
    for (size_t i = 0; i < a->message_count; i++) {
        assert_same_message(&a->messages[i], &b->messages[i]);
    }
    for (size_t i = 0; i < a->enum_count; i++) {
        assert_same_enum(&a->enums[i], &b->enums[i]);
    }
    for (size_t i = 0; i < a->service_count; i++) {
        assert_same_service(&a->services[i], &b->services[i]);
    }
}

static void compare_scope(const struct rc_scope *scope)
{
    struct rc_api *api = NULL;
    struct rc_pool *rendered = NULL;
    struct rc_pool *compiled = NULL;
    struct rc_buf set = {0};
    struct rc_buf protoc_set = {0};
    struct printed printed = {0};
    rowcall_error err = {0};
    ASSERT_OK(rc_api_new(scope, &api, &err), err);
    ASSERT_OK(rc_api_descriptor_set(api, &set, &err), err);
    ASSERT_OK(rc_pool_new(rc_buf_view(&set), &rendered, &err), err);
    ASSERT_OK(rc_proto_files(api, keep, &printed, &err), err);
    test_protoc(printed.files, printed.count, &protoc_set);
    ASSERT_OK(rc_pool_new(rc_buf_view(&protoc_set), &compiled, &err), err);
    for (size_t i = 0; i < printed.count; i++) {
        assert_same_file(file_at(compiled, printed.files[i].path),
                         file_at(rendered, printed.files[i].path));
    }
    forget(&printed);
    rc_pool_free(rendered);
    rc_pool_free(compiled);
    rc_buf_fini(&set);
    rc_buf_fini(&protoc_set);
    rc_api_free(api);
}

static void compare_scopes(struct rc_buf *set)
{
    struct rc_schema *schema = NULL;
    struct rc_problems problems = {0};
    rowcall_error err = {0};
    ASSERT_OK(rc_schema_load(rc_buf_view(set), &schema, &problems, &err), err);
    for (size_t i = 0; i < schema->scope_count; i++) {
        compare_scope(&schema->scopes[i]);
    }
    rc_problems_fini(&problems);
    rc_schema_free(schema);
    rc_buf_fini(set);
}

static void test_descriptors_are_those_of_the_printed_files(void **state)
{
    (void)state;
    struct rc_buf set = {0};
    test_protoc_repository(&set);
    compare_scopes(&set);
}

// Views, implicit many-to-many, typed SQL with every response.
static void test_descriptors_of_the_blog_are_those_of_its_files(void **state)
{
    (void)state;
    struct rc_buf set = {0};
    test_protoc(test_blog, TEST_BLOG_FILES, &set);
    compare_scopes(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_descriptors_are_those_of_the_printed_files),
        cmocka_unit_test(test_descriptors_of_the_blog_are_those_of_its_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
