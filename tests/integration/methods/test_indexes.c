// SPDX-License-Identifier: Apache-2.0
//
// Which indexes serve which filters, on tables large enough that PostgreSQL looks for one.
#include "harness.h"

#include "support/check.h"

#include "base/buf.h"

#include <stdlib.h>

static int fill(void **state)
{
    int failed = harness_setup_blog(state);
    harness_sql(
        "insert into users (name, email) select 'User ' || i, 'user' || i || '@example.org' "
        "from generate_series(1, 20000) i;\n"
        "insert into posts (title, body, slug, \"authorId\", labels, \"updatedAt\") "
        "select 'Title ' || i, case when i % 3 > 0 then 'word' || i || ' and more' end, "
        "'Slug-' || i, i, array['l' || i, 'm' || i % 1000], now() "
        "from generate_series(1, 20000) i;\n"
        "insert into tags (name) select 'tag' || i from generate_series(1, 5000) i;\n"
        "insert into \"_PostToTag\" select i, 1 + i % 5000 from generate_series(1, 20000) i;\n"
        "create index posts_body_words on posts using gin (to_tsvector('english', body));\n"
        "create index posts_words on posts using gin "
        "(to_tsvector('english', title || ' ' || coalesce(body, '')));\n"
        "create index posts_lower_slug on posts (lower(slug));\n"
        "create index posts_title_pattern on posts (title text_pattern_ops);\n"
        "create index posts_labels on posts using gin (labels);\n"
        "create index users_lower_name on users (lower(name));\n"
        "analyze");
    return failed;
}

static void expect_index(const char *method, const char *where, const char *index)
{
    struct rc_buf request = {0};
    rc_buf_printf(&request, "{'where':%s}", where);
    char *plan = harness_explain(method, request.data);
    if (!strstr(plan, index)) {
        fail_msg("%s does not use %s:\n%s", where, index, plan);
    }
    free(plan);
    rc_buf_fini(&request);
}

static void test_search_uses_expression_indexes(void **state)
{
    (void)state;
    expect_index("Post/FindMany",
                 "{'search':{'fields':['POST_FIELD_BODY'],'query':'word77 & more',"
                 "'language':'english'}}",
                 "posts_body_words");
    expect_index("Post/FindMany",
                 "{'search':{'fields':['POST_FIELD_TITLE','POST_FIELD_BODY'],"
                 "'query':'word77 title','syntax':'WEB','language':'english'}}",
                 "posts_words");
    expect_index("Post/DeleteMany",
                 "{'search':{'fields':['POST_FIELD_BODY'],'query':'word77',"
                 "'language':'english'}}",
                 "posts_body_words");
}

static void test_filters_without_case_use_indexes_in_lower_case(void **state)
{
    (void)state;
    expect_index("Post/FindMany", "{'slug':{'equals':'SLUG-77','insensitive':true}}",
                 "posts_lower_slug");
    expect_index("Post/FindMany",
                 "{'slug':{'in':{'values':['SLUG-77','slug-78']},'insensitive':true}}",
                 "posts_lower_slug");
    expect_index("User/FindMany",
                 "{'name':{'gte':'USER 1999','lt':'user 19991',"
                 "'insensitive':true}}",
                 "users_lower_name");
}

// citext ignores case by itself: told to, it is compared as it is.
static void test_filters_of_citext_use_its_own_index(void **state)
{
    (void)state;
    expect_index("User/FindMany", "{'email':{'equals':'USER77@example.org'}}",
                 "users_email_key");
    expect_index("User/FindMany",
                 "{'email':{'equals':'USER77@example.org','insensitive':true}}",
                 "users_email_key");
}

static void test_filters_of_beginnings_use_pattern_indexes(void **state)
{
    (void)state;
    expect_index("Post/FindMany", "{'title':{'starts_with':'Title 777'}}",
                 "posts_title_pattern");
}

static void test_filters_of_elements_use_gin(void **state)
{
    (void)state;
    expect_index("Post/FindMany", "{'labels':{'has':'l77'}}", "posts_labels");
    expect_index("Post/FindMany", "{'labels':{'has_every':{'values':['l77','m77']}}}",
                 "posts_labels");
    expect_index("Post/FindMany", "{'labels':{'has_some':{'values':['l77','l78']}}}",
                 "posts_labels");
}

// From either side, by the primary key of the pairs or the index on B.
static void test_filters_over_join_tables_use_their_indexes(void **state)
{
    (void)state;
    expect_index("Post/FindMany", "{'tags':{'some':{'name':{'equals':'tag77'}}}}",
                 "\"_PostToTag_B_idx\"");
    expect_index("Tag/FindMany", "{'posts':{'some':{'id':{'equals':'77'}}}}",
                 "\"_PostToTag_AB_pkey\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_search_uses_expression_indexes),
        cmocka_unit_test(test_filters_without_case_use_indexes_in_lower_case),
        cmocka_unit_test(test_filters_of_citext_use_its_own_index),
        cmocka_unit_test(test_filters_of_beginnings_use_pattern_indexes),
        cmocka_unit_test(test_filters_of_elements_use_gin),
        cmocka_unit_test(test_filters_over_join_tables_use_their_indexes),
    };
    return cmocka_run_group_tests(tests, fill, harness_teardown);
}
