// SPDX-License-Identifier: Apache-2.0
//
// Full-text queries: every syntax, languages, several fields, NULL, and what is wrong with
// them.
#include "harness.h"

#include "support/check.h"

#include <stdio.h>

// Posts by ann (1): 1 cats and dogs; 2 a fat rat, without a title to speak of; 3 no body.
static int fill(void **state)
{
    (void)harness_empty(state);
    harness_sql("insert into users (name, email) values ('ann', 'Mrs Lee'), "
                "('bob', null);\n"
                "insert into posts (title, body, \"authorId\", \"updatedAt\") values "
                "('Cats', 'The cat sat beside running dogs', 1, now()), "
                "('untitled', 'A fat rat ate the cat food', 1, now()), "
                "('Dogs and cats', null, 2, now());\n");
    return 0;
}

static void expect(const char *search, const char *rows)
{
    char request[512];
    char answer[512];
    (void)snprintf(request, sizeof request,
                   "{'where':{'search':%s},'order_by':[{'id':{}}],'select':{'id':true}}",
                   search);
    (void)snprintf(answer, sizeof answer, *rows ? "{'rows':[%s]}" : "{%s}", rows);
    harness_expect("Post/FindMany", request, answer);
}

static void refuse(const char *search, const char *begin)
{
    char request[512];
    (void)snprintf(request, sizeof request, "{'where':{'and':[{'search':%s}]}}", search);
    harness_expect_begin("Post/FindMany", request, begin);
}

static void test_search_of_one_field(void **state)
{
    (void)state;
    expect("{'fields':['POST_FIELD_BODY'],'query':'cat'}", "{'id':'1'},{'id':'2'}");
    expect("{'fields':['POST_FIELD_TITLE'],'query':'cats'}", "{'id':'1'},{'id':'3'}");
    expect("{'fields':['POST_FIELD_BODY'],'query':'cat & !dogs'}", "{'id':'2'}");
    expect("{'fields':['POST_FIELD_BODY'],'query':'r:*'}", "{'id':'1'},{'id':'2'}");
}

// Fields are one text, with a space between them; a NULL in it is no word.
static void test_search_of_several_fields(void **state)
{
    (void)state;
    expect("{'fields':['POST_FIELD_TITLE','POST_FIELD_BODY'],'query':'dogs & cats'}",
           "{'id':'1'},{'id':'3'}");
    expect("{'fields':['POST_FIELD_TITLE','POST_FIELD_BODY'],'query':'cats <-> the'}",
           "{'id':'1'}");
    expect("{'fields':['POST_FIELD_BODY','POST_FIELD_TITLE'],'query':'cats <-> the'}", "");
}

static void test_search_of_a_language_finds_other_forms(void **state)
{
    (void)state;
    expect("{'fields':['POST_FIELD_BODY'],'query':'runs','language':'english'}", "{'id':'1'}");
    expect("{'fields':['POST_FIELD_BODY'],'query':'runs'}", "");
    expect("{'fields':['POST_FIELD_BODY'],'query':'runs','language':''}", "");
}

static void test_search_syntaxes(void **state)
{
    (void)state;
    expect("{'fields':['POST_FIELD_BODY'],'query':'cat fat','syntax':'PLAIN'}", "{'id':'2'}");
    expect("{'fields':['POST_FIELD_BODY'],'query':'fat rat','syntax':'PHRASE'}", "{'id':'2'}");
    expect("{'fields':['POST_FIELD_BODY'],'query':'rat fat','syntax':'PHRASE'}", "");
    expect("{'fields':['POST_FIELD_BODY'],'query':'\\\"fat rat\\\" or dogs','syntax':'WEB'}",
           "{'id':'1'},{'id':'2'}");
    expect("{'fields':['POST_FIELD_BODY'],'query':'cat -dogs','syntax':'WEB'}", "{'id':'2'}");
    expect("{'fields':['POST_FIELD_BODY'],'query':'((& |','syntax':'WEB'}", "");
}

// One NULL field alone is neither found nor not found, as with every filter of a column.
static void test_search_of_null(void **state)
{
    (void)state;
    harness_expect(
        "Post/Count",
        "{'where':{'not':[{'search':{'fields':['POST_FIELD_BODY'],'query':'cat'}}]}}",
        "{'count':'0'}");
    harness_expect("Post/Count",
                   "{'where':{'not':[{'search':{'fields':['POST_FIELD_TITLE','POST_FIELD_BODY']"
                   ",'query':'food'}}]}}",
                   "{'count':'2'}");
}

