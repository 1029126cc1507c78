// SPDX-License-Identifier: Apache-2.0
//
// fork, exec, /proc.
#include "process.h"

#include "measure.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READY_POLL_US = 200 };

// Settled: half a second with less than five milliseconds of work.
enum { SETTLE_LOOK_US = 500000, SETTLE_LOOKS = 60, SETTLE_MS = 5 };

// In the child. It goes when we go, however that happens.
static void become(char *const argv[], int out, int err)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (out >= 0) {
        dup2(out, STDOUT_FILENO);
    }
    dup2(err, STDERR_FILENO);
    execvp(argv[0], argv);
    fprintf(stderr, "cannot start %s\n", argv[0]);
    _exit(127);
}

static bool wait_for(pid_t pid)
{
    int status = 0;
    return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void show(const char *path)
{
    char line[1024];
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file)) {
        fputs(line, stderr);
    }
    if (file) {
        fclose(file);
    }
}

static bool find_ready(const char *log, char *ret_line, size_t size)
{
    bool is_ready = false;
    FILE *file = fopen(log, "r");
    while (file && !is_ready && fgets(ret_line, (int)size, file)) {
        is_ready = strstr(ret_line, "server: ready") && strchr(ret_line, '\n');
    }
    if (file) {
        fclose(file);
    }
    return is_ready;
}

// Looking at the file costs a few microseconds, and the process has no reader to wait for.
static bool wait_until_ready(struct process *process)
{
    char line[4096];
    while (!find_ready(process->log, line, sizeof line)) {
        int status = 0;
        if (waitpid(process->pid, &status, WNOHANG) != 0) {
            process->pid = 0;
            return false;
        }
        usleep(READY_POLL_US);
    }
    return true;
}

bool process_start(struct process *ret_process, char *const argv[], const char *log,
                   double *ret_ms)
{
    struct process process = {.pid = 0};
    snprintf(process.log, sizeof process.log, "%s", log);
    int err = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (err < 0) {
        perror(log);
        return false;
    }
    int64_t start = now_us();
    process.pid = fork();
    if (process.pid == 0) {
        become(argv, -1, err);
    }
    close(err);
    if (process.pid < 0 || !wait_until_ready(&process)) {
        fprintf(stderr, "bench: %s did not become ready:\n", argv[0]);
        show(log);
        return false;
    }
    if (ret_ms) {
        *ret_ms = (double)(now_us() - start) / 1000;
    }
    *ret_process = process;
    return true;
}

bool process_said(const struct process *process, const char *name, char *ret_value, size_t size)
{
    char line[4096];
    char wanted[64];
    snprintf(wanted, sizeof wanted, " %s=", name);
    const char *at = find_ready(process->log, line, sizeof line) ? strstr(line, wanted) : NULL;
    if (!at) {
        return false;
    }
    at += strlen(wanted);
    snprintf(ret_value, size, "%.*s", (int)strcspn(at, " \n"), at);
    return true;
}

bool process_stop(struct process *process)
{
    bool is_good = true;
    if (process->pid > 0) {
        kill(process->pid, SIGTERM);
        is_good = wait_for(process->pid);
    }
    *process = (struct process){.pid = 0};
    return is_good;
}

bool process_run(char *const argv[], const char *path)
{
    int out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (out < 0) {
        perror(path);
        return false;
    }
    pid_t pid = fork();
    if (pid == 0) {
        become(argv, out, out);
    }
    close(out);
    if (pid < 0 || !wait_for(pid)) {
        fprintf(stderr, "bench: %s failed:\n", argv[0]);
        show(path);
        return false;
    }
    return true;
}

double process_rss_mib(pid_t pid)
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
    return kib < 0 ? -1 : (double)kib / 1024;
}

// What a file of one of its tasks says.
typedef int64_t (*task_fn)(const char *path);

static int64_t read_cpu_ns(const char *path)
{
    long long ns = 0;
    FILE *file = fopen(path, "r");
    if (file) {
        ns = fscanf(file, "%lld", &ns) == 1 ? ns : 0; // the first of three numbers
        fclose(file);
    }
    return ns;
}

static int64_t read_switches(const char *path)
{
    char line[256];
    int64_t sum = 0;
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file)) {
        long long count = 0;
        if (sscanf(line, "voluntary_ctxt_switches: %lld", &count) == 1 ||
            sscanf(line, "nonvoluntary_ctxt_switches: %lld", &count) == 1) {
            sum += count;
        }
    }
    if (file) {
        fclose(file);
    }
    return sum;
}

static int64_t sum_tasks(pid_t pid, const char *name, task_fn read)
{
    char path[128];
    int64_t sum = 0;
    snprintf(path, sizeof path, "/proc/%ld/task", (long)pid);
    DIR *tasks = opendir(path);
    if (!tasks) {
        return -1;
    }
    for (const struct dirent *task = readdir(tasks); task; task = readdir(tasks)) {
        if (task->d_name[0] != '.') {
            snprintf(path, sizeof path, "/proc/%ld/task/%.20s/%s", (long)pid, task->d_name,
                     name);
            sum += read(path);
        }
    }
    closedir(tasks);
    return sum;
}

double process_cpu_ms(pid_t pid)
{
    int64_t ns = sum_tasks(pid, "schedstat", read_cpu_ns);
    return ns < 0 ? -1 : (double)ns / 1e6;
}

double process_children_cpu_ms(pid_t pid)
{
    char path[80];
    double sum_ms = 0;
    long child = 0;
    snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", (long)pid, (long)pid);
    FILE *children = fopen(path, "r");
    if (!children) {
        return -1;
    }
    while (fscanf(children, "%ld", &child) == 1) {
        double ms = process_cpu_ms((pid_t)child);
        sum_ms += ms > 0 ? ms : 0;
    }
    (void)fclose(children);
    return sum_ms;
}

void process_settle(pid_t pid)
{
    double before = process_cpu_ms(pid);
    for (int i = 0; i < SETTLE_LOOKS; i++) {
        usleep(SETTLE_LOOK_US);
        double now = process_cpu_ms(pid);
        if (now - before < SETTLE_MS) {
            return;
        }
        before = now;
    }
}

int64_t process_switches(pid_t pid)
{
    return sum_tasks(pid, "status", read_switches);
}
