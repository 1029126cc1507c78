// SPDX-License-Identifier: Apache-2.0
//
// The reader of callgrind's format, on a file that has everything the real ones have.
#include "support/check.h"

#include "callgrind.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char sample[] = "# callgrind format\n"
                             "version: 1\n"
                             "positions: line\n"
                             "events: Ir\n"
                             "\n"
                             "ob=(1) /opt/bin/rowcall\n"
                             "fl=(1) /home/x/src/pg/link.c\n"
                             "fn=(1) send\n"
                             "10 100\n"
                             "fi=(2) /home/x/src/base/view.h\n" // inlined: still pg's
                             "+3 20\n"
                             "fe=(1)\n"
                             "cob=(2) /usr/lib/libc.so.6\n"
                             "cfi=(3) malloc.c\n"
                             "cfn=(2) malloc\n"
                             "calls=3 +50\n"
                             "* 900\n" // the callee's, told below
                             "-2 5\n"
                             "\n"
                             "fl=(4) /home/x/src/service/call.c\n"
                             "fn=(3) answer\n"
                             "7 1000\n"
                             "cob=(2)\n"
                             "cfn=(4) calloc\n"
                             "calls=2 0\n"
                             "7 30\n"
                             "\n"
                             "ob=(2)\n"
                             "fl=(3)\n"
                             "fn=(2)\n"
                             "1 900\n"
                             "fn=(4)\n"
                             "1 30\n"
                             "ob=(3) /usr/lib/x86_64-linux-gnu/libnng.so.1\n"
                             "fl=(5) ???\n"
                             "fn=(5) 0x1234\n"
                             "0 44\n";

static void write_sample(char *path)
{
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, sample, strlen(sample)), strlen(sample));
    close(fd);
}

static void test_callgrind_gives_each_module_its_own_costs(void **state)
{
    (void)state;
    static const struct module_cost expected[] = {
        {"service", 1000}, {"libc", 930}, {"pg", 125}, {"libnng", 44}};
    static struct callgrind_profile profile;
    char path[] = "/tmp/test_callgrind.XXXXXX";
    write_sample(path);
    assert_true(callgrind_read(path, &profile));
    unlink(path);
    assert_int_equal(profile.instructions, 1000 + 930 + 125 + 44);
    assert_int_equal(profile.allocations, 5);
    assert_int_equal(profile.module_count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(profile.modules[i].name, expected[i].name);
        assert_int_equal(profile.modules[i].instructions, expected[i].instructions);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_callgrind_gives_each_module_its_own_costs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
