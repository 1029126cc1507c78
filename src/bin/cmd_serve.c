// SPDX-License-Identifier: Apache-2.0
//
// The server: a schema, a service, and the transport that hands it requests. The main thread
// waits for a signal; everything else happens on the threads of nng and of the pg loop.
#include "base/clock.h"
#include "base/log.h"
#include "bin/cli.h"
#include "bin/commands.h"
#include "bin/dotenv.h"
#include "bin/drift.h"
#include "bin/project.h"
#include "bin/token_file.h"
#include "service/service.h"
#include "transport/server.h"
#include "transport/tasks.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { DATABASES_MAX = 64 };

// Room in a message for what is around its calls, so that a reply at its limit still fits.
#define ENVELOPE_ROOM ((size_t)64 << 10)

struct settings {
    struct rc_texts listen;
    struct rc_texts databases;
    const char *schema;
    const char *token_file;
    const char *explain_token_file;
    const char *raw_token_file;
    bool allow_explain;
    bool allow_raw;
    const char *on_drift;
    const char *log_level;
    const char *log_format;
    bool log_values;
    uint32_t lanes;
    uint32_t max_lanes;
    uint32_t coalesce;
    uint32_t exclusive;
    uint32_t timeout_ms;
    uint32_t max_timeout_ms;
    uint32_t max_calls;
    uint32_t max_in_flight;
    uint32_t max_peer_in_flight;
    uint32_t max_requests;
    uint32_t max_message_mib;
    uint32_t max_transaction_ms;
    uint32_t max_peer_transactions;
    uint32_t slow_ms;
    uint32_t drain_ms;
};

struct serving {
    struct settings settings;
    bool refuse_drift;
    struct rc_schema *schema;
    struct rc_service *service;
    struct rc_server *server;
    struct rc_drift *drift;
    struct rc_service_database databases[DATABASES_MAX];
    size_t database_count;
    struct rc_token_file tokens;
    struct rc_token_file explain_tokens;
    struct rc_token_file raw_tokens;
    int64_t started_us;
};

