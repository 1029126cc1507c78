// SPDX-License-Identifier: Apache-2.0
//
// Full-text queries as SQL: what an index on an expression has to match.
#include "fixture.h"

#include "support/check.h"

static void test_search_of_one_field_stands_as_it_is(void **state)
{
    (void)state;
    fixture_expect("Post", RC_VERB_COUNT,
                   "{'where':{'search':{'fields':['POST_FIELD_BODY'],'query':'a & b',"
                   "'language':'english'}}}",
                   "select count(*) from `public`.`posts` t0 where"
                   " to_tsvector('english'::regconfig, t0.`body`) @@"
                   " to_tsquery('english'::regconfig, $1::text)\n"
                   "1: 'a & b' as text\n"
                   "count");
}

static void test_search_of_several_fields_coalesces_what_may_be_null(void **state)
{
    (void)state;
    fixture_expect("Post", RC_VERB_COUNT,
                   "{'where':{'search':{'fields':['POST_FIELD_TITLE','POST_FIELD_BODY'],"
                   "'query':'a','syntax':'WEB'}}}",
                   "select count(*) from `public`.`posts` t0 where"
                   " to_tsvector('simple'::regconfig, t0.`title` || ' ' ||"
                   " coalesce(t0.`body`, '')) @@"
                   " websearch_to_tsquery('simple'::regconfig, $1::text)\n"
                   "1: 'a' as text\n"
                   "count");
}

static void test_search_is_a_condition_among_others(void **state)
{
    (void)state;
    fixture_expect("Post", RC_VERB_COUNT,
                   "{'where':{'score':{'gt':1},'not':[{'search':{'fields':['POST_FIELD_BODY'],"
                   "'query':'a','syntax':'PHRASE'}}]}}",
                   "select count(*) from `public`.`posts` t0 where t0.`score` > $1::int4 and"
                   " not (to_tsvector('simple'::regconfig, t0.`body`) @@"
                   " phraseto_tsquery('simple'::regconfig, $2::text))\n"
                   "1: 1 as int4\n"
                   "2: 'a' as text\n"
                   "count");
}

static void test_search_language_is_a_name_of_few_characters(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "en\\'glish",
        "English",
        "a b",
        "\\u00e9",
        "a.b",
        "a23456789012345678901234567890123456789012345678901234567"
        "8901234"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char request[256];
        (void)snprintf(request, sizeof request,
                       "{'where':{'search':{'fields':['POST_FIELD_BODY'],'query':'a',"
                       "'language':'%s'}}}",
                       bad[i]);
        fixture_expect("Post", RC_VERB_COUNT, request,
                       "INVALID_ARGUMENT () where.search.language: is no name of a text search "
                       "configuration: lower case letters, digits and '_', at most 63");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_search_of_one_field_stands_as_it_is),
        cmocka_unit_test(test_search_of_several_fields_coalesces_what_may_be_null),
        cmocka_unit_test(test_search_is_a_condition_among_others),
        cmocka_unit_test(test_search_language_is_a_name_of_few_characters),
    };
    return cmocka_run_group_tests(tests, fixture_setup_blog, fixture_teardown);
}
