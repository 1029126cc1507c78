// SPDX-License-Identifier: Apache-2.0
//
// How PostgreSQL executes bulk statements: whatever the kind of key, by its index, once its
// plan does not depend on the keys any more.
#include "keys.h"

#include "json/encode.h"
#include "pg/sync.h"
#include "query/query.h"

#include <stdio.h>
#include <stdlib.h>

// Ten thousand records more, with values of every kind.
static const char many[] =
    "insert into " KEYS_TABLE " (id, kind, flag, slot, note, owner_id, \"od'd \"\"na$2me\"\" "
    "$1\", k_int2, k_int4, k_int8,"
    "  k_oid, k_text, k_varchar, k_char, k_citext, k_uuid, k_numeric, k_money, k_date, k_time,"
    "  k_timetz, k_interval, k_timestamp, k_timestamptz, k_bytea, k_inet, k_cidr, k_macaddr)"
    " select i, 'RED', i % 2 = 0, i, 'note ' || i, 1, 'many ' || i, i, i, i, i::text::oid,"
    "  'many ' || i, 'many ' || i, to_hex(i), 'Many ' || i, md5(i::text)::uuid, i + 0.5,"
    "  i::money, date '2100-01-01' + i, time '00:00' + i * interval '1 s',"
    "  timetz '00:00+00' + i * interval '1 s', i * interval '1 day',"
    "  timestamp '2100-01-01' + i * interval '1 s',"
    "  timestamptz '2100-01-01' + i * interval '1 s', decode(lpad(to_hex(i), 8, '0'), 'hex'),"
    "  inet '10.1.0.0' + i, (inet '10.200.0.0' + i)::cidr,"
    "  ('08002b05' || lpad(to_hex(i), 4, '0'))::macaddr"
    " from generate_series(1000, 10999) i;"
    "analyze";

struct planner {
    struct shop *shop;
    struct rc_query *query;
    struct rc_pg_sync *conn;
};

// The bulk statement of a request, prepared as p. Returns how many parameters it has.
static size_t prepare(const struct planner *planner, enum rc_verb verb, const char *json)
{
    struct rc_api *api = planner->shop->apis[0];
    const struct rc_model *model = rc_scope_model(rc_api_scope(api), rc_view_of("Thing"));
    struct rc_buf request = {0};
    struct rc_buf sql = {0};
    struct rc_prepared prepared = {0};
    struct rc_arena arena;
    rowcall_error err = {0};
    rc_arena_init(&arena, 0);
    ASSERT_OK(
        rc_json_encode(rc_api_request(api, model, verb), rc_view_of(json), &request, &err),
        err);
    ASSERT_OK(rc_query_prepare(planner->query, model, verb, rc_buf_view(&request), &arena,
                               &prepared, &err),
              err);
    if (!prepared.plan->bulk) {
        fail_msg("%s has no bulk statement", json);
    }
    rc_buf_printf(&sql, "prepare p as %s", prepared.plan->bulk->sql);
    ASSERT_OK(rc_pg_sync_exec(planner->conn, sql.data, NULL, NULL, &err), err);
    size_t count = prepared.plan->statements[0].param_count;
    rc_prepared_fini(&prepared);
    rc_buf_fini(&sql);
    rc_buf_fini(&request);
    rc_arena_fini(&arena);
    return count;
}

// How it would be executed for any parameters.
static void explain(const struct planner *planner, size_t params, struct rc_buf *ret_text)
{
    char sql[256];
    struct rc_pg_result *result = NULL;
    rowcall_error err = {0};
    size_t len = (size_t)snprintf(sql, sizeof(sql), "explain (costs off) execute p(null");
    for (size_t i = 1; i < params; i++) {
        len += (size_t)snprintf(sql + len, sizeof(sql) - len, ", null");
    }
    (void)snprintf(sql + len, sizeof(sql) - len, ")");
    ASSERT_OK(rc_pg_sync_exec(planner->conn, sql, NULL, &result, &err), err);
    for (int i = 0; i < rc_pg_result_row_count(result); i++) {
        struct rc_pg_value line = rc_pg_result_value(result, i, 0);
        rc_buf_append(ret_text, line.data, (size_t)line.len);
        rc_buf_append_char(ret_text, '\n');
    }
    rc_pg_result_free(result);
    ASSERT_OK(rc_pg_sync_exec(planner->conn, "deallocate p", NULL, NULL, &err), err);
}

static void assert_by_index(const struct planner *planner, enum rc_verb verb, const char *json)
{
    struct rc_buf text = {0};
    explain(planner, prepare(planner, verb, json), &text);
    rc_buf_append_char(&text, '\0');
    if (!strstr(text.data, "Index Scan using \"th'ings") ||
        strstr(text.data, "Seq Scan on \"th'ings")) {
        (void)fprintf(stderr, "%s\n%s", json, text.data);
        fail();
    }
    rc_buf_fini(&text);
}

static void test_plans_of_every_key(void **state)
{
    static const struct {
        enum rc_verb verb;
        const char *before, *after;
    } shapes[] = {
        {RC_VERB_FIND_UNIQUE, "{\"key\":{", "}}"},
        {RC_VERB_FIND_UNIQUE, "{\"key\":{",
         "},\"where\":{\"note\":{\"starts_with\":\"a\"}},\"required\":true}"},
        {RC_VERB_FIND_FIRST, "{\"where\":{", "},\"order_by\":[{\"slot\":{}}]}"},
        {RC_VERB_UPDATE, "{\"key\":{",
         "},\"data\":{\"note\":{\"set\":\"a\"}},\"select\":{\"id\":true}}"},
        {RC_VERB_UPDATE, "{\"key\":{",
         "},\"where\":{\"note\":{\"equals\":\"b\"}},\"data\":{\"note\":{\"set\":\"a\"}}}"},
    };
    const struct planner *planner = *state;
    for (size_t k = 0; k < keys_kind_count; k++) {
        for (size_t s = 0; s < sizeof(shapes) / sizeof(shapes[0]); s++) {
            char key[512];
            char request[1024];
            const struct keys_kind *kind = &keys_kinds[k];
            keys_write(shapes[s].verb == RC_VERB_FIND_FIRST ? kind->where : kind->key, 12, key,
                       sizeof(key));
            (void)snprintf(request, sizeof(request), "%s%s%s", shapes[s].before, key,
                           shapes[s].after);
            assert_by_index(planner, shapes[s].verb, request);
        }
    }
}

static int open_all(void **state)
{
    struct planner *planner = calloc(1, sizeof(*planner));
    rowcall_error err = {0};
    assert_non_null(planner);
    planner->shop = shop_new_on(&keys_site, &(struct rc_service_options){0});
    shop_sql(planner->shop, "insert into owners values (1, 'Ada')");
    shop_sql(planner->shop, many);
    ASSERT_OK(rc_query_new(planner->shop->apis[0], NULL, &planner->query, &err), err);
    ASSERT_OK(rc_pg_sync_open(planner->shop->url, "planner", &planner->conn, &err), err);
    ASSERT_OK(
        rc_pg_sync_script(planner->conn, "set plan_cache_mode = force_generic_plan", &err),
        err);
    *state = planner;
    return 0;
}

static int close_all(void **state)
{
    struct planner *planner = *state;
    if (planner) {
        rc_pg_sync_close(planner->conn);
        rc_query_free(planner->query);
        shop_free(planner->shop);
        free(planner);
    }
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plans_of_every_key),
    };
    return cmocka_run_group_tests_name("bulk plans", tests, open_all, close_all);
}
