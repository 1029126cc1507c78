// SPDX-License-Identifier: Apache-2.0
//
// `rowcall serve` as a process: what it says when it cannot start, what it does while
// PostgreSQL is away, and how it ends.
#include "shop.h"

#include "service/contract.h"
#include "transport/dialer.h"
#include "wire/writer.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct process {
    char folder[64];
    char url[96];
    pid_t pid;
    int output; // stderr of the process
    char said[8192];
    size_t said_len;
};

// Starts the server in a folder of its own; NULL URL: the variable is not set.
static void spawn(struct process *process, const char *shop_url, const char *depot_url)
{
    *process = (struct process){.folder = "/tmp/rowcall-serve-XXXXXX"};
    assert_non_null(mkdtemp(process->folder));
    (void)snprintf(process->url, sizeof(process->url), "ipc://%s/s", process->folder);
    char path[96];
    (void)snprintf(path, sizeof(path), "%s/schema.binpb", process->folder);
    struct rc_buf set = {0};
    shop_schema_set(&set);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(set.data, 1, set.len, file), set.len);
    (void)fclose(file);
    rc_buf_fini(&set);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    process->pid = fork();
    assert_true(process->pid >= 0);
    if (process->pid == 0) {
        (void)dup2(ends[1], STDERR_FILENO);
        (void)close(ends[0]);
        (void)(chdir(process->folder) + unsetenv("SHOP_URL") + unsetenv("DEPOT_URL"));
        if (shop_url) {
            (void)setenv("SHOP_URL", shop_url, 1);
        }
        if (depot_url) {
            (void)setenv("DEPOT_URL", depot_url, 1);
        }
        (void)execl(ROWCALL_PROGRAM, "rowcall", "serve", "--schema", path, "--listen",
                    process->url, (char *)NULL);
        _exit(127);
    }
    (void)close(ends[1]);
    process->output = ends[0];
}

// Reads what it says until it says part; false at its end.
static bool hear(struct process *process, const char *part)
{
    while (!strstr(process->said, part)) {
        ssize_t len = read(process->output, process->said + process->said_len,
                           sizeof(process->said) - 1 - process->said_len);
        if (len <= 0) {
            return false;
        }
        process->said_len += (size_t)len;
    }
    return true;
}

