// SPDX-License-Identifier: Apache-2.0
//
// Calls that share messages, against a server and PostgreSQL: each has the answer that it would
// have alone, whatever becomes of those beside it.
#include "server.h"

#include <core.h>
#include <rowcall/raw.pb-c.h>
#include <rowcall/rowcall.h>
#include <rowcall/sql.h>

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { WARM = 64, THREADS = 12, ROUNDS = 60, TOGETHER = 40, LARGE = 600 * 1000 };

static struct test_server server;
static core_db db;

static core_role_find_unique_request *role_named(char *name)
{
    static _Thread_local Core__RoleKey key;
    static _Thread_local Core__RoleFindUniqueRequest request;
    key = (Core__RoleKey)CORE__ROLE_KEY__INIT;
    key.key_case = CORE__ROLE_KEY__KEY_NAME;
    key.name = name;
    request = (Core__RoleFindUniqueRequest)CORE__ROLE_FIND_UNIQUE_REQUEST__INIT;
    request.key = &key;
    return &request;
}

static rowcall_status rename_role(core_db on, int32_t id, const char *name, rowcall_error *err)
{
    return core_role_update(
        on,
        core_role_update_request(.key = core_role_key_id(id),
                                 .data =
                                     core_role_update_data(.name = rowcall_string_update_set(
                                                               (char *)name))),
        NULL, err);
}

static int32_t create_role(const char *name)
{
    core_role_create_response *made = NULL;
    rowcall_error err = {0};
    ASSERT_OK(core_role_create(
                  db,
                  core_role_create_request(.data = core_role_create_data(.name = (char *)name),
                                           .select = core_role_select()),
                  &made, &err),
              err);
    int32_t id = made->row->id;
    rowcall_free(made);
    return id;
}

// Work that is done in one callback, so that its calls leave together.
struct together {
    void (*submit)(void *arg);
    void *arg;
};

static void submit_together(void *arg, void *response, const rowcall_error *err)
{
    const struct together *together = arg;
    rowcall_free(response);
    assert_null(err);
    together->submit(together->arg);
}

// ---- a call that waits for a lock

enum { LOCKED = TOGETHER - 1 }; // behind the others, as a connection has its calls one by one

struct updates {
    int32_t ids[TOGETHER]; // the last is locked
    atomic_int done;
    atomic_int failed;
    atomic_int locked_done;
    sem_t each;
};

static struct updates updates;

static void count_update(void *arg, void *response, const rowcall_error *err)
{
    const int32_t *id = arg;
    atomic_fetch_add(&updates.failed, err != NULL);
    atomic_fetch_add(id == &updates.ids[LOCKED] ? &updates.locked_done : &updates.done, 1);
    rowcall_free(response);
    sem_post(&updates.each);
}

static void submit_updates(void *arg)
{
    (void)arg;
    for (int i = 0; i < TOGETHER; i++) {
        char name[32];
        rowcall_error err = {0};
        snprintf(name, sizeof name, "renamed-%d", i);
        ASSERT_OK(
            core_role_update_submit(
                db,
                core_role_update_request(
                        .key = core_role_key_id(updates.ids[i]),
                        .data = core_role_update_data(.name = rowcall_string_update_set(name))),
                count_update, &updates.ids[i], &err),
            err);
    }
}

