// SPDX-License-Identifier: Apache-2.0
//
// What a plan tells of its parameters: the place in the request, the column, and what the value
// does to it.
#include "fixture.h"

#include "support/check.h"

#include <stdlib.h>

static void render(const struct rc_plan_statement *statement, struct rc_buf *out)
{
    static const char *const uses[] = {"compared", "stored", "operand"};
    for (size_t i = 0; i < statement->param_count; i++) {
        const struct rc_plan_origin *origin = &statement->origins[i];
        rc_buf_append_text(out, i > 0 ? "\n" : "");
        rc_buf_append_text(out, origin->path ? origin->path : "-");
        if (origin->column) {
            rc_buf_printf(out, " %s.%s %s", origin->column->entity->name, origin->column->name,
                          uses[origin->use]);
        }
    }
}

static void expect(const char *entity, enum rc_verb verb, const char *json,
                   const char *expected)
{
    struct rc_query *query = NULL;
    struct rc_prepared prepared = {0};
    struct rc_buf bytes = {0};
    struct rc_buf out = {0};
    struct rc_arena arena;
    rowcall_error err = {0};
    rc_arena_init(&arena, 0);
    ASSERT_OK(rc_query_new(fixture_api(), NULL, &query, &err), err);
    fixture_encode(entity, verb, json, &bytes);
    ASSERT_OK(rc_query_prepare(query, fixture_model(entity), verb, rc_buf_view(&bytes), &arena,
                               &prepared, &err),
              err);
    assert_true(prepared.step_count > 0);
    render(prepared.steps[0].statement, &out);
    rc_buf_append_char(&out, '\0');
    assert_string_equal(out.data, expected);
    rc_prepared_fini(&prepared);
    rc_query_free(query);
    rc_arena_fini(&arena);
    rc_buf_fini(&bytes);
    rc_buf_fini(&out);
}

static void test_origin_of_what_is_compared(void **state)
{
    (void)state;
    expect("Item", RC_VERB_FIND_MANY,
           "{'where':{'name':{'equals':'a'},'or':{'any':[{'id':{'gt':1}},{'id':{'in':"
           "{'values':[2]}}}]}},'take':1,'skip':2}",
           "where.name.equals Item.name compared\n"
           "where.or.any[0].id.gt Item.id compared\n"
           "where.or.any[1].id.in Item.id compared\n"
           "take\n"
           "skip");
    expect("Item", RC_VERB_FIND_UNIQUE, "{'key':{'maker_serial':{'maker':'m','serial':1}}}",
           "key.maker_serial.maker Item.maker compared\n"
           "key.maker_serial.serial Item.serial compared");
}

static void test_origin_of_what_is_created(void **state)
{
    (void)state;
    expect("Tick", RC_VERB_CREATE, "{'data':{'word':'a'}}", "data.word Tick.word stored");
    expect("Tick", RC_VERB_CREATE_MANY, "{'rows':[{'word':'a'},{'word':'b'}]}",
           "rows[].word Tick.word stored");
    expect("Part", RC_VERB_CREATE, "{'data':{'id':1,'item_id':2}}",
           "data.id Part.id stored\n"
           "data.item_id Part.item_id stored");
}

static void test_origin_of_what_is_changed(void **state)
{
    (void)state;
    expect("Item", RC_VERB_UPDATE_MANY,
           "{'where':{'serial':{'lt':5}},'data':{'serial':{'increment':1},"
           "'note':{'set':'x'},'tags':{'push':{'values':['t']}}}}",
           "data.note.set Item.note stored\n"
           "data.tags.push Item.tags stored\n"
           "data.serial.increment Item.serial operand\n"
           "where.serial.lt Item.serial compared");
}

// A uuid that the server makes has no place in the request.
static void test_origin_of_what_is_generated_is_none(void **state)
{
    (void)state;
    expect("Item", RC_VERB_CREATE, "{'data':{'name':'n','price':'1','maker':'m','serial':1}}",
           "data.name Item.name stored\n"
           "data.price Item.price stored\n"
           "data.maker Item.maker stored\n"
           "data.serial Item.serial stored\n"
           "-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_origin_of_what_is_compared),
        cmocka_unit_test(test_origin_of_what_is_created),
        cmocka_unit_test(test_origin_of_what_is_changed),
        cmocka_unit_test(test_origin_of_what_is_generated_is_none),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
