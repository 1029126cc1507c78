// SPDX-License-Identifier: Apache-2.0
//
// Runs protoc. Built with the paths of the compiler and of the protos it may import.
#include "support/protoc.h"

#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void read_file(const char *path, struct rc_buf *out)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char block[65536];
    size_t len;
    while ((len = fread(block, 1, sizeof(block), file)) > 0) {
        rc_buf_append(out, block, len);
    }
    assert_int_equal(fclose(file), 0);
}

static void write_file(const char *folder, const struct test_proto *proto)
{
    char path[512];
    int len = snprintf(path, sizeof(path), "%s/%s", folder, proto->path);
    assert_true(len > 0 && (size_t)len < sizeof(path));
    for (char *slash = strchr(path + strlen(folder) + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700); // may exist
        *slash = '/';
    }
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(proto->text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

// Runs arguments[0] and waits; what it says on stderr goes to log. True when it succeeded.
static bool run(char *const *arguments, const char *log)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (!freopen(log, "w", stderr)) {
            _exit(126);
        }
        execvp(arguments[0], arguments);
        _exit(127);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void compile(const char *folder, const char *const *paths, size_t count,
                    struct rc_buf *ret_set)
{
    char include[600];
    char output[600];
    char log[600];
    char *arguments[48];
    size_t at = 0;
    assert_true(count + 9 < sizeof(arguments) / sizeof(arguments[0]));
    snprintf(include, sizeof(include), "-I%s", folder);
    snprintf(output, sizeof(output), "-o%s/set.binpb", folder);
    snprintf(log, sizeof(log), "%s/log", folder);
    arguments[at++] = TEST_PROTOC;
    arguments[at++] = include;
    arguments[at++] = "-I" TEST_PROTO_DIR;
    arguments[at++] = "-I" TEST_PROTOBUF_INCLUDE;
    arguments[at++] = "--include_imports";
    arguments[at++] = "--include_source_info";
    arguments[at++] = output;
    for (size_t i = 0; i < count; i++) {
        arguments[at++] = (char *)paths[i];
    }
    arguments[at] = NULL;
    if (!run(arguments, log)) {
        struct rc_buf words = {0};
        read_file(log, &words);
        fail_msg("protoc: %s", words.len ? words.data : "cannot be run");
    }
    read_file(output + 2, ret_set);
}

static void remove_folder(char *folder)
{
    char *const arguments[] = {"rm", "-rf", folder, NULL};
    run(arguments, "/dev/null");
}

void test_protoc(const struct test_proto *protos, size_t count, struct rc_buf *ret_set)
{
    char folder[] = "/tmp/rowcall-protoc-XXXXXX";
    const char *paths[32];
    assert_true(count <= sizeof(paths) / sizeof(paths[0]));
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < count; i++) {
        write_file(folder, &protos[i]);
        paths[i] = protos[i].path;
    }
    compile(folder, paths, count, ret_set);
    remove_folder(folder);
}

void test_protoc_repository(struct rc_buf *ret_set)
{
    static const char *const paths[] = {"core/database.proto", "bibikos/database.proto"};
    char folder[] = "/tmp/rowcall-protoc-XXXXXX";
    assert_non_null(mkdtemp(folder));
    compile(folder, paths, 2, ret_set);
    remove_folder(folder);
}
