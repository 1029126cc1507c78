// SPDX-License-Identifier: Apache-2.0
//
// One plan a shape: which requests share one, what happens to plans under pressure, and that
// hostile or unlucky calls fail in good order.
#include "fixture.h"

#include "support/check.h"
#include "support/fail_alloc.h"

#include "wire/writer.h"

#include <pthread.h>
#include <stdlib.h>

static struct rc_query *query_of(size_t max_plans)
{
    struct rc_query *query = NULL;
    rowcall_error err = {0};
    const struct rc_query_options options = {.max_plans = max_plans};
    rowcall_status st = rc_query_new(fixture_api(), &options, &query, &err);
    ASSERT_OK(st, err);
    return query;
}

struct told {
    uint64_t id; // of the plan's first statement
    bool is_large;
};

static struct told prepare(struct rc_query *query, const char *entity, enum rc_verb verb,
                           const char *json)
{
    struct rc_buf bytes = {0};
    struct rc_arena arena;
    struct rc_prepared prepared = {0};
    rowcall_error err = {0};
    rc_arena_init(&arena, 0);
    fixture_encode(entity, verb, json, &bytes);
    rowcall_status st = rc_query_prepare(query, fixture_model(entity), verb,
                                         rc_buf_view(&bytes), &arena, &prepared, &err);
    ASSERT_OK(st, err);
    struct told told = {prepared.steps[0].statement->id, prepared.is_large};
    rc_prepared_fini(&prepared);
    rc_arena_fini(&arena);
    rc_buf_fini(&bytes);
    return told;
}

static uint64_t plan_of(struct rc_query *query, const char *entity, enum rc_verb verb,
                        const char *json)
{
    return prepare(query, entity, verb, json).id;
}

struct pair {
    const char *entity;
    enum rc_verb verb;
    const char *one;
    const char *other;
};

static void test_query_shares_a_plan_among_values(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"Item", RC_VERB_FIND_UNIQUE, "{'key':{'id':1}}", "{'key':{'id':-2000000}}"},
        {"Item", RC_VERB_FIND_MANY, "{'take':1,'skip':2}", "{'take':1000,'skip':5000000}"},
        {"Item", RC_VERB_COUNT, "{'where':{'id':{'in':{'values':[1]}}}}",
         "{'where':{'id':{'in':{'values':[1,2,3,4,5]}}}}"},
        {"Item", RC_VERB_COUNT, "{'where':{'meta':{'path':['a'],'equals':'1'}}}",
         "{'where':{'meta':{'path':['a','b','c'],'equals':'2'}}}"},
        {"Item", RC_VERB_COUNT, "{'where':{'sold_at':{'lt':'2026-01-01T00:00:00Z'}}}",
         "{'where':{'sold_at':{'lt':'1999-01-01T00:00:00.5Z'}}}"},
        {"Item", RC_VERB_COUNT, "{'where':{'colour':{'equals':'RED'}}}",
         "{'where':{'colour':{'equals':'GREEN'}}}"},
        {"Tick", RC_VERB_CREATE_MANY, "{'rows':[{'word':'a'}]}",
         "{'rows':[{'word':'b'},{'word':'c'}]}"},
        {"Tick", RC_VERB_UPDATE, "{'key':{'id':'1'},'data':{'word':{'set':'a'}}}",
         "{'key':{'id':'2'},'data':{'word':{'set':'b'}}}"},
        {"Tick", RC_VERB_FIND_FIRST, "{'required':true}", "{}"},
    };
    struct rc_query *query = query_of(0);
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const struct pair *pair = &pairs[i];
        uint64_t one = plan_of(query, pair->entity, pair->verb, pair->one);
        assert_int_equal(one, plan_of(query, pair->entity, pair->verb, pair->other));
    }
    struct rc_query_stats stats;
    rc_query_stats_read(query, &stats);
    assert_int_equal(stats.hits, sizeof pairs / sizeof pairs[0]);
    assert_int_equal(stats.misses, sizeof pairs / sizeof pairs[0]);
    rc_query_free(query);
}

