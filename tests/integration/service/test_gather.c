// SPDX-License-Identifier: Apache-2.0
//
// Lookups that share a statement are answered as those that do not: the same calls, made at the
// same time by many of a service that coalesces and of one that does not, have replies of equal
// bytes.
#include "crowd.h"
#include "keys.h"

#include <stdio.h>
#include <stdlib.h>

enum { CALLS = 60, TEXT = 512, LANES = 2 };

static struct shop *single; // coalesces nothing
static struct crowd_calls calls;

static struct rc_service_stats stats_of(const struct shop *shop)
{
    struct rc_service_stats stats;
    rc_service_read_stats(shop->service, &stats);
    return stats;
}

static void assert_equal_replies(const struct crowd *together, const struct crowd *apart)
{
    for (size_t i = 0; i < calls.count; i++) {
        struct rc_view a = crowd_bytes(together, i);
        struct rc_view b = crowd_bytes(apart, i);
        if (a.len != b.len || memcmp(a.data, b.data, a.len) != 0) {
            struct shop_reply reply, expected;
            crowd_read(together, i, &reply);
            crowd_read(apart, i, &expected);
            fail_msg("%s %s:\n%s %s %s\nnot\n%s %s %s", calls.calls[i].method,
                     calls.calls[i].request, rowcall_status_name(reply.err.status),
                     reply.err.message, reply.json, rowcall_status_name(expected.err.status),
                     expected.err.message, expected.json);
        }
    }
}

// What became of calls that were made of both services.
struct comparison {
    size_t coalesced;
    size_t broken; // batches
    size_t found;
    size_t failed;
};

static struct comparison compare_with(struct shop *shop, struct shop *other)
{
    struct rc_service_stats before = stats_of(shop);
    struct crowd *together = crowd_meet(shop, &calls, KEYS_TABLE);
    struct rc_service_stats after = stats_of(shop);
    struct comparison result = {
        .coalesced = (size_t)(after.coalesced - before.coalesced),
        .broken = (size_t)(after.broken_batches - before.broken_batches),
    };
    struct crowd *apart = crowd_send(other, &calls, 1);
    crowd_wait(apart);
    assert_equal_replies(together, apart);
    for (size_t i = 0; i < calls.count; i++) {
        struct shop_reply reply;
        crowd_read(together, i, &reply);
        result.failed += reply.err.status != ROWCALL_OK;
        result.found += strcmp(reply.json, "{}") != 0;
    }
    crowd_free(together);
    crowd_free(apart);
    return result;
}

static struct comparison compare(struct shop *shop)
{
    return compare_with(shop, single);
}

// Requests of one shape; %s is the key, or the where of a FindFirst.
static const struct shape {
    const char *method;
    const char *request;
} shapes[] = {
    {"Thing/FindUnique", "{\"key\":{%s}}"},
    {"Thing/FindUnique", "{\"key\":{%s},\"required\":true,\"select\":{\"note\":true}}"},
    {"Thing/FindUnique", "{\"key\":{%s},\"where\":{\"note\":{\"ends_with\":\"2\"},"
                         "\"flag\":{\"equals\":true}},\"select\":{\"id\":true}}"},
    {"Thing/FindUnique",
     "{\"key\":{%s},\"select\":{\"kind\":true,\"owner\":{\"name\":true},\"marks\":{\"where\":{"
     "\"word\":{\"contains\":\"mark\"}},\"order_by\":[{\"word\":{\"direction\":\"DESC\"}}],"
     "\"skip\":1,\"take\":2,\"select\":{\"word\":true,\"thing\":{\"slot\":true}}},"
     "\"counts\":{\"marks\":{\"where\":{\"word\":{\"ends_with\":\"1\"}}}}}}"},
    {"Thing/FindFirst",
     "{\"where\":{%s},\"order_by\":[{\"note\":{}}],\"select\":{\"id\":true}}"},
    {"Thing/FindFirst", "{\"where\":{%s,\"note\":{\"not\":\"note 12\"}},\"required\":true}"},
};
enum { SHAPES = sizeof(shapes) / sizeof(shapes[0]) };

static int begin(void **state)
{
    (void)state;
    calls.count = 0;
    return 0;
}

// A call for the record with this number, by its key or by the same in other words.
static void add(const struct shop *shop, const struct shape *shape, const char *key, int number)
{
    char text[TEXT];
    char request[2 * TEXT];
    keys_write(key, number, text, sizeof(text));
    const char *place = strstr(shape->request, "%s");
    (void)snprintf(request, sizeof(request), "%.*s%s%s", (int)(place - shape->request),
                   shape->request, text, place + 2);
    crowd_add(shop, &calls, shape->method, request);
}

