// SPDX-License-Identifier: Apache-2.0
//
// rowcall-bench: runs works and reports. bench.sh, which prepares the stage and tidies up, is
// what people call.
//
//   rowcall-bench [OPTION]... [WORK]...     all works, or those named
//   rowcall-bench --list
//
// Exit codes: 0 measured (whether or not targets were reached), 1 it could not, 2 wrong words.
#include "peer.h"
#include "report.h"
#include "work.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_USAGE = 2, SECONDS_MAX = 3600 };

struct choices {
    struct stage stage;
    bool json;
    bool list;
    const char *save; // path of a file that gets the lines of --json, too; may be NULL
    FILE *saved;
};

static int usage(const char *problem, const char *what)
{
    fprintf(stderr, "bench: %s%s; ./run bench --help says more\n", problem, what);
    return EXIT_USAGE;
}

static bool read_number(const char *text, int max, int *ret_number)
{
    char *end = NULL;
    long number = strtol(text, &end, 10);
    if (*text == '\0' || *end != '\0' || number < 1 || number > max) {
        return false;
    }
    *ret_number = (int)number;
    return true;
}

static int read_options(int argc, char **argv, struct choices *to)
{
    static const struct option options[] = {{"save", required_argument, NULL, 'o'},
                                            {"list", no_argument, NULL, 'l'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"quick", no_argument, NULL, 'q'},
                                            {"seconds", required_argument, NULL, 's'},
                                            {"rounds", required_argument, NULL, 'r'},
                                            {"folder", required_argument, NULL, 'f'},
                                            {"rowcall", required_argument, NULL, 'p'},
                                            {"schema", required_argument, NULL, 'S'},
                                            {"database", required_argument, NULL, 'd'},
                                            {NULL, 0, NULL, 0}};
    struct stage *stage = &to->stage;
    opterr = 0;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (option) {
        case 'l':
            to->list = true;
            break;
        case 'j':
            to->json = true;
            break;
        case 'q':
            stage->quick = true;
            break;
        case 'o':
            to->save = optarg;
            break;
        case 'f':
            stage->folder = optarg;
            break;
        case 'p':
            stage->rowcall = optarg;
            break;
        case 'S':
            stage->schema = optarg;
            break;
        case 'd':
            stage->database = optarg;
            break;
        case 's':
            if (!read_number(optarg, SECONDS_MAX, &stage->seconds)) {
                return usage("--seconds is 1 to 3600, not ", optarg);
            }
            break;
        case 'r':
            if (!read_number(optarg, SAMPLE_MAX, &stage->rounds)) {
                return usage("--rounds is 1 to 32, not ", optarg);
            }
            break;
        default:
            return usage("no option or no value: ", argv[optind - 1]);
        }
    }
    stage->seconds = stage->seconds > 0 ? stage->seconds : stage->quick ? 1 : 2;
    stage->rounds = stage->rounds > 0 ? stage->rounds : stage->quick ? 1 : 3;
    return 0;
}

static bool is_wanted(const struct work *work, char *const names[])
{
    for (size_t i = 0; names[i]; i++) {
        if (work_is_named(work, names[i])) {
            return true;
        }
    }
    return !names[0];
}

static int check_names(char *const names[])
{
    for (size_t i = 0; names[i]; i++) {
        bool is_known = false;
        for (int k = 0; k < work_count; k++) {
            is_known |= work_is_named(&works[k], names[i]);
        }
        if (!is_known) {
            fprintf(stderr, "bench: no work \"%s\"; ./run bench --list names them\n", names[i]);
            return EXIT_USAGE;
        }
    }
    return 0;
}

// A comparison of writes that need not last would be one of something else.
static bool is_durable(const struct stage *stage)
{
    static const char *const settings[] = {"fsync", "synchronous_commit", "full_page_writes"};
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        char query[64];
        char value[32];
        snprintf(query, sizeof query, "SHOW %s", settings[i]);
        if (!peer_show(stage, query, value, sizeof value)) {
            return false;
        }
        if (strcmp(value, "on") != 0) {
            fprintf(stderr, "bench: PostgreSQL has %s = %s; nothing is measured without\n",
                    settings[i], value);
            return false;
        }
    }
    return true;
}

static void count(struct tally *tally, const struct result *result)
{
    bool counts = result->work->kind != WORK_COST && !result->is_skipped;
    tally->with_target += counts;
    tally->reached += counts && result_is_reached(result);
    tally->in_pairs += result->work->run == run_pairs;
}

static bool run_works(struct choices *choices, char *const names[])
{
    struct tally tally = {.reached = 0};
    bool is_good = true;
    report_begin(&choices->stage, choices->json);
    for (int i = 0; i < work_count && is_good; i++) {
        static struct result result;
        if (!is_wanted(&works[i], names)) {
            continue;
        }
        result = (struct result){.work = &works[i]};
        stage_tell(&choices->stage, "%s%s%s: %s ...", works[i].name,
                   works[i].variant ? "/" : "", works[i].variant ? works[i].variant : "",
                   works[i].what);
        is_good = works[i].run(&choices->stage, &works[i], &result);
        if (is_good) {
            report_result(&result, choices->json);
            if (choices->saved) {
                report_write(&result, choices->saved);
            }
            count(&tally, &result);
        }
    }
    if (is_good) {
        report_end(&tally, choices->json);
    }
    return is_good;
}

int main(int argc, char **argv)
{
    struct choices choices = {.stage = {.progress = true}};
    int code = read_options(argc, argv, &choices);
    if (code == 0) {
        code = check_names(argv + optind);
    }
    if (code != 0) {
        return code;
    }
    if (choices.list) {
        report_list();
        return EXIT_SUCCESS;
    }
    const struct stage *stage = &choices.stage;
    if (!stage->folder || !stage->rowcall || !stage->schema || !stage->database) {
        return usage("run by tests/bench/bench.sh", "");
    }
    // A shell starts background programs without Ctrl-C; this one ends with it.
    signal(SIGINT, SIG_DFL);
    signal(SIGPIPE, SIG_IGN);
    if (choices.save && !(choices.saved = fopen(choices.save, "w"))) {
        perror(choices.save);
        return EXIT_FAILURE;
    }
    bool is_good = is_durable(stage) && run_works(&choices, argv + optind);
    stage_stop(&choices.stage);
    if (choices.saved && fclose(choices.saved) != 0) {
        perror(choices.save);
        is_good = false;
    }
    return is_good ? EXIT_SUCCESS : EXIT_FAILURE;
}
