// SPDX-License-Identifier: Apache-2.0
//
// Two sets of descriptors: each kind of change that breaks somebody is told once, and what
// breaks nobody is not.
#include "json/compatibility.h"

#include "base/buf.h"
#include "support/check.h"
#include "support/protoc.h"

static const char before_text[] =
    "syntax = \"proto3\";\npackage tea;\n"
    "enum Kind { NONE = 0; GREEN = 1; BLACK = 2; }\n"
    "message Tea { int32 id = 1; string name = 2; string note = 3; Kind kind = 4;"
    " repeated string tags = 5; optional int32 price = 6; }\n"
    "message TeaWhere { int32 id = 1; string name = 2; string note = 3; }\n"
    "message Cup { int32 id = 1; }\n"
    "service TeaService { rpc Find(TeaWhere) returns (Tea); rpc Count(TeaWhere) returns (Cup); "
    "}\n"
    "service CupService { rpc Find(Cup) returns (Cup); }\n";

static struct rc_pool *compile(const char *text)
{
    struct test_proto file = {"tea/tea.proto", text};
    struct rc_buf set = {0};
    struct rc_pool *pool = NULL;
    rowcall_error err = {0};
    test_protoc(&file, 1, &set);
    ASSERT_OK(rc_pool_new(rc_buf_view(&set), &pool, &err), err);
    rc_buf_fini(&set);
    return pool;
}

static void note(void *context, bool wire, const char *text)
{
    rc_buf_printf(context, "%s: %s\n", wire ? "wire" : "names", text);
}

static void expect(const char *after_text, const char *told)
{
    struct rc_buf out = {0};
    struct rc_pool *before = compile(before_text);
    struct rc_pool *after = compile(after_text);
    rc_buf_append_text(&out, "");
    rc_pool_compare(before, after, "tea", note, &out);
    assert_string_equal(out.data, told);
    rc_buf_fini(&out);
    rc_pool_free(before);
    rc_pool_free(after);
}

static void test_what_is_new_breaks_nobody(void **state)
{
    (void)state;
    expect(before_text, "");
    expect("syntax = \"proto3\";\npackage tea;\n"
           "enum Kind { NONE = 0; GREEN = 1; BLACK = 2; WHITE = 3; }\n"
           "message Tea { int32 id = 1; string name = 2; string note = 3; Kind kind = 4;"
           " repeated string tags = 5; optional int32 price = 6; string origin = 7; }\n"
           "message TeaWhere { int32 id = 1; string name = 2; string note = 3; }\n"
           "message Cup { int32 id = 1; }\n"
           "service TeaService { rpc Find(TeaWhere) returns (Tea); rpc Count(TeaWhere) returns "
           "(Cup); rpc New(Cup) returns (Cup); }\n"
           "service CupService { rpc Find(Cup) returns (Cup); }\n"
           "service PotService { rpc Find(Cup) returns (Cup); }\n",
           "");
}

static void test_what_breaks_somebody_is_told_once(void **state)
{
    (void)state;
    expect("syntax = \"proto3\";\npackage tea;\n"
           "enum Kind { NONE = 0; LEAFY = 1; }\n"
           "message Tea { int64 id = 1; string title = 2; string note = 9; Kind kind = 4;"
           " string tags = 5; }\n"
           "message TeaWhere { int32 id = 1; string title = 2; string note = 9; }\n"
           "message Cup { int32 id = 1; }\n"
           "service TeaService { rpc Find(TeaWhere) returns (Cup); }\n",
           "wire: method Find of TeaService takes TeaWhere and returns Cup now\n"
           "wire: method Count of TeaService is gone\n"
           "wire: service CupService is gone\n"
           "wire: field id (number 1) of Tea was int32 and is int64\n"
           "names: field name (number 2) of Tea is called title now\n"
           "wire: field note (number 3) of Tea has number 9 now\n"
           "wire: field tags (number 5) of Tea was repeated string and is string\n"
           "wire: field price (number 6) of Tea is gone\n"
           "names: value GREEN (number 1) of enum Kind is called LEAFY now\n"
           "wire: value BLACK (number 2) of enum Kind is gone\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_new_breaks_nobody),
        cmocka_unit_test(test_what_breaks_somebody_is_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
