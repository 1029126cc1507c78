// SPDX-License-Identifier: Apache-2.0
//
// `rowcall bench DATABASE METHOD JSON`: load on a running server, and how long its answers
// took. From words to a plan; the load itself is bench_driver.c's.
#include "base/clock.h"
#include "bin/bench_driver.h"
#include "bin/bench_progress.h"
#include "bin/bench_report.h"
#include "bin/cli.h"
#include "bin/commands.h"
#include "bin/interrupt.h"
#include "bin/remote.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    DEFAULT_CONCURRENCY = 16,
    DEFAULT_OUTSTANDING = 1024,
    PLACES_MAX = 65536,
    BATCH_MAX = 256,
    SOCKET_SHARE = 200, // messages under way on one socket; a server takes 256
    CONNECTIONS_MAX = 10000,
    PREPARED_MAX = 1000000,
    TIMEOUT_MS = 30000,
};

struct bench_command {
    struct rc_remote_options remote;
    uint32_t concurrency;
    uint32_t max_outstanding;
    uint32_t connections;
    uint32_t batch;
    uint32_t count;
    uint32_t prepare;
    const char *rate;
    const char *duration;
    const char *warmup;
    const char *seed;
    bool poisson;
    bool json;
    bool allow_errors;
};

// ---- words

static rowcall_status refuse(const char *option, const char *text, const char *wanted,
                             rowcall_error *err)
{
    return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "--%s %s: %s", option, text, wanted);
}

// "10", "10s", "500ms", "2m" into microseconds.
static rowcall_status read_duration(const char *option, const char *text, int64_t *ret_us,
                                    rowcall_error *err)
{
    static const struct {
        const char *name;
        double us;
    } units[] = {{"", 1e6}, {"s", 1e6}, {"ms", 1e3}, {"m", 60e6}, {"h", 3600e6}};
    char *end = NULL;
    double value = strtod(text, &end);
    for (size_t i = 0; end != text && i < sizeof units / sizeof *units; i++) {
        if (strcmp(end, units[i].name) == 0 && value >= 0 && value * units[i].us <= 864e8) {
            *ret_us = (int64_t)(value * units[i].us);
            return ROWCALL_OK;
        }
    }
    return refuse(option, text, "a time is wanted, at most a day: 10s, 500ms, 2m", err);
}

static rowcall_status read_rate(const char *text, double *ret_rate, rowcall_error *err)
{
    char *end = NULL;
    double rate = strtod(text, &end);
    if (end == text || *end || !isfinite(rate) || rate < 0.001 || rate > 1e7) {
        return refuse("rate", text, "calls a second are wanted, such as 500", err);
    }
    *ret_rate = rate;
    return ROWCALL_OK;
}

static rowcall_status read_seed(const char *text, uint64_t *ret_seed, rowcall_error *err)
{
    char *end = NULL;
    errno = 0;
    *ret_seed = strtoull(text, &end, 10);
    if (end == text || *end || errno || *text == '-' || *ret_seed > INT64_MAX) {
        return refuse("seed", text, "a whole number is wanted", err);
    }
    return ROWCALL_OK;
}

// *value becomes fallback when it was not given.
static rowcall_status bound(const char *option, uint32_t *value, uint32_t fallback,
                            uint32_t most, rowcall_error *err)
{
    char text[16];
    *value = *value ? *value : fallback;
    if (*value <= most) {
        return ROWCALL_OK;
    }
    snprintf(text, sizeof text, "%u", *value);
    return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "--%s %s: at most %u", option, text,
                        most);
}

// What makes sense only together.
static rowcall_status check_loop(const struct bench_command *command, rowcall_error *err)
{
    if (command->rate && command->concurrency) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "--rate and --concurrency: a load either keeps a rate (then "
                            "--max-outstanding bounds what is under way) or so many callers "
                            "busy");
    }
    if (!command->rate && (command->poisson || command->max_outstanding)) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "--%s is for a load of a given --rate",
                            command->poisson ? "poisson" : "max-outstanding");
    }
    return ROWCALL_OK;
}

