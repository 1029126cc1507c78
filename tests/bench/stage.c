// SPDX-License-Identifier: Apache-2.0
//
// Starting the server the way an operator does.
#include "stage.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { WORDS_MAX = 32 };

void stage_path(const struct stage *stage, const char *name, char *ret_path, size_t size)
{
    snprintf(ret_path, size, "%s/%s", stage->folder, name);
}

void stage_tell(const struct stage *stage, const char *format, ...)
{
    if (stage->progress) {
        va_list args;
        va_start(args, format);
        vfprintf(stderr, format, args);
        va_end(args);
        fputc('\n', stderr);
    }
}

// Words of an argument vector, which exec does not change.
static char *word(const char *text)
{
    return (char *)(uintptr_t)text;
}

bool stage_serve_another(const struct stage *stage, const char *url, char *const before[],
                         struct process *ret_server, double *ret_ms)
{
    char *words[WORDS_MAX];
    char log[256];
    size_t count = 0;
    for (; before && before[count]; count++) {
        words[count] = before[count];
    }
    char *const own[] = {word(stage->rowcall),
                         word("serve"),
                         word("--schema"),
                         word(stage->schema),
                         word("--listen"),
                         word(url),
                         NULL};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        words[count++] = own[i];
    }
    stage_path(stage,
               before                  ? "profiled.log"
               : stage->server.pid > 0 ? "other.log"
                                       : "serve.log",
               log, sizeof log);
    return process_start(ret_server, words, log, ret_ms);
}

bool stage_serve(struct stage *stage)
{
    return stage->server.pid > 0 ||
           stage_serve_another(stage, getenv("ROWCALL_URL"), NULL, &stage->server, NULL);
}

pid_t stage_postmaster(const struct stage *stage)
{
    char path[256];
    long pid = -1;
    stage_path(stage, "pg/data/postmaster.pid", path, sizeof path);
    FILE *file = fopen(path, "r");
    if (file) {
        pid = fscanf(file, "%ld", &pid) == 1 ? pid : -1;
        (void)fclose(file);
    }
    return (pid_t)pid;
}

void stage_stop(struct stage *stage)
{
    process_stop(&stage->server);
}
