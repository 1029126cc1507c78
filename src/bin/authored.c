// SPDX-License-Identifier: Apache-2.0
//
// Running protoc on the authored files.
#include "bin/authored.h"

#include "bin/file.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_WORDS = 4096 };

extern char **environ;

rowcall_status rc_authored_protoc(char *const *words, rowcall_error *err)
{
    pid_t pid = 0;
    int failure = posix_spawnp(&pid, "protoc", NULL, NULL, words, environ);
    if (failure) {
        return rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                            "cannot run protoc: %s; install it (Debian: protobuf-compiler)",
                            strerror(failure));
    }
    int state = 0;
    while (waitpid(pid, &state, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(state) || WEXITSTATUS(state) != 0) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "protoc refused the files; its messages are above");
    }
    return ROWCALL_OK;
}

struct listing {
    const char *proto_dir;
    const char *overlay; // NULL: there is none
    const char *folder;  // which of them is listed
    struct rc_arena *arena;
    char *words[MAX_WORDS];
    size_t count;
    size_t first; // files follow the options
};

static rowcall_status list_file(void *context, const char *path, rowcall_error *err)
{
    struct listing *listing = context;
    const char *below = path + strlen(listing->folder) + 1;
    if (strncmp(below, "rowcall/", 8) == 0 || strncmp(below, "api/", 4) == 0) {
        return ROWCALL_OK;
    }
    for (size_t i = listing->first; i < listing->count; i++) {
        if (strcmp(listing->words[i], below) == 0) {
            return ROWCALL_OK; // of the overlay
        }
    }
    if (listing->count + 1 >= MAX_WORDS) {
        return rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED, "%s: more than %d .proto files",
                            listing->proto_dir, MAX_WORDS - 8);
    }
    char *word = rc_arena_strdup(listing->arena, below);
    if (!word) {
        return rc_error_oom(err);
    }
    listing->words[listing->count++] = word;
    return ROWCALL_OK;
}

static rowcall_status list_options(struct listing *listing, const char *output,
                                   rowcall_error *err)
{
    static char protoc[] = "protoc";
    static char imports[] = "--include_imports";
    static char source[] = "--include_source_info";
    char **words = listing->words;
    size_t count = 0;
    words[count++] = protoc;
    words[count++] = imports;
    words[count++] = source;
    if (listing->overlay) {
        words[count++] = rc_arena_printf(listing->arena, "-I%s", listing->overlay);
    }
    words[count++] = rc_arena_printf(listing->arena, "-I%s", listing->proto_dir);
    words[count++] = rc_arena_printf(listing->arena, "--descriptor_set_out=%s", output);
    listing->first = listing->count = count;
    while (count > 0) {
        if (!words[--count]) {
            return rc_error_oom(err);
        }
    }
    return ROWCALL_OK;
}

static rowcall_status list_folder(struct listing *listing, const char *folder,
                                  rowcall_error *err)
{
    listing->folder = folder;
    return rc_file_each(folder, ".proto", list_file, listing, err);
}

static rowcall_status run(struct listing *listing, const char *output, struct rc_buf *ret_set,
                          rowcall_error *err)
{
    rowcall_status st = list_options(listing, output, err);
    if (st == ROWCALL_OK && listing->overlay) {
        st = list_folder(listing, listing->overlay, err);
    }
    if (st == ROWCALL_OK) {
        st = list_folder(listing, listing->proto_dir, err);
    }
    if (st == ROWCALL_OK && listing->count == listing->first) {
        st = rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                          "no authored .proto files below %s (--proto names another folder)",
                          listing->proto_dir);
    }
    if (st == ROWCALL_OK) {
        listing->words[listing->count] = NULL;
        st = rc_authored_protoc(listing->words, err);
    }
    return st == ROWCALL_OK ? rc_file_read(output, ret_set, err) : st;
}

rowcall_status rc_authored_compile(const char *proto_dir, struct rc_buf *ret_set,
                                   rowcall_error *err)
{
    return rc_authored_compile_with(NULL, proto_dir, ret_set, err);
}

rowcall_status rc_authored_compile_with(const char *overlay, const char *proto_dir,
                                        struct rc_buf *ret_set, rowcall_error *err)
{
    const char *folder = getenv("TMPDIR");
    char output[256];
    snprintf(output, sizeof output, "%s/rowcall-schema.XXXXXX", folder ? folder : "/tmp");
    int fd = mkstemp(output);
    if (fd < 0) {
        return rc_error_set(err, ROWCALL_FAILED_PRECONDITION, "cannot make %s: %s", output,
                            strerror(errno));
    }
    close(fd);
    struct rc_arena arena;
    rc_arena_init(&arena, 0);
    struct listing *listing = rc_arena_new(&arena, struct listing);
    rowcall_status st = listing ? ROWCALL_OK : rc_error_oom(err);
    if (st == ROWCALL_OK) {
        listing->proto_dir = proto_dir;
        listing->overlay = overlay;
        listing->arena = &arena;
        st = run(listing, output, ret_set, err);
    }
    rc_arena_fini(&arena);
    unlink(output);
    return st;
}

static void print_problems(const char *proto_dir, const struct rc_problems *problems)
{
    for (size_t i = 0; i < problems->count; i++) {
        const struct rc_problem *problem = &problems->items[i];
        if (problem->position.file) {
            fprintf(stderr, "%s/%s:%d: ", proto_dir, problem->position.file,
                    problem->position.line);
        }
        fprintf(stderr, "%s\n", problem->message);
    }
}

rowcall_status rc_authored_load(const char *proto_dir, struct rc_view set,
                                struct rc_schema **ret_schema, rowcall_error *err)
{
    struct rc_problems problems = {0};
    rowcall_status st = rc_schema_load(set, ret_schema, &problems, err);
    print_problems(proto_dir, &problems);
    rc_problems_fini(&problems);
    return st;
}
