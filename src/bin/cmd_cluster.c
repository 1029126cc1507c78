// SPDX-License-Identifier: Apache-2.0
//
// The cluster subcommand: words in, words out.
#include "bin/commands.h"

#include "bin/cluster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_USAGE = 2, EXIT_NOT_RUNNING = 3 };

static const char usage[] =
    "usage: rowcall cluster start DIR [--fast]   make and start a private PostgreSQL; prints "
    "its URL\n"
    "       rowcall cluster stop DIR             stop it\n"
    "       rowcall cluster status DIR           exit 0 when it runs, 3 when not\n"
    "--fast: no fsync; for data nobody will miss\n";

static int report(const rowcall_error *err)
{
    fprintf(stderr, "rowcall cluster: %s\n", err->message);
    return EXIT_FAILURE;
}

static int print_url(const char *dir)
{
    rowcall_error err = {0};
    char *url = NULL;
    if (rc_cluster_url(dir, "postgres", &url, &err) != ROWCALL_OK) {
        return report(&err);
    }
    printf("%s\n", url);
    free(url);
    return EXIT_SUCCESS;
}

static int run_status(const char *dir)
{
    rowcall_error err = {0};
    bool running = false;
    if (rc_cluster_is_running(dir, &running, &err) != ROWCALL_OK) {
        return report(&err);
    }
    if (!running) {
        printf("not running\n");
        return EXIT_NOT_RUNNING;
    }
    return print_url(dir);
}

int rc_cmd_cluster(int argc, char **argv)
{
    rowcall_error err = {0};
    const char *dir = NULL;
    bool fast = false;
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--fast") == 0) {
            fast = true;
        } else if (argv[i][0] != '-' && !dir) {
            dir = argv[i];
        } else {
            dir = NULL;
            break;
        }
    }
    if (!dir) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "start") == 0) {
        return rc_cluster_start(dir, fast, &err) == ROWCALL_OK ? print_url(dir) : report(&err);
    }
    if (strcmp(argv[1], "stop") == 0) {
        return rc_cluster_stop(dir, &err) == ROWCALL_OK ? EXIT_SUCCESS : report(&err);
    }
    if (strcmp(argv[1], "status") == 0) {
        return run_status(dir);
    }
    fputs(usage, stderr);
    return EXIT_USAGE;
}
