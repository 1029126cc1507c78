// SPDX-License-Identifier: Apache-2.0
//
// `rowcall generate`: from the authored entities to everything derived. The API protos go to
// the proto folder and are checked in; the compiled schema (for the server) and the C stubs go
// to the output folder.
#include "bin/authored.h"
#include "bin/cli.h"
#include "bin/commands.h"
#include "bin/file.h"
#include "bin/output_tree.h"
#include "bin/project.h"
#include "codegen/proto_file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct generate {
    const char *proto_dir;
    const char *out_dir;
    bool check;
    bool no_c;
    size_t change_count;
};

static void report(void *context, const char *what, const char *path)
{
    struct generate *generate = context;
    generate->change_count++;
    printf("%-9s %s\n", what, path);
}

static rowcall_status add_proto(void *context, const char *path, struct rc_view text,
                                rowcall_error *err)
{
    return rc_output_tree_add(context, path + strlen("api/"), text, err);
}

static rowcall_status derive(const struct rc_schema *schema, struct rc_output_tree *protos,
                             rowcall_error *err)
{
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; st == ROWCALL_OK && i < schema->scope_count; i++) {
        struct rc_api *api = NULL;
        st = rc_api_new(&schema->scopes[i], &api, err);
        if (st == ROWCALL_OK) {
            st = rc_proto_files(api, add_proto, protos, err);
        }
        rc_api_free(api);
    }
    return st;
}

// ---- C, by protoc and our plugin, into a folder of its own that then replaces what differs

// protoc-gen-rowcall beside this program, else by PATH.
static char *plugin_word(struct rc_arena *arena)
{
    char self[4096];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    char *slash = NULL;
    if (len > 0) {
        self[len] = '\0';
        slash = strrchr(self, '/');
    }
    if (slash) {
        *slash = '\0';
        char *beside = rc_arena_printf(arena, "%s/protoc-gen-rowcall", self);
        if (beside && access(beside, X_OK) == 0) {
            return rc_arena_printf(arena, "--plugin=protoc-gen-rowcall=%s", beside);
        }
    }
    return rc_arena_strdup(arena, "--plugin=protoc-gen-rowcall=protoc-gen-rowcall");
}

static rowcall_status run_plugin(struct generate *generate, const struct rc_output_tree *protos,
                                 const char *folder, struct rc_arena *arena, rowcall_error *err)
{
    size_t count = 0;
    char **words = rc_arena_new_array(arena, protos->count + 8, char *);
    if (!words) {
        return rc_error_oom(err);
    }
    words[count++] = rc_arena_strdup(arena, "protoc");
    words[count++] = plugin_word(arena);
    words[count++] = rc_arena_printf(arena, "-I%s", generate->proto_dir);
    words[count++] = rc_arena_printf(arena, "--rowcall_out=%s", folder);
    words[count++] = rc_arena_strdup(arena, "google/protobuf/timestamp.proto");
    words[count++] = rc_arena_strdup(arena, "rowcall/query.proto");
    for (size_t i = 0; i < protos->count; i++) {
        words[count++] = rc_arena_printf(arena, "api/%s", protos->files[i].path);
    }
    for (size_t i = 0; i < count; i++) {
        if (!words[i]) {
            return rc_error_oom(err);
        }
    }
    return rc_authored_protoc(words, err);
}

static rowcall_status write_c(struct generate *generate, const struct rc_output_tree *protos,
                              rowcall_error *err)
{
    struct rc_arena arena;
    struct rc_output_tree stubs;
    rc_arena_init(&arena, 0);
    char *target = rc_arena_printf(&arena, "%s/c", generate->out_dir);
    char *fresh = rc_arena_printf(&arena, "%s/c.XXXXXX", generate->out_dir);
    rc_output_tree_init(&stubs, target ? target : "", "");
    rowcall_status st = target && fresh ? ROWCALL_OK : rc_error_oom(err);
    if (st == ROWCALL_OK && !mkdtemp(fresh)) {
        st = rc_error_set(err, ROWCALL_FAILED_PRECONDITION, "cannot make a folder in %s",
                          generate->out_dir);
    }
    if (st == ROWCALL_OK) {
        st = run_plugin(generate, protos, fresh, &arena, err);
        if (st == ROWCALL_OK) {
            st = rc_output_tree_add_folder(&stubs, fresh, err);
        }
        if (st == ROWCALL_OK) {
            st = rc_output_tree_write(&stubs, report, generate, err);
        }
        rowcall_error ignored = {0};
        if (rc_file_remove_folder(fresh, &ignored) != ROWCALL_OK && st == ROWCALL_OK) {
            st = rc_error_set(err, ignored.status, "%s", ignored.message);
        }
    }
    rc_output_tree_fini(&stubs);
    rc_arena_fini(&arena);
    return st;
}

