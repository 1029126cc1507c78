// SPDX-License-Identifier: Apache-2.0
//
// Where foreign keys lead.
#include "fixture.h"

#include "query/relation.h"

#include "support/check.h"

static bool leads(const char *from, const char *to)
{
    return rc_relation_leads(fixture_model(from)->entity, fixture_model(to)->entity);
}

static void test_relation_leads_over_several_tables(void **state)
{
    (void)state;
    assert_true(leads("Post", "User"));
    assert_true(leads("Comment", "User"));
    assert_true(leads("Badge", "Member"));
    assert_true(leads("Badge", "User"));
    assert_true(leads("Badge", "Club"));
    assert_false(leads("User", "Post"));
    assert_false(leads("Club", "Member"));
    assert_false(leads("Post", "Comment"));
}

static void test_relation_leads_to_its_own_table_only_in_a_ring(void **state)
{
    (void)state;
    assert_true(leads("User", "User"));
    assert_true(leads("Comment", "Comment"));
    assert_false(leads("Post", "Post"));
    assert_false(leads("Badge", "Badge"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_relation_leads_over_several_tables),
        cmocka_unit_test(test_relation_leads_to_its_own_table_only_in_a_ring),
    };
    return cmocka_run_group_tests(tests, fixture_setup_blog, fixture_teardown);
}