// For a record that is there, or for one that is not.
static void add_random(const struct shop *shop, const struct shape *shape,
                       const struct keys_kind *kind)
{
    bool is_first = strcmp(shape->method, "Thing/FindFirst") == 0;
    const char *key = is_first ? kind->where : rand() % 2 ? kind->key : kind->other;
    add(shop, shape, key, KEYS_FIRST + rand() % (KEYS_LIMIT - KEYS_FIRST));
}

static void add_all_random(const struct shop *shop, const struct shape *shape,
                           const struct keys_kind *kind)
{
    calls.count = 0;
    for (int i = 0; i < CALLS; i++) {
        add_random(shop, shape, kind);
    }
}

static void test_every_key_in_every_shape(void **state)
{
    for (size_t k = 0; k < keys_kind_count; k++) {
        size_t found = 0;
        for (size_t s = 0; s < SHAPES; s++) {
            add_all_random(*state, &shapes[s], &keys_kinds[k]);
            struct comparison result = compare(*state);
            // The first ones went alone, one a lane, unless others came in that instant.
            assert_in_range(result.coalesced, CALLS - LANES, CALLS);
            assert_int_equal(result.broken, 0);
            found += result.found;
        }
        assert_true(found > 0);
    }
}

// Many plans on few lines, which they have to share; all at once.
static void test_many_shapes_at_once(void **state)
{
    for (int round = 0; round < 5; round++) {
        calls.count = 0;
        for (size_t i = 0; i < CROWD_MAX; i++) {
            add_random(*state, &shapes[i % SHAPES],
                       &keys_kinds[(size_t)(round + (int)i / 30) % keys_kind_count]);
        }
        struct comparison result = compare(*state);
        assert_true(result.coalesced > CROWD_MAX / 8); // few of each plan, and two go alone
        assert_int_equal(result.broken, 0);
    }
}

// Without anybody who holds them up: however the calls happen to meet.
static void test_any_company(void **state)
{
    for (int round = 0; round < 20; round++) {
        calls.count = 0;
        for (size_t i = 0; i < CROWD_MAX; i++) {
            add_random(*state, &shapes[rand() % SHAPES], &keys_kinds[(size_t)round]);
        }
        struct crowd *together = crowd_send(*state, &calls, 1);
        crowd_wait(together);
        struct crowd *apart = crowd_send(single, &calls, 1);
        crowd_wait(apart);
        assert_equal_replies(together, apart);
        crowd_free(together);
        crowd_free(apart);
    }
}

// ---- failures of some

static const struct keys_kind *kind_of(const char *field)
{
    for (size_t i = 0; i < keys_kind_count; i++) {
        if (strncmp(keys_kinds[i].key + 1, field, strlen(field)) == 0) {
            return &keys_kinds[i];
        }
    }
    fail_msg("there is no key %s", field);
    return NULL;
}

