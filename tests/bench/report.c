// SPDX-License-Identifier: Apache-2.0
//
// The table keeps its widths whatever is in it, so that lines can be printed as they come.
#include "report.h"

#include "peer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static bool has_target(const struct work *work)
{
    return work->kind != WORK_COST;
}

// ---- for people

// "301k", "88.1k", "512": four digits at most.
static void print_number(char ret_text[16], double value)
{
    if (value >= 100000) {
        snprintf(ret_text, 16, "%.0fk", value / 1000);
    } else if (value >= 10000) {
        snprintf(ret_text, 16, "%.1fk", value / 1000);
    } else {
        snprintf(ret_text, 16, value < 100 && value > 0 ? "%.1f" : "%.0f", value);
    }
}

// The median, and in brackets from which to which, if there was more than one round.
static void print_sample(const struct sample *sample, int width, int spread_width)
{
    char median[16] = "";
    char spread[40] = "";
    if (sample->count > 0) {
        print_number(median, sample_median(sample));
    }
    if (sample->count > 1) {
        char min[16];
        char max[16];
        print_number(min, sample_min(sample));
        print_number(max, sample_max(sample));
        snprintf(spread, sizeof spread, "%s-%s", min, max);
    }
    printf(" %*s %-*s", width, median, spread_width, spread);
}

static void print_ratio(const struct sample *ratio)
{
    char spread[40] = "";
    if (ratio->count == 0) {
        printf(" %5s %-9s", "", "");
        return;
    }
    if (ratio->count > 1) {
        snprintf(spread, sizeof spread, "%.2f-%.2f", sample_min(ratio), sample_max(ratio));
    }
    printf(" %5.2f %-9s", sample_median(ratio), spread);
}

static void print_latency(const struct sample *us)
{
    char text[16] = "";
    if (us->count > 0) {
        print_number(text, sample_median(us));
    }
    printf(" %6s", text);
}

static bool has_colour(void)
{
    const char *no = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    return isatty(STDOUT_FILENO) && !(no && *no) &&
           !(terminal && strcmp(terminal, "dumb") == 0);
}

static void print_verdict(const struct result *result)
{
    const struct work *work = result->work;
    char target[24] = "";
    if (has_target(work)) {
        bool is_most = work->kind == WORK_LATENCY || work->kind == WORK_VALUE;
        snprintf(target, sizeof target, "%s %g%s%s", is_most ? "<=" : ">=", work->target,
                 work->kind == WORK_VALUE ? " " : "x",
                 work->kind == WORK_VALUE ? work->unit : "");
    }
    const char *verdict = result->is_skipped          ? "skipped"
                          : !has_target(work)         ? ""
                          : result_is_reached(result) ? "yes"
                                                      : "no";
    const char *colour = !has_colour() || result->is_skipped || !verdict[0] ? ""
                         : result_is_reached(result)                        ? "\033[32m"
                                                                            : "\033[31m";
    printf("  %-9s %s%s%s\n", target, colour, verdict, *colour ? "\033[0m" : "");
}

static void print_name(const struct work *work)
{
    char name[32];
    snprintf(name, sizeof name, "%s%s%s", work->name, work->variant ? "/" : "",
             work->variant ? work->variant : "");
    printf("%-11s %-41s", name, work->what);
}

static void print_notes(const char *note)
{
    while (*note) {
        size_t len = strcspn(note, "\n");
        printf("%-11s %.*s\n", "", (int)len, note);
        note += len + (note[len] == '\n');
    }
}

// In the place of all numbers of a pair.
static void print_value(const struct result *result)
{
    char value[40] = "";
    if (result->value.count > 0) {
        snprintf(value, sizeof value, "%.1f %s", sample_median(&result->value),
                 result->work->unit);
    }
    printf(" %-67s", value);
}

static void print_row(const struct result *result)
{
    const struct work *work = result->work;
    print_name(work);
    if (work->kind == WORK_COST) {
        printf("%s\n", result->is_skipped ? " skipped" : "");
        print_notes(result->note);
        return;
    }
    if (work->kind == WORK_VALUE) {
        print_value(result);
    } else {
        print_sample(&result->ops, 6, 11);
        print_sample(&result->peer_ops, 6, 11);
        print_ratio(&result->ratio);
        print_latency(&result->p50_us);
        print_latency(&result->p99_us);
    }
    print_verdict(result);
    print_notes(result->note);
}

// ---- for machines

static void json_text(FILE *to, const char *text)
{
    putc('"', to);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') {
            putc('\\', to);
        }
        if (*text == '\n') {
            fputs("\\n", to);
        } else if ((unsigned char)*text >= ' ') {
            putc(*text, to);
        }
    }
    putc('"', to);
}

static void json_number(FILE *to, const char *name, const struct sample *sample, int digits)
{
    if (sample->count > 0) {
        fprintf(to, ",\"%s\":%.*f", name, digits, sample_median(sample));
    } else {
        fprintf(to, ",\"%s\":null", name);
    }
}

