// SPDX-License-Identifier: Apache-2.0
//
// `rowcall`: one binary, one subcommand a file. main finds the subcommand and hands it its
// arguments.
#include "bin/cmd_cluster.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct command {
    const char *name;
    const char *summary;
    int (*run)(int argc, char **argv); // argv[0] is the command's name
};

static const struct command commands[] = {
    {"cluster", "start or stop a private PostgreSQL", rc_cmd_cluster},
};

static void print_usage(FILE *out)
{
    fputs("usage: rowcall COMMAND ...\n\n", out);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
    }
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_usage(stderr);
        return 2;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            return commands[i].run(argc - 1, argv + 1);
        }
    }
    bool help = strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0;
    print_usage(help ? stdout : stderr);
    return help ? 0 : 2;
}
