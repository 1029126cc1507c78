// SPDX-License-Identifier: Apache-2.0
//
// Parsing options by table.
#include "bin/cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void print_options(const struct rc_command_line *line)
{
    size_t width = strlen("help");
    for (size_t i = 0; i < line->option_count; i++) {
        const struct rc_option *option = &line->options[i];
        size_t len = strlen(option->name) + (option->value ? strlen(option->value) + 1 : 0);
        width = len > width ? len : width;
    }
    printf("\noptions:\n");
    for (size_t i = 0; i < line->option_count; i++) {
        const struct rc_option *option = &line->options[i];
        char head[128];
        snprintf(head, sizeof head, "%s%s%s", option->name, option->value ? " " : "",
                 option->value ? option->value : "");
        printf("  --%-*s  %s\n", (int)width, head, option->help);
    }
    printf("  --%-*s  %s\n", (int)width, "help", "this page");
}

static void print_help(const struct rc_command_line *line)
{
    printf("usage: rowcall %s%s%s%s\n\n%s\n", line->name,
           line->option_count ? " [options]" : "", *line->arguments ? " " : "", line->arguments,
           line->about);
    print_options(line);
    if (line->examples) {
        printf("\nexamples:\n%s", line->examples);
    }
}

static bool refuse(const struct rc_command_line *line, int *ret_exit, const char *what,
                   const char *about)
{
    fprintf(stderr, "rowcall %s: %s%s\nSee rowcall %s --help\n", line->name, what, about,
            line->name);
    *ret_exit = RC_EXIT_USAGE;
    return false;
}

static bool refuse_option(const struct rc_command_line *line, int *ret_exit, const char *word)
{
    const char *names[64] = {NULL};
    for (size_t i = 0; i < line->option_count && i + 2 < 64; i++) {
        names[i] = line->options[i].name;
    }
    char message[256];
    const char *near = rc_cli_suggest(word + 2, names);
    snprintf(message, sizeof message, "no option %s%s%s%s", word,
             near ? "; did you mean --" : "", near ? near : "", near ? "?" : "");
    return refuse(line, ret_exit, message, "");
}

static const struct rc_option *find_option(const struct rc_command_line *line, const char *word,
                                           size_t len)
{
    for (size_t i = 0; i < line->option_count; i++) {
        const char *name = line->options[i].name;
        if (strlen(name) == len && strncmp(name, word, len) == 0) {
            return &line->options[i];
        }
    }
    return NULL;
}

// NULL, or what is wrong with the value.
static const char *store(const struct rc_option *option, const char *value)
{
    switch (option->kind) {
    case RC_OPTION_FLAG:
        *(bool *)option->target = true;
        return NULL;
    case RC_OPTION_TEXT:
        *(const char **)option->target = value;
        return NULL;
    case RC_OPTION_TEXTS: {
        struct rc_texts *texts = option->target;
        if (texts->count == RC_TEXTS_MAX) {
            return "given too often: --";
        }
        texts->items[texts->count++] = value;
        return NULL;
    }
    case RC_OPTION_COUNT: {
        char *end = NULL;
        errno = 0;
        unsigned long long number = strtoull(value, &end, 10);
        if (errno || end == value || *end || *value == '-' || number > UINT32_MAX) {
            return "not a whole number: --";
        }
        *(uint32_t *)option->target = (uint32_t)number;
        return NULL;
    }
    }
    return NULL;
}

bool rc_cli_parse(const struct rc_command_line *line, int argc, char **argv, size_t *ret_count,
                  int *ret_exit)
{
    size_t count = 0;
    bool only_arguments = false;
    for (int i = 1; i < argc; i++) {
        char *word = argv[i];
        if (only_arguments || word[0] != '-' || word[1] == '\0') {
            argv[1 + count++] = word;
            continue;
        }
        if (strcmp(word, "--") == 0) {
            only_arguments = true;
            continue;
        }
        if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
            print_help(line);
            *ret_exit = RC_EXIT_OK;
            return false;
        }
        if (word[1] != '-') {
            return refuse(line, ret_exit, "no option ", word);
        }
        const char *equals = strchr(word, '=');
        size_t len = equals ? (size_t)(equals - word) - 2 : strlen(word) - 2;
        const struct rc_option *option = find_option(line, word + 2, len);
        if (!option) {
            return refuse_option(line, ret_exit, word);
        }
        bool takes_value = option->kind != RC_OPTION_FLAG;
        const char *value = equals                        ? equals + 1
                            : takes_value && i + 1 < argc ? argv[++i]
                                                          : NULL;
        if (takes_value != (value != NULL)) {
            return refuse(line, ret_exit,
                          takes_value ? "needs a value: --" : "takes no value: --",
                          option->name);
        }
        const char *problem = store(option, value);
        if (problem) {
            return refuse(line, ret_exit, problem, option->name);
        }
    }
    if (count < line->min_arguments || count > line->max_arguments) {
        return refuse(line, ret_exit,
                      count < line->min_arguments ? "arguments missing; expected "
                                                  : "too many arguments; expected ",
                      *line->arguments ? line->arguments : "none");
    }
    *ret_count = count;
    return true;
}

int rc_cli_fail(const char *name, const rowcall_error *err)
{
    fprintf(stderr, "rowcall %s: %s%s%s\n", name, err->reason, *err->reason ? ": " : "",
            err->message);
    return err->status == ROWCALL_INVALID_ARGUMENT ? RC_EXIT_USAGE
           : err->status == ROWCALL_UNAVAILABLE    ? RC_EXIT_UNREACHABLE
           : err->status == ROWCALL_CANCELLED      ? RC_EXIT_INTERRUPTED
                                                   : RC_EXIT_FAILED;
}

bool rc_cli_use_colour(FILE *stream)
{
    const char *no_colour = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    return isatty(fileno(stream)) && !(no_colour && *no_colour) &&
           !(terminal && strcmp(terminal, "dumb") == 0);
}

enum { NAME_MAX_LEN = 64 };

// Edits (insert, delete, replace) between two names; large when either is long.
static size_t distance(const char *a, const char *b)
{
    size_t a_len = strlen(a);
    size_t b_len = strlen(b);
    size_t row[NAME_MAX_LEN + 1];
    if (a_len > NAME_MAX_LEN || b_len > NAME_MAX_LEN) {
        return SIZE_MAX;
    }
    for (size_t k = 0; k <= b_len; k++) {
        row[k] = k;
    }
    for (size_t i = 1; i <= a_len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t k = 1; k <= b_len; k++) {
            size_t replaced = diagonal + (a[i - 1] != b[k - 1]);
            size_t least = row[k] < row[k - 1] ? row[k] + 1 : row[k - 1] + 1;
            diagonal = row[k];
            row[k] = replaced < least ? replaced : least;
        }
    }
    return row[b_len];
}

const char *rc_cli_suggest(const char *text, const char *const *candidates)
{
    const char *best = NULL;
    size_t least = strlen(text) / 3 + 2;
    for (; *candidates; candidates++) {
        size_t edits = distance(text, *candidates);
        if (edits < least) {
            least = edits;
            best = *candidates;
        }
    }
    return best;
}