static void json_spread(FILE *to, const char *name, const struct sample *sample, int digits)
{
    if (sample->count > 0) {
        fprintf(to, ",\"%s_min\":%.*f,\"%s_max\":%.*f", name, digits, sample_min(sample), name,
                digits, sample_max(sample));
    }
}

static void json_head(FILE *to, const struct work *work)
{
    fprintf(to, "{\"work\":\"%s\"", work->name);
    if (work->variant) {
        fprintf(to, ",\"variant\":\"%s\"", work->variant);
    }
}

static void json_verdict(FILE *to, const struct result *result)
{
    const struct work *work = result->work;
    if (has_target(work)) {
        fprintf(to, ",\"target\":%g,\"reached\":%s", work->target,
                result->is_skipped          ? "null"
                : result_is_reached(result) ? "true"
                                            : "false");
    }
    if (result->is_skipped) {
        fprintf(to, ",\"skipped\":");
        json_text(to, result->note);
    }
}

void report_write(const struct result *result, FILE *to)
{
    const struct work *work = result->work;
    json_head(to, work);
    json_number(to, "ops", &result->ops, 0);
    fprintf(to, ",\"peer\":");
    if (work->peer) {
        json_text(to, work->peer);
    } else {
        fprintf(to, "null");
    }
    json_number(to, "peer_ops", &result->peer_ops, 0);
    json_number(to, "ratio", &result->ratio, 3);
    json_number(to, "p50_us", &result->p50_us, 0);
    json_number(to, "p99_us", &result->p99_us, 0);
    json_spread(to, "ops", &result->ops, 0);
    json_spread(to, "peer_ops", &result->peer_ops, 0);
    json_spread(to, "ratio", &result->ratio, 3);
    if (result->peer_p50_us.count > 0) {
        json_number(to, "peer_p50_us", &result->peer_p50_us, 0);
        json_number(to, "peer_p99_us", &result->peer_p99_us, 0);
    }
    if (result->value.count > 0) {
        json_number(to, "value", &result->value, 2);
        json_spread(to, "value", &result->value, 2);
    }
    fprintf(to, ",\"unit\":\"%s\"", work->unit);
    json_verdict(to, result);
    fprintf(to, "%s}\n", result->members);
}

// ---- both

// What the kernel calls the processor.
static void read_processor(char *ret_name, size_t size)
{
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "r");
    snprintf(ret_name, size, "unknown");
    while (file && fgets(line, sizeof line, file)) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) == 0 && colon && colon[1]) {
            snprintf(ret_name, size, "%.*s", (int)strcspn(colon + 2, "\n"), colon + 2);
            break;
        }
    }
    if (file) {
        fclose(file);
    }
}

static void print_machine(const struct stage *stage)
{
    struct utsname system;
    char processor[128];
    char version[64] = "?";
    (void)peer_show(stage, "SHOW server_version", version, sizeof version);
    uname(&system);
    read_processor(processor, sizeof processor);
    printf(
        "%s: %s %s, %ld processors (%s), which PostgreSQL %.*s, server and\ncallers share. "
        "PostgreSQL keeps what it promises (fsync and synchronous_commit are on); the server "
        "has its\ndefaults. %d round%s of %d s a side, in turn: the median, and "
        "lowest-highest; ratio is ours / peer's.\n\n",
        system.nodename, system.sysname, system.machine, sysconf(_SC_NPROCESSORS_ONLN),
        processor, (int)strcspn(version, " "), version, stage->rounds,
        stage->rounds == 1 ? "" : "s", stage->seconds);
}

void report_begin(const struct stage *stage, bool json)
{
    if (json) {
        return;
    }
    print_machine(stage);
    printf("%-11s %-41s %6s %-11s %6s %-11s %5s %-9s %6s %6s  %-9s %s\n", "work", "", "ours/s",
           "", "peer/s", "", "ratio", "", "p50 us", "p99 us", "target", "reached");
    fflush(stdout);
}

void report_result(const struct result *result, bool json)
{
    if (json) {
        report_write(result, stdout);
    } else {
        print_row(result);
    }
    fflush(stdout);
}

void report_end(const struct tally *tally, bool json)
{
    if (json) {
        return;
    }
    if (tally->with_target > 0) {
        printf("\n%d of %d targets reached.\n", tally->reached, tally->with_target);
    }
    if (tally->in_pairs > 0) {
        printf(
            "Peers: pgbench -M prepared with as many clients as calls in flight; W2's is one "
            "statement of joins,\nW6's a transaction of two; W7's is libpq with binary "
            "results, and rows are counted. Of W1l, the ratio is\nour median latency to "
            "pgbench's average: less is better.\n");
    }
}

void report_list(void)
{
    for (int i = 0; i < work_count; i++) {
        print_name(&works[i]);
        printf(" %s\n", works[i].peer ? works[i].peer : "");
    }
}