// Fills settings from the command line. False: exit with *ret_exit.
static bool read_settings(struct settings *to, int argc, char **argv, int *ret_exit)
{
    const struct rc_option options[] = {
        {"listen", RC_OPTION_TEXTS, &to->listen, "URL",
         "tcp://host:port or ipc:///path; again for more (ROWCALL_URL, else "
         "ipc:///tmp/rowcall.sock)"},
        {"db", RC_OPTION_TEXTS, &to->databases, "NAME",
         "serve only this database; again for more (all of the schema)"},
        {"schema", RC_OPTION_TEXT, &to->schema, "FILE",
         "what `rowcall generate` compiled (" RC_PROJECT_SCHEMA ")"},
        {"token-file", RC_OPTION_TEXT, &to->token_file, "FILE",
         "tokens that admit callers, one a line (ROWCALL_TOKEN; without either nobody is "
         "asked)"},
        {"allow-explain", RC_OPTION_FLAG, &to->allow_explain, NULL,
         "show every caller the SQL and the plans of calls"},
        {"explain-token-file", RC_OPTION_TEXT, &to->explain_token_file, "FILE",
         "show them to callers with one of these tokens (ROWCALL_EXPLAIN_TOKEN)"},
        {"allow-raw", RC_OPTION_FLAG, &to->allow_raw, NULL,
         "take SQL from every caller, with all that the database's role may do"},
        {"raw-token-file", RC_OPTION_TEXT, &to->raw_token_file, "FILE",
         "take SQL from callers with one of these tokens (ROWCALL_RAW_TOKEN)"},
        {"on-drift", RC_OPTION_TEXT, &to->on_drift, "WHAT",
         "when a database is not what the schema says: warn, refuse (ROWCALL_ON_DRIFT, else "
         "warn)"},
        {"log-level", RC_OPTION_TEXT, &to->log_level, "LEVEL",
         "error, warn, info, debug (info)"},
        {"log-format", RC_OPTION_TEXT, &to->log_format, "FORMAT", "text, json (text)"},
        {"log-values", RC_OPTION_FLAG, &to->log_values, NULL,
         "let debug logs hold PostgreSQL's messages with the values in them"},
        {"coalesce", RC_OPTION_COUNT, &to->coalesce, "N",
         "most lookups that share a statement; 1: none do (128)"},
        {"lanes", RC_OPTION_COUNT, &to->lanes, "N",
         "pipelined connections that are kept, per database (2)"},
        {"max-lanes", RC_OPTION_COUNT, &to->max_lanes, "N",
         "with those that are opened while all are busy (16, or --lanes where it is given)"},
        {"exclusive", RC_OPTION_COUNT, &to->exclusive, "N",
         "connections for transactions, per database (4)"},
        {"timeout", RC_OPTION_COUNT, &to->timeout_ms, "MS", "of calls that name none (30000)"},
        {"max-timeout", RC_OPTION_COUNT, &to->max_timeout_ms, "MS",
         "longer timeouts are cut to this (300000)"},
        {"max-calls", RC_OPTION_COUNT, &to->max_calls, "N", "calls in one message (1000)"},
        {"max-in-flight", RC_OPTION_COUNT, &to->max_in_flight, "N",
         "calls of everybody at once (8192)"},
        {"max-peer-in-flight", RC_OPTION_COUNT, &to->max_peer_in_flight, "N",
         "calls of one connection at once (2048)"},
        {"max-requests", RC_OPTION_COUNT, &to->max_requests, "N",
         "messages held at once, each from its receipt to its reply (1024)"},
        {"max-message", RC_OPTION_COUNT, &to->max_message_mib, "MIB",
         "longest request and longest reply (16)"},
        {"max-transaction", RC_OPTION_COUNT, &to->max_transaction_ms, "MS",
         "longest life of an interactive transaction (60000)"},
        {"max-peer-transactions", RC_OPTION_COUNT, &to->max_peer_transactions, "N",
         "interactive transactions of one connection at once (64)"},
        {"slow", RC_OPTION_COUNT, &to->slow_ms, "MS", "log calls that take longer (none)"},
        {"drain", RC_OPTION_COUNT, &to->drain_ms, "MS",
         "how long accepted calls may take after SIGTERM (10000)"},
    };
    const struct rc_command_line line = {
        .name = "serve",
        .arguments = "",
        .about = "Answers typed calls on the databases of the schema. The URL of each database "
                 "comes from the\n"
                 "environment variable that the schema names, or from .env. SIGTERM and SIGINT "
                 "stop the server once\n"
                 "everything that was accepted is answered; a second one stops it at once.",
        .options = options,
        .option_count = sizeof(options) / sizeof(options[0]),
        .examples = "  rowcall serve\n"
                    "  rowcall serve --listen tcp://127.0.0.1:7000 --db core --slow 100\n",
    };
    size_t count = 0;
    *to = (struct settings){
        .schema = RC_PROJECT_SCHEMA, .max_message_mib = 16, .drain_ms = 10000};
    return rc_cli_parse(&line, argc, argv, &count, ret_exit);
}

static rowcall_status configure_log(const struct settings *settings, rowcall_error *err)
{
    enum rc_log_level level = RC_LOG_INFO;
    enum rc_log_format format = RC_LOG_TEXT;
    if (settings->log_level && !rc_log_level_parse(settings->log_level, &level)) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "no log level \"%s\"",
                            settings->log_level);
    }
    if (settings->log_format && !rc_log_format_parse(settings->log_format, &format)) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "no log format \"%s\"",
                            settings->log_format);
    }
    if (settings->max_message_mib < 1 || settings->max_message_mib > 1024) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "max-message is 1 to 1024 MiB");
    }
    rc_log_configure(level, format);
    return ROWCALL_OK;
}

