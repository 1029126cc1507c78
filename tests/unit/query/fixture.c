// SPDX-License-Identifier: Apache-2.0
//
// The schemas, and the rendering of what is prepared.
#include "fixture.h"

#include "support/blog.h"
#include "support/check.h"
#include "support/request.h"
#include "support/shop.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static struct rc_buf set;
static struct rc_schema *schema;
static struct rc_api *api;
static struct rc_query *query;

static int set_up(const struct test_proto *files, size_t count, const char *name)
{
    struct rc_problems problems;
    struct rc_buf text = {0};
    rowcall_error err = {0};
    test_protoc(files, count, &set);
    rowcall_status st = rc_schema_load(rc_buf_view(&set), &schema, &problems, &err);
    rc_problems_print(&problems, &text);
    if (st != ROWCALL_OK) {
        fail_msg("%s\n%s", err.message, text.len ? text.data : "");
    }
    rc_buf_fini(&text);
    rc_problems_fini(&problems);
    const struct rc_scope *scope = rc_schema_scope(schema, rc_view_of(name));
    assert_non_null(scope);
    st = rc_api_new(scope, &api, &err);
    ASSERT_OK(st, err);
    st = rc_query_new(api, NULL, &query, &err);
    ASSERT_OK(st, err);
    return 0;
}

int fixture_setup(void **state)
{
    (void)state;
    return set_up(test_shop, TEST_SHOP_FILES, "shop");
}

int fixture_setup_blog(void **state)
{
    (void)state;
    return set_up(test_blog, TEST_BLOG_FILES, "blog");
}

int fixture_teardown(void **state)
{
    (void)state;
    rc_query_free(query);
    rc_api_free(api);
    rc_schema_free(schema);
    rc_buf_fini(&set);
    return 0;
}

struct rc_api *fixture_api(void)
{
    return api;
}

struct rc_query *fixture_query(void)
{
    return query;
}

const struct rc_model *fixture_model(const char *entity)
{
    const struct rc_model *model = rc_scope_model(rc_api_scope(api), rc_view_of(entity));
    assert_non_null(model);
    return model;
}

void fixture_encode(const char *entity, enum rc_verb verb, const char *json,
                    struct rc_buf *ret_bytes)
{
    const struct rc_wire_message *message = rc_api_request(api, fixture_model(entity), verb);
    assert_non_null(message);
    test_request(message, json, ret_bytes);
}

// Text as it is, in quotes; what cannot be printed as \\x and two digits.
static void render_bytes(struct rc_buf *out, struct rc_view bytes)
{
    rc_buf_append_char(out, '\'');
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char byte = (unsigned char)bytes.data[i];
        rc_buf_printf(out, byte < ' ' || byte > '~' ? "\\x%02x" : "%c", byte);
    }
    rc_buf_append_char(out, '\'');
}

static void render_value(struct rc_buf *out, const struct rc_value *value, bool is_generated)
{
    switch (value->kind) {
    case RC_VALUE_NULL:
        rc_buf_append_text(out, "NULL");
        return;
    case RC_VALUE_BOOL:
        rc_buf_append_text(out, value->integer ? "true" : "false");
        return;
    case RC_VALUE_INT:
        rc_buf_printf(out, "%" PRId64, value->integer);
        return;
    case RC_VALUE_ENUM:
        rc_buf_printf(out, "#%" PRId64, value->integer);
        return;
    case RC_VALUE_FLOAT:
        rc_buf_printf(out, "%gf", (double)value->single);
        return;
    case RC_VALUE_DOUBLE:
        rc_buf_printf(out, "%g", value->number);
        return;
    case RC_VALUE_BYTES:
        render_bytes(out, is_generated ? rc_view_of("<generated>") : value->bytes);
        return;
    case RC_VALUE_TIMESTAMP:
        rc_buf_printf(out, "%" PRId64 ".%06ds", value->timestamp.seconds,
                      (int)value->timestamp.nanos / 1000);
        return;
    case RC_VALUE_LIST:
        break;
    }
    rc_buf_append_char(out, '[');
    for (size_t i = 0; i < value->list.count; i++) {
        rc_buf_append_text(out, i > 0 ? ", " : "");
        render_value(out, &value->list.values[i], is_generated);
    }
    rc_buf_append_char(out, ']');
}

// The fixture's only uuid column is the generated one.
static void render_params(struct rc_buf *out, const struct rc_step *step, enum rc_verb verb)
{
    for (size_t i = 0; i < step->statement->param_count; i++) {
        const struct rc_type *type = step->statement->param_types[i];
        rc_buf_printf(out, "%zu: ", i + 1);
        render_value(out, &step->values[i],
                     type->kind == RC_TYPE_UUID && verb >= RC_VERB_CREATE);
        rc_buf_printf(out, " as %s%s\n", rc_type_info(type->kind)->name,
                      type->array ? "[]" : "");
    }
}