// ---- the command

static rowcall_status write_all(struct generate *generate, const struct rc_output_tree *protos,
                                struct rc_view set, rowcall_error *err)
{
    rowcall_status st = rc_output_tree_write(protos, report, generate, err);
    struct rc_buf path = {0};
    bool changed = false;
    rc_buf_printf(&path, "%s/schema.binpb", generate->out_dir);
    if (st == ROWCALL_OK) {
        st = rc_buf_status(&path, err);
    }
    if (st == ROWCALL_OK) {
        st = rc_file_write(path.data, set, &changed, err);
    }
    if (changed) {
        report(generate, "wrote", path.data);
    }
    rc_buf_fini(&path);
    return st == ROWCALL_OK && !generate->no_c ? write_c(generate, protos, err) : st;
}

static rowcall_status run(struct generate *generate, rowcall_error *err)
{
    struct rc_buf set = {0};
    struct rc_buf folder = {0};
    struct rc_schema *schema = NULL;
    struct rc_output_tree protos;
    rc_buf_printf(&folder, "%s/api", generate->proto_dir);
    rc_output_tree_init(&protos, folder.data ? folder.data : "", ".proto");
    rowcall_status st = rc_buf_status(&folder, err);
    if (st == ROWCALL_OK) {
        st = rc_authored_compile(generate->proto_dir, &set, err);
    }
    if (st == ROWCALL_OK) {
        st = rc_authored_load(generate->proto_dir, rc_buf_view(&set), &schema, err);
    }
    if (st == ROWCALL_OK) {
        st = derive(schema, &protos, err);
    }
    if (st == ROWCALL_OK) {
        st = generate->check ? rc_output_tree_check(&protos, report, generate, err)
                             : write_all(generate, &protos, rc_buf_view(&set), err);
    }
    rc_output_tree_fini(&protos);
    rc_schema_free(schema);
    rc_buf_fini(&folder);
    rc_buf_fini(&set);
    return st;
}

int rc_cmd_generate(int argc, char **argv)
{
    struct generate generate = {.proto_dir = RC_PROJECT_PROTO, .out_dir = RC_PROJECT_OUT};
    const struct rc_option options[] = {
        {"proto", RC_OPTION_TEXT, &generate.proto_dir, "DIR", "the proto folder (proto)"},
        {"out", RC_OPTION_TEXT, &generate.out_dir, "DIR",
         "where schema.binpb and the C stubs go (build/generated)"},
        {"no-c", RC_OPTION_FLAG, &generate.no_c, NULL, "leave out the C stubs"},
        {"check", RC_OPTION_FLAG, &generate.check, NULL,
         "write nothing; exit 1 when the API protos are stale, naming each"},
    };
    const struct rc_command_line line = {
        .name = "generate",
        .arguments = "",
        .about = "Derives from the entities in proto/: the API protos of every database and of "
                 "\"shared\"\n"
                 "(proto/api, to be checked in), the server's compiled schema, and C stubs. "
                 "Only files that\n"
                 "differ are written, so running it again changes nothing.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    rowcall_error err = {0};
    if (run(&generate, &err) != ROWCALL_OK) {
        rc_cli_fail(line.name, &err);
        return RC_EXIT_FAILED;
    }
    if (generate.check && generate.change_count) {
        fprintf(stderr, "rowcall generate: %zu file%s stale; run `rowcall generate`\n",
                generate.change_count, generate.change_count == 1 ? " is" : "s are");
        return RC_EXIT_FAILED;
    }
    if (generate.change_count == 0) {
        printf("all generated files are current\n");
    }
    return RC_EXIT_OK;
}