static void test_query_tells_shapes_apart(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"Item", RC_VERB_FIND_MANY, "{'take':1}", "{'take':-1}"},
        {"Item", RC_VERB_FIND_MANY, "{'select':{'id':true}}", "{'select':{'id':false}}"},
        {"Item", RC_VERB_FIND_MANY, "{'order_by':[{'name':{}}]}",
         "{'order_by':[{'name':{'direction':'DESC'}}]}"},
        {"Item", RC_VERB_COUNT, "{'where':{'note':{'is_null':true}}}",
         "{'where':{'note':{'is_null':false}}}"},
        {"Item", RC_VERB_COUNT, "{'where':{'name':{'equals':'a'}}}",
         "{'where':{'name':{'not':'a'}}}"},
        {"Item", RC_VERB_COUNT, "{'where':{'and':[{'id':{'gt':1}},{'id':{'lt':2}}]}}",
         "{'where':{'and':[{'id':{'gt':1}}],'not':[{'id':{'lt':2}}]}}"},
        {"Item", RC_VERB_COUNT, "{'where':{'name':{'compare':[{'field':'maker'}]}}}",
         "{'where':{'name':{'compare':[{'field':'note'}]}}}"},
        {"Tick", RC_VERB_CREATE_MANY, "{'rows':[{'word':'a'}]}",
         "{'rows':[{'word':'a'}],'skip_duplicates':true}"},
        {"Item", RC_VERB_FIND_UNIQUE, "{'key':{'id':1}}",
         "{'key':{'token':'00000000-0000-0000-0000-000000000001'}}"},
    };
    struct rc_query *query = query_of(0);
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const struct pair *pair = &pairs[i];
        uint64_t one = plan_of(query, pair->entity, pair->verb, pair->one);
        assert_int_not_equal(one, plan_of(query, pair->entity, pair->verb, pair->other));
    }
    rc_query_free(query);
}

static void test_query_tells_entities_and_verbs_apart(void **state)
{
    (void)state;
    struct rc_query *query = query_of(0);
    uint64_t item = plan_of(query, "Item", RC_VERB_COUNT, "{}");
    assert_int_not_equal(item, plan_of(query, "Part", RC_VERB_COUNT, "{}"));
    assert_int_not_equal(item, plan_of(query, "Item", RC_VERB_EXISTS, "{}"));
    assert_int_equal(item, plan_of(query, "Item", RC_VERB_COUNT, "{}"));
    rc_query_free(query);
}

// The answer is large unless the request bounds it, to fewer rows the wider they are.
static void test_query_tells_large_answers(void **state)
{
    (void)state;
    static const struct {
        const char *entity;
        enum rc_verb verb;
        const char *json;
        bool is_large;
    } cases[] = {
        {"Tick", RC_VERB_FIND_MANY, "{}", true},
        {"Tick", RC_VERB_FIND_MANY, "{'take':2000}", false},
        {"Tick", RC_VERB_FIND_MANY, "{'take':2001}", true},
        {"Tick", RC_VERB_FIND_MANY, "{'take':-2001}", true},
        {"Tick", RC_VERB_FIND_MANY, "{'skip':5}", true},
        {"Item", RC_VERB_FIND_MANY, "{'take':64}", false},
        {"Item", RC_VERB_FIND_MANY, "{'take':65}", true},
        {"Item", RC_VERB_FIND_MANY, "{'take':65,'select':{'id':true}}", false},
        {"Item", RC_VERB_FIND_MANY, "{'take':65,'select':{'meta':true}}", true},
        {"Item", RC_VERB_GROUP_BY, "{'by':[{'field':'ITEM_FIELD_NAME'}],'count_all':true}",
         true},
        {"Item", RC_VERB_GROUP_BY,
         "{'by':[{'field':'ITEM_FIELD_NAME'}],'count_all':true,'take':9}", false},
        {"Item", RC_VERB_FIND_FIRST, "{}", false},
        {"Item", RC_VERB_FIND_UNIQUE, "{'key':{'id':1}}", false},
        {"Item", RC_VERB_COUNT, "{}", false},
        {"Tick", RC_VERB_CREATE_MANY, "{'rows':[{'word':'a'}],'select':{'id':true}}", false},
        {"Tick", RC_VERB_DELETE_MANY, "{'all':true,'select':{'id':true}}", true},
        {"Tick", RC_VERB_DELETE_MANY, "{'all':true}", false},
    };
    struct rc_query *query = query_of(0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool is_large = prepare(query, cases[i].entity, cases[i].verb, cases[i].json).is_large;
        if (is_large != cases[i].is_large) {
            fail_msg("%s %s: %s", cases[i].entity, cases[i].json, is_large ? "large" : "not");
        }
    }
    rc_query_free(query);
}