// From .env, too: after it was loaded.
static rowcall_status choose_drift(struct serving *serving, rowcall_error *err)
{
    const char *what = serving->settings.on_drift;
    const char *of_environment = getenv("ROWCALL_ON_DRIFT");
    what = what ? what : of_environment && *of_environment ? of_environment : "warn";
    serving->refuse_drift = strcmp(what, "refuse") == 0;
    return serving->refuse_drift || strcmp(what, "warn") == 0
               ? ROWCALL_OK
               : rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                              "on-drift is warn or refuse, not \"%s\"", what);
}

static bool is_wanted(const struct rc_texts *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->items[i], name) == 0) {
            return true;
        }
    }
    return names->count == 0;
}

// The URL of every database that is to be served; all that lack one are named at once.
static rowcall_status find_databases(struct serving *serving, rowcall_error *err)
{
    const struct rc_schema *schema = serving->schema;
    const struct rc_texts *names = &serving->settings.databases;
    struct rc_buf missing = {0};
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; i < names->count; i++) {
        if (!rc_project_database(schema, names->items[i], err)) {
            return ROWCALL_INVALID_ARGUMENT;
        }
    }
    for (size_t i = 0; i < schema->scope_count; i++) {
        const struct rc_scope *scope = &schema->scopes[i];
        if (!scope->is_database || !is_wanted(names, scope->name)) {
            continue;
        }
        rowcall_error lacking = {0};
        const char *url = rc_project_url(scope, &lacking);
        if (!url) {
            rc_buf_printf(&missing, "%s%s", missing.len > 0 ? "; " : "", lacking.message);
        } else if (serving->database_count < DATABASES_MAX) {
            serving->databases[serving->database_count++] =
                (struct rc_service_database){scope->name, url};
        }
    }
    if (missing.len > 0) {
        st = rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "%s", missing.data);
    }
    rc_buf_fini(&missing);
    return st;
}

static rowcall_status find_tokens(struct serving *serving, rowcall_error *err)
{
    const struct settings *settings = &serving->settings;
    rowcall_status st =
        rc_token_file_read(&serving->tokens, settings->token_file, "ROWCALL_TOKEN", err);
    if (st == ROWCALL_OK) {
        st = rc_token_file_read(&serving->explain_tokens, settings->explain_token_file,
                                "ROWCALL_EXPLAIN_TOKEN", err);
    }
    if (st == ROWCALL_OK) {
        st = rc_token_file_read(&serving->raw_tokens, settings->raw_token_file,
                                "ROWCALL_RAW_TOKEN", err);
    }
    return st;
}

static rowcall_status start_service(struct serving *serving, rowcall_error *err)
{
    const struct settings *settings = &serving->settings;
    struct rc_service_options options = {
        .databases = serving->databases,
        .database_count = serving->database_count,
        .tokens = serving->tokens.tokens,
        .token_count = serving->tokens.count,
        .explain = {settings->allow_explain, serving->explain_tokens.tokens,
                    serving->explain_tokens.count},
        .raw = {settings->allow_raw, serving->raw_tokens.tokens, serving->raw_tokens.count},
        .default_timeout_ms = settings->timeout_ms,
        .max_timeout_ms = settings->max_timeout_ms,
        .max_calls = settings->max_calls,
        .max_in_flight = settings->max_in_flight,
        .max_peer_in_flight = settings->max_peer_in_flight,
        .max_reply_bytes = ((size_t)settings->max_message_mib << 20) - ENVELOPE_ROOM,
        .slow_ms = settings->slow_ms,
        .max_coalesced = settings->coalesce,
        .lanes = (int)settings->lanes,
        .lanes_max = (int)settings->max_lanes,
        .exclusive_max = (int)settings->exclusive,
        .max_transaction_ms = settings->max_transaction_ms,
        .max_peer_transactions = settings->max_peer_transactions,
        .log_values = settings->log_values,
    };
    return rc_service_new(serving->schema, &options, &serving->service, err);
}

static void exit_at_once(int signal_number)
{
    _exit(128 + signal_number);
}

static void block_signals(sigset_t *ret_signals)
{
    (void)sigemptyset(ret_signals);
    (void)sigaddset(ret_signals, SIGTERM);
    (void)sigaddset(ret_signals, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, ret_signals, NULL);
}

