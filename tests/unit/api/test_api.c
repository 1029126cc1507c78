// SPDX-License-Identifier: Apache-2.0
//
// The derivation, on a small schema with every kind of relation, a view, and two databases.
#include "api/api.h"
#include "support/check.h"
#include "support/protoc.h"

#include <pthread.h>

static const struct test_proto protos[] = {
    {"shared/shop.proto",
     "syntax = \"proto3\";\n"
     "package schema.shared;\n"
     "import \"rowcall/schema.proto\";\n"
     "import \"google/protobuf/timestamp.proto\";\n"
     "enum Kind { KIND_UNSPECIFIED = 0; KIND_GREEN = 1; KIND_BLACK = 2; }\n"
     "// A tea.\n"
     "message Tea {\n"
     "  option (rowcall.table) = { unique: {fields: [\"name\", \"harvest\"] number: 3} };\n"
     "  int32 id = 1 [(rowcall.column) = {id: true autoincrement: true}];\n"
     "  string name = 2;\n"
     "  int32 harvest = 3;\n"
     "  optional string note = 4;\n"
     "  Kind kind = 5;\n"
     "  repeated string tags = 6;\n"
     "  string price = 7 [(rowcall.column).type = \"numeric(10,2)\"];\n"
     "  string extra = 8 [(rowcall.column).type = \"xml\"];\n"
     "  int32 doubled = 9 [(rowcall.column).generated_sql = \"harvest * 2\"];\n"
     "}\n"
     "message TeaStats {\n"
     "  option (rowcall.table) = { view: true };\n"
     "  int32 id = 1 [(rowcall.column).id = true];\n"
     "  int64 sold = 2;\n"
     "}\n"},
    {"one/database.proto",
     "syntax = \"proto3\";\n"
     "package schema.one;\n"
     "import \"rowcall/schema.proto\";\n"
     "import \"shared/shop.proto\";\n"
     "option (rowcall.database) = { name: \"one\" url_env: \"ONE_URL\" };\n"},
    {"two/database.proto",
     "syntax = \"proto3\";\n"
     "package schema.two;\n"
     "import \"rowcall/schema.proto\";\n"
     "import \"shared/shop.proto\";\n"
     "option (rowcall.database) = { name: \"two\" url_env: \"TWO_URL\" };\n"
     "message Cup {\n"
     "  option (rowcall.table) = {};\n"
     "  int32 id = 1 [(rowcall.column).id = true];\n"
     "  optional int32 tea_id = 2;\n"
     "  schema.shared.Tea tea = 3 [(rowcall.relation) = { fields: \"tea_id\" inverse: {name: "
     "\"cups\" number: 100} }];\n"
     "}\n"},
};

static struct rc_buf set;
static struct rc_schema *schema;

static int load(void **state)
{
    (void)state;
    struct rc_problems problems = {0};
    rowcall_error err = {0};
    test_protoc(protos, sizeof protos / sizeof protos[0], &set);
    rowcall_status st = rc_schema_load(rc_buf_view(&set), &schema, &problems, &err);
    for (size_t i = 0; i < problems.count; i++) {
        print_message("%s:%d: %s\n", problems.items[i].position.file,
                      problems.items[i].position.line, problems.items[i].message);
    }
    rc_problems_fini(&problems);
    ASSERT_OK(st, err);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    rc_schema_free(schema);
    rc_buf_fini(&set);
    return 0;
}

static struct rc_api *api_of(const char *scope)
{
    struct rc_api *api = NULL;
    rowcall_error err = {0};
    ASSERT_OK(rc_api_new(rc_schema_scope(schema, rc_view_of(scope)), &api, &err), err);
    return api;
}

static const struct rc_model *model_of(struct rc_api *api, const char *entity)
{
    const struct rc_model *model = rc_scope_model(rc_api_scope(api), rc_view_of(entity));
    assert_non_null(model);
    return model;
}

static const struct rc_wire_field *field_of(struct rc_api *api, const char *entity,
                                            enum rc_api_message kind, const char *name)
{
    return rc_wire_field_by_name(rc_api_message(api, model_of(api, entity), kind),
                                 rc_view_of(name));
}

static void test_inverse_exists_only_where_its_owner_does(void **state)
{
    (void)state;
    struct rc_api *one = api_of("one");
    struct rc_api *two = api_of("two");
    assert_null(field_of(one, "Tea", RC_MESSAGE_ROW, "cups"));
    const struct rc_wire_field *cups = field_of(two, "Tea", RC_MESSAGE_ROW, "cups");
    assert_non_null(cups);
    assert_int_equal(cups->number, 100);
    assert_true(cups->repeated);
    assert_int_equal(cups->role, RC_ROLE_RELATION);
    assert_null(rc_api_message(one, model_of(one, "Tea"), RC_MESSAGE_COUNTS));
    assert_non_null(rc_api_message(two, model_of(two, "Tea"), RC_MESSAGE_COUNTS));
    rc_api_free(one);
    rc_api_free(two);
}

static void test_key_has_single_and_composite_keys(void **state)
{
    (void)state;
    struct rc_api *api = api_of("one");
    const struct rc_wire_field *id = field_of(api, "Tea", RC_MESSAGE_KEY, "id");
    const struct rc_wire_field *both = field_of(api, "Tea", RC_MESSAGE_KEY, "name_harvest");
    assert_int_equal(id->number, 1);
    assert_int_equal(id->oneof, 0);
    assert_int_equal(both->number, 1013);
    assert_string_equal(both->message->name, "TeaKeyNameHarvest");
    assert_int_equal(rc_wire_message_ready(both->message)->field_count, 2);
    rc_api_free(api);
}