// Fields of a message may come in any order; what they mean does not change.
static void test_query_reads_fields_in_any_order(void **state)
{
    (void)state;
    struct rc_query *query = query_of(0);
    struct rc_arena arena;
    struct rc_prepared prepared = {0};
    struct rc_buf bytes = {0};
    rowcall_error err = {0};
    rc_arena_init(&arena, 0);
    rc_wire_put_uint(&bytes, 5, 7); // skip, before
    rc_wire_put_uint(&bytes, 4, 3); // take, before
    size_t where = rc_wire_begin(&bytes, 1);
    size_t word = rc_wire_begin(&bytes, 2);
    rc_wire_put_text(&bytes, 1, "x");
    rc_wire_end(&bytes, word);
    rc_wire_end(&bytes, where);
    rowcall_status st = rc_query_prepare(query, fixture_model("Tick"), RC_VERB_FIND_MANY,
                                         rc_buf_view(&bytes), &arena, &prepared, &err);
    ASSERT_OK(st, err);
    const struct rc_value *values = prepared.steps[0].values;
    assert_int_equal(prepared.steps[0].statement->param_count, 3);
    assert_true(rc_view_is(values[0].bytes, "x"));
    assert_int_equal(values[1].integer, 3);
    assert_int_equal(values[2].integer, 7);
    rc_prepared_fini(&prepared);
    rc_buf_fini(&bytes);
    rc_arena_fini(&arena);
    rc_query_free(query);
}

static void test_query_compiles_again_what_was_evicted(void **state)
{
    (void)state;
    struct rc_query *query = query_of(1);
    uint64_t first = plan_of(query, "Tick", RC_VERB_COUNT, "{}");
    char json[64];
    // As many shapes: so many ticks in an or. Enough that each of 16 shards gets one, wherever
    // the hash, in which an address is, puts them.
    for (int i = 1; i <= 300; i++) {
        struct rc_buf text = {0};
        rc_buf_append_text(&text, "{'where':{'or':{'any':[");
        for (int k = 0; k < i; k++) {
            (void)snprintf(json, sizeof json, "%s{'id':{'equals':'%d'}}", k ? "," : "", k);
            rc_buf_append_text(&text, json);
        }
        rc_buf_append_text(&text, "]}}}");
        (void)plan_of(query, "Tick", RC_VERB_COUNT, text.data);
        rc_buf_fini(&text);
    }
    struct rc_query_stats stats;
    rc_query_stats_read(query, &stats);
    assert_int_equal(stats.misses, 301);
    assert_int_equal(stats.plans + stats.evictions, 301);
    assert_true(stats.plans <= 16);
    assert_int_not_equal(plan_of(query, "Tick", RC_VERB_COUNT, "{}"), first);
    rc_query_free(query);
}

struct hostile {
    const char *bytes;
    size_t len;
    const char *message;
};
#define HOSTILE(bytes, message)                                                                \
    {                                                                                          \
        bytes, sizeof(bytes) - 1, message                                                      \
    }

