// SPDX-License-Identifier: Apache-2.0
//
// What a call costs the server in instructions and allocations, by module, and in switches of
// threads: counts, which are the same on a busy machine. callgrind counts the first two, in a
// server that runs under it; the kernel the third, in one that does not, and the processor time
// of all who have a part in the call.
#include "work.h"

#include "callgrind.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CASES = 6, SHOWN_MODULES = 8 };

struct cost_case {
    const char *name;
    struct load load;
};

static const struct cost_case cases[CASES] = {
    {"FindUnique, alone",
     {.operation = &find_unique, .callers = 1, .clients = 1, .batching = true}},
    {"Create, alone",
     {.operation = &create_message, .callers = 1, .clients = 1, .batching = true}},
    {"Update, alone",
     {.operation = &update_timezone, .callers = 1, .clients = 1, .batching = true}},
    {"FindUnique, 64 in flight",
     {.operation = &find_unique, .callers = 64, .clients = 1, .batching = true}},
    {"Create, 64 in flight",
     {.operation = &create_message, .callers = 64, .clients = 1, .batching = true}},
    {"FindMany of 1000, alone",
     {.operation = &find_many, .callers = 1, .clients = 1, .batching = true}},
};

// Who works on a call.
enum { PARTS = 3 };
static const char *const part_names[PARTS] = {"server", "callers", "PostgreSQL"};

struct cost {
    double instructions; // all a call
    double allocations;
    double switches;
    double times_us[PARTS]; // of a processor
    struct callgrind_profile profile;
    uint64_t calls; // that the profile is of
};

