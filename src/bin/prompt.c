// SPDX-License-Identifier: Apache-2.0
//
// Reading answers, a line each.
#include "bin/prompt.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

bool rc_prompt_possible(void)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

static bool read_line(char *ret_line, size_t size)
{
    if (!fgets(ret_line, (int)size, stdin)) {
        return false;
    }
    size_t len = strcspn(ret_line, "\n");
    bool is_cut = ret_line[len] == '\0';
    for (int c = is_cut ? 0 : '\n'; c != '\n' && c != EOF;) {
        c = getchar();
    }
    ret_line[len] = '\0';
    return true;
}

bool rc_prompt_line(const char *question, const char *proposed, char *ret_answer, size_t size)
{
    fprintf(stderr, "%s [%s] ", question, proposed);
    fflush(stderr);
    if (!read_line(ret_answer, size)) {
        fputc('\n', stderr);
        return false;
    }
    if (!*ret_answer) {
        (void)snprintf(ret_answer, size, "%s", proposed);
    }
    return true;
}

bool rc_prompt_confirm(const char *question)
{
    char answer[16] = "";
    fprintf(stderr, "%s [y/N] ", question);
    fflush(stderr);
    return read_line(answer, sizeof(answer)) &&
           (strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0);
}
