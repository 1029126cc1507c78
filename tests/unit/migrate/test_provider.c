// SPDX-License-Identifier: Apache-2.0
//
// The provider in migration_lock.toml.
#include "migrate/provider.h"
#include "support/check.h"

struct sample {
    const char *toml;
    const char *provider; // NULL: none
};

static void test_provider_is_the_key_s_value(void **state)
{
    static const struct sample samples[] = {
        {"provider = \"postgresql\"\n", "postgresql"},
        {"# provider = \"mysql\"\nprovider=\"postgresql\" # not \"mysql\"\n", "postgresql"},
        {"  provider\t= 'sqlite'\r\n", "sqlite"},
        {"\"provider\" = \"mysql\"", "mysql"},
        {"providers = \"mysql\"\n", NULL},
        {"name = \"provider = 'mysql'\"\n", NULL},
        {"[other]\nprovider = \"mysql\"\n", NULL},
        {"provider = \n\"mysql\"\n", NULL},
        {"", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        struct rc_view provider = rc_migration_provider(samples[i].toml);
        if (samples[i].provider ? !rc_view_is(provider, samples[i].provider)
                                : provider.data != NULL) {
            fail_msg("%s: gives %.*s", samples[i].toml, rc_view_arg(provider));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_provider_is_the_key_s_value)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
