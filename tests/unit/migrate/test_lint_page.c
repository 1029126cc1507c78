// SPDX-License-Identifier: Apache-2.0
//
// LINT.md explains every rule of the code, and no other.
#include "base/buf.h"
#include "migrate/lint.h"
#include "support/check.h"

#include <stdio.h>

static void read_page(struct rc_buf *out)
{
    char chunk[4096];
    size_t got = 0;
    FILE *file = fopen(LINT_PAGE, "r");
    assert_non_null(file);
    while ((got = fread(chunk, 1, sizeof(chunk), file)) > 0) {
        rc_buf_append(out, chunk, got);
    }
    (void)fclose(file);
}

static void test_page_and_code_have_the_same_rules(void **state)
{
    (void)state;
    struct rc_buf page = {0};
    size_t rule_count = 0;
    size_t row_count = 0;
    read_page(&page);
    for (const struct rc_lint_rule *rule = rc_lint_rules; rule->name; rule++, rule_count++) {
        char row[64];
        (void)snprintf(row, sizeof(row), "\n| `%s` | %s | ", rule->name,
                       rule->is_error ? "error" : "warning");
        ASSERT_CONTAINS(page.data, row);
    }
    for (const char *at = page.data; (at = strstr(at, "\n| `")) != NULL; at++) {
        row_count++;
    }
    assert_int_equal(row_count, rule_count);
    rc_buf_fini(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_page_and_code_have_the_same_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