// Waits for its end; the exit code.
static int reap(struct process *process)
{
    int status = 0;
    char path[96];
    (void)hear(process, "\x01"); // to the end
    assert_int_equal(waitpid(process->pid, &status, 0), process->pid);
    (void)close(process->output);
    (void)snprintf(path, sizeof(path), "%s/schema.binpb", process->folder);
    (void)unlink(path);
    assert_int_equal(rmdir(process->folder), 0); // the socket is gone, too
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void start_serving(struct process *process, const struct shop *shop)
{
    spawn(process, shop->url, shop->url);
    if (!hear(process, "ready listen=") || !hear(process, "shop: up") ||
        !hear(process, "depot: up")) {
        fail_msg("the server did not start: %s", process->said);
    }
}

static rowcall_status call(const char *url, struct rc_view envelope, struct rc_buf *ret_reply)
{
    struct rc_dialer *dialer = NULL;
    rowcall_error err = {0};
    ASSERT_OK(rc_dialer_open(url, NULL, &dialer, &err), err);
    rowcall_status st = rc_dialer_call(dialer, envelope, 30000, ret_reply, &err);
    rc_dialer_close(dialer);
    return st;
}

static void test_serve_names_every_missing_url(void **state)
{
    (void)state;
    struct process process;
    spawn(&process, NULL, NULL);
    int code = reap(&process);
    assert_int_equal(code, 2);
    ASSERT_CONTAINS(process.said, "SHOP_URL");
    ASSERT_CONTAINS(process.said, "DEPOT_URL");
}

static void test_serve_starts_while_postgres_is_down(void **state)
{
    (void)state;
    struct process process;
    static const char nowhere[] = "postgresql:///x?host=/tmp/rowcall-nowhere";
    spawn(&process, nowhere, nowhere);
    assert_true(hear(&process, "ready listen="));
    assert_true(hear(&process, "shop: down")); // said by another thread, before or after
    assert_true(hear(&process, "depot: down"));
    struct rc_buf envelope = {0};
    struct rc_buf reply = {0};
    size_t mark = rc_wire_begin(&envelope, RC_ENVELOPE_CALLS);
    rc_wire_put_text(&envelope, RC_CALL_METHOD, "Health/Check");
    rc_wire_end(&envelope, mark);
    ASSERT_STATUS(call(process.url, rc_buf_view(&envelope), &reply), ROWCALL_OK);
    rc_buf_append_char(&reply, '\0');
    assert_non_null(memmem(reply.data, reply.len, "the database cannot be reached", 30));
    rc_buf_fini(&envelope);
    rc_buf_fini(&reply);
    assert_int_equal(kill(process.pid, SIGINT), 0);
    assert_int_equal(reap(&process), 0);
}

struct caller {
    pthread_t thread;
    const char *url;
    struct rc_buf envelope;
    struct rc_buf reply;
    rowcall_status st;
};

static void *run_call(void *arg)
{
    struct caller *caller = arg;
    caller->st = call(caller->url, rc_buf_view(&caller->envelope), &caller->reply);
    return NULL;
}

// A call that PostgreSQL works on for a while: returns once it does.
static void start_slow_call(struct shop *shop, const struct process *process,
                            const char *seconds, struct caller *caller)
{
    static const struct shop_call slow = {"shop", "Maker/Create",
                                          "{\"data\":{\"name\":\"slow\"}}", 0};
    char sql[512];
    (void)snprintf(sql, sizeof(sql),
                   "create or replace function slow() returns trigger language plpgsql as $$"
                   "begin perform pg_sleep(%s); return new; end $$;"
                   "create or replace trigger slow before insert on makers for each row"
                   " execute function slow()",
                   seconds);
    shop_sql(shop, sql);
    *caller = (struct caller){.url = process->url};
    shop_envelope(shop, &slow, 1, false, NULL, &caller->envelope);
    assert_int_equal(pthread_create(&caller->thread, NULL, run_call, caller), 0);
    shop_sql(shop,
             "do $$ begin while not exists (select from pg_stat_activity where wait_event = "
             "'PgSleep' and datname = current_database()) loop perform "
             "pg_stat_clear_snapshot(); perform pg_sleep(0.01); end loop; end $$");
}

static void end_call(struct caller *caller)
{
    assert_int_equal(pthread_join(caller->thread, NULL), 0);
    rc_buf_fini(&caller->envelope);
    rc_buf_fini(&caller->reply);
}

static void test_serve_answers_what_it_accepted_before_it_ends(void **state)
{
    struct shop *shop = *state;
    static const struct shop_call slow = {"shop", "Maker/Create", "", 0};
    struct process process;
    struct caller caller;
    struct shop_reply reply;
    start_serving(&process, shop);
    start_slow_call(shop, &process, "0.5", &caller);
    assert_int_equal(kill(process.pid, SIGTERM), 0);
    assert_int_equal(reap(&process), 0);
    assert_int_equal(pthread_join(caller.thread, NULL), 0);
    ASSERT_STATUS(caller.st, ROWCALL_OK);
    assert_int_equal(shop_read(shop, &slow, 1, rc_buf_view(&caller.reply), &reply, 1), 1);
    ASSERT_STATUS(reply.err.status, ROWCALL_OK);
    rc_buf_fini(&caller.envelope);
    rc_buf_fini(&caller.reply);
    ASSERT_CONTAINS(process.said, "stopped");
}

static void test_serve_ends_at_once_on_a_second_signal(void **state)
{
    struct shop *shop = *state;
    struct process process;
    struct caller caller;
    start_serving(&process, shop);
    start_slow_call(shop, &process, "30", &caller);
    assert_int_equal(kill(process.pid, SIGTERM), 0);
    assert_true(hear(&process, "stopping"));
    assert_int_equal(kill(process.pid, SIGTERM), 0);
    int status = 0;
    assert_int_equal(waitpid(process.pid, &status, 0), process.pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 128 + SIGTERM);
    end_call(&caller);
    (void)close(process.output);
    char command[160];
    (void)snprintf(command, sizeof(command), "rm -rf '%s'", process.folder);
    assert_int_equal(system(command), 0);
}

// Waits until as many sessions of the server are in a transaction of their own.
static void await_transactions(struct shop *shop, int count)
{
    char sql[400];
    (void)snprintf(
        sql, sizeof(sql),
        "do $$ begin while (select count(*) from pg_stat_activity where state = 'idle in"
        " transaction' and application_name like 'rowcall shop exclusive%%' and datname"
        " = current_database()) <> %d loop perform pg_stat_clear_snapshot(); perform"
        " pg_sleep(0.01); end loop; end $$",
        count);
    shop_sql(shop, sql);
}

static void test_serve_rolls_back_for_a_client_that_went(void **state)
{
    struct shop *shop = *state;
    static const struct shop_call begin = {"shop", "Transactions/Begin",
                                           "{\"timeout_ms\":60000}", 0};
    struct process process;
    struct rc_dialer *dialer = NULL;
    struct rc_buf envelope = {0};
    struct rc_buf reply = {0};
    rowcall_error err = {0};
    start_serving(&process, shop);
    shop_envelope(shop, &begin, 1, false, NULL, &envelope);
    ASSERT_OK(rc_dialer_open(process.url, NULL, &dialer, &err), err);
    for (int i = 1; i <= 2; i++) {
        ASSERT_OK(rc_dialer_call(dialer, rc_buf_view(&envelope), 30000, &reply, &err), err);
        await_transactions(shop, i);
    }
    rc_dialer_close(dialer);
    await_transactions(shop, 0);
    // And when the server ends: one that is open does not keep it.
    ASSERT_OK(rc_dialer_open(process.url, NULL, &dialer, &err), err);
    ASSERT_OK(rc_dialer_call(dialer, rc_buf_view(&envelope), 30000, &reply, &err), err);
    await_transactions(shop, 1);
    assert_int_equal(kill(process.pid, SIGTERM), 0);
    assert_int_equal(reap(&process), 0);
    await_transactions(shop, 0);
    rc_dialer_close(dialer);
    rc_buf_fini(&envelope);
    rc_buf_fini(&reply);
}

#define EMPTY(test) cmocka_unit_test_setup(test, shop_empty)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_serve_names_every_missing_url),
        cmocka_unit_test(test_serve_starts_while_postgres_is_down),
        EMPTY(test_serve_answers_what_it_accepted_before_it_ends),
        EMPTY(test_serve_rolls_back_for_a_client_that_went),
        EMPTY(test_serve_ends_at_once_on_a_second_signal),
    };
    return cmocka_run_group_tests(tests, shop_open, shop_close);
}
