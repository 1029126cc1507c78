// SPDX-License-Identifier: Apache-2.0
//
// Printing against bytes that PostgreSQL 15 sent and the text it printed for the same value.
#include "support/check.h"

#include "transcode/print.h"

#include <stdlib.h>

struct print_case {
    const char *bytes; // hexadecimal
    const char *text;  // NULL: refused
};

static size_t unhex(const char *hex, char *ret_bytes)
{
    size_t len = strlen(hex) / 2;
    for (size_t i = 0; i < len; i++) {
        char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        ret_bytes[i] = (char)strtoul(pair, NULL, 16);
    }
    return len;
}

static void check(bool (*print)(struct rc_buf *, struct rc_view),
                  const struct print_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char bytes[256];
        struct rc_buf out = {0};
        struct rc_view view = {bytes, unhex(cases[i].bytes, bytes)};
        bool valid = print(&out, view);
        if (valid != (cases[i].text != NULL) ||
            (valid && !rc_view_is(rc_buf_view(&out), cases[i].text))) {
            fail_msg("%s: expected \"%s\", got \"%.*s\"", cases[i].bytes,
                     cases[i].text ? cases[i].text : "(refused)",
                     rc_view_arg(rc_buf_view(&out)));
        }
        rc_buf_fini(&out);
    }
}
#define CHECK(print, cases) check((print), (cases), sizeof(cases) / sizeof((cases)[0]))

static void test_print_date_covers_the_calendar(void **state)
{
    (void)state;
    static const struct print_case cases[] = {
        {"00000000", "2000-01-01"},
        {"ffffffff", "1999-12-31"},
        {"0000003b", "2000-02-29"},
        {"0000003c", "2000-03-01"},
        {"ffff718e", "1900-02-28"},
        {"ffff718f", "1900-03-01"},
        {"fff4dbf9", "0001-01-01"},
        {"fff4dbf8", "0001-12-31 BC"},
        {"fff4dac6", "0001-02-29 BC"},
        {"ffda97a7", "4714-11-24 BC"},
        {"7fda970c", "5874897-12-31"},
        {"002c95d3", "9999-12-31"},
        {"002c95d4", "10000-01-01"},
        {"7fffffff", "infinity"},
        {"80000000", "-infinity"},
        {"", NULL},
        {"000000", NULL},
        {"0000000000", NULL},
    };
    CHECK(rc_print_date, cases);
}

static void test_print_time_drops_zeros_and_knows_midnight_twice(void **state)
{
    (void)state;
    static const struct print_case cases[] = {
        {"0000000000000000", "00:00:00"},
        {"000000141dd75fff", "23:59:59.999999"},
        {"000000141dd76000", "24:00:00"},
        {"0000000a8be4ca60", "12:34:56.7"},
        {"00000000dde87924", "01:02:03.0001"},
        {"00000000", NULL},
        {"ffffffffffffffff", NULL},
        {"000000141dd76001", NULL},
    };
    CHECK(rc_print_time, cases);
}

static void test_print_interval_signs_what_follows_a_negative_part(void **state)
{
    (void)state;
    static const struct print_case cases[] = {
        {"00000000000000000000000000000000", "00:00:00"},
        {"00000000000000000000000100000000", "1 day"},
        {"0000000000000000ffffffff00000000", "-1 days"},
        {"0000000000000000000000000000000e", "1 year 2 mons"},
        {"000000000000000000000003fffffff2", "-1 years -2 mons +3 days"},
        {"0000000000000000ffffffff00000001", "1 mon -1 days"},
        {"00000000d693a40000000001ffffffff", "-1 mons +1 day 01:00:00"},
        {"00000000000f4240ffffffff00000000", "-1 days +00:00:01"},
        {"ffffffffffffffff0000000100000000", "1 day -00:00:00.000001"},
        {"fffffffffff85ee00000000000000000", "-00:00:00.5"},
        {"7fffffffffffffff7fffffff7fffffff",
         "178956970 years 7 mons 2147483647 days 2562047788:00:54.775807"},
        {"80000000000000018000000080000000",
         "-178956970 years -8 mons -2147483648 days -2562047788:00:54.775807"},
        {"0000000000000000000000000000000c", "1 year"},
        {"000000000000000000000000fffffff4", "-1 years"},
        {"00000053d1ac10000000000000000000", "100:00:00"},
        {"00000000000000000000000000000", NULL},
        {"000000000000000000000000000000", NULL},
    };
    CHECK(rc_print_interval, cases);
}

static void test_print_numeric_keeps_every_digit(void **state)
{
    (void)state;
    static const struct print_case cases[] = {
        {"0000000000000000", "0"},
        {"0000000000000002", "0.00"},
        {"00010000000000000001", "1"},
        {"00010000400000000001", "-1"},
        {"00010001000000000001", "10000"},
        {"0001000000000000270f", "9999"},
        {"0001ffff000000040001", "0.0001"},
        {"0001fffe0000000503e8", "0.00001"},
        {"0003000100000006000c0d801ed2", "123456.789000"},
        {"0002ffff40000006000107d0", "-0.000120"},
        {"00000000c0000000", "NaN"},
        {"00000000d0000020", "Infinity"},
        {"00000000f0000020", "-Infinity"},
        {"00010005000000000001", "100000000000000000000"},
        {"000700040000000504d2162e23340d801ed204d21388", "12345678901234567890.12345"},
        {"000100010000000003e8", "10000000"},
        {"0001ffff0000000203e8", "0.10"},
        {"000500020000000800010000000000000001", "100000000.00000001"},
        {"", NULL},
        {"00000000000000", NULL},
        {"00010000000000002710", NULL},
        {"00020000000000000001", NULL},
        {"0000000012340000", NULL},
        {"0000000000004000", NULL},
    };
    CHECK(rc_print_numeric, cases);
}

static void test_print_uuid_groups_digits(void **state)
{
    (void)state;
    static const struct print_case cases[] = {
        {"00000000000000000000000000000000", "00000000-0000-0000-0000-000000000000"},
        {"123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-426614174000"},
        {"ffffffffffffffffffffffffffffffff", "ffffffff-ffff-ffff-ffff-ffffffffffff"},
        {"00", NULL},
    };
    CHECK(rc_print_uuid, cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_print_date_covers_the_calendar),
        cmocka_unit_test(test_print_time_drops_zeros_and_knows_midnight_twice),
        cmocka_unit_test(test_print_interval_signs_what_follows_a_negative_part),
        cmocka_unit_test(test_print_numeric_keeps_every_digit),
        cmocka_unit_test(test_print_uuid_groups_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