static void test_query_names_what_is_wrong(void **state)
{
    (void)state;
    static const struct hostile cases[] = {
        HOSTILE("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "FindManyRequest"),
        HOSTILE("\x0a\x7f", "TickFindManyRequest"), // a length beyond the end
        HOSTILE("\xf8\x07\x01", "127"),             // a field that does not exist
        HOSTILE("\x22\x01x", "take"),               // bytes where a number belongs
        HOSTILE("\x20\x01\x20\x02", "take"),        // twice
        HOSTILE("\x0a\x07\x12\x05\x0a\x03\xff\xfe\xfd", "where.word.equals"),
        HOSTILE("\x0a\x05\x12\x03\x0a\x01\x00", "where.word.equals"),
        HOSTILE("\x12\x04\x0a\x02\x08\x09", "order_by[0].id.direction"),
        HOSTILE("\x30\x63", "distinct"),
    };
    struct rc_query *query = query_of(0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rc_arena arena;
        struct rc_prepared prepared = {0};
        rowcall_error err = {0};
        rc_arena_init(&arena, 0);
        rowcall_status st = rc_query_prepare(query, fixture_model("Tick"), RC_VERB_FIND_MANY,
                                             (struct rc_view){cases[i].bytes, cases[i].len},
                                             &arena, &prepared, &err);
        ASSERT_STATUS(st, ROWCALL_INVALID_ARGUMENT);
        ASSERT_CONTAINS(err.message, cases[i].message);
        assert_int_equal(err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
        rc_arena_fini(&arena);
    }
    struct rc_query_stats stats;
    rc_query_stats_read(query, &stats);
    assert_int_equal(stats.misses, 0); // nothing of it came as far as the cache
    rc_query_free(query);
}

// where.not.not.not..., 10,000 deep
static void test_query_refuses_ten_thousand_levels(void **state)
{
    (void)state;
    struct rc_query *query = query_of(0);
    struct rc_buf levels = {0};
    struct rc_arena arena;
    struct rc_prepared prepared = {0};
    rowcall_error err = {0};
    rc_arena_init(&arena, 0);
    size_t marks[10001];
    marks[0] = rc_wire_begin(&levels, 1);
    for (size_t i = 1; i <= 10000; i++) {
        marks[i] = rc_wire_begin(&levels, 1003);
    }
    for (size_t i = 10001; i-- > 0;) {
        rc_wire_end(&levels, marks[i]);
    }
    rowcall_status st = rc_query_prepare(query, fixture_model("Tick"), RC_VERB_COUNT,
                                         rc_buf_view(&levels), &arena, &prepared, &err);
    ASSERT_STATUS(st, ROWCALL_RESOURCE_EXHAUSTED);
    ASSERT_CONTAINS(err.message, "where.not[0].not[0]");
    rc_buf_fini(&levels);
    rc_arena_fini(&arena);
    rc_query_free(query);
}

// 65 kinds of rows are one statement too many.
static void test_query_bounds_the_kinds_of_rows(void **state)
{
    (void)state;
    struct rc_query *query = query_of(0);
    struct rc_buf bytes = {0};
    struct rc_arena arena;
    struct rc_prepared prepared = {0};
    rowcall_error err = {0};
    rc_arena_init(&arena, 0);
    for (unsigned kind = 0; kind < 65; kind++) { // which optional fields are given
        static const uint32_t fields[] = {4, 9, 10, 18, 19, 20, 22};
        size_t row = rc_wire_begin(&bytes, 1);
        rc_wire_put_text(&bytes, 2, "name");
        rc_wire_put_text(&bytes, 3, "1");
        rc_wire_put_text(&bytes, 7, "maker");
        rc_wire_put_uint(&bytes, 8, kind);
        for (unsigned bit = 0; bit < 7; bit++) {
            if (kind >> bit & 1) {
                rc_wire_put_text(&bytes, fields[bit], "1");
            }
        }
        rc_wire_end(&bytes, row);
        if (kind == 63) {
            rowcall_status st =
                rc_query_prepare(query, fixture_model("Item"), RC_VERB_CREATE_MANY,
                                 rc_buf_view(&bytes), &arena, &prepared, &err);
            ASSERT_OK(st, err);
            assert_int_equal(prepared.step_count, 64);
            rc_prepared_fini(&prepared);
        }
    }
    rowcall_status st = rc_query_prepare(query, fixture_model("Item"), RC_VERB_CREATE_MANY,
                                         rc_buf_view(&bytes), &arena, &prepared, &err);
    ASSERT_STATUS(st, ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(err.message, "rows[64]");
    rc_buf_fini(&bytes);
    rc_arena_fini(&arena);
    rc_query_free(query);
}

// Each allocation in turn fails, of a call whose shape is new: an error, and nothing kept.
static void test_query_survives_lack_of_memory(void **state)
{
    (void)state;
    struct rc_buf bytes = {0};
    struct rc_query *warm = query_of(0); // makes the message tables ready
    const char *json = "{'where':{'name':{'contains':'x'},'or':{'any':[{'id':{'gt':1}}]}},"
                       "'cursor':{'id':1},'take':-1,'distinct':['ITEM_FIELD_NAME']}";
    (void)plan_of(warm, "Item", RC_VERB_FIND_MANY, json);
    fixture_encode("Item", RC_VERB_FIND_MANY, json, &bytes);
    unsigned long refused = 0;
    for (bool is_short = true; is_short;) {
        struct rc_query *query = query_of(0);
        struct rc_arena arena;
        struct rc_prepared prepared = {0};
        rowcall_error err = {0};
        rc_arena_init(&arena, 0);
        fail_alloc_arm(refused + 1);
        rowcall_status st = rc_query_prepare(query, fixture_model("Item"), RC_VERB_FIND_MANY,
                                             rc_buf_view(&bytes), &arena, &prepared, &err);
        is_short = fail_alloc_disarm();
        if (is_short) {
            refused++;
            ASSERT_STATUS(st, ROWCALL_RESOURCE_EXHAUSTED);
        } else {
            ASSERT_OK(st, err);
            rc_prepared_fini(&prepared);
        }
        rc_arena_fini(&arena);
        rc_query_free(query);
    }
    assert_true(refused >= 4);
    rc_query_free(warm);
    rc_buf_fini(&bytes);
}

// The memory of one request has a budget as well.
static void test_query_keeps_within_the_arenas_budget(void **state)
{
    (void)state;
    struct rc_query *query = query_of(0);
    struct rc_buf bytes = {0};
    struct rc_arena arena;
    struct rc_prepared prepared = {0};
    rowcall_error err = {0};
    rc_arena_init(&arena, 4096);
    size_t where = rc_wire_begin(&bytes, 1);
    size_t id = rc_wire_begin(&bytes, 1);
    size_t in = rc_wire_begin(&bytes, 3);
    for (uint64_t i = 0; i < 1000; i++) {
        rc_wire_put_uint(&bytes, 1, i);
    }
    rc_wire_end(&bytes, in);
    rc_wire_end(&bytes, id);
    rc_wire_end(&bytes, where);
    rowcall_status st = rc_query_prepare(query, fixture_model("Tick"), RC_VERB_COUNT,
                                         rc_buf_view(&bytes), &arena, &prepared, &err);
    ASSERT_STATUS(st, ROWCALL_RESOURCE_EXHAUSTED);
    ASSERT_CONTAINS(err.message, "where.id.in");
    rc_buf_fini(&bytes);
    rc_arena_fini(&arena);
    rc_query_free(query);
}

// Threads that prepare the same few shapes at once, with room for fewer plans.
enum { THREADS = 4, ROUNDS = 500 };

static void *prepare_many(void *argument)
{
    struct rc_query *query = argument;
    static const char *const requests[] = {
        "\x0a\x06\x12\x04\x0a\x02xy", "\x0a\x04\x12\x02\x48\x01", "\x0a\x04\x0a\x02\x08\x05",
        "\x0a\x04\x0a\x02\x10\x05"};
    uintptr_t wrong = 0;
    struct rc_arena arena;
    rc_arena_init(&arena, 0);
    for (size_t i = 0; i < ROUNDS; i++) {
        struct rc_prepared prepared = {0};
        const char *request = requests[i % 4];
        rowcall_status st = rc_query_prepare(query, fixture_model("Tick"), RC_VERB_COUNT,
                                             rc_view_of(request), &arena, &prepared, NULL);
        wrong += st != ROWCALL_OK || prepared.steps[0].statement->width != 1 ||
                 prepared.steps[0].statement->param_count != (i % 4 != 1);
        rc_prepared_fini(&prepared);
        rc_arena_reset(&arena);
    }
    rc_arena_fini(&arena);
    return (void *)wrong;
}

static void test_query_is_shared_by_threads(void **state)
{
    (void)state;
    struct rc_query *query = query_of(1);
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, prepare_many, query), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        void *wrong = NULL;
        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_null(wrong);
    }
    rc_query_free(query);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_query_shares_a_plan_among_values),
        cmocka_unit_test(test_query_tells_shapes_apart),
        cmocka_unit_test(test_query_tells_entities_and_verbs_apart),
        cmocka_unit_test(test_query_tells_large_answers),
        cmocka_unit_test(test_query_reads_fields_in_any_order),
        cmocka_unit_test(test_query_compiles_again_what_was_evicted),
        cmocka_unit_test(test_query_names_what_is_wrong),
        cmocka_unit_test(test_query_refuses_ten_thousand_levels),
        cmocka_unit_test(test_query_bounds_the_kinds_of_rows),
        cmocka_unit_test(test_query_survives_lack_of_memory),
        cmocka_unit_test(test_query_keeps_within_the_arenas_budget),
        cmocka_unit_test(test_query_is_shared_by_threads),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