static void test_search_without_words_finds_nothing(void **state)
{
    (void)state;
    expect("{'fields':['POST_FIELD_BODY'],'query':''}", "");
    expect("{'fields':['POST_FIELD_BODY'],'query':'the','language':'english'}", "");
}

static void test_search_of_case_insensitive_text(void **state)
{
    (void)state;
    harness_expect(
        "User/FindMany",
        "{'where':{'search':{'fields':['USER_FIELD_NAME','USER_FIELD_EMAIL'],'query':'lee'}},"
        "'select':{'id':true}}",
        "{'rows':[{'id':1}]}");
}

static void test_search_stands_in_every_where(void **state)
{
    (void)state;
    harness_expect(
        "User/FindMany",
        "{'where':{'posts':{'some':{'search':{'fields':['POST_FIELD_BODY'],'query':'rat'}}}},"
        "'select':{'id':true}}",
        "{'rows':[{'id':1}]}");
    harness_expect("Post/UpdateMany",
                   "{'where':{'search':{'fields':['POST_FIELD_BODY'],'query':'rat'}},"
                   "'data':{'score':{'set':3}}}",
                   "{'count':'1'}");
    harness_expect("Post/DeleteMany",
                   "{'where':{'or':{'any':[{'score':{'equals':3}},"
                   "{'search':{'fields':['POST_FIELD_TITLE'],'query':'dogs'}}]}}}",
                   "{'count':'2'}");
}

static void test_search_refuses_what_is_no_query(void **state)
{
    (void)state;
    refuse("{'fields':['POST_FIELD_BODY'],'query':'cat dog'}",
           "INVALID_ARGUMENT P2007 rolled back: where.and[0].search.query: is no full-text "
           "query");
    refuse("{'fields':['POST_FIELD_BODY'],'query':'cat & & dog'}",
           "INVALID_ARGUMENT P2007 rolled back: where.and[0].search.query: is no full-text "
           "query");
    // The second of two is named.
    harness_expect_begin(
        "Post/Count",
        "{'where':{'search':{'fields':['POST_FIELD_BODY'],'query':'cat'},"
        "'and':[{'search':{'fields':['POST_FIELD_TITLE'],'query':'( cat'}}]}}",
        "INVALID_ARGUMENT P2007 rolled back: where.and[0].search.query: is no full-text query");
}

static void test_search_refuses_unknown_languages(void **state)
{
    (void)state;
    refuse("{'fields':['POST_FIELD_BODY'],'query':'cat','language':'klingon'}",
           "INVALID_ARGUMENT P2007 rolled back: where.and[0].search.language: the database has "
           "no text search configuration 'klingon'");
    refuse("{'fields':['POST_FIELD_BODY'],'query':'cat','language':'English'}",
           "INVALID_ARGUMENT  not executed: where.and[0].search.language: is no name of a text "
           "search configuration");
    refuse("{'fields':['POST_FIELD_BODY'],'query':'cat','language':'x$y'}",
           "INVALID_ARGUMENT  not executed: where.and[0].search.language: is no name");
}

static void test_search_refuses_what_is_no_text(void **state)
{
    (void)state;
    refuse("{'fields':['POST_FIELD_SCORE'],'query':'cat'}",
           "INVALID_ARGUMENT  not executed: where.and[0].search.fields[0]: score is no text "
           "column");
    refuse("{'fields':['POST_FIELD_TITLE','POST_FIELD_LABELS'],'query':'cat'}",
           "INVALID_ARGUMENT  not executed: where.and[0].search.fields[1]: labels is no text "
           "column");
    refuse("{'query':'cat'}",
           "INVALID_ARGUMENT  not executed: where.and[0].search: names no fields to search");
    refuse("{'fields':['POST_FIELD_BODY']}",
           "INVALID_ARGUMENT  not executed: where.and[0].search: needs a query to search by");
}

// Ranks by the number of the words: posts 4 to 7 hold "owl" once to four times, 8 not at all.
static int fill_owls(void **state)
{
    (void)fill(state);
    harness_sql(
        "insert into posts (id, title, body, \"authorId\", \"updatedAt\", score) values "
        "(4, 'x', 'owl a', 1, now(), 1), (5, 'x', 'owl owl', 1, now(), 1), "
        "(6, 'x', 'owl owl owl', 2, now(), 1), (7, 'x', 'owl owl owl owl', 2, now(), 1), "
        "(8, 'x', null, 1, now(), 1);\n"
        "insert into comments (id, text, \"postId\") values "
        "('00000000-0000-0000-0000-000000000001', 'a', 4), "
        "('00000000-0000-0000-0000-000000000002', 'b', 8), "
        "('00000000-0000-0000-0000-000000000003', 'c', 7);\n");
    return 0;
}

