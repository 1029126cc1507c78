// SPDX-License-Identifier: Apache-2.0
//
// `rowcall`: one binary, one subcommand a file. main finds the subcommand and hands it its
// arguments.
#include "bin/cli.h"
#include "bin/commands.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static const struct command {
    const char *name;
    const char *summary;
    int (*run)(int argc, char **argv); // argv[0] is the command's name
} commands[] = {
    {"generate", "derive API protos, C stubs and the server's schema from the entities",
     rc_cmd_generate},
    {"check", "check the entities, and compare live databases with them", rc_cmd_check},
    {"migrate", "write and apply migrations", rc_cmd_migrate},
    {"serve", "answer typed calls", rc_cmd_serve},
    {"dev", "a private PostgreSQL, migrated and served, until Ctrl-C", rc_cmd_dev},
    {"call", "call a method of a running server", rc_cmd_call},
    {"batch", "call several methods in one transaction", rc_cmd_batch},
    {"explain", "the SQL and the plan of a call", rc_cmd_explain},
    {"sql", "execute SQL on a running server", rc_cmd_sql},
    {"ls", "list what a running server serves", rc_cmd_ls},
    {"encode", "JSON into a request envelope, for nngcat and alike", rc_cmd_encode},
    {"decode", "a reply envelope into JSON", rc_cmd_decode},
    {"cluster", "start or stop a private PostgreSQL", rc_cmd_cluster},
};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static void print_usage(FILE *out)
{
    fputs("usage: rowcall COMMAND [options] ...\n\n"
          "A typed database layer as an RPC service.\n\ncommands:\n",
          out);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
    }
    fputs("\nrowcall COMMAND --help says more about one. Exit codes: 0 success, 1 failed or\n"
          "differences found, 2 wrong usage, 3 server or database unreachable.\n",
          out);
}

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(name, commands[i].name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

static int refuse(const char *name)
{
    const char *names[COMMAND_COUNT + 1] = {NULL};
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        names[i] = commands[i].name;
    }
    const char *near = rc_cli_suggest(name, names);
    fprintf(stderr, "rowcall: no command '%s'%s%s%s\nSee rowcall --help\n", name,
            near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    return RC_EXIT_USAGE;
}

// What could not be printed is no success, whichever command it was. A reader that went away
// (`| head`) knows that it did, and is told nothing.
static int finish_output(int exit_code)
{
    bool failed = fflush(stdout) != 0 || ferror(stdout);
    if (!failed || exit_code != RC_EXIT_OK) {
        return exit_code;
    }
    if (errno != EPIPE) {
        fprintf(stderr, "rowcall: cannot write to standard output: %s\n", strerror(errno));
    }
    return RC_EXIT_FAILED;
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN); // a reader that went away is an error of write, not our end
    if (argc < 2) {
        print_usage(stderr);
        return RC_EXIT_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--version") == 0 || strcmp(name, "version") == 0) {
        printf("rowcall %s\n", ROWCALL_VERSION);
        return RC_EXIT_OK;
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 ||
        (strcmp(name, "help") == 0 && argc == 2)) {
        print_usage(stdout);
        return RC_EXIT_OK;
    }
    if (strcmp(name, "help") == 0) {
        const struct command *about = find_command(argv[2]);
        char help[] = "--help";
        char *words[] = {argv[2], help, NULL};
        return about ? about->run(2, words) : refuse(argv[2]);
    }
    const struct command *command = find_command(name);
    return command ? finish_output(command->run(argc - 1, argv + 1)) : refuse(name);
}