// "1 2 101?{1 2} 204[1 2] 1004{204}": the fields of a row, as a tree.
static void render_fields(struct rc_buf *out, const struct rc_row_field *fields, size_t count)
{
    static const char *const opens[] = {"", "{", "?{", "["};
    static const char *const closes[] = {"", "}", "}", "]"};
    for (size_t i = 0; i < count; i++) {
        rc_buf_printf(out, "%s%u%s%s", i > 0 ? " " : "", fields[i].value.number,
                      fields[i].value.as_text ? "'" : "", opens[fields[i].kind]);
        render_fields(out, fields[i].fields, fields[i].field_count);
        rc_buf_append_text(out, closes[fields[i].kind]);
    }
}

static void render_columns(struct rc_buf *out, const struct rc_plan_statement *statement)
{
    static const char *const meanings[] = {"guards", "targets", "total",  "count",
                                           "exists", "created", "present"};
    for (size_t i = 0; i < statement->head_count; i++) {
        rc_buf_printf(out, "%s\n", meanings[statement->heads[i].meaning]);
    }
    if (statement->field_count > 0) {
        rc_buf_append_text(out, "row <- ");
        render_fields(out, statement->fields, statement->field_count);
        rc_buf_append_text(out, "\n");
    }
}

static void render(struct rc_buf *out, const struct rc_prepared *prepared)
{
    for (size_t i = 0; i < prepared->step_count; i++) {
        const struct rc_plan_statement *statement = prepared->steps[i].statement;
        rc_buf_printf(out, "%s\n", statement->sql);
        render_params(out, &prepared->steps[i], prepared->plan->verb);
        render_columns(out, statement);
        rc_buf_append_text(out, statement->count == RC_PLAN_COUNT_AFFECTED ? "count affected\n"
                                                                           : "");
    }
    rc_buf_append_text(out, prepared->plan->locks ? "locks\n" : "");
    rc_buf_append_text(out, prepared->required ? "required\n" : "");
    if (prepared->has_max_affected) {
        rc_buf_printf(out, "at most %" PRId64 "\n", prepared->max_affected);
    }
}

// What a request is rendered by; out is what is printed.
typedef void (*render_fn)(struct rc_buf *out, const struct rc_prepared *prepared);

static char *explain_by(render_fn render_prepared, struct rc_query *with, const char *entity,
                        enum rc_verb verb, const char *json)
{
    struct rc_buf bytes = {0};
    struct rc_buf out = {0};
    struct rc_arena arena;
    struct rc_prepared prepared = {0};
    rowcall_error err = {0};
    rc_arena_init(&arena, 0);
    fixture_encode(entity, verb, json, &bytes);
    rowcall_status st = rc_query_prepare(with, fixture_model(entity), verb, rc_buf_view(&bytes),
                                         &arena, &prepared, &err);
    if (st == ROWCALL_OK) {
        render_prepared(&out, &prepared);
        rc_prepared_fini(&prepared);
    } else {
        assert_int_equal(err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
        rc_buf_printf(&out, "%s (%s) %s\n", rowcall_status_name(st), err.reason, err.message);
    }
    rc_arena_fini(&arena);
    rc_buf_fini(&bytes);
    if (out.len > 0) {
        rc_buf_truncate(&out, out.len - 1);
    } else {
        rc_buf_append_text(&out, "");
    }
    char *text = rc_buf_take(&out, NULL);
    assert_non_null(text);
    test_replace(text, '"', '`');
    return text;
}

char *fixture_explain(struct rc_query *with, const char *entity, enum rc_verb verb,
                      const char *json)
{
    return explain_by(render, with, entity, verb, json);
}

static void render_bulk(struct rc_buf *out, const struct rc_prepared *prepared)
{
    const struct rc_plan_bulk *bulk = prepared->plan->bulk;
    if (!bulk) {
        rc_buf_append_text(out, "none\n");
        return;
    }
    assert_int_equal(bulk->sql_len, strlen(bulk->sql));
    rc_buf_printf(out, "%s\n", bulk->sql);
    for (size_t i = 0; i < prepared->steps[0].statement->param_count; i++) {
        const struct rc_type *type = bulk->param_types[i];
        rc_buf_printf(out, "%zu: %s%s\n", i + 1, rc_type_info(type->kind)->name,
                      type->array ? "[]" : "");
    }
}

static void expect(char *text, const char *json, const char *expected)
{
    if (strcmp(text, expected) != 0) {
        // fail_msg would cut it.
        (void)fprintf(stderr, "ERROR: %s\nbecame\n%s\nnot\n%s\n", json, text, expected);
        fail();
    }
    free(text);
}

void fixture_expect(const char *entity, enum rc_verb verb, const char *json,
                    const char *expected)
{
    expect(fixture_explain(query, entity, verb, json), json, expected);
}

void fixture_expect_bulk(const char *entity, enum rc_verb verb, const char *json,
                         const char *expected)
{
    expect(explain_by(render_bulk, query, entity, verb, json), json, expected);
}