#define OWLS(direction)                                                                        \
    "'order_by':[{'relevance':{'fields':['POST_FIELD_BODY'],'query':'owl','direction':"        \
    "'" direction "'}}]"
#define SCORED "'where':{'score':{'equals':1}},'select':{'id':true}"

static void test_relevance_orders(void **state)
{
    (void)state;
    harness_expect("Post/FindMany", "{" OWLS("DESC") "," SCORED "}",
                   "{'rows':[{'id':'7'},{'id':'6'},{'id':'5'},{'id':'4'},{'id':'8'}]}");
    harness_expect("Post/FindMany", "{" OWLS("ASC") "," SCORED "}",
                   "{'rows':[{'id':'8'},{'id':'4'},{'id':'5'},{'id':'6'},{'id':'7'}]}");
}

static void test_relevance_pages(void **state)
{
    (void)state;
    harness_expect("Post/FindMany", "{" OWLS("DESC") ",'take':2,'skip':1," SCORED "}",
                   "{'rows':[{'id':'6'},{'id':'5'}]}");
    harness_expect("Post/FindMany",
                   "{" OWLS("DESC") ",'cursor':{'id':'5'},'take':2," SCORED "}",
                   "{'rows':[{'id':'5'},{'id':'4'}]}");
    harness_expect("Post/FindMany",
                   "{" OWLS("DESC") ",'cursor':{'id':'5'},'take':-2," SCORED "}",
                   "{'rows':[{'id':'6'},{'id':'5'}]}");
    harness_expect("Post/FindMany",
                   "{" OWLS("DESC") ",'distinct':['POST_FIELD_AUTHOR_ID']," SCORED "}",
                   "{'rows':[{'id':'7'},{'id':'5'}]}");
    harness_expect("Post/FindFirst", "{" OWLS("DESC") "," SCORED "}", "{'row':{'id':'7'}}");
}

// Two orders of one query do not swallow each other; what comes behind decides among equals.
static void test_relevance_stands_among_other_orders(void **state)
{
    (void)state;
    harness_expect("Post/FindMany",
                   "{'order_by':[{'author_id':{}},{'relevance':{'fields':['POST_FIELD_BODY'],"
                   "'query':'owl'}},{'relevance':{'fields':['POST_FIELD_TITLE'],'query':'x'}},"
                   "{'id':{}}]," SCORED "}",
                   "{'rows':[{'id':'8'},{'id':'4'},{'id':'5'},{'id':'6'},{'id':'7'}]}");
}

// Of a related record, and within a nested read.
static void test_relevance_crosses_relations(void **state)
{
    (void)state;
    harness_expect("Comment/FindMany",
                   "{'order_by':[{'post':{'relevance':{'fields':['POST_FIELD_BODY'],"
                   "'query':'owl','direction':'DESC'}}}],'take':3,'select':{'text':true}}",
                   "{'rows':[{'text':'c'},{'text':'a'},{'text':'b'}]}");
    harness_expect("User/FindUnique",
                   "{'key':{'id':2},'select':{'name':true,'posts':{" OWLS(
                       "DESC") ",'take':2,'select':{'id':true}}}}",
                   "{'row':{'name':'bob','posts':[{'id':'7'},{'id':'6'}]}}");
}

static void test_relevance_refuses_like_a_filter(void **state)
{
    (void)state;
    harness_expect_begin(
        "Post/FindMany",
        "{'order_by':[{'relevance':{'fields':['POST_FIELD_BODY'],"
        "'query':'a b'}}]}",
        "INVALID_ARGUMENT P2007 rolled back: order_by[0].relevance.query: is no "
        "full-text query");
    harness_expect("Post/FindMany", "{'order_by':[{'relevance':{'query':'a'}}]}",
                   "INVALID_ARGUMENT  not executed: order_by[0].relevance: names no fields to "
                   "search");
}

// ---- tsvector columns, which are searched as they are

static int fill_vectors(void **state)
{
    (void)harness_empty(state);
    harness_sql("insert into kind (one_tsvector, one_text) values "
                "(to_tsvector('english', 'running cats'), 'dogs'), "
                "(to_tsvector('english', 'a cat and another cat'), null), (null, 'cats')");
    return 0;
}

