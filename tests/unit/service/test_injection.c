// SPDX-License-Identifier: Apache-2.0
//
// Injection into bytes, by a table that refers to itself.
#include "support/check.h"

#include "api/api.h"
#include "service/injection.h"
#include "wire/writer.h"

#include <stdio.h>

// Node {int32 id = 1; string name = 2; Node one = 3; repeated Node many = 4; Ids ids = 5}
static struct rc_wire_message node;
static const struct rc_wire_field ids_fields[] = {
    {.number = 1, .type = RC_FIELD_INT32, .repeated = true, .oneof = -1, .name = "values"},
};
static const struct rc_wire_message ids = {.name = "Int32List",
                                           .full_name = "test.Int32List",
                                           .fields = ids_fields,
                                           .field_count = 1,
                                           .role = RC_MESSAGE_LIST,
                                           .ready = true};
static const struct rc_wire_field node_fields[] = {
    {.number = 1, .type = RC_FIELD_INT32, .oneof = -1, .name = "id"},
    {.number = 2, .type = RC_FIELD_STRING, .oneof = -1, .name = "name"},
    {.number = 3, .type = RC_FIELD_MESSAGE, .oneof = -1, .name = "one", .message = &node},
    {.number = 4,
     .type = RC_FIELD_MESSAGE,
     .repeated = true,
     .oneof = -1,
     .name = "many",
     .message = &node},
    {.number = 5, .type = RC_FIELD_MESSAGE, .oneof = -1, .name = "ids", .message = &ids},
};
static struct rc_wire_message node = {.name = "Node",
                                      .full_name = "test.Node",
                                      .fields = node_fields,
                                      .field_count = 5,
                                      .ready = true};

static struct rc_arena arena;

// Appends the message as text: "id:1 many{name:a}".
static void print(const struct rc_wire_message *message, struct rc_view bytes,
                  struct rc_buf *text)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    size_t begin = text->len;
    rc_wire_reader_init(&reader, bytes);
    while (rc_wire_next(&reader, &value)) {
        const struct rc_wire_field *field = rc_wire_field_by_number(message, value.number);
        assert_non_null(field);
        rc_buf_printf(text, "%s%s", text->len > begin ? " " : "", field->name);
        if (field->type == RC_FIELD_MESSAGE) {
            rc_buf_append_char(text, '{');
            print(field->message, value.bytes, text);
            rc_buf_append_char(text, '}');
        } else if (field->type == RC_FIELD_STRING) {
            rc_buf_printf(text, ":%.*s", rc_view_arg(value.bytes));
        } else {
            rc_buf_printf(text, ":%d", (int)value.scalar);
        }
    }
    assert_false(reader.broken);
}

// What is to be injected: values 100, 101, ... or names "n0", "n1", ...
struct job {
    struct rc_injection injection;
    struct rc_injection_value values[8];
    char names[8][24];
};

static rowcall_status prepare(struct job *job, const char *const *paths, rowcall_error *err)
{
    *job = (struct job){0};
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; paths[i] && st == ROWCALL_OK; i++) {
        struct rc_path path;
        ASSERT_OK(rc_path_resolve(&node, rc_view_of(paths[i]), RC_PATH_TO, &arena, &path, err),
                  *err);
        struct rc_injection_value *value = &job->values[i];
        (void)snprintf(job->names[i], sizeof(job->names[i]), "n%zu", i);
        value->index = i;
        value->from = &node_fields[rc_path_end(&path)->type == RC_FIELD_STRING];
        value->value.scalar = 100 + i;
        value->value.bytes = rc_view_of(job->names[i]);
        st = rc_injection_add(&job->injection, &path, value, &arena, err);
    }
    return st;
}

// The message with the values in it, as text; NULL: *ret_err says why not.
static const char *inject(const struct rc_buf *bytes, const char *const *paths, bool known,
                          rowcall_error *ret_err)
{
    static struct rc_buf text;
    struct rc_buf out = {0};
    struct job job;
    *ret_err = (rowcall_error){0};
    rc_buf_clear(&text);
    rowcall_status st = prepare(&job, paths, ret_err);
    for (int again = 0; again < 2 && st == ROWCALL_OK; again++) { // it may be applied often
        rc_buf_clear(&out);
        st = rc_injection_apply(&job.injection, rc_buf_view(bytes), known, &out, ret_err);
    }
    if (st == ROWCALL_OK) {
        print(&node, rc_buf_view(&out), &text);
    }
    rc_buf_fini(&out);
    return st == ROWCALL_OK ? text.data : NULL;
}

#define PATHS(...)                                                                             \
    (const char *const[])                                                                      \
    {                                                                                          \
        __VA_ARGS__, NULL                                                                      \
    }

