// SPDX-License-Identifier: Apache-2.0
//
// A word that chooses a command: `rowcall WORD`, `rowcall migrate WORD`, `rowcall db WORD`. One
// table each, one look of their help.
#ifndef RC_BIN_SUBCOMMAND_H
#define RC_BIN_SUBCOMMAND_H

#include <stddef.h>
#include <stdio.h>

struct rc_subcommand {
    const char *name;
    const char *summary;               // one line for people
    int (*run)(int argc, char **argv); // argv[0] is the command's name; gives the exit code
};

struct rc_subcommands {
    const char *group; // "rowcall migrate"
    const char *about; // a sentence, and a final remark; either may be NULL
    const char *remark;
    const struct rc_subcommand *items;
    size_t count;
};

// Runs the command that argv[1] names, with argv + 1. `help`, --help and -h print the list;
// `help NAME` is NAME --help. A wrong name, or none, prints what there is and returns
// RC_EXIT_USAGE.
int rc_subcommand_run(const struct rc_subcommands *commands, int argc, char **argv);

#endif
