// SPDX-License-Identifier: Apache-2.0
//
// pgbench as a child: its script in, its report and its log out.
#include "peer.h"

#include "base/histogram.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOG_PREFIX "pgbench.log."

static bool write_script(const char *path, const char *script)
{
    FILE *file = fopen(path, "w");
    bool is_written = file && fputs(script, file) >= 0;
    is_written = file && fclose(file) == 0 && is_written;
    if (!is_written) {
        perror(path);
    }
    return is_written;
}

// What pgbench prints at the end.
static bool read_report(const char *path, struct measure *measure)
{
    char line[512];
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file)) {
        double ms = 0;
        (void)sscanf(line, "tps = %lf (without initial", &measure->ops);
        if (sscanf(line, "latency average = %lf ms", &ms) == 1) {
            measure->mean_us = ms * 1000;
        }
    }
    if (file) {
        fclose(file);
    }
    if (measure->ops <= 0) {
        fprintf(stderr, "bench: pgbench's report has no transactions\n");
        return false;
    }
    return true;
}

// One thread's log: client, transaction, microseconds, ...
static void read_log(const char *path, struct rc_histogram *latencies_us)
{
    char line[256];
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file)) {
        unsigned long long us = 0;
        if (sscanf(line, "%*s %*s %llu", &us) == 1) {
            rc_histogram_record(latencies_us, us);
        }
    }
    if (file) {
        fclose(file);
    }
    unlink(path);
}

static void read_logs(const struct stage *stage, struct measure *measure)
{
    static struct rc_histogram latencies_us;
    char path[512];
    latencies_us = (struct rc_histogram){.count = 0};
    DIR *folder = opendir(stage->folder);
    for (const struct dirent *entry = folder ? readdir(folder) : NULL; entry;
         entry = readdir(folder)) {
        if (strncmp(entry->d_name, LOG_PREFIX, strlen(LOG_PREFIX)) == 0) {
            stage_path(stage, entry->d_name, path, sizeof path);
            read_log(path, &latencies_us);
        }
    }
    if (folder) {
        closedir(folder);
    }
    measure->p50_us = (double)rc_histogram_percentile(&latencies_us, 50);
    measure->p99_us = (double)rc_histogram_percentile(&latencies_us, 99);
}

static char *word(const char *text)
{
    return (char *)(uintptr_t)text;
}

bool peer_pgbench(const struct stage *stage, const char *script, int clients,
                  struct measure *ret_measure)
{
    struct measure measure = {.ops = 0};
    char file[256];
    char report[256];
    char prefix[256];
    char count[24];
    char threads[24];
    char seconds[24];
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    stage_path(stage, "pgbench.sql", file, sizeof file);
    stage_path(stage, "pgbench.out", report, sizeof report);
    stage_path(stage, LOG_PREFIX, prefix, sizeof prefix);
    prefix[strlen(prefix) - 1] = '\0'; // pgbench puts the dot itself
    snprintf(count, sizeof count, "%d", clients);
    snprintf(threads, sizeof threads, "%ld", processors < clients ? processors : clients);
    snprintf(seconds, sizeof seconds, "%d", stage->seconds);
    char *const words[] = {word("pgbench"),
                           word("-n"),
                           word("-M"),
                           word("prepared"),
                           word("-c"),
                           count,
                           word("-j"),
                           threads,
                           word("-T"),
                           seconds,
                           word("-f"),
                           file,
                           word("-l"),
                           word("--sampling-rate=0.05"),
                           word("--log-prefix"),
                           prefix,
                           word(stage->database),
                           NULL};
    if (!write_script(file, script) || !process_run(words, report) ||
        !read_report(report, &measure)) {
        return false;
    }
    read_logs(stage, &measure);
    *ret_measure = measure;
    return true;
}
