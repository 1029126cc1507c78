// SPDX-License-Identifier: Apache-2.0
//
// `rowcall import prisma`: Prisma schemas into proto files.
#include "bin/cli.h"
#include "bin/commands.h"
#include "bin/file.h"
#include "bin/import_project.h"
#include "bin/project.h"
#include "import/prisma.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define NAME "import prisma"

struct command {
    const char *proto_dir;
    struct rc_texts databases; // NAME, or NAME=PATH
    struct rc_texts url_envs;  // VARIABLE, or NAME=VARIABLE
    bool dry_run;
    struct rc_import session;
    struct rc_prisma_input inputs[RC_TEXTS_MAX];
    struct rc_draft drafts[RC_TEXTS_MAX];
    size_t count;
};

// ---- the files of a schema

struct gathering {
    struct command *command;
    const char *root; // the schema's folder
    struct rc_prisma_source *sources;
    size_t count;
    size_t capacity;
};

static const char *origin_of(struct gathering *gathering, const char *path)
{
    size_t root = strlen(gathering->root);
    const char *below = path + (root > 0 ? root + 1 : 0);
    size_t len = strlen(below);
    return rc_arena_copy(&gathering->command->session.arena, below,
                         len > 7 ? len - strlen(".prisma") : len);
}

static rowcall_status grow(struct gathering *gathering, rowcall_error *err)
{
    size_t capacity = gathering->capacity ? gathering->capacity * 2 : 16;
    struct rc_prisma_source *sources = rc_arena_new_array(&gathering->command->session.arena,
                                                          capacity, struct rc_prisma_source);
    if (!sources) {
        return rc_error_oom(err);
    }
    if (gathering->count > 0) {
        memcpy(sources, gathering->sources, gathering->count * sizeof *sources);
    }
    gathering->sources = sources;
    gathering->capacity = capacity;
    return ROWCALL_OK;
}

static rowcall_status gather(void *context, const char *path, rowcall_error *err)
{
    struct gathering *gathering = context;
    struct rc_arena *arena = &gathering->command->session.arena;
    struct rc_buf text = {0};
    rowcall_status st = rc_file_read(path, &text, err);
    if (st == ROWCALL_OK && gathering->count == gathering->capacity) {
        st = grow(gathering, err);
    }
    if (st == ROWCALL_OK && text.len > 0 && memchr(text.data, '\0', text.len)) {
        st = rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "%s is no text", path);
    }
    if (st == ROWCALL_OK) {
        struct rc_prisma_source *source = &gathering->sources[gathering->count++];
        source->path = rc_arena_strdup(arena, path);
        source->origin = origin_of(gathering, path);
        source->text = rc_arena_copy(arena, text.data ? text.data : "", text.len);
        st = source->path && source->origin && source->text ? ROWCALL_OK : rc_error_oom(err);
    }
    rc_buf_fini(&text);
    return st;
}

// Everything before the last slash; "" when there is none.
static const char *folder_of(struct rc_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? rc_arena_copy(arena, path, (size_t)(slash - path)) : "";
}

static rowcall_status read_sources(struct command *command, const char *path,
                                   struct rc_prisma_input *input, rowcall_error *err)
{
    struct gathering gathering = {.command = command};
    struct stat info;
    rowcall_status st = ROWCALL_OK;
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
        gathering.root = rc_arena_strdup(&command->session.arena, path);
        for (size_t len = strlen(path); gathering.root && len > 1 && path[len - 1] == '/';) {
            gathering.root = rc_arena_copy(&command->session.arena, path, --len);
        }
        st = gathering.root ? rc_file_each(gathering.root, ".prisma", gather, &gathering, err)
                            : rc_error_oom(err);
    } else {
        gathering.root = folder_of(&command->session.arena, path);
        st = gathering.root ? gather(&gathering, path, err) : rc_error_oom(err);
    }
    if (st == ROWCALL_OK && gathering.count == 0) {
        st = rc_error_set(err, ROWCALL_NOT_FOUND, "no *.prisma files below %s", path);
    }
    input->sources = gathering.sources;
    input->source_count = gathering.count;
    return st;
}

// ---- the databases

// The part of "NAME=VALUE" that is NAME's: VALUE; of one without a name, all. NULL otherwise.
static const char *value_for(const char *text, const char *name)
{
    size_t len = strlen(name);
    if (!strchr(text, '=')) {
        return text;
    }
    return strncmp(text, name, len) == 0 && text[len] == '=' ? text + len + 1 : NULL;
}

static rowcall_status add_database(struct command *command, const char *text, const char *path,
                                   rowcall_error *err)
{
    const char *equals = strchr(text, '=');
    size_t len = equals ? (size_t)(equals - text) : strlen(text);
    struct rc_prisma_input *input = &command->inputs[command->count];
    input->database = rc_arena_copy(&command->session.arena, text, len);
    path = equals ? equals + 1 : path;
    if (!input->database) {
        return rc_error_oom(err);
    }
    if (!path) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "where is the schema of %s? --db %s=PATH, or PATH behind the "
                            "options",
                            input->database, input->database);
    }
    for (size_t i = 0; i < command->count; i++) {
        if (strcmp(command->inputs[i].database, input->database) == 0) {
            return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "--db %s is given twice",
                                input->database);
        }
    }
    for (size_t i = 0; i < command->url_envs.count; i++) {
        const char *value = value_for(command->url_envs.items[i], input->database);
        input->url_env = value ? value : input->url_env;
    }
    command->count++;
    return read_sources(command, path, input, err);
}