static rowcall_status read_plan(struct bench_command *command, struct rc_load_plan *plan,
                                rowcall_error *err)
{
    rowcall_status st = check_loop(command, err);
    st = st || !command->rate ? st : read_rate(command->rate, &plan->rate, err);
    st = st || !command->duration
             ? st
             : read_duration("duration", command->duration, &plan->duration_us, err);
    st = st ? st : read_duration("warmup", command->warmup, &plan->warmup_us, err);
    st = st ? st : bound("batch", &command->batch, 1, BATCH_MAX, err);
    st = st ? st : bound("prepare", &command->prepare, 0, PREPARED_MAX, err);
    uint32_t *places = command->rate ? &command->max_outstanding : &command->concurrency;
    st = st ? st
            : bound(command->rate ? "max-outstanding" : "concurrency", places,
                    command->rate ? DEFAULT_OUTSTANDING : DEFAULT_CONCURRENCY, PLACES_MAX, err);
    st = st ? st
            : bound("connections", &command->connections,
                    (*places + SOCKET_SHARE - 1) / SOCKET_SHARE, CONNECTIONS_MAX, err);
    if (st == ROWCALL_OK && command->duration && plan->duration_us == 0) {
        st = refuse("duration", command->duration, "a load takes some time", err);
    }
    plan->places = *places;
    plan->batch = command->batch;
    plan->is_poisson = command->poisson;
    plan->count = command->count;
    if (!command->duration && !command->count) {
        plan->duration_us = 10 * 1000000;
    }
    return st;
}

// ---- the load

static int exit_code_of(const struct bench_command *command,
                        const struct rc_bench_result *result)
{
    if (result->is_interrupted) {
        return RC_EXIT_INTERRUPTED;
    }
    return result->tally->failed > 0 && !command->allow_errors ? RC_EXIT_FAILED : RC_EXIT_OK;
}

static rowcall_status describe(const struct bench_command *command, const char *database,
                               struct rc_pool **ret_pool, rowcall_error *err)
{
    struct rc_remote remote = {0};
    rowcall_status st = rc_remote_open(&remote, &command->remote, err);
    st = st ? st : rc_remote_describe(&remote, database, ret_pool, err);
    rc_remote_close(&remote);
    return st;
}

static const char *setting(const char *given, const char *variable, const char *fallback)
{
    const char *value = given ? given : getenv(variable);
    return value && *value ? value : fallback;
}

static rowcall_status run(const struct bench_command *command, const struct rc_bench_mix *mix,
                          const struct rc_bench_settings *settings, int *ret_exit,
                          rowcall_error *err)
{
    struct rc_bench_result result = {0};
    rowcall_status st = rc_bench_run(settings, mix, &result, err);
    if (settings->show_progress) {
        rc_bench_progress_show("");
    }
    if (st == ROWCALL_OK && command->json) {
        st = rc_bench_report_json(settings, mix, &result, stdout, err);
    } else if (st == ROWCALL_OK) {
        rc_bench_report_text(settings, mix, &result, stdout);
    }
    if (st == ROWCALL_OK) {
        *ret_exit = exit_code_of(command, &result);
    }
    free(result.tally);
    return st;
}

static rowcall_status bench(struct bench_command *command, size_t word_count,
                            const char *const *words, int *ret_exit, rowcall_error *err)
{
    struct rc_bench_settings settings = {
        .url = setting(command->remote.url, "ROWCALL_URL", RC_REMOTE_DEFAULT_URL),
        .token = setting(command->remote.token, "ROWCALL_TOKEN", NULL),
        .timeout_ms = command->remote.timeout_ms ? command->remote.timeout_ms : TIMEOUT_MS,
        .show_progress = !command->json && isatty(STDERR_FILENO),
    };
    struct rc_bench_mix mix = {.database = words[0],
                               .seed = (uint64_t)rc_clock_wall_us() & INT32_MAX};
    struct rc_pool *pool = NULL;
    rowcall_status st = read_plan(command, &settings.plan, err);
    st = st || !command->seed ? st : read_seed(command->seed, &mix.seed, err);
    st = st ? st : describe(command, words[0], &pool, err);
    settings.connections = command->connections;
    settings.plan.seed = mix.seed;
    mix.prepare = command->prepare;
    st = st ? st : rc_bench_mix_init(&mix, pool, words + 1, word_count - 1, err);
    if (st == ROWCALL_OK) {
        settings.interrupted = rc_interrupt_catch();
        st = run(command, &mix, &settings, ret_exit, err);
    }
    rc_bench_mix_fini(&mix);
    rc_pool_free(pool);
    return st;
}

