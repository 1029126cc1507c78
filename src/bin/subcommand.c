// SPDX-License-Identifier: Apache-2.0
//
// Finding a command by its word, and listing them.
#include "bin/subcommand.h"

#include "bin/cli.h"

#include <string.h>

enum { COMMANDS_MAX = 64 };

static void print_usage(const struct rc_subcommands *commands, FILE *out)
{
    int width = 0;
    for (size_t i = 0; i < commands->count; i++) {
        int len = (int)strlen(commands->items[i].name);
        width = len > width ? len : width;
    }
    fprintf(out, "usage: %s COMMAND [options] ...\n\n", commands->group);
    if (commands->about) {
        fprintf(out, "%s\n\n", commands->about);
    }
    fputs("commands:\n", out);
    for (size_t i = 0; i < commands->count; i++) {
        fprintf(out, "  %-*s  %s\n", width, commands->items[i].name,
                commands->items[i].summary);
    }
    fprintf(out, "\n%s COMMAND --help says more about one.%s%s\n", commands->group,
            commands->remark ? " " : "", commands->remark ? commands->remark : "");
}

static const struct rc_subcommand *find(const struct rc_subcommands *commands, const char *name)
{
    for (size_t i = 0; i < commands->count; i++) {
        if (strcmp(name, commands->items[i].name) == 0) {
            return &commands->items[i];
        }
    }
    return NULL;
}

static int refuse(const struct rc_subcommands *commands, const char *name)
{
    const char *names[COMMANDS_MAX + 1] = {NULL};
    for (size_t i = 0; i < commands->count && i < COMMANDS_MAX; i++) {
        names[i] = commands->items[i].name;
    }
    const char *near = rc_cli_suggest(name, names);
    fprintf(stderr, "%s: no command '%s'%s%s%s\nSee %s --help\n", commands->group, name,
            near ? "; did you mean " : "", near ? near : "", near ? "?" : "", commands->group);
    return RC_EXIT_USAGE;
}

int rc_subcommand_run(const struct rc_subcommands *commands, int argc, char **argv)
{
    if (argc < 2) {
        print_usage(commands, stderr);
        return RC_EXIT_USAGE;
    }
    const char *name = argv[1];
    bool asks = strcmp(name, "help") == 0;
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || (asks && argc == 2)) {
        print_usage(commands, stdout);
        return RC_EXIT_OK;
    }
    const struct rc_subcommand *command = find(commands, asks ? argv[2] : name);
    if (!command) {
        return refuse(commands, asks ? argv[2] : name);
    }
    char help[] = "--help";
    char *words[] = {argv[argc > 2 ? 2 : 1], help, NULL};
    return asks ? command->run(2, words) : command->run(argc - 1, argv + 1);
}
