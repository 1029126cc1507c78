// SPDX-License-Identifier: Apache-2.0
//
// The benchmark's client: callers of one method through the generated C stub, each waiting for
// its answer before it calls again, and a stopwatch for the server's start. Prints one JSON
// line a run; bench.sh puts runs and peers side by side. Every answer is checked, so that a
// fast wrong server does not win.
//
//   rowcall-bench find-unique CALLERS SECONDS ROWS    threads that share one client, random ids
//                                                     1..ROWS
//   rowcall-bench startup COMMAND...                  from exec to the line that says "ready",
//                                                     and resident memory when idle
#include <core.h>

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_CALLERS = 1024, WARM_UP_CALLS = 1000, SETTLE_SECONDS = 2 };

struct caller {
    core_db db;
    int32_t rows;
    uint32_t seed;
    int64_t end_us;
    uint32_t *latencies_us;
    size_t count;
    size_t capacity;
    char failure[600];
};

static int64_t now_us(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static uint32_t next_random(uint32_t *seed)
{
    uint32_t x = *seed;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return *seed = x;
}

static bool find_one(struct caller *caller)
{
    int32_t id = (int32_t)(next_random(&caller->seed) % (uint32_t)caller->rows) + 1;
    core_auth_user_find_unique_response *found = NULL;
    rowcall_error err = {0};
    if (core_auth_user_find_unique(
            caller->db, core_auth_user_find_unique_request(.key = core_auth_user_key_id(id)),
            &found, &err) != ROWCALL_OK) {
        snprintf(caller->failure, sizeof caller->failure, "%s", err.message);
        return false;
    }
    char username[32];
    snprintf(username, sizeof username, "user%d", id); // as seed.sql names them
    bool is_right = found->row && found->row->id == id && found->row->username &&
                    strcmp(found->row->username, username) == 0;
    if (!is_right) {
        snprintf(caller->failure, sizeof caller->failure, "wrong answer for id %d", id);
    }
    rowcall_free(found);
    return is_right;
}

static bool note_latency(struct caller *caller, int64_t latency_us)
{
    if (caller->count == caller->capacity) {
        size_t capacity = caller->capacity ? caller->capacity * 2 : 1 << 14;
        uint32_t *grown = realloc(caller->latencies_us, capacity * sizeof *grown);
        if (!grown) {
            snprintf(caller->failure, sizeof caller->failure, "out of memory");
            return false;
        }
        caller->latencies_us = grown;
        caller->capacity = capacity;
    }
    caller->latencies_us[caller->count++] = (uint32_t)latency_us;
    return true;
}

static void *run_caller(void *argument)
{
    struct caller *caller = argument;
    for (int64_t start = now_us(); start < caller->end_us;) {
        if (!find_one(caller)) {
            return NULL;
        }
        int64_t end = now_us();
        if (!note_latency(caller, end - start)) {
            return NULL;
        }
        start = end;
    }
    return NULL;
}

static int compare_latency(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static int report(const struct caller *callers, int count, double seconds)
{
    size_t total = 0;
    for (int i = 0; i < count; i++) {
        if (callers[i].failure[0]) {
            fprintf(stderr, "bench: %s\n", callers[i].failure);
            return 1;
        }
        total += callers[i].count;
    }
    uint32_t *all = malloc((total ? total : 1) * sizeof *all);
    if (!all || total == 0) {
        free(all);
        fprintf(stderr, "bench: no call was answered\n");
        return 1;
    }
    size_t at = 0;
    for (int i = 0; i < count; i++) {
        memcpy(all + at, callers[i].latencies_us, callers[i].count * sizeof *all);
        at += callers[i].count;
    }
    qsort(all, total, sizeof *all, compare_latency);
    printf("{\"callers\":%d,\"ops\":%.0f,\"p50_us\":%u,\"p99_us\":%u}\n", count,
           (double)total / seconds, all[total / 2], all[total * 99 / 100]);
    free(all);
    return 0;
}

// Connections are made and plans cached before the clock starts.
static bool warm_up(core_db db, int32_t rows)
{
    struct caller warmer = {.db = db, .rows = rows, .seed = 7};
    for (int i = 0; i < WARM_UP_CALLS; i++) {
        if (!find_one(&warmer)) {
            fprintf(stderr, "bench: %s\n", warmer.failure);
            return false;
        }
    }
    return true;
}

// Runs count callers for this long and reports. 0, or an exit code.
static int run_callers(core_db db, int count, double seconds, int32_t rows)
{
    static struct caller callers[MAX_CALLERS];
    pthread_t threads[MAX_CALLERS];
    int64_t start = now_us();
    for (int i = 0; i < count; i++) {
        callers[i] = (struct caller){.db = db,
                                     .rows = rows,
                                     .seed = 0x9e3779b9u * (uint32_t)(i + 1),
                                     .end_us = start + (int64_t)(seconds * 1e6)};
        if (pthread_create(&threads[i], NULL, run_caller, &callers[i]) != 0) {
            fprintf(stderr, "bench: cannot start %d callers\n", count);
            exit(1);
        }
    }
    for (int i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
    }
    int st = report(callers, count, (double)(now_us() - start) / 1e6);
    for (int i = 0; i < count; i++) {
        free(callers[i].latencies_us);
    }
    return st;
}

static int find_unique(int count, double seconds, int32_t rows)
{
    core_db db;
    rowcall_error err = {0};
    if (core_open(&db, NULL, &err) != ROWCALL_OK) {
        rowcall_error_print(stderr, &err);
        return 1;
    }
    int st = warm_up(db, rows) ? run_callers(db, count, seconds, rows) : 1;
    core_close(db);
    return st;
}

// ---- startup

static long resident_kib(pid_t pid)
{
    char path[64];
    char line[256];
    long kib = -1;
    snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file)) {
        if (sscanf(line, "VmRSS: %ld", &kib) == 1) {
            break;
        }
    }
    if (file) {
        fclose(file);
    }
    return kib;
}

