// SPDX-License-Identifier: Apache-2.0
//
// Create with writes of related records, over the blog.
#include "harness.h"

#include "support/check.h"

static void test_record_without_relations_is_created(void **state)
{
    (void)state;
    harness_expect("User/Create", "{'data': {'name': 'ada'}, 'select': {'id': true}}",
                   "{'row':{'id':1}}");
    harness_expect("User/Count", "{}", "{'count':'1'}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_record_without_relations_is_created, harness_empty),
    };
    return cmocka_run_group_tests(tests, harness_setup_blog, harness_teardown);
}
