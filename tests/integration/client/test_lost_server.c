// SPDX-License-Identifier: Apache-2.0
//
// A server that is killed under load: every call is answered, and what its answer says about
// its effect is true. A process of its own, as nng may be in disorder afterwards.
#include "server.h"

#include "base/buf.h"
#include "support/database.h"

#include <core.h>
#include <rowcall/rowcall.h>

#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHAINS = 48, ENOUGH = 400 };

// Creates one after the other, each from the callback of the one before, until one fails.
struct chain {
    core_db db;
    int number;
    int created; // 0 .. created-1 were acknowledged
    rowcall_error err;
    sem_t *acknowledged;
    sem_t *over;
};

static void name_of(int chain, int i, char *ret_name, size_t size)
{
    snprintf(ret_name, size, "chain-%d-%d", chain, i);
}

static void create_next(struct chain *chain);

static void take_answer(void *arg, void *response, const rowcall_error *err)
{
    struct chain *chain = arg;
    rowcall_free(response);
    if (err) {
        chain->err = *err;
        sem_post(chain->over);
        return;
    }
    chain->created++;
    sem_post(chain->acknowledged);
    create_next(chain);
}

static void create_next(struct chain *chain)
{
    char name[32];
    name_of(chain->number, chain->created, name, sizeof name);
    if (core_role_create_submit(
            chain->db, core_role_create_request(.data = core_role_create_data(.name = name)),
            take_answer, chain, &chain->err) != ROWCALL_OK) {
        sem_post(chain->over);
    }
}

// SQL that fails unless as many of these names as expected are there.
static void check_names(const char *url, const struct rc_buf *names, bool expected)
{
    struct rc_buf sql = {0};
    rowcall_error err = {0};
    rc_buf_printf(&sql,
                  "do $$ begin if exists (select 1 from unnest('{%.*s}'::text[]) as n where "
                  "%sexists (select 1 from roles where name = n)) then raise exception 'a "
                  "call that %s'; end if; end $$",
                  (int)names->len, names->data ? names->data : "", expected ? "not " : "",
                  expected ? "succeeded left nothing" : "was not executed left something");
    ASSERT_OK(rc_buf_status(&sql, &err), err);
    test_database_run(url, sql.data);
    rc_buf_fini(&sql);
}

static void append_name(struct rc_buf *names, int chain, int i)
{
    char name[32];
    name_of(chain, i, name, sizeof name);
    rc_buf_printf(names, "%s%s", names->len > 0 ? "," : "", name);
}

static void check_effects(const char *url, const struct chain *chains)
{
    struct rc_buf created = {0};
    struct rc_buf refused = {0};
    for (int c = 0; c < CHAINS; c++) {
        for (int i = 0; i < chains[c].created; i++) {
            append_name(&created, c, i);
        }
        if (chains[c].err.outcome == ROWCALL_OUTCOME_NOT_EXECUTED) {
            append_name(&refused, c, chains[c].created);
        }
    }
    check_names(url, &created, true);
    check_names(url, &refused, false);
    rc_buf_fini(&created);
    rc_buf_fini(&refused);
}

static void remove_folder(const struct test_server *server)
{
    char path[128];
    snprintf(path, sizeof path, "%s/s", server->folder);
    (void)unlink(path);
    snprintf(path, sizeof path, "%s/s.lock", server->folder);
    (void)unlink(path);
    assert_int_equal(rmdir(server->folder), 0);
}

static void test_calls_to_a_killed_server_end_with_what_is_known(void **state)
{
    (void)state;
    struct test_server server;
    struct chain chains[CHAINS];
    sem_t acknowledged;
    sem_t over;
    core_db db = {0};
    rowcall_error err = {0};
    test_server_start(&server, NULL);
    const rowcall_client_options options = {
        .url = server.url, .timeout_ms = 60000, .connect_timeout_ms = 300};
    ASSERT_OK(core_open(&db, &options, &err), err);
    sem_init(&acknowledged, 0, 0);
    sem_init(&over, 0, 0);
    for (int c = 0; c < CHAINS; c++) {
        chains[c] =
            (struct chain){.db = db, .number = c, .acknowledged = &acknowledged, .over = &over};
        create_next(&chains[c]);
    }
    for (int i = 0; i < ENOUGH; i++) {
        sem_wait(&acknowledged);
    }
    assert_int_equal(kill(server.pid, SIGKILL), 0);
    assert_int_equal(waitpid(server.pid, NULL, 0), server.pid);
    for (int c = 0; c < CHAINS; c++) {
        sem_wait(&over);
    }
    for (int c = 0; c < CHAINS; c++) {
        ASSERT_STATUS(chains[c].err.status, ROWCALL_UNAVAILABLE);
        assert_true(chains[c].err.outcome == ROWCALL_OUTCOME_UNKNOWN ||
                    chains[c].err.outcome == ROWCALL_OUTCOME_NOT_EXECUTED);
    }
    core_close(db);
    check_effects(server.database, chains);
    sem_destroy(&acknowledged);
    sem_destroy(&over);
    remove_folder(&server);
    test_database_drop(server.database);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calls_to_a_killed_server_end_with_what_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