// Starts command with its stderr in *ret_log. Its id, or -1.
static pid_t spawn(char **command, FILE **ret_log)
{
    int ends[2];
    if (pipe(ends) != 0) {
        return -1;
    }
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        execv(command[0], command);
        _exit(127);
    }
    close(ends[1]);
    *ret_log = fdopen(ends[0], "r");
    return *ret_log ? pid : -1;
}

static int startup(char **command)
{
    FILE *log;
    char said[4096] = "";
    char line[2048];
    bool is_ready = false;
    int64_t start = now_us();
    pid_t pid = spawn(command, &log);
    if (pid < 0) {
        perror("bench");
        return 1;
    }
    while (!is_ready && fgets(line, sizeof line, log)) {
        is_ready = strstr(line, "ready") != NULL;
        size_t used = strlen(said);
        snprintf(said + used, sizeof said - used, "%s", line);
    }
    double ms = (double)(now_us() - start) / 1000.0;
    long kib = 0;
    if (is_ready) {
        sleep(SETTLE_SECONDS); // connections come up
        kib = resident_kib(pid);
    }
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
    fclose(log);
    if (!is_ready) {
        fprintf(stderr, "bench: %s did not become ready; it said:\n%s", command[0], said);
        return 1;
    }
    printf("{\"start_ms\":%.1f,\"idle_rss_mib\":%.1f}\n", ms, (double)kib / 1024.0);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "find-unique") == 0) {
        int count = (int)strtol(argv[2], NULL, 10);
        double seconds = strtod(argv[3], NULL);
        int32_t rows = (int32_t)strtol(argv[4], NULL, 10);
        if (count >= 1 && count <= MAX_CALLERS && seconds > 0 && rows > 0) {
            return find_unique(count, seconds, rows);
        }
    }
    if (argc >= 3 && strcmp(argv[1], "startup") == 0) {
        return startup(argv + 2);
    }
    fprintf(stderr, "usage: rowcall-bench find-unique CALLERS SECONDS ROWS\n"
                    "       rowcall-bench startup COMMAND...\n");
    return 2;
}