// "name:top one{id:1} many{name:a} many{} many{name:c one{id:2}} ids{values:7}"
static void put_tree(struct rc_buf *bytes)
{
    rc_wire_put_text(bytes, 2, "top");
    size_t one = rc_wire_begin(bytes, 3);
    rc_wire_put_uint(bytes, 1, 1);
    rc_wire_end(bytes, one);
    for (int i = 0; i < 3; i++) {
        size_t many = rc_wire_begin(bytes, 4);
        if (i != 1) {
            rc_wire_put_text(bytes, 2, i == 0 ? "a" : "c");
        }
        if (i == 2) {
            size_t inner = rc_wire_begin(bytes, 3);
            rc_wire_put_uint(bytes, 1, 2);
            rc_wire_end(bytes, inner);
        }
        rc_wire_end(bytes, many);
    }
    size_t list = rc_wire_begin(bytes, 5);
    rc_wire_put_uint(bytes, 1, 7);
    rc_wire_end(bytes, list);
}

static void test_injection_makes_what_is_missing(void **state)
{
    (void)state;
    struct rc_buf empty = {0};
    rowcall_error err;
    assert_string_equal(inject(&empty, PATHS("id"), true, &err), "id:100");
    assert_string_equal(inject(&empty, PATHS("one.one.name", "one.id", "id"), true, &err),
                        "one{one{name:n0} id:101} id:102");
    assert_string_equal(inject(&empty, PATHS("ids.values", "ids.values"), true, &err),
                        "ids{values:100 values:101}");
}

static void test_injection_leaves_the_rest_as_it_is(void **state)
{
    (void)state;
    struct rc_buf bytes = {0};
    rowcall_error err;
    put_tree(&bytes);
    assert_string_equal(
        inject(&bytes, PATHS("id", "many[2].one.name", "many[1].id", "ids.values", "one.name"),
               true, &err),
        "name:top one{id:1 name:n4} many{name:a} many{id:102} many{name:c one{id:2 name:n1}}"
        " ids{values:7 values:103} id:100");
    rc_buf_fini(&bytes);
}

static void test_injection_refuses_what_cannot_be(void **state)
{
    (void)state;
    struct rc_buf bytes = {0};
    rowcall_error err;
    put_tree(&bytes);
    for (int known = 0; known < 2; known++) {
        assert_null(inject(&bytes, PATHS("id", "name"), known, &err));
        ASSERT_CONTAINS(err.message, "references[1].to: name: the request has a value");
        assert_null(inject(&bytes, PATHS("many[2].one.id"), known, &err));
        ASSERT_CONTAINS(err.message, "references[0].to: id: the request has a value");
        assert_null(inject(&bytes, PATHS("id", "many[3].id"), known, &err));
        ASSERT_CONTAINS(err.message, "references[1].to: many[3]: the request has 3 of them");
        ASSERT_STATUS(err.status, ROWCALL_INVALID_ARGUMENT);
    }
    assert_null(inject(&bytes, PATHS("id", "id"), true, &err));
    ASSERT_CONTAINS(err.message, "another reference");
    rc_buf_fini(&bytes);
}

static void test_injection_has_values_before_they_are_known(void **state)
{
    (void)state;
    struct rc_buf empty = {0};
    rowcall_error err;
    assert_string_equal(inject(&empty, PATHS("id", "one.name", "ids.values"), false, &err),
                        "id:0 one{name:} ids{values:0}");
}

static void test_injection_refuses_values_that_do_not_fit(void **state)
{
    (void)state;
    static const struct rc_wire_field wide = {.number = 9, .type = RC_FIELD_INT64, .name = "n"};
    struct rc_buf empty = {0};
    struct rc_buf out = {0};
    struct job job;
    rowcall_error err = {0};
    ASSERT_OK(prepare(&job, PATHS("id", "one.id"), &err), err);
    job.values[1].from = &wide;
    job.values[1].value.scalar = (uint64_t)INT32_MAX + 1;
    ASSERT_STATUS(rc_injection_apply(&job.injection, rc_buf_view(&empty), true, &out, &err),
                  ROWCALL_OUT_OF_RANGE);
    ASSERT_CONTAINS(err.message, "references[1].to: the value does not fit into id");
    rc_buf_fini(&out);
}

static int clear(void **state)
{
    (void)state;
    rc_arena_reset(&arena);
    return 0;
}

static int end(void **state)
{
    (void)state;
    rc_arena_fini(&arena);
    return 0;
}

#define CLEAR(test) cmocka_unit_test_setup(test, clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLEAR(test_injection_makes_what_is_missing),
        CLEAR(test_injection_leaves_the_rest_as_it_is),
        CLEAR(test_injection_refuses_what_cannot_be),
        CLEAR(test_injection_has_values_before_they_are_known),
        CLEAR(test_injection_refuses_values_that_do_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
