// SPDX-License-Identifier: Apache-2.0
//
// Batches: one envelope, answers by index, and errors of one call, of the whole, and of adding.
#include "fake.h"

#include "support/fail_alloc.h"
#include "wire/writer.h"

struct fixture {
    struct fake *fake;
    shop_db db;
    rowcall_batch *batch;
};

static int setup(void **state)
{
    struct fixture *fixture = test_malloc(sizeof *fixture);
    int st = fake_setup((void **)&fixture->fake);
    fixture->db = fake_open(fixture->fake, (rowcall_client_options){.token = "secret"});
    fixture->batch = rowcall_batch_new(fixture->db.handle.client);
    *state = fixture;
    return st;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    rowcall_batch_free(fixture->batch);
    shop_close(fixture->db);
    int st = fake_teardown((void **)&fixture->fake);
    test_free(fixture);
    return st;
}

static size_t add(struct fixture *fixture, int32_t id)
{
    return shop_tea_find_unique_add(fixture->batch, fixture->db,
                                    shop_tea_find_unique_request(.key = shop_tea_key_id(id)));
}

static int32_t id_of(const struct fixture *fixture, size_t i)
{
    const shop_tea_find_unique_response *found = rowcall_batch_response(fixture->batch, i);
    assert_non_null(found);
    ASSERT_STATUS(rowcall_batch_error(fixture->batch, i)->status, ROWCALL_OK);
    return found->row->id;
}

static void test_batch_answers_by_index(void **state)
{
    struct fixture *fixture = *state;
    rowcall_error err = {0};
    for (int32_t i = 0; i < 40; i++) {
        assert_int_equal(add(fixture, 100 + i), i);
    }
    assert_int_equal(rowcall_batch_count(fixture->batch), 40);
    ASSERT_OK(rowcall_batch_run(fixture->batch, ROWCALL_BATCH_SEPARATE, &err), err);
    for (int32_t i = 0; i < 40; i++) {
        assert_int_equal(id_of(fixture, (size_t)i), 100 + i);
    }
    struct fake_seen seen = fake_seen(fixture->fake);
    assert_int_equal(seen.envelopes, 1);
    assert_int_equal(seen.calls, 40);
    assert_false(seen.atomic);
    assert_string_equal(seen.token, "secret");
    assert_string_equal(seen.database, "shop");
    assert_string_equal(seen.method, "Tea/FindUnique");
}

static void test_batch_says_that_it_is_atomic(void **state)
{
    struct fixture *fixture = *state;
    rowcall_error err = {0};
    add(fixture, 1);
    ASSERT_OK(rowcall_batch_run(fixture->batch, ROWCALL_BATCH_ATOMIC, &err), err);
    assert_true(fake_seen(fixture->fake).atomic);
}

static void test_batch_chooses_its_transaction(void **state)
{
    struct fixture *fixture = *state;
    rowcall_batch_options options = {
        .isolation = ROWCALL_ISOLATION_SERIALIZABLE, .read_only = true, .max_retries = 7};
    rowcall_error err = {0};
    add(fixture, 1);
    ASSERT_OK(rowcall_batch_run_atomic(fixture->batch, &options, &err), err);
    struct fake_seen seen = fake_seen(fixture->fake);
    assert_true(seen.atomic);
    assert_int_equal(seen.isolation, 3);
    assert_true(seen.read_only);
    assert_int_equal(seen.max_retries, 7);
}

static void test_batch_refers_to_earlier_calls(void **state)
{
    struct fixture *fixture = *state;
    rowcall_error err = {0};
    size_t first = add(fixture, 1);
    size_t second = add(fixture, 2);
    rowcall_batch_refer(fixture->batch, second, "key.id", first, "row.id");
    assert_int_equal(add(fixture, 3), 2);
    rowcall_batch_refer(fixture->batch, 2, "key.name", second, "row.name");
    ASSERT_OK(rowcall_batch_run_atomic(fixture->batch, NULL, &err), err);
    struct fake_seen seen = fake_seen(fixture->fake);
    assert_int_equal(seen.calls, 3);
    assert_string_equal(seen.reference, "1 row.name > key.name");
    assert_int_equal(id_of(fixture, 2), 3);
}