// PostgreSQL refuses them, and says nothing of the others.
static void test_values_that_are_refused(void **state)
{
    static const struct {
        const char *field;
        const char *bad;
    } cases[] = {
        {"k_uuid", "\"k_uuid\":\"nonsense\""},
        {"k_date", "\"k_date\":\"20##-13-45\""},
        {"k_date", "\"k_date\":\"9999999-01-01\""},
        {"k_numeric", "\"k_numeric\":\"##,5\""},
        {"k_money", "\"k_money\":\"##x\""},
        {"k_time", "\"k_time\":\"25:00\""},
        {"k_interval", "\"k_interval\":\"## parsecs\""},
        {"k_inet", "\"k_inet\":\"10.0.0.##/99\""},
        {"k_cidr", "\"k_cidr\":\"10.0.0.##/8\""},
        {"k_macaddr", "\"k_macaddr\":\"NULL\""},
        {"k_timestamp", "\"k_timestamp\":\"2024-01-01T00:00:00.000000001Z\""},
        {"k_int2", "\"k_int2\":##0000"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct keys_kind *kind = kind_of(cases[i].field);
        calls.count = 0;
        for (int n = 0; n < CALLS; n++) {
            bool is_bad = n % 20 == 19;
            add(*state, &shapes[n / 30], is_bad ? cases[i].bad : kind->key,
                KEYS_FIRST + n % 20);
        }
        struct comparison result = compare(*state);
        assert_true(result.found >= CALLS - 3);
        assert_int_equal(result.failed, 3);
    }
}

// A label that the schema does not know.
static void test_records_that_cannot_be_read(void **state)
{
    shop_sql(*state, "alter type \"Kind\" add value if not exists 'GREEN'");
    shop_sql(*state, "update " KEYS_TABLE " set kind = 'GREEN' where id = 14");
    for (int i = 0; i < CALLS; i++) {
        add(*state, &shapes[i % 4 == 3 ? 3 : 0], "\"id\":##",
            KEYS_FIRST + i % (KEYS_END - KEYS_FIRST));
    }
    struct comparison result = compare(*state);
    shop_sql(*state, "update " KEYS_TABLE " set kind = 'RED' where id = 14");
    assert_int_equal(result.failed, 3);
    assert_int_equal(result.broken, 0);
    assert_true(result.coalesced > CALLS / 2);
}

static void test_replies_that_are_too_large(void **state)
{
    struct rc_service_options options = {.lanes = LANES, .max_reply_bytes = 1000};
    struct shop *small = shop_beside(*state, &options);
    options.max_coalesced = 1;
    struct shop *small_single = shop_beside(*state, &options);
    shop_sql(*state, "update " KEYS_TABLE " set note = repeat('x', 2000) where id = 15");
    for (int i = 0; i < CALLS; i++) {
        add(*state, &shapes[0], "\"id\":##", KEYS_FIRST + i % 20);
    }
    struct comparison result = compare_with(small, small_single);
    shop_sql(*state, "update " KEYS_TABLE " set note = 'note 15' where id = 15");
    assert_int_equal(result.failed, 3);
    assert_int_equal(result.broken, 0);
    assert_in_range(result.coalesced, CALLS - LANES, CALLS);
    shop_free(small);
    shop_free(small_single);
}

// ---- what is in the database besides

// Each change of the tables makes plans that are prepared already stale.
static void test_tables_that_change(void **state)
{
    static const char *const changes[] = {
        "alter table " KEYS_TABLE " alter note type varchar(60)",
        "alter table " KEYS_TABLE " add extra int default 7",
        "alter table marks rename to gone",
        "alter table gone rename to marks",
        "alter table " KEYS_TABLE " drop column extra",
        "alter table owners rename name to title",
        "alter table owners rename title to name",
        "alter table " KEYS_TABLE " alter note type text",
        "create domain small as int check (value < 1000000000);"
        "alter table " KEYS_TABLE " alter k_int4 type small",
    };
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        shop_sql(*state, changes[i]);
        for (size_t s = 0; s < SHAPES; s++) {
            add_all_random(*state, &shapes[s], kind_of("k_int4"));
            (void)compare(*state);
        }
    }
}

// Whether texts are equal is for the column's collation to say.
static void test_collations_of_columns(void **state)
{
    static const char *const keys[] = {"\"k_text\":\"TE\\\"x\\\\t {##},'null' $1\"",
                                       "\"k_varchar\":\"\\u00c4 ##\""};
    shop_sql(*state, "create collation loose (provider = icu, locale = 'und-u-ks-level2',"
                     " deterministic = false);"
                     "alter table " KEYS_TABLE " alter k_text type text collate loose,"
                     " alter k_varchar type varchar(20) collate loose");
    for (size_t i = 0; i < 2; i++) {
        calls.count = 0;
        for (int n = 0; n < CALLS; n++) {
            add(*state, &shapes[0], keys[i], KEYS_FIRST + n % 20);
        }
        struct comparison result = compare(*state);
        assert_int_equal(result.found, CALLS);
        assert_in_range(result.coalesced, CALLS - LANES, CALLS);
    }
}

// ---- the whole

static int open_keys(void **state)
{
    struct shop *shop = shop_new_on(&keys_site, &(struct rc_service_options){.lanes = LANES});
    keys_fill(shop);
    single = shop_beside(shop, &(struct rc_service_options){.max_coalesced = 1});
    *state = shop;
    srand(5);
    return 0;
}

static int close_keys(void **state)
{
    if (*state) {
        assert_int_equal(stats_of(single).batches, 0);
        shop_free(single);
        shop_free(*state);
    }
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_every_key_in_every_shape, begin),
        cmocka_unit_test_setup(test_many_shapes_at_once, begin),
        cmocka_unit_test_setup(test_any_company, begin),
        cmocka_unit_test_setup(test_values_that_are_refused, begin),
        cmocka_unit_test_setup(test_records_that_cannot_be_read, begin),
        cmocka_unit_test_setup(test_replies_that_are_too_large, begin),
        cmocka_unit_test_setup(test_collations_of_columns, begin),
        cmocka_unit_test_setup(test_tables_that_change, begin),
    };
    return cmocka_run_group_tests_name("gather", tests, open_keys, close_keys);
}
