// SPDX-License-Identifier: Apache-2.0
//
// Transactions as a program in C has them: functions run in them, savepoints, batches whose
// calls refer to each other; over the stubs of core, a server and PostgreSQL.
#include "server.h"

#include "support/database.h"

#include <core.h>
#include <shared.h>
#include <rowcall/rowcall.h>

#include <pthread.h>
#include <stdio.h>

enum { THREADS = 4, ROUNDS = 8 };

static struct test_server server;
static core_db db;

// For options: no transaction shall expire because the machine is busy.
#define PATIENT .timeout_ms = 60000, .max_wait_ms = 60000

static rowcall_status create_role(core_db on, const char *name, rowcall_error *err)
{
    return core_role_create(
        on, core_role_create_request(.data = core_role_create_data(.name = name)), NULL, err);
}

static bool role_exists(core_db on, const char *name)
{
    core_role_exists_response *found = NULL;
    rowcall_error err = {0};
    ASSERT_OK(
        core_role_exists(
            on,
            core_role_exists_request(.where = core_role_where(.name = rowcall_string_filter(
                                                                      .equals = (char *)name))),
            &found, &err),
        err);
    bool exists = found->exists;
    rowcall_free(found);
    return exists;
}

// Two roles; the second one's name decides what comes of it.
struct roles {
    const char *first;
    const char *second;
    rowcall_status answer;
};

static rowcall_status create_roles(core_db tx, void *arg, rowcall_error *err)
{
    const struct roles *roles = arg;
    rowcall_status st = create_role(tx, roles->first, err);
    if (st == ROWCALL_OK) {
        assert_true(role_exists(tx, roles->first));
        assert_false(role_exists(db, roles->first)); // for everybody else
        st = create_role(tx, roles->second, err);
    }
    return st == ROWCALL_OK ? roles->answer : st;
}

static void test_function_that_succeeds_is_committed(void **state)
{
    (void)state;
    rowcall_error err = {0};
    struct roles roles = {"a1", "a2", ROWCALL_OK};
    ASSERT_OK(
        core_transact(db, &(rowcall_transaction_options){PATIENT}, create_roles, &roles, &err),
        err);
    assert_true(role_exists(db, "a1"));
    assert_true(role_exists(db, "a2"));
}