static void test_an_update_may_wait_for_a_lock_beside_others(void **state)
{
    (void)state;
    rowcall_error err = {0};
    char name[32];
    sem_init(&updates.each, 0, 0);
    for (int i = 0; i < TOGETHER; i++) {
        snprintf(name, sizeof name, "role-%d", i);
        updates.ids[i] = create_role(name);
    }
    for (int i = 0; i < WARM; i++) { // the client learns that updates are quick
        ASSERT_OK(rename_role(db, updates.ids[1], i % 2 ? "warm" : "role-1", &err), err);
    }
    rowcall_handle tx = {0};
    ASSERT_OK(rowcall_transaction_begin(
                  db.handle, &(rowcall_transaction_options){.timeout_ms = 60000}, &tx, &err),
              err);
    ASSERT_OK(rename_role((core_db){tx}, updates.ids[LOCKED], "locked", &err), err);
    struct together together = {submit_updates, NULL};
    ASSERT_OK(
        core_role_find_unique_submit(db, role_named("warm"), submit_together, &together, &err),
        err);
    sem_wait(&updates.each); // one ended although the last cannot
    assert_int_equal(atomic_load(&updates.locked_done), 0);
    ASSERT_OK(rowcall_transaction_commit(tx, &err), err);
    for (int i = 1; i < TOGETHER; i++) {
        sem_wait(&updates.each);
    }
    assert_int_equal(atomic_load(&updates.done), TOGETHER - 1);
    assert_int_equal(atomic_load(&updates.failed), 0);
    for (int i = 0; i < TOGETHER; i++) {
        core_role_find_unique_response *found = NULL;
        snprintf(name, sizeof name, "renamed-%d", i);
        ASSERT_OK(core_role_find_unique(db, role_named(name), &found, &err), err);
        assert_int_equal(found->row->id, updates.ids[i]);
        rowcall_free(found);
    }
    sem_destroy(&updates.each);
}

// ---- answers that are too large together

struct large {
    int32_t ids[TOGETHER];
    atomic_int wrong;
    sem_t each;
};

static struct large large;

static void check_large(void *arg, void *response, const rowcall_error *err)
{
    const core_contact_message_update_response *updated = response;
    const int32_t *id = arg;
    bool is_right = !err && updated->row && updated->row->id == *id &&
                    strlen(updated->row->message) == LARGE &&
                    strcmp(updated->row->status, "read") == 0;
    atomic_fetch_add(&large.wrong, !is_right);
    rowcall_free(response);
    sem_post(&large.each);
}

static void submit_large(void *arg)
{
    (void)arg;
    for (int i = 0; i < TOGETHER; i++) {
        rowcall_error err = {0};
        ASSERT_OK(core_contact_message_update_submit(
                      db,
                      core_contact_message_update_request(
                              .key = core_contact_message_key_id(large.ids[i]),
                              .data = core_contact_message_update_data(
                                      .status = rowcall_string_update_set("read")),
                              .select = core_contact_message_select()),
                      check_large, &large.ids[i], &err),
                  err);
    }
}

// More than fits into one reply, of writes, which must not be executed again.
static void test_answers_that_are_too_large_together_arrive(void **state)
{
    (void)state;
    rowcall_error err = {0};
    char *message = malloc(LARGE + 1);
    memset(message, 'm', LARGE);
    message[LARGE] = '\0';
    sem_init(&large.each, 0, 0);
    for (int i = 0; i < TOGETHER; i++) {
        core_contact_message_create_response *made = NULL;
        ASSERT_OK(core_contact_message_create(
                      db,
                      core_contact_message_create_request(
                              .data = core_contact_message_create_data(.email = "a@example.com",
                                                                       .message = message),
                              .select = core_contact_message_select(ROWCALL_SET(id, true))),
                      &made, &err),
                  err);
        large.ids[i] = made->row->id;
        rowcall_free(made);
    }
    free(message);
    for (int i = 0; i < WARM; i++) {
        ASSERT_OK(core_contact_message_update(
                      db,
                      core_contact_message_update_request(
                              .key = core_contact_message_key_id(large.ids[0]),
                              .data = core_contact_message_update_data(
                                      .status = rowcall_string_update_set("answered"))),
                      NULL, &err),
                  err);
    }
    struct together together = {submit_large, NULL};
    ASSERT_OK(core_role_find_unique_submit(db, role_named("nobody"), submit_together, &together,
                                           &err),
              err);
    for (int i = 0; i < TOGETHER; i++) {
        sem_wait(&large.each);
    }
    assert_int_equal(atomic_load(&large.wrong), 0);
    sem_destroy(&large.each);
}

// ---- everything at once

struct mixed {
    int number;
    int wrong;
    int late; // calls whose time was over
};