static void test_columns_have_the_messages_of_their_types(void **state)
{
    (void)state;
    struct rc_api *api = api_of("one");
    static const struct {
        enum rc_api_message kind;
        const char *field;
        const char *message;
    } cases[] = {
        {RC_MESSAGE_ROW, "tags", "rowcall.StringList"},
        {RC_MESSAGE_CREATE, "tags", "rowcall.StringList"},
        {RC_MESSAGE_WHERE, "id", "rowcall.Int32Filter"},
        {RC_MESSAGE_WHERE, "name", "rowcall.StringFilter"},
        {RC_MESSAGE_WHERE, "tags", "rowcall.StringListFilter"},
        {RC_MESSAGE_WHERE, "price", "rowcall.ValueFilter"},
        {RC_MESSAGE_WHERE, "extra", "rowcall.NullFilter"},
        {RC_MESSAGE_WHERE, "kind", "one.KindFilter"},
        {RC_MESSAGE_UPDATE, "price", "rowcall.NumericUpdate"},
        {RC_MESSAGE_UPDATE, "kind", "one.KindUpdate"},
        {RC_MESSAGE_UPDATE, "tags", "rowcall.StringListUpdate"},
        {RC_MESSAGE_ORDER_BY, "price", "rowcall.Order"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct rc_wire_field *field = field_of(api, "Tea", cases[i].kind, cases[i].field);
        assert_non_null(field);
        assert_string_equal(field->message->full_name, cases[i].message);
        assert_ptr_equal(field->subject, rc_entity_column(model_of(api, "Tea")->entity,
                                                          rc_view_of(field->name)));
    }
    rc_api_free(api);
}

static void test_what_cannot_be_written_or_ordered_is_left_out(void **state)
{
    (void)state;
    struct rc_api *api = api_of("one");
    assert_non_null(field_of(api, "Tea", RC_MESSAGE_ROW, "doubled"));
    assert_null(field_of(api, "Tea", RC_MESSAGE_CREATE, "doubled"));
    assert_null(field_of(api, "Tea", RC_MESSAGE_UPDATE, "doubled"));
    assert_null(field_of(api, "Tea", RC_MESSAGE_ORDER_BY, "extra"));
    rc_api_free(api);
}

static void test_view_has_reads_only(void **state)
{
    (void)state;
    struct rc_api *api = api_of("one");
    const struct rc_model *view = model_of(api, "TeaStats");
    for (int verb = 0; verb < RC_VERB_NUMBER; verb++) {
        bool is_read = rc_verb_is_read((enum rc_verb)verb);
        assert_int_equal(rc_api_request(api, view, (enum rc_verb)verb) != NULL, is_read);
        assert_int_equal(rc_api_response(api, view, (enum rc_verb)verb) != NULL, is_read);
    }
    assert_null(rc_api_message(api, view, RC_MESSAGE_CREATE));
    rc_api_free(api);
}

static void test_verbs_parse_by_name(void **state)
{
    (void)state;
    for (int verb = 0; verb < RC_VERB_NUMBER; verb++) {
        enum rc_verb parsed = RC_VERB_NUMBER;
        assert_true(rc_verb_parse(rc_view_of(rc_verb_name((enum rc_verb)verb)), &parsed));
        assert_int_equal(parsed, verb);
    }
    enum rc_verb untouched = RC_VERB_COUNT;
    assert_false(rc_verb_parse(rc_view_of("FindSome"), &untouched));
    assert_int_equal(untouched, RC_VERB_COUNT);
}

static void count_enum(void *context, const struct rc_model *model,
                       const struct rc_wire_enum *made)
{
    (void)model;
    (void)made;
    ++*(size_t *)context;
}

static void count_message(void *context, const struct rc_model *model,
                          const struct rc_wire_message *message)
{
    (void)model;
    assert_ptr_equal(rc_wire_message_ready(message), message);
    for (size_t i = 1; i < message->field_count; i++) {
        assert_true(message->fields[i - 1].number < message->fields[i].number);
    }
    ++*(size_t *)context;
}

static void *visit_all(void *api)
{
    size_t visited = 0;
    rowcall_error err = {0};
    return rc_api_each(api, count_enum, count_message, &visited, &err) == ROWCALL_OK
               ? (void *)visited
               : NULL;
}

static void test_tables_fill_from_many_threads(void **state)
{
    (void)state;
    enum { THREADS = 8 };
    struct rc_api *api = api_of("two");
    pthread_t threads[THREADS];
    void *visited[THREADS];
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, visit_all, api), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], &visited[i]);
        assert_non_null(visited[i]);
        assert_ptr_equal(visited[i], visited[0]);
    }
    rc_api_free(api);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inverse_exists_only_where_its_owner_does),
        cmocka_unit_test(test_key_has_single_and_composite_keys),
        cmocka_unit_test(test_columns_have_the_messages_of_their_types),
        cmocka_unit_test(test_what_cannot_be_written_or_ordered_is_left_out),
        cmocka_unit_test(test_view_has_reads_only),
        cmocka_unit_test(test_verbs_parse_by_name),
        cmocka_unit_test(test_tables_fill_from_many_threads),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
