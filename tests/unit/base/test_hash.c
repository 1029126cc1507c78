// SPDX-License-Identifier: Apache-2.0
//
// The hash: of the bytes, of all of them, and of nothing else.
#include "support/check.h"

#include "base/hash.h"

enum { LEN_MAX = 40 };

static void test_hash_depends_on_bytes_alone(void **state)
{
    (void)state;
    char here[LEN_MAX + 8];
    char there[LEN_MAX + 8];
    for (size_t len = 0; len <= LEN_MAX; len++) {
        memset(here, 'x', sizeof here); // what is around them differs
        memset(there, 'y', sizeof there);
        for (size_t i = 0; i < len; i++) {
            here[i] = there[i + 3] = (char)(i * 7);
        }
        assert_true(rc_hash((struct rc_view){here, len}, 1) ==
                    rc_hash((struct rc_view){there + 3, len}, 1));
    }
}

static void test_hash_tells_every_byte_length_and_seed(void **state)
{
    (void)state;
    char bytes[LEN_MAX] = {0};
    for (size_t len = 1; len <= LEN_MAX; len++) {
        struct rc_view view = {bytes, len};
        uint64_t hash = rc_hash(view, 1);
        assert_true(hash != rc_hash((struct rc_view){bytes, len - 1}, 1));
        assert_true(hash != rc_hash(view, 2));
        for (size_t i = 0; i < len; i++) {
            bytes[i] = 1;
            assert_true(hash != rc_hash(view, 1));
            bytes[i] = 0;
        }
    }
}

// Tables take the low bits: keys that differ in their last digit must not meet there.
static void test_hash_spreads_similar_keys(void **state)
{
    (void)state;
    enum { KEYS = 900, BUCKETS = 256 };
    static const char *const forms[][2] = {
        {"Entity", "/FindUnique"}, {"shape ", ""}, {"", ""}, {"12345678", ""}};
    for (size_t form = 0; form < sizeof forms / sizeof forms[0]; form++) {
        int counts[BUCKETS] = {0};
        for (int i = 100; i < 100 + KEYS; i++) {
            char key[32];
            snprintf(key, sizeof key, "%s%d%s", forms[form][0], i, forms[form][1]);
            counts[rc_hash(rc_view_of(key), (uint64_t)(uintptr_t)&counts) % BUCKETS]++;
        }
        for (int i = 0; i < BUCKETS; i++) {
            assert_in_range(counts[i], 0, 16);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hash_depends_on_bytes_alone),
        cmocka_unit_test(test_hash_tells_every_byte_length_and_seed),
        cmocka_unit_test(test_hash_spreads_similar_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