// SQL that takes a while; with the timeout of a call.
static rowcall_status sleep_in_sql(uint32_t timeout_ms, rowcall_error *err)
{
    Rowcall__RawQueryRequest request = ROWCALL__RAW_QUERY_REQUEST__INIT;
    const rowcall_call_options options = {.timeout_ms = timeout_ms};
    request.sql = "select pg_sleep(0.03)";
    return rowcall_call(db.handle, &rowcall_raw_query, &request.base, &options, NULL, err);
}

static bool call_quick(struct mixed *mixed, int round)
{
    core_role_find_unique_response *found = NULL;
    rowcall_error err = {0};
    char name[32];
    snprintf(name, sizeof name, "mixed-%d-%d", mixed->number, round);
    int32_t id = create_role(name);
    bool is_right = core_role_find_unique(db, role_named(name), &found, &err) == ROWCALL_OK &&
                    found->row && found->row->id == id && strcmp(found->row->name, name) == 0;
    rowcall_free(found);
    return is_right;
}

static bool call_failing(struct mixed *mixed, int round)
{
    rowcall_error err = {0};
    char name[32];
    snprintf(name, sizeof name, "mixed-%d-%d", mixed->number, round);
    rowcall_status st = core_role_create(
        db, core_role_create_request(.data = core_role_create_data(.name = name)), NULL, &err);
    return st == ROWCALL_ALREADY_EXISTS && strcmp(err.reason, "P2002") == 0 &&
           strcmp(err.fields, "name") == 0 && err.outcome == ROWCALL_OUTCOME_ROLLED_BACK;
}

static bool call_slow(struct mixed *mixed, int round)
{
    rowcall_error err = {0};
    if (round % 2 == 0) {
        return sleep_in_sql(0, &err) == ROWCALL_OK;
    }
    mixed->late++;
    // Its own connection may not be there in time, either.
    rowcall_status st = sleep_in_sql(20, &err);
    return st == ROWCALL_DEADLINE_EXCEEDED || st == ROWCALL_UNAVAILABLE;
}

static void *run_mixed(void *arg)
{
    struct mixed *mixed = arg;
    for (int round = 0; round < ROUNDS; round++) {
        mixed->wrong += !call_quick(mixed, round);
        mixed->wrong += !call_failing(mixed, round);
        if (mixed->number == 0 && round % 8 < 2) {
            mixed->wrong += !call_slow(mixed, round);
        }
    }
    return NULL;
}

static void run_threads(void)
{
    static int first;
    struct mixed mixed[THREADS] = {0};
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        mixed[i].number = i == 0 ? 0 : first + i;
        assert_int_equal(pthread_create(&threads[i], NULL, run_mixed, &mixed[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(mixed[i].wrong, 0);
    }
    assert_true(mixed[0].late > 0);
    first += THREADS;
}

static void test_calls_of_many_threads_get_their_own_answers(void **state)
{
    (void)state;
    run_threads();
}

// ---- without sharing

static void test_without_batching_answers_are_the_same(void **state)
{
    (void)state;
    rowcall_error err = {0};
    core_db before = db;
    rowcall_client_options options = {.url = server.url, .batching = ROWCALL_BATCHING_OFF};
    ASSERT_OK(core_open(&db, &options, &err), err);
    struct mixed mixed = {.number = 1000000};
    (void)run_mixed(&mixed);
    assert_int_equal(mixed.wrong, 0);
    struct together together = {submit_large, NULL};
    sem_init(&large.each, 0, 0);
    ASSERT_OK(core_role_find_unique_submit(db, role_named("nobody"), submit_together, &together,
                                           &err),
              err);
    for (int i = 0; i < TOGETHER; i++) {
        sem_wait(&large.each);
    }
    assert_int_equal(atomic_load(&large.wrong), 0);
    sem_destroy(&large.each);
    core_close(db);
    db = before;
}

static int open_all(void **state)
{
    (void)state;
    static const char *const arguments[] = {"--allow-raw", NULL};
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
        cmocka_unit_test(test_an_update_may_wait_for_a_lock_beside_others),
        cmocka_unit_test(test_answers_that_are_too_large_together_arrive),
        cmocka_unit_test(test_calls_of_many_threads_get_their_own_answers),
        cmocka_unit_test(test_without_batching_answers_are_the_same),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