static void append(char *text, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void append(char *text, size_t size, const char *format, ...)
{
    size_t used = strlen(text);
    va_list args;
    va_start(args, format);
    vsnprintf(text + used, size - used, format, args);
    va_end(args);
}

static bool is_there(const char *program)
{
    char command[64];
    snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", program);
    return system(command) == 0;
}

// Calls for some seconds, of which none is left out; the number of calls.
static bool call(const struct cost_case *one, double seconds, uint64_t *ret_calls)
{
    struct load load = one->load;
    struct measure measure;
    load.seconds = seconds;
    return load_run(&load, &measure, ret_calls);
}

static bool control(const struct stage *stage, const struct process *server, const char *word,
                    const char *value)
{
    char log[256];
    char pid[24];
    char option[16];
    char given[24];
    snprintf(pid, sizeof pid, "%ld", (long)server->pid);
    snprintf(option, sizeof option, "%s", word);
    snprintf(given, sizeof given, "%s", value ? value : pid);
    stage_path(stage, "control.log", log, sizeof log);
    char program[] = "callgrind_control";
    char *const words[] = {program, option, given, value ? pid : NULL, NULL};
    return process_run(words, log);
}

// Counts only between the two controls: not the start, nor the first calls, which make plans.
static bool profile(const struct stage *stage, const struct process *server, int number,
                    double seconds, struct cost *cost)
{
    char path[256];
    char name[40];
    if (!call(&cases[number], seconds, &cost->calls) || !control(stage, server, "-i", "on") ||
        !call(&cases[number], seconds, &cost->calls) || !control(stage, server, "-i", "off") ||
        !control(stage, server, "-d", NULL)) {
        return false;
    }
    snprintf(name, sizeof name, "callgrind.%d", number + 1);
    stage_path(stage, name, path, sizeof path);
    if (!callgrind_read(path, &cost->profile)) {
        return false;
    }
    cost->instructions = (double)cost->profile.instructions / (double)cost->calls;
    cost->allocations = (double)cost->profile.allocations / (double)cost->calls;
    return true;
}

static bool profile_all(const struct stage *stage, struct cost *costs)
{
    struct process server = {.pid = 0};
    char out[280];
    char url[280];
    char ours[280];
    char valgrind[] = "valgrind";
    char tool[] = "--tool=callgrind";
    char waiting[] = "--instr-atstart=no";
    snprintf(out, sizeof out, "--callgrind-out-file=%s/callgrind", stage->folder);
    snprintf(url, sizeof url, "ipc://%s/profiled.sock", stage->folder);
    snprintf(ours, sizeof ours, "%s", getenv("ROWCALL_URL"));
    char *const before[] = {valgrind, tool, waiting, out, NULL};
    bool is_good = stage_serve_another(stage, url, before, &server, NULL);
    setenv("ROWCALL_URL", url, 1);
    if (is_good) {
        process_settle(server.pid); // it compares its databases with the schema
    }
    for (int i = 0; is_good && i < CASES; i++) {
        is_good = profile(stage, &server, i, stage->quick ? 1 : 3, &costs[i]);
    }
    setenv("ROWCALL_URL", ours, 1);
    process_stop(&server);
    return is_good;
}

static void read_times_ms(const struct stage *stage, double times_ms[PARTS])
{
    times_ms[0] = process_cpu_ms(stage->server.pid);
    times_ms[1] = process_cpu_ms(getpid());
    times_ms[2] = process_children_cpu_ms(stage_postmaster(stage));
}

static bool count_meanwhile(const struct stage *stage, const struct cost_case *one,
                            struct cost *cost)
{
    uint64_t calls = 0;
    double before_ms[PARTS];
    double after_ms[PARTS];
    if (!call(one, 0.5, &calls)) {
        return false;
    }
    int64_t switches = process_switches(stage->server.pid);
    read_times_ms(stage, before_ms);
    if (!call(one, stage->quick ? 0.5 : 2, &calls)) {
        return false;
    }
    read_times_ms(stage, after_ms);
    cost->switches = (double)(process_switches(stage->server.pid) - switches) / (double)calls;
    for (int i = 0; i < PARTS; i++) {
        cost->times_us[i] = (after_ms[i] - before_ms[i]) * 1000 / (double)calls;
    }
    return true;
}

static void describe_times(const struct cost *cost, struct result *result)
{
    append(result->note, sizeof result->note, "%-25s processor time:", "");
    append(result->members, sizeof result->members, "\"cpu_us\":{");
    for (int i = 0; i < PARTS; i++) {
        append(result->note, sizeof result->note, "%s %s %.1f us", i > 0 ? "," : "",
               part_names[i], cost->times_us[i]);
        append(result->members, sizeof result->members, "%s\"%s\":%.1f", i > 0 ? "," : "",
               part_names[i], cost->times_us[i]);
    }
    append(result->note, sizeof result->note, "\n");
    append(result->members, sizeof result->members, "},");
}

static void describe(const struct cost_case *one, const struct cost *cost,
                     struct result *result)
{
    append(result->note, sizeof result->note,
           "%-25s %7.0f instructions, %5.2f allocations, %5.2f switches of threads\n",
           one->name, cost->instructions, cost->allocations, cost->switches);
    append(result->members, sizeof result->members,
           "%s{\"name\":\"%s\",\"instructions\":%.0f,\"allocations\":%.2f,\"switches\":%.2f,",
           one == cases ? "" : ",", one->name, cost->instructions, cost->allocations,
           cost->switches);
    describe_times(cost, result);
    append(result->note, sizeof result->note, "%-25s instructions:", "");
    append(result->members, sizeof result->members, "\"modules\":{");
    for (int i = 0; i < cost->profile.module_count && i < SHOWN_MODULES; i++) {
        const struct module_cost *module = &cost->profile.modules[i];
        double each = (double)module->instructions / (double)cost->calls;
        append(result->note, sizeof result->note, "%s %s %.0f", i > 0 ? "," : "", module->name,
               each);
        append(result->members, sizeof result->members, "%s\"%s\":%.0f", i > 0 ? "," : "",
               module->name, each);
    }
    append(result->note, sizeof result->note, "\n");
    append(result->members, sizeof result->members, "}}");
}

bool run_cost(struct stage *stage, const struct work *work, struct result *result)
{
    (void)work;
    static struct cost costs[CASES];
    memset(costs, 0, sizeof costs);
    if (!is_there("valgrind") || !is_there("callgrind_control")) {
        result->is_skipped = true;
        snprintf(result->note, sizeof result->note,
                 "valgrind is not installed: apt-get install valgrind\n");
        return true;
    }
    if (!stage_serve(stage)) {
        return false;
    }
    for (int i = 0; i < CASES; i++) {
        if (!count_meanwhile(stage, &cases[i], &costs[i])) {
            return false;
        }
    }
    if (!profile_all(stage, costs)) {
        return false;
    }
    snprintf(result->members, sizeof result->members, ",\"operations\":[");
    for (int i = 0; i < CASES; i++) {
        describe(&cases[i], &costs[i], result);
    }
    append(result->members, sizeof result->members, "]");
    return true;
}
