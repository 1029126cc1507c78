// SPDX-License-Identifier: Apache-2.0
//
// `rowcall`: one binary, one command a file. The first word chooses it.
#include "bin/commands.h"
#include "bin/exit_code.h"
#include "bin/subcommand.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const struct rc_subcommand commands[] = {
    {"generate", "derive API protos, C stubs and the server's schema from the entities",
     rc_cmd_generate},
    {"check", "check the entities, and compare live databases with them", rc_cmd_check},
    {"import", "entities from a Prisma schema", rc_cmd_import},
    {"migrate", "write and apply migrations", rc_cmd_migrate},
    {"db", "make, change and read databases", rc_cmd_db},
    {"serve", "answer typed calls", rc_cmd_serve},
    {"health", "whether a running server can answer, as an exit code", rc_cmd_health},
    {"dev", "a private PostgreSQL, migrated and served, until Ctrl-C", rc_cmd_dev},
    {"call", "call a method of a running server", rc_cmd_call},
    {"batch", "call several methods in one transaction", rc_cmd_batch},
    {"bench", "load a running server with calls, and measure", rc_cmd_bench},
    {"explain", "the SQL and the plan of a call", rc_cmd_explain},
    {"sql", "execute SQL on a running server", rc_cmd_sql},
    {"ls", "list what a running server serves", rc_cmd_ls},
    {"encode", "JSON into a request envelope, for nngcat and alike", rc_cmd_encode},
    {"decode", "a reply envelope into JSON", rc_cmd_decode},
    {"cluster", "start or stop a private PostgreSQL", rc_cmd_cluster},
};

static const struct rc_subcommands rowcall = {
    .group = "rowcall",
    .about = "A typed database layer as an RPC service.",
    .remark =
        "Exit codes: 0 success, 1 failed or\ndifferences found, 2 wrong usage, 3 server or "
        "database unreachable.",
    .items = commands,
    .count = sizeof commands / sizeof commands[0],
};

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
    const char *name = argc > 1 ? argv[1] : "";
    if (strcmp(name, "--version") == 0 || strcmp(name, "version") == 0) {
        printf("rowcall %s\n", ROWCALL_VERSION);
        return RC_EXIT_OK;
    }
    return finish_output(rc_subcommand_run(&rowcall, argc, argv));
}