static void expect_kinds(const char *search, const char *rows)
{
    char request[512];
    (void)snprintf(request, sizeof request,
                   "{'where':{'search':%s},'order_by':[{'id':{}}],'select':{'id':true}}",
                   search);
    harness_expect("Kind/FindMany", request, rows);
}

static void test_vectors_are_searched_as_they_are(void **state)
{
    (void)state;
    expect_kinds("{'fields':['KIND_FIELD_ONE_TSVECTOR'],'query':'cats','language':'english'}",
                 "{'rows':[{'id':1},{'id':2}]}");
    // The language is that of the query; the words were made before.
    expect_kinds("{'fields':['KIND_FIELD_ONE_TSVECTOR'],'query':'cats'}", "{}");
    harness_expect("Kind/Count",
                   "{'where':{'not':[{'search':{'fields':['KIND_FIELD_ONE_TSVECTOR'],"
                   "'query':'run'}}]}}",
                   "{'count':'1'}");
}

static void test_vectors_and_texts_are_searched_together(void **state)
{
    (void)state;
    expect_kinds("{'fields':['KIND_FIELD_ONE_TSVECTOR','KIND_FIELD_ONE_TEXT'],"
                 "'query':'cats & dog','language':'english'}",
                 "{'rows':[{'id':1}]}");
    expect_kinds("{'fields':['KIND_FIELD_ONE_TEXT','KIND_FIELD_ONE_TSVECTOR'],'query':'cat',"
                 "'language':'english'}",
                 "{'rows':[{'id':1},{'id':2},{'id':3}]}");
    harness_expect("Kind/FindMany",
                   "{'order_by':[{'relevance':{'fields':['KIND_FIELD_ONE_TSVECTOR'],"
                   "'query':'cat','direction':'DESC'}}],'select':{'id':true}}",
                   "{'rows':[{'id':2},{'id':1},{'id':3}]}");
}

static void test_vectors_are_values_like_others(void **state)
{
    (void)state;
    harness_expect(
        "Kind/Create",
        "{'data':{'one_tsvector':'big:2A cat:1','many_tsvector':{'values':['x','a b',"
        "''],'nulls':[2]}},'select':{'one_tsvector':true,'many_tsvector':true}}",
        "{'row':{'one_tsvector':''big':2A 'cat':1',"
        "'many_tsvector':{'values':[''x'',''a' 'b'',''],'nulls':[2]}}}");
    harness_expect("Kind/Update",
                   "{'key':{'id':1},'data':{'one_tsvector':{'set':'dog:1'}},"
                   "'select':{'one_tsvector':true}}",
                   "{'row':{'one_tsvector':''dog':1'}}");
    harness_expect("Kind/Count", "{'where':{'one_tsvector':{'is_null':false}}}",
                   "{'count':'3'}");
    harness_expect_begin("Kind/Create", "{'data':{'one_tsvector':'a:'}}",
                         "INVALID_ARGUMENT P2007 rolled back: data.one_tsvector: ");
}

#define VECTOR_CASE(name) cmocka_unit_test_setup(name, fill_vectors)
#define CASE(name)        cmocka_unit_test_setup(name, fill)
#define OWL_CASE(name)    cmocka_unit_test_setup(name, fill_owls)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_search_of_one_field),
        CASE(test_search_of_several_fields),
        CASE(test_search_of_a_language_finds_other_forms),
        CASE(test_search_syntaxes),
        CASE(test_search_of_null),
        CASE(test_search_without_words_finds_nothing),
        CASE(test_search_of_case_insensitive_text),
        CASE(test_search_stands_in_every_where),
        CASE(test_search_refuses_what_is_no_query),
        CASE(test_search_refuses_unknown_languages),
        CASE(test_search_refuses_what_is_no_text),
        OWL_CASE(test_relevance_orders),
        OWL_CASE(test_relevance_pages),
        OWL_CASE(test_relevance_stands_among_other_orders),
        OWL_CASE(test_relevance_crosses_relations),
        OWL_CASE(test_relevance_refuses_like_a_filter),
    };
    const struct CMUnitTest vector_tests[] = {
        VECTOR_CASE(test_vectors_are_searched_as_they_are),
        VECTOR_CASE(test_vectors_and_texts_are_searched_together),
        VECTOR_CASE(test_vectors_are_values_like_others),
    };
    int failed =
        cmocka_run_group_tests_name("texts", tests, harness_setup_blog, harness_teardown);
    return failed + cmocka_run_group_tests_name("vectors", vector_tests, harness_setup,
                                                harness_teardown);
}