static void test_batch_refuses_to_refer_to_what_comes_later(void **state)
{
    static const size_t wrong[][2] = {{0, 0}, {0, 1}, {2, 0}, {1, 1}};
    struct fixture *fixture = *state;
    for (size_t i = 0; i < 4; i++) {
        rowcall_batch *batch = rowcall_batch_new(fixture->db.handle.client);
        rowcall_error err = {0};
        for (int32_t c = 0; c < 2; c++) {
            shop_tea_find_unique_add(batch, fixture->db,
                                     shop_tea_find_unique_request(.key = shop_tea_key_id(c)));
        }
        rowcall_batch_refer(batch, wrong[i][0], "key.id", wrong[i][1], "row.id");
        ASSERT_STATUS(rowcall_batch_run_atomic(batch, NULL, &err), ROWCALL_INVALID_ARGUMENT);
        ASSERT_CONTAINS(err.message, "cannot refer to call");
        assert_int_equal(err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
        rowcall_batch_free(batch);
    }
    rowcall_batch_refer(NULL, 1, "key.id", 0, "row.id");
    assert_int_equal(fake_seen(fixture->fake).envelopes, 0);
}

static void test_batch_reports_the_first_call_that_failed(void **state)
{
    struct fixture *fixture = *state;
    rowcall_error err = {0};
    add(fixture, 1);
    add(fixture, REFUSED_ID);
    add(fixture, 3);
    ASSERT_STATUS(rowcall_batch_run(fixture->batch, ROWCALL_BATCH_SEPARATE, &err),
                  ROWCALL_ALREADY_EXISTS);
    assert_string_equal(err.message, "call 1 (Tea/FindUnique): name, region: exists already");
    assert_string_equal(err.reason, "P2002");
    assert_int_equal(err.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
    assert_int_equal(id_of(fixture, 0), 1);
    assert_int_equal(id_of(fixture, 2), 3);
    assert_null(rowcall_batch_response(fixture->batch, 1));
    const rowcall_error *error = rowcall_batch_error(fixture->batch, 1);
    assert_string_equal(error->message, "name, region: exists already");
    assert_string_equal(error->constraint, "teas_name_region_key");
}

static void test_batch_of_nothing_succeeds_without_the_server(void **state)
{
    struct fixture *fixture = *state;
    rowcall_error err = {0};
    ASSERT_OK(rowcall_batch_run(fixture->batch, ROWCALL_BATCH_ATOMIC, &err), err);
    assert_int_equal(fake_seen(fixture->fake).envelopes, 0);
    assert_null(rowcall_batch_response(fixture->batch, 0));
    ASSERT_STATUS(rowcall_batch_error(fixture->batch, 0)->status, ROWCALL_INVALID_ARGUMENT);
}

static void test_batch_runs_once(void **state)
{
    struct fixture *fixture = *state;
    rowcall_error err = {0};
    add(fixture, 1);
    ASSERT_OK(rowcall_batch_run(fixture->batch, ROWCALL_BATCH_SEPARATE, &err), err);
    ASSERT_STATUS(rowcall_batch_run(fixture->batch, ROWCALL_BATCH_SEPARATE, &err),
                  ROWCALL_FAILED_PRECONDITION);
    assert_int_equal(err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    assert_int_equal(fake_seen(fixture->fake).envelopes, 1);
    assert_int_equal(id_of(fixture, 0), 1); // the first run's answer stays
}

// What adding got wrong is what run says, of every call, and nothing is sent.
static void check_refused(struct fixture *fixture, const char *part)
{
    rowcall_error err = {0};
    ASSERT_STATUS(rowcall_batch_run(fixture->batch, ROWCALL_BATCH_SEPARATE, &err),
                  ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(err.message, part);
    assert_int_equal(err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    for (size_t i = 0; i < rowcall_batch_count(fixture->batch); i++) {
        ASSERT_CONTAINS(rowcall_batch_error(fixture->batch, i)->message, part);
        assert_null(rowcall_batch_response(fixture->batch, i));
    }
    assert_int_equal(fake_seen(fixture->fake).envelopes, 0);
}

static void test_batch_refuses_a_request_of_another_method(void **state)
{
    struct fixture *fixture = *state;
    add(fixture, 1);
    rowcall_batch_add(fixture->batch, fixture->db.handle, &shop_tea_find_unique_method,
                      &shop_tea_create_request()->base, NULL);
    add(fixture, 3);
    check_refused(fixture, "request of Tea/FindUnique");
}

static void test_batch_refuses_a_handle_of_another_client(void **state)
{
    struct fixture *fixture = *state;
    shop_db other = fake_open(fixture->fake, (rowcall_client_options){0});
    shop_tea_find_unique_add(fixture->batch, other, shop_tea_find_unique_request());
    add(fixture, 2);
    shop_close(other);
    check_refused(fixture, "handle of another client");
}

static void test_batch_that_the_server_refuses_as_a_whole_fails_every_call(void **state)
{
    struct fixture *fixture = *state;
    rowcall_error err = {0};
    struct rc_buf answer = {0};
    fake_put_refusal(&answer);
    fake_answer(fixture->fake, rc_buf_view(&answer));
    rc_buf_fini(&answer);
    add(fixture, 1);
    add(fixture, 2);
    ASSERT_STATUS(rowcall_batch_run(fixture->batch, ROWCALL_BATCH_SEPARATE, &err),
                  ROWCALL_ALREADY_EXISTS);
    assert_string_equal(err.message, "name, region: exists already");
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(rowcall_batch_error(fixture->batch, i)->reason, "P2002");
    }
}

// Two calls, answered with this many responses.
static void check_count(struct fixture *fixture, int answers, const char *part)
{
    rowcall_error err = {0};
    struct rc_buf answer = {0};
    for (int i = 0; i < answers; i++) {
        size_t reply = rc_wire_begin(&answer, 1);
        rc_wire_put_text(&answer, 2, "");
        rc_wire_end(&answer, reply);
    }
    fake_answer(fixture->fake, rc_buf_view(&answer));
    rc_buf_fini(&answer);
    add(fixture, 1);
    add(fixture, 2);
    ASSERT_STATUS(rowcall_batch_run(fixture->batch, ROWCALL_BATCH_SEPARATE, &err),
                  ROWCALL_INTERNAL);
    assert_int_equal(err.outcome, ROWCALL_OUTCOME_UNKNOWN);
    ASSERT_CONTAINS(err.message, part);
    for (size_t i = 0; i < 2; i++) {
        assert_null(rowcall_batch_response(fixture->batch, i));
        ASSERT_STATUS(rowcall_batch_error(fixture->batch, i)->status, ROWCALL_INTERNAL);
    }
}

static void test_batch_with_too_few_answers_fails_every_call(void **state)
{
    check_count(*state, 1, "2 calls, but 1 answers");
}

static void test_batch_with_too_many_answers_fails_every_call(void **state)
{
    check_count(*state, 3, "more answers than calls");
}

static void test_batch_without_a_server_is_not_executed(void **state)
{
    struct fixture *fixture = *state;
    rowcall_error err = {0};
    fake_stop(fixture->fake);
    shop_close(fixture->db);
    rowcall_batch_free(fixture->batch);
    fixture->db = fake_open(fixture->fake, (rowcall_client_options){.connect_timeout_ms = 20});
    fixture->batch = rowcall_batch_new(fixture->db.handle.client);
    add(fixture, 1);
    ASSERT_STATUS(rowcall_batch_run(fixture->batch, ROWCALL_BATCH_ATOMIC, &err),
                  ROWCALL_UNAVAILABLE);
    assert_int_equal(err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    assert_int_equal(rowcall_batch_error(fixture->batch, 0)->outcome,
                     ROWCALL_OUTCOME_NOT_EXECUTED);
}

static void test_batch_that_could_not_be_made_says_so_when_run(void **state)
{
    (void)state;
    rowcall_error err = {0};
    assert_int_equal(
        shop_tea_find_unique_add(NULL, (shop_db){0}, shop_tea_find_unique_request()), 0);
    ASSERT_STATUS(rowcall_batch_run(NULL, ROWCALL_BATCH_SEPARATE, &err),
                  ROWCALL_RESOURCE_EXHAUSTED);
    assert_int_equal(err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    assert_int_equal(rowcall_batch_count(NULL), 0);
    assert_null(rowcall_batch_response(NULL, 0));
    assert_non_null(rowcall_batch_error(NULL, 0));
    rowcall_batch_free(NULL);
}

static void test_batch_out_of_memory_while_adding_is_not_sent(void **state)
{
    struct fixture *fixture = *state;
    rowcall_error err = {0};
    fake_stop(fixture->fake); // its threads must not meet the failing malloc
    fail_alloc_arm(1);
    add(fixture, 1);
    assert_true(fail_alloc_disarm());
    add(fixture, 2);
    ASSERT_STATUS(rowcall_batch_run(fixture->batch, ROWCALL_BATCH_SEPARATE, &err),
                  ROWCALL_RESOURCE_EXHAUSTED);
    assert_int_equal(err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_batch_answers_by_index),
        TEST(test_batch_says_that_it_is_atomic),
        TEST(test_batch_chooses_its_transaction),
        TEST(test_batch_refers_to_earlier_calls),
        TEST(test_batch_refuses_to_refer_to_what_comes_later),
        TEST(test_batch_reports_the_first_call_that_failed),
        TEST(test_batch_of_nothing_succeeds_without_the_server),
        TEST(test_batch_runs_once),
        TEST(test_batch_refuses_a_request_of_another_method),
        TEST(test_batch_refuses_a_handle_of_another_client),
        TEST(test_batch_that_the_server_refuses_as_a_whole_fails_every_call),
        TEST(test_batch_with_too_few_answers_fails_every_call),
        TEST(test_batch_with_too_many_answers_fails_every_call),
        TEST(test_batch_without_a_server_is_not_executed),
        TEST(test_batch_that_could_not_be_made_says_so_when_run),
        TEST(test_batch_out_of_memory_while_adding_is_not_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