static void test_function_that_fails_is_rolled_back(void **state)
{
    (void)state;
    rowcall_error err = {0};
    rowcall_transaction_options options = {PATIENT};
    struct roles twice = {"b", "b", ROWCALL_OK};
    ASSERT_STATUS(core_transact(db, &options, create_roles, &twice, &err),
                  ROWCALL_ALREADY_EXISTS);
    assert_string_equal(err.fields, "name");
    assert_int_equal(err.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
    assert_false(role_exists(db, "b"));
    struct roles refused = {"c1", "c2", ROWCALL_CANCELLED};
    ASSERT_STATUS(core_transact(db, &options, create_roles, &refused, &err), ROWCALL_CANCELLED);
    assert_false(role_exists(db, "c1"));
    assert_false(role_exists(db, "c2"));
}

// A failure that the function keeps to itself does not get past the server.
static rowcall_status hide_failure(core_db tx, void *arg, rowcall_error *err)
{
    (void)err;
    rowcall_error hidden = {0};
    ASSERT_OK(create_role(tx, arg, &hidden), hidden);
    ASSERT_STATUS(create_role(tx, arg, &hidden), ROWCALL_ALREADY_EXISTS);
    return ROWCALL_OK;
}

static void test_failure_that_is_hidden_is_not_committed(void **state)
{
    (void)state;
    rowcall_error err = {0};
    ASSERT_STATUS(
        core_transact(db, &(rowcall_transaction_options){PATIENT}, hide_failure, "d", &err),
        ROWCALL_ABORTED);
    assert_string_equal(err.reason, "P2028");
    ASSERT_CONTAINS(err.message, "Role/Create (P2002)");
    assert_false(rowcall_error_is_retryable(&err));
    assert_false(role_exists(db, "d"));
}

static rowcall_status go_back(core_db tx, void *arg, rowcall_error *err)
{
    (void)arg;
    rowcall_error failure = {0};
    rowcall_status st = create_role(tx, "e1", err);
    st = st ? st : rowcall_savepoint_set(tx.handle, "before", err);
    st = st ? st : create_role(tx, "e2", err);
    if (st == ROWCALL_OK) {
        ASSERT_STATUS(create_role(tx, "e1", &failure), ROWCALL_ALREADY_EXISTS);
        st = rowcall_savepoint_rollback(tx.handle, "before", err);
    }
    st = st ? st : create_role(tx, "e3", err);
    return st ? st : rowcall_savepoint_release(tx.handle, "before", err);
}

static void test_savepoint_rescues_a_transaction(void **state)
{
    (void)state;
    rowcall_error err = {0};
    ASSERT_OK(core_transact(db, &(rowcall_transaction_options){PATIENT}, go_back, NULL, &err),
              err);
    assert_true(role_exists(db, "e1"));
    assert_false(role_exists(db, "e2"));
    assert_true(role_exists(db, "e3"));
}

// ---- conflicts

// Reads a number and writes the next one: correct only where nobody else does so in between.
static rowcall_status count_up(core_db tx, void *arg, rowcall_error *err)
{
    (void)arg;
    core_product_find_unique_response *found = NULL;
    rowcall_status st = core_product_find_unique(
        tx,
        core_product_find_unique_request(.key = core_product_key_name("counter"),
                                         ROWCALL_SET(required, true)),
        &found, err);
    if (st == ROWCALL_OK) {
        st = core_product_update(
            tx,
            core_product_update_request(
                    .key = core_product_key_name("counter"),
                    .data = core_product_update_data(.hierarchy = rowcall_int32_update_set(
                                                         found->row->hierarchy + 1))),
            NULL, err);
        rowcall_free(found);
    }
    return st;
}

static void *count_up_often(void *arg)
{
    rowcall_transaction_options options = {
        .isolation = ROWCALL_ISOLATION_REPEATABLE_READ, .max_retries = 100000, PATIENT};
    rowcall_error *err = arg;
    for (int i = 0; i < ROUNDS && err->status == ROWCALL_OK; i++) {
        (void)core_transact(db, &options, count_up, NULL, err);
    }
    return NULL;
}

static void test_conflicts_are_retried_until_all_hold(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    rowcall_error errors[THREADS] = {{0}};
    rowcall_error err = {0};
    core_product_find_unique_response *found = NULL;
    ASSERT_OK(
        core_product_create(
            db,
            core_product_create_request(.data = core_product_create_data(.stripe_id = "s",
                                                                         .name = "counter",
                                                                         .description = "")),
            NULL, &err),
        err);
    ASSERT_OK(
        core_product_update(
            db,
            core_product_update_request(
                    .key = core_product_key_name("counter"),
                    .data = core_product_update_data(.hierarchy = rowcall_int32_update_set(0))),
            NULL, &err),
        err);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, count_up_often, &errors[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        ASSERT_OK(errors[i].status, errors[i]);
    }
    ASSERT_OK(core_product_find_unique(
                  db, core_product_find_unique_request(.key = core_product_key_name("counter")),
                  &found, &err),
              err);
    assert_int_equal(found->row->hierarchy, THREADS * ROUNDS);
    rowcall_free(found);
}

// ---- limits and ends

static rowcall_status never_end(core_db tx, void *arg, rowcall_error *err)
{
    (void)arg;
    rowcall_status st = create_role(tx, "f", err);
    while (st == ROWCALL_OK) {
        st = core_role_count(tx, core_role_count_request(), NULL, err);
    }
    return st;
}

static void test_transaction_that_takes_too_long_is_rolled_back(void **state)
{
    (void)state;
    rowcall_error err = {0};
    rowcall_transaction_options options = {.timeout_ms = 200, .max_wait_ms = 60000};
    ASSERT_STATUS(core_transact(db, &options, never_end, NULL, &err), ROWCALL_ABORTED);
    assert_string_equal(err.reason, "P2028");
    ASSERT_CONTAINS(err.message, "expired after 200 ms");
    assert_int_equal(err.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
    assert_false(role_exists(db, "f"));
}

static void test_transaction_waits_for_a_connection_and_no_longer(void **state)
{
    (void)state;
    rowcall_error err = {0};
    rowcall_handle held[2] = {{0}};
    rowcall_transaction_options options = {PATIENT};
    struct roles roles = {"g1", "g2", ROWCALL_OK};
    for (int i = 0; i < 2; i++) { // the server has two
        ASSERT_OK(rowcall_transaction_begin(db.handle, &options, &held[i], &err), err);
    }
    options.max_wait_ms = 50;
    ASSERT_STATUS(core_transact(db, &options, create_roles, &roles, &err),
                  ROWCALL_RESOURCE_EXHAUSTED);
    assert_string_equal(err.reason, "P2028");
    assert_int_equal(err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    for (int i = 0; i < 2; i++) {
        ASSERT_OK(rowcall_transaction_rollback(held[i], &err), err);
        ASSERT_STATUS(rowcall_transaction_commit(held[i], &err), ROWCALL_ABORTED);
        ASSERT_CONTAINS(err.message, "rolled back already");
    }
}

static void test_transaction_ends_with_its_client(void **state)
{
    (void)state;
    core_db other = {0};
    core_db left = {0};
    rowcall_error err = {0};
    rowcall_transaction_options options = {PATIENT};
    rowcall_handle next[2] = {{0}};
    ASSERT_OK(core_open(&other, &(rowcall_client_options){.url = server.url}, &err), err);
    ASSERT_OK(rowcall_transaction_begin(other.handle, &options, &left.handle, &err), err);
    ASSERT_OK(create_role(left, "h", &err), err);
    core_close(other);
    for (int i = 0; i < 2; i++) { // both connections are to be had again
        ASSERT_OK(rowcall_transaction_begin(db.handle, &options, &next[i], &err), err);
    }
    ASSERT_OK(create_role((core_db){next[0]}, "h", &err), err); // nobody holds its name
    for (int i = 0; i < 2; i++) {
        ASSERT_OK(rowcall_transaction_rollback(next[i], &err), err);
    }
    assert_false(role_exists(db, "h"));
}

// A library that knows the shared entities alone, within a transaction that it knows nothing
// of.
static rowcall_status create_shared_role(shared_db on, const char *name, rowcall_error *err)
{
    return shared_role_create(
        on, shared_role_create_request(.data = shared_role_create_data(.name = (char *)name)),
        NULL, err);
}

static rowcall_status use_library(core_db tx, void *arg, rowcall_error *err)
{
    (void)arg;
    rowcall_status st = create_shared_role(core_as_shared(tx), "i", err);
    return st ? st : ROWCALL_CANCELLED;
}

static void test_shared_handle_is_within_the_transaction(void **state)
{
    (void)state;
    rowcall_error err = {0};
    ASSERT_STATUS(
        core_transact(db, &(rowcall_transaction_options){PATIENT}, use_library, NULL, &err),
        ROWCALL_CANCELLED);
    assert_false(role_exists(db, "i"));
}

// ---- batches

static void test_batch_uses_ids_that_were_just_made(void **state)
{
    (void)state;
    rowcall_error err = {0};
    rowcall_batch_options options = {.isolation = ROWCALL_ISOLATION_SERIALIZABLE,
                                     .max_retries = 5};
    rowcall_batch *batch = rowcall_batch_new(db.handle.client);
    size_t role = core_role_create_add(
        batch, db,
        core_role_create_request(.data = core_role_create_data(.name = "j"),
                                 .select = core_role_select(ROWCALL_SET(id, true))));
    size_t user = core_auth_user_create_add(
        batch, db,
        core_auth_user_create_request(.data = core_auth_user_create_data(.username = "ada",
                                                                         .email =
                                                                             "ada@example.com"),
                                      .select = core_auth_user_select(ROWCALL_SET(id, true))));
    size_t both = core_user_role_create_add(
        batch, db,
        core_user_role_create_request(.data = core_user_role_create_data(),
                                      .select = core_user_role_select()));
    rowcall_batch_refer(batch, both, "data.role_id", role, "row.id");
    rowcall_batch_refer(batch, both, "data.user_id", user, "row.id");
    ASSERT_OK(rowcall_batch_run_atomic(batch, &options, &err), err);
    const core_role_create_response *made_role = rowcall_batch_response(batch, role);
    const core_auth_user_create_response *made_user = rowcall_batch_response(batch, user);
    const core_user_role_create_response *made = rowcall_batch_response(batch, both);
    assert_int_equal(made->row->role_id, made_role->row->id);
    assert_int_equal(made->row->user_id, made_user->row->id);
    rowcall_batch_free(batch);
}

static void test_batch_whose_reference_is_wrong_leaves_nothing(void **state)
{
    (void)state;
    rowcall_error err = {0};
    rowcall_batch *batch = rowcall_batch_new(db.handle.client);
    size_t first = core_role_create_add(
        batch, db, core_role_create_request(.data = core_role_create_data(.name = "k")));
    size_t second = core_role_create_add(
        batch, db, core_role_create_request(.data = core_role_create_data()));
    rowcall_batch_refer(batch, second, "data.name", first, "row.id");
    ASSERT_STATUS(rowcall_batch_run_atomic(batch, NULL, &err), ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(err.message,
                    "call 1 (Role/Create): references[0]: to: id is a value of type integer");
    ASSERT_STATUS(rowcall_batch_error(batch, first)->status, ROWCALL_ABORTED);
    rowcall_batch_free(batch);
    assert_false(role_exists(db, "k"));
}

static int open_all(void **state)
{
    (void)state;
    static const char *const arguments[] = {"--exclusive", "2", NULL};
    rowcall_error err = {0};
    test_server_start(&server, arguments);
    ASSERT_OK(
        core_open(&db, &(rowcall_client_options){.url = server.url, .timeout_ms = 60000}, &err),
        err);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    core_close(db);
    test_server_stop(&server);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_function_that_succeeds_is_committed),
        cmocka_unit_test(test_function_that_fails_is_rolled_back),
        cmocka_unit_test(test_failure_that_is_hidden_is_not_committed),
        cmocka_unit_test(test_savepoint_rescues_a_transaction),
        cmocka_unit_test(test_conflicts_are_retried_until_all_hold),
        cmocka_unit_test(test_transaction_that_takes_too_long_is_rolled_back),
        cmocka_unit_test(test_transaction_waits_for_a_connection_and_no_longer),
        cmocka_unit_test(test_transaction_ends_with_its_client),
        cmocka_unit_test(test_shared_handle_is_within_the_transaction),
        cmocka_unit_test(test_batch_uses_ids_that_were_just_made),
        cmocka_unit_test(test_batch_whose_reference_is_wrong_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
