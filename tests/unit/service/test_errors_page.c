// SPDX-License-Identifier: Apache-2.0
//
// The tables of ERRORS.md and those of the code say the same, row by row.
#include "support/check.h"

#include "service/errors.h"

#include <stdio.h>
#include <stdlib.h>

enum { CELLS_MAX = 6, ROWS_MAX = 128, CELL_SIZE = 320 };

struct row {
    char cells[CELLS_MAX][CELL_SIZE];
    size_t count;
};

struct table {
    struct row rows[ROWS_MAX];
    size_t count;
};

static struct table codes;
static struct table states;
static struct table ways;

static void read_row(const char *line, struct row *ret)
{
    ret->count = 0;
    for (const char *at = line + 1; ret->count < CELLS_MAX && strchr(at, '|');) {
        size_t len = strcspn(at, "|");
        const char *first = at + strspn(at, " ");
        size_t shown = len - (size_t)(first - at);
        while (shown > 0 && first[shown - 1] == ' ') {
            shown--;
        }
        assert_true(shown < CELL_SIZE);
        memcpy(ret->cells[ret->count], first, shown);
        ret->cells[ret->count++][shown] = '\0';
        at += len + 1;
    }
}

// The rows of the table under a heading, without its two lines of head.
static void read_table(FILE *page, const char *heading, struct table *ret)
{
    char line[2048];
    bool inside = false;
    size_t seen = 0;
    rewind(page);
    while (fgets(line, sizeof(line), page)) {
        if (line[0] == '#') {
            inside = strncmp(line, heading, strlen(heading)) == 0;
        } else if (inside && line[0] == '|' && seen++ >= 2) {
            assert_true(ret->count < ROWS_MAX);
            read_row(line, &ret->rows[ret->count++]);
        }
    }
    assert_true(ret->count > 5);
}

static int read_page(void **state)
{
    FILE *page = fopen(ERRORS_PAGE, "r");
    (void)state;
    assert_non_null(page);
    read_table(page, "## Codes", &codes);
    read_table(page, "## SQLSTATEs", &states);
    read_table(page, "## Failures without", &ways);
    return fclose(page);
}

static const char *code_of(const char *reason)
{
    return reason[0] == '\0' ? "\xe2\x80\x93" : reason; // an en dash
}

static void expect_row(const struct row *row, size_t first, const char *reason,
                       rowcall_status status, const char *message)
{
    assert_int_equal(row->count, first + 3);
    assert_string_equal(row->cells[first], code_of(reason));
    assert_string_equal(row->cells[first + 1], rowcall_status_name(status));
    assert_string_equal(row->cells[first + 2], message);
}

static void test_page_has_every_sqlstate_in_order(void **state)
{
    size_t i = 0;
    const struct rc_error_rule *rule;
    (void)state;
    for (; (rule = rc_error_rule_at(i)) != NULL; i++) {
        char name[16];
        assert_true(i < states.count);
        (void)snprintf(name, sizeof(name), "%s%s", rule->sqlstate,
                       strlen(rule->sqlstate) == 2 ? "***" : "");
        assert_string_equal(states.rows[i].cells[0], name[0] ? name : "any other");
        expect_row(&states.rows[i], 1, rule->reason, rule->status, rule->message);
    }
    assert_int_equal(states.count, i);
}

static void test_page_has_every_failure_without_sqlstate_in_order(void **state)
{
    size_t i = 0;
    const struct rc_error_way *way;
    (void)state;
    for (; (way = rc_error_way_at(i)) != NULL; i++) {
        assert_true(i < ways.count);
        expect_row(&ways.rows[i], 1, way->reason, way->status, way->message);
    }
    assert_int_equal(ways.count, i);
}

// The row of a code has the gRPC status among those it lists.
static void expect_code(const char *reason, rowcall_status status)
{
    for (size_t i = 0; i < codes.count; i++) {
        if (strcmp(codes.rows[i].cells[0], code_of(reason)) == 0) {
            ASSERT_CONTAINS(codes.rows[i].cells[1], rowcall_status_name(status));
            return;
        }
    }
    fail_msg("ERRORS.md has no row for %s", reason);
}

static void test_page_explains_every_code(void **state)
{
    const struct rc_error_rule *rule;
    const struct rc_error_way *way;
    (void)state;
    for (size_t i = 0; (rule = rc_error_rule_at(i)) != NULL; i++) {
        expect_code(rule->reason, rule->status);
    }
    for (size_t i = 0; (way = rc_error_way_at(i)) != NULL; i++) {
        expect_code(way->reason, way->status);
    }
}

static void test_page_lists_codes_once_in_order(void **state)
{
    (void)state;
    for (size_t i = 1; i + 1 < codes.count; i++) { // the last row has none
        assert_int_equal(codes.rows[i].count, 6);
        assert_true(strcmp(codes.rows[i - 1].cells[0], codes.rows[i].cells[0]) < 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_page_has_every_sqlstate_in_order),
        cmocka_unit_test(test_page_has_every_failure_without_sqlstate_in_order),
        cmocka_unit_test(test_page_explains_every_code),
        cmocka_unit_test(test_page_lists_codes_once_in_order),
    };
    return cmocka_run_group_tests(tests, read_page, NULL);
}