// Waits for the first signal; from then on another one ends the process.
static void wait_for_signal(const sigset_t *signals)
{
    int number = 0;
    (void)sigwait(signals, &number);
    struct sigaction action = {.sa_handler = exit_at_once};
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
    (void)pthread_sigmask(SIG_UNBLOCK, signals, NULL);
    rc_log(RC_LOG_INFO, "server", "stopping", "signal", "%d", number, (char *)NULL);
}

// Starts comparing. Where differences forbid to serve, waits for what comes of it; a database
// that is down may follow later.
static rowcall_status start_drift(struct serving *serving, const sigset_t *signals,
                                  rowcall_error *err)
{
    const struct timespec pause = {.tv_nsec = 20000000};
    struct rc_drift_options options = {
        .schema = serving->schema,
        .databases = serving->databases,
        .count = serving->database_count,
        .gate = serving->refuse_drift ? serving->service : NULL,
    };
    rowcall_status st = rc_drift_start(&options, &serving->drift, err);
    if (st != ROWCALL_OK || !serving->refuse_drift) {
        return st;
    }
    while (!rc_drift_is_known(serving->drift)) {
        if (sigtimedwait(signals, NULL, &pause) > 0) {
            return rc_error_set(err, ROWCALL_CANCELLED, "stopped before it served");
        }
    }
    return rc_drift_verdict(serving->drift, err);
}

static void reply(void *arg, const struct rc_buf *bytes)
{
    rc_server_reply(arg, bytes);
}

static void handle(void *ctx, struct rc_server_request *request, unsigned flags)
{
    struct serving *serving = ctx;
    struct rc_service_request handled = {
        .bytes = rc_server_request_message(request),
        .peer = rc_server_request_peer(request),
        .over_limit = (flags & RC_SERVER_OVER_LIMIT) != 0,
        .draining = (flags & RC_SERVER_DRAINING) != 0,
        .reply = reply,
        .arg = request,
    };
    rc_service_handle(serving->service, &handled);
}

static void forget_peer(void *ctx, uint64_t peer)
{
    struct serving *serving = ctx;
    rc_service_peer_gone(serving->service, peer);
}

static rowcall_status start_server(struct serving *serving, rowcall_error *err)
{
    const struct settings *settings = &serving->settings;
    struct rc_texts urls = settings->listen;
    if (urls.count == 0) {
        const char *of_environment = getenv("ROWCALL_URL");
        urls.items[urls.count++] = of_environment && of_environment[0] != '\0'
                                       ? of_environment
                                       : "ipc:///tmp/rowcall.sock";
    }
    struct rc_server_options options = {
        .urls = urls.items,
        .url_count = urls.count,
        .contexts = settings->max_requests,
        .max_message_bytes = ((size_t)settings->max_message_mib << 20) + ENVELOPE_ROOM,
        .task_threads = rc_tasks_wanted(),
        .on_gone = forget_peer,
    };
    return rc_server_open(&options, handle, serving, &serving->server, err);
}

// Who has a right, for people.
static void describe_grant(bool everybody, size_t tokens, char *ret_text, size_t size)
{
    if (everybody || tokens == 0) {
        snprintf(ret_text, size, "%s", everybody ? "everybody" : "nobody");
    } else {
        snprintf(ret_text, size, "%zu token%s", tokens, tokens == 1 ? "" : "s");
    }
}

// Rights that somebody has; those are for the operator to know.
static void log_grants(const struct serving *serving)
{
    const struct settings *settings = &serving->settings;
    char explain[32];
    char raw[32];
    describe_grant(settings->allow_explain, serving->explain_tokens.count, explain,
                   sizeof explain);
    describe_grant(settings->allow_raw, serving->raw_tokens.count, raw, sizeof raw);
    if (strcmp(explain, "nobody") != 0 || strcmp(raw, "nobody") != 0) {
        rc_log(RC_LOG_INFO, "server", "permits", "explain", "%s", explain, "raw", "%s", raw,
               (char *)NULL);
    }
}