static rowcall_status read_databases(struct command *command, const char *path,
                                     rowcall_error *err)
{
    rowcall_status st = ROWCALL_OK;
    if (command->databases.count == 0) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "needs --db NAME: what the database is to be called");
    }
    if (command->databases.count > 1 && path) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "with several databases each has its path: --db NAME=PATH");
    }
    for (size_t i = 0; st == ROWCALL_OK && i < command->databases.count; i++) {
        st = add_database(command, command->databases.items[i], path, err);
    }
    return st;
}

// ---- the command

// Every schema is read, so that all errors are told at once.
static rowcall_status read_schemas(struct command *command, rowcall_error *err)
{
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; i < command->count; i++) {
        rowcall_error one = {0};
        if (rc_prisma_read(&command->session, &command->inputs[i], &command->drafts[i], &one) !=
            ROWCALL_OK) {
            st = rc_error_set(err, one.status, "%s", one.message);
        }
    }
    return st;
}

static void print_next(const struct command *command, bool changed)
{
    if (!changed) {
        printf("nothing to change: the proto files say what the Prisma schema%s\n",
               command->count > 1 ? "s say" : " says");
        return;
    }
    if (command->dry_run) {
        printf("nothing was written: that was --dry-run\n");
        return;
    }
    printf("next: rowcall generate, then rowcall check --all --strict on the databases that "
           "Prisma made\n");
}

static rowcall_status run(struct command *command, const char *path, rowcall_error *err)
{
    struct rc_import_project project = {0};
    struct rc_file_change *changes = NULL;
    rowcall_status st = read_databases(command, path, err);
    st = st ? st : rc_import_project_open(&command->session, command->proto_dir, &project, err);
    st = st ? st : read_schemas(command, err);
    if (st == ROWCALL_OK) {
        struct rc_plan_input input = {command->drafts, command->count, project.before, false};
        st = rc_plan_make(&command->session, &input, &changes, err);
    }
    rc_import_sort_findings(&command->session);
    rc_import_print_findings(&command->session);
    st = st ? st : rc_import_project_try(&project, changes, err);
    if (st == ROWCALL_OK && command->dry_run) {
        rc_import_project_show(&project, changes);
    } else if (st == ROWCALL_OK) {
        st = rc_import_project_write(&project, changes, err);
    }
    if (st == ROWCALL_OK) {
        print_next(command, changes);
    }
    rc_import_project_close(&project);
    return st;
}

static int run_command(struct command *command, const char *path)
{
    rowcall_error err = {0};
    rc_import_init(&command->session);
    int exit_code = run(command, path, &err) == ROWCALL_OK ? RC_EXIT_OK : RC_EXIT_FAILED;
    if (exit_code != RC_EXIT_OK) {
        int usage = rc_cli_fail(NAME, &err);
        exit_code = command->session.error_count > 0 ? RC_EXIT_FAILED : usage;
    }
    rc_import_fini(&command->session);
    return exit_code;
}

int rc_cmd_import_prisma(int argc, char **argv)
{
    struct command *command = calloc(1, sizeof *command);
    if (!command) {
        fprintf(stderr, "rowcall " NAME ": out of memory\n");
        return RC_EXIT_FAILED;
    }
    command->proto_dir = RC_PROJECT_PROTO;
    const struct rc_option options[] = {
        {"db", RC_OPTION_TEXTS, &command->databases, "NAME[=PATH]",
         "what the database is called; with its schema's path when there are several"},
        {"out", RC_OPTION_TEXT, &command->proto_dir, "DIR",
         "the proto folder (" RC_PROJECT_PROTO ")"},
        {"url-env", RC_OPTION_TEXTS, &command->url_envs, "[NAME=]VAR",
         "the variable that holds the database's URL"},
        {"dry-run", RC_OPTION_FLAG, &command->dry_run, NULL,
         "show what would change, line by line; write nothing"},
    };
    const struct rc_command_line line = {
        .name = NAME,
        .arguments = "[PATH]",
        .about =
            "Reads a Prisma schema, a file or a folder of *.prisma files, and writes the "
            "proto\n"
            "files whose tables are the same. With several databases, models that are the "
            "same\n"
            "in all become shared; what differs is told. Everything that cannot be carried "
            "over\n"
            "is told with its line, and what to do. Run again, it changes what has changed:\n"
            "numbers, comments and what Prisma has no words for stay.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .max_arguments = 1,
        .examples = "  rowcall import prisma prisma/schema.prisma --db core\n"
                    "  rowcall import prisma --db core=core-db/prisma --db "
                    "bibikos=bibikos-db/prisma --dry-run\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        exit_code = run_command(command, count > 0 ? argv[1] : NULL);
    }
    free(command);
    return exit_code;
}