static const char about[] =
    "Loads a running server with calls of your own, and prints how many it answered and how\n"
    "long that took. A request is JSON with places for values that differ from call to call:\n"
    "\n"
    "  {{int A B}} {{float A B}}  a number from A to B     {{seq}} {{seq N}}  1, 2, 3 ... or N "
    "...\n"
    "  {{string N}}               N letters and digits     {{uuid}}           a random UUID\n"
    "  {{pick V W ...}}           one of these values      {{pick @FILE}}     one of its "
    "lines\n"
    "  {{line FILE}}              its lines, in turn       {{now}}            the time\n"
    "\n"
    "Several methods are called in proportion to their weights: METHOD@9 JSON METHOD@1 JSON.\n"
    "\n"
    "Without --rate so many callers call again as soon as they are answered (closed loop).\n"
    "With it calls are made when they are due, whatever became of others (open loop), and\n"
    "their latency counts from then: whoever would have waited during a stall is counted in.\n"
    "\n"
    "Exit codes: 1 calls failed (see --allow-errors), 2 wrong words, and nothing was called,\n"
    "3 no server, 130 interrupted (what there is is printed).";

int rc_cmd_bench(int argc, char **argv)
{
    struct bench_command command = {.warmup = "1s"};
    const struct rc_option options[] = {
        {"concurrency", RC_OPTION_COUNT, &command.concurrency, "N",
         "callers of a closed loop (16)"},
        {"rate", RC_OPTION_TEXT, &command.rate, "N", "calls a second, in an open loop"},
        {"poisson", RC_OPTION_FLAG, &command.poisson, NULL,
         "at that rate, but by chance, as from many independent users"},
        {"max-outstanding", RC_OPTION_COUNT, &command.max_outstanding, "N",
         "messages of an open loop under way (1024); then calls become late"},
        {"duration", RC_OPTION_TEXT, &command.duration, "TIME",
         "how long, after the warm-up: 10s, 500ms, 2m (10s)"},
        {"count", RC_OPTION_COUNT, &command.count, "N", "how many calls, after the warm-up"},
        {"warmup", RC_OPTION_TEXT, &command.warmup, "TIME",
         "calls that are made first, and not counted (1s)"},
        {"connections", RC_OPTION_COUNT, &command.connections, "N",
         "sockets (one for 200 messages under way; a server refuses more than 256)"},
        {"batch", RC_OPTION_COUNT, &command.batch, "N", "calls a message (1)"},
        {"seed", RC_OPTION_TEXT, &command.seed, "N",
         "makes the same requests again; it is printed"},
        {"prepare", RC_OPTION_COUNT, &command.prepare, "N",
         "make N requests of each template before the load, and repeat them: spares the "
         "processor"},
        {"json", RC_OPTION_FLAG, &command.json, NULL, "the report as one JSON object"},
        {"allow-errors", RC_OPTION_FLAG, &command.allow_errors, NULL,
         "exit with 0 although calls failed"},
        RC_REMOTE_OPTIONS(&command.remote),
    };
    const struct rc_command_line line = {
        .name = "bench",
        .arguments = "DATABASE METHOD[@WEIGHT] [JSON | @FILE] [METHOD[@WEIGHT] JSON]...",
        .about = about,
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .min_arguments = 2,
        .max_arguments = 1 + 2 * RC_BENCH_METHODS_MAX,
        .examples =
            "  rowcall bench core User/FindUnique '{\"key\": {\"id\": {{int 1 100000}}}}'\n"
            "  rowcall bench --rate 500 --poisson --duration 1m core Order/Create @order.json\n"
            "  rowcall bench --concurrency 64 core Product/FindMany@9 '{\"take\": 20}' \\\n"
            "      Product/Create@1 '{\"data\": {\"name\": \"p{{seq}}\"}}'\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    rowcall_error err = {0};
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    if (bench(&command, count, (const char *const *)argv + 1, &exit_code, &err) != ROWCALL_OK) {
        return rc_cli_fail(line.name, &err);
    }
    return exit_code;
}