static void log_ready(const struct serving *serving)
{
    struct rc_buf urls = {0};
    struct rc_buf databases = {0};
    for (size_t i = 0; rc_server_url(serving->server, i); i++) {
        rc_buf_printf(&urls, "%s%s", i > 0 ? " " : "", rc_server_url(serving->server, i));
    }
    for (size_t i = 0; i < serving->database_count; i++) {
        rc_buf_printf(&databases, "%s%s", i > 0 ? " " : "", serving->databases[i].name);
    }
    rc_log(RC_LOG_INFO, "server", "ready", "listen", "%s", urls.data ? urls.data : "",
           "databases", "%s", databases.data ? databases.data : "", "tokens", "%zu",
           serving->tokens.count, "start_ms", "%lld",
           (long long)((rc_clock_now_us() - serving->started_us) / 1000), (char *)NULL);
    rc_buf_fini(&urls);
    rc_buf_fini(&databases);
    log_grants(serving);
}

static void stop(struct serving *serving)
{
    rowcall_error err = {0};
    int64_t deadline_us = rc_clock_now_us() + (int64_t)serving->settings.drain_ms * 1000;
    if (serving->service) { // first: accepted calls may wait for locks of open transactions
        rc_service_stop(serving->service);
    }
    if (serving->server && rc_server_drain(serving->server, deadline_us, &err) != ROWCALL_OK) {
        rc_log(RC_LOG_WARN, "server", "not everything was answered", "reason", "%s",
               err.message, (char *)NULL);
    }
    rc_server_close(serving->server);
    bool ended = rc_drift_stop(serving->drift); // it may hold databases of the service
    rc_service_free(serving->service, deadline_us);
    if (ended) {
        rc_schema_free(serving->schema);
    }
    rc_token_file_fini(&serving->tokens);
    rc_token_file_fini(&serving->explain_tokens);
    rc_token_file_fini(&serving->raw_tokens);
}

// Everything up to the first call. All threads but the main one leave signals alone.
static rowcall_status start(struct serving *serving, sigset_t *ret_signals, rowcall_error *err)
{
    rowcall_status st = configure_log(&serving->settings, err);
    if (st == ROWCALL_OK) {
        st = rc_dotenv_load(RC_PROJECT_DOTENV, err);
    }
    if (st == ROWCALL_OK) {
        st = choose_drift(serving, err);
    }
    if (st == ROWCALL_OK) {
        st = rc_project_schema(serving->settings.schema, &serving->schema, err);
    }
    if (st == ROWCALL_OK) {
        st = find_databases(serving, err);
    }
    if (st == ROWCALL_OK) {
        st = find_tokens(serving, err);
    }
    block_signals(ret_signals);
    if (st == ROWCALL_OK) {
        st = start_service(serving, err);
    }
    // What forbids to serve is found before anybody is served; what is only told waits until
    // somebody may be, for comparing large schemas keeps a processor busy.
    if (st == ROWCALL_OK && serving->refuse_drift) {
        st = start_drift(serving, ret_signals, err);
    }
    if (st == ROWCALL_OK) {
        st = start_server(serving, err);
    }
    if (st == ROWCALL_OK && !serving->refuse_drift) {
        st = start_drift(serving, ret_signals, err);
    }
    return st;
}

int rc_cmd_serve(int argc, char **argv)
{
    struct serving serving = {.started_us = rc_clock_now_us()};
    rowcall_error err = {0};
    sigset_t signals;
    int code = RC_EXIT_OK;
    if (!read_settings(&serving.settings, argc, argv, &code)) {
        return code;
    }
    if (start(&serving, &signals, &err) == ROWCALL_OK) {
        log_ready(&serving);
        wait_for_signal(&signals);
    } else {
        code = rc_cli_fail("serve", &err);
    }
    stop(&serving);
    if (code == RC_EXIT_OK) {
        rc_log(RC_LOG_INFO, "server", "stopped", (char *)NULL);
    }
    return code;
}
