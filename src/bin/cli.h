// SPDX-License-Identifier: Apache-2.0
//
// Options of the subcommands, declared as tables: one parser, one look of --help. An option is
// --name VALUE or
// --name=VALUE, a flag is --name; options and arguments mix freely, `--` ends the options.
// --help and -h are known to every command. Single-threaded.
#ifndef RC_BIN_CLI_H
#define RC_BIN_CLI_H

#include "base/error.h"
#include "bin/exit_code.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum rc_option_kind {
    RC_OPTION_FLAG,  // target: bool
    RC_OPTION_TEXT,  // target: const char *; the last one wins
    RC_OPTION_COUNT, // target: uint32_t, a whole number
    RC_OPTION_TEXTS, // target: struct rc_texts; may be repeated
};

enum { RC_TEXTS_MAX = 32 };

struct rc_texts {
    const char *items[RC_TEXTS_MAX];
    size_t count;
};

struct rc_option {
    const char *name; // without dashes
    enum rc_option_kind kind;
    void *target;
    const char *value; // what --help calls the value: "URL"; NULL for a flag
    const char *help;
};

struct rc_command_line {
    const char *name;      // "migrate deploy"
    const char *arguments; // how --help shows the arguments: "DATABASE METHOD JSON"; "" when
                           // there are none
    const char *about;     // a few sentences for --help, lines already broken
    const struct rc_option *options;
    size_t option_count;
    size_t min_arguments;
    size_t max_arguments;
    const char *examples; // printed last in --help; NULL when there are none
};

// Parses argv[1..]; argv[0] is the subcommand's name. Arguments are moved to the front: argv[1
// .. *ret_count]. true: go on. false: exit with *ret_exit (0 after --help; RC_EXIT_USAGE, the
// reason printed, else).
bool rc_cli_parse(const struct rc_command_line *line, int argc, char **argv, size_t *ret_count,
                  int *ret_exit);

// Prints "rowcall NAME: MESSAGE" with reason and hints to stderr; returns RC_EXIT_USAGE for
// INVALID_ARGUMENT, RC_EXIT_UNREACHABLE for UNAVAILABLE, RC_EXIT_INTERRUPTED for CANCELLED,
// RC_EXIT_FAILED for the rest.
int rc_cli_fail(const char *name, const rowcall_error *err);

// Whether to colour what goes to stream: a terminal, NO_COLOR unset, TERM not "dumb".
bool rc_cli_use_colour(FILE *stream);

// The candidate that text was probably meant to be, NULL when none is near. candidates end with
// NULL.
const char *rc_cli_suggest(const char *text, const char *const *candidates);

#endif
