// SPDX-License-Identifier: Apache-2.0
//
// Reading a project for an import, and writing what the import has made of it.
#include "bin/import_project.h"

#include "bin/authored.h"
#include "bin/change_set.h"
#include "bin/contracts.h"
#include "bin/file.h"
#include "bin/line_diff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

// ---- reading

struct reading {
    struct rc_import_project *project;
    struct rc_before_file *files;
    size_t capacity;
};

static rowcall_status grow(struct reading *reading, rowcall_error *err)
{
    struct rc_before *before = &reading->project->before;
    size_t capacity = reading->capacity ? reading->capacity * 2 : 64;
    struct rc_before_file *files =
        rc_arena_new_array(&reading->project->session->arena, capacity, struct rc_before_file);
    if (!files) {
        return rc_error_oom(err);
    }
    if (before->file_count > 0) {
        memcpy(files, reading->files, before->file_count * sizeof *files);
    }
    reading->files = files;
    reading->capacity = capacity;
    before->files = files;
    return ROWCALL_OK;
}

static rowcall_status read_file(void *context, const char *path, rowcall_error *err)
{
    struct reading *reading = context;
    struct rc_arena *arena = &reading->project->session->arena;
    struct rc_before *before = &reading->project->before;
    const char *below = path + strlen(reading->project->proto_dir) + 1;
    if (strncmp(below, "rowcall/", 8) == 0 || strncmp(below, "api/", 4) == 0) {
        return ROWCALL_OK;
    }
    struct rc_buf text = {0};
    rowcall_status st = rc_file_read(path, &text, err);
    if (st == ROWCALL_OK && before->file_count == reading->capacity) {
        st = grow(reading, err);
    }
    if (st == ROWCALL_OK) {
        struct rc_before_file *file = &reading->files[before->file_count++];
        file->path = rc_arena_strdup(arena, below);
        file->text = rc_arena_copy(arena, text.data ? text.data : "", text.len);
        st = file->path && file->text ? ROWCALL_OK : rc_error_oom(err);
    }
    rc_buf_fini(&text);
    return st;
}

rowcall_status rc_import_project_open(struct rc_import *session, const char *proto_dir,
                                      struct rc_import_project *ret_project, rowcall_error *err)
{
    *ret_project = (struct rc_import_project){.proto_dir = proto_dir, .session = session};
    struct reading reading = {.project = ret_project};
    struct rc_buf set = {0};
    rowcall_status st =
        rc_contracts_find(proto_dir, &session->arena, &ret_project->contracts, err);
    st = st ? st : rc_file_each(proto_dir, ".proto", read_file, &reading, err);
    if (st == ROWCALL_OK && ret_project->before.file_count > 0 && ret_project->contracts) {
        st = rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                          "%s has files, and not the folder rowcall that they import: copy the "
                          "folder proto/rowcall of Rowcall's source there",
                          proto_dir);
    }
    if (st == ROWCALL_OK && ret_project->before.file_count > 0) {
        st = rc_authored_compile(proto_dir, &set, err);
        st =
            st ? st : rc_authored_load(proto_dir, rc_buf_view(&set), &ret_project->schema, err);
        ret_project->before.schema = ret_project->schema;
    }
    rc_buf_fini(&set);
    return st;
}

void rc_import_project_close(struct rc_import_project *project)
{
    rc_schema_free(project->schema);
    project->schema = NULL;
}

// ---- trying

static const struct rc_file_change *find_change(const struct rc_file_change *changes,
                                                const char *path)
{
    const struct rc_file_change *change = NULL;
    LL_FOREACH (changes, change) {
        if (strcmp(change->path, path) == 0) {
            return change;
        }
    }
    return NULL;
}

static rowcall_status write_below(const char *folder, const char *path, const char *text,
                                  rowcall_error *err)
{
    struct rc_buf full = {0};
    rc_buf_printf(&full, "%s/%s", folder, path);
    rowcall_status st = rc_buf_status(&full, err);
    st = st ? st : rc_file_write(full.data, rc_view_of(text), NULL, err);
    rc_buf_fini(&full);
    return st;
}

// The engine's own files beside them, as they are.
static rowcall_status link_engine(const char *above, const char *folder, rowcall_error *err)
{
    struct rc_buf path = {0};
    struct rc_buf link = {0};
    rc_buf_printf(&path, "%s/rowcall", above);
    rc_buf_printf(&link, "%s/rowcall", folder);
    rowcall_status st = rc_buf_status(&path, err);
    st = st ? st : rc_buf_status(&link, err);
    char *target = st == ROWCALL_OK ? realpath(path.data, NULL) : NULL;
    if (st == ROWCALL_OK && (!target || symlink(target, link.data) != 0)) {
        st = rc_error_set(err, ROWCALL_FAILED_PRECONDITION, "cannot make %s: %s", link.data,
                          strerror(errno));
    }
    free(target);
    rc_buf_fini(&path);
    rc_buf_fini(&link);
    return st;
}

static rowcall_status write_trial(const struct rc_import_project *project,
                                  const struct rc_file_change *changes, const char *folder,
                                  rowcall_error *err)
{
    const struct rc_file_change *change = NULL;
    rowcall_status st =
        link_engine(project->contracts ? project->contracts : project->proto_dir, folder, err);
    for (size_t i = 0; st == ROWCALL_OK && i < project->before.file_count; i++) {
        const struct rc_before_file *file = &project->before.files[i];
        if (!find_change(changes, file->path)) {
            st = write_below(folder, file->path, file->text, err);
        }
    }
    LL_FOREACH (changes, change) {
        if (st == ROWCALL_OK && change->text) {
            st = write_below(folder, change->path, change->text, err);
        }
    }
    return st;
}

// As rc_authored_load, of files that are not where they are going to be.
static rowcall_status load_trial(const char *proto_dir, const char *folder, rowcall_error *err)
{
    struct rc_buf set = {0};
    struct rc_schema *schema = NULL;
    struct rc_problems problems = {0};
    rowcall_status st = rc_authored_compile(folder, &set, err);
    st = st ? st : rc_schema_load(rc_buf_view(&set), &schema, &problems, err);
    for (size_t i = 0; i < problems.count; i++) {
        fprintf(stderr, "%s/%s:%d would be wrong: %s\n", proto_dir,
                problems.items[i].position.file, problems.items[i].position.line,
                problems.items[i].message);
    }
    rc_problems_fini(&problems);
    rc_schema_free(schema);
    rc_buf_fini(&set);
    return st ? rc_error_wrap(err, "nothing is written") : ROWCALL_OK;
}

rowcall_status rc_import_project_try(const struct rc_import_project *project,
                                     const struct rc_file_change *changes, rowcall_error *err)
{
    const char *tmp = getenv("TMPDIR");
    char folder[256];
    snprintf(folder, sizeof folder, "%s/rowcall-import.XXXXXX", tmp ? tmp : "/tmp");
    if (!changes) {
        return ROWCALL_OK;
    }
    if (!mkdtemp(folder)) {
        return rc_error_set(err, ROWCALL_FAILED_PRECONDITION, "cannot make %s: %s", folder,
                            strerror(errno));
    }
    rowcall_error ignored = {0};
    rowcall_status st = write_trial(project, changes, folder, err);
    st = st ? st : load_trial(project->proto_dir, folder, err);
    rowcall_status removed = rc_file_remove_folder(folder, st ? &ignored : err);
    return st ? st : removed;
}

// ---- writing

static const char *word_for(const struct rc_file_change *change)
{
    return !change->text ? "removed" : change->before ? "changed" : "wrote";
}

static void print_change(const struct rc_import_project *project,
                         const struct rc_file_change *change)
{
    struct rc_line_counts counts = rc_line_diff(change->before ? change->before : "",
                                                change->text ? change->text : "", NULL);
    printf("%-8s %s/%s (+%zu -%zu)\n", word_for(change), project->proto_dir, change->path,
           counts.added, counts.removed);
}

struct writing {
    const struct rc_import_project *project;
    struct rc_change_set set;
};

static const char *path_of(const struct rc_import_project *project, const char *below)
{
    return rc_arena_printf(&project->session->arena, "%s/%s", project->proto_dir, below);
}

static rowcall_status add_contract(void *context, const char *path, rowcall_error *err)
{
    struct writing *writing = context;
    struct rc_buf bytes = {0};
    const char *own = path_of(writing->project, path + strlen(writing->project->contracts) + 1);
    rowcall_status st = own ? rc_file_read(path, &bytes, err) : rc_error_oom(err);
    st = st ? st : rc_change_set_create(&writing->set, own, rc_buf_view(&bytes), err);
    rc_buf_fini(&bytes);
    return st;
}

static rowcall_status add_contracts(struct writing *writing, rowcall_error *err)
{
    const char *folder = rc_arena_printf(&writing->project->session->arena, "%s/rowcall",
                                         writing->project->contracts);
    return folder ? rc_file_each(folder, ".proto", add_contract, writing, err)
                  : rc_error_oom(err);
}

static rowcall_status gather_changes(struct writing *writing,
                                     const struct rc_file_change *changes, rowcall_error *err)
{
    const struct rc_file_change *change = NULL;
    rowcall_status st = ROWCALL_OK;
    if (writing->project->contracts) {
        st = add_contracts(writing, err);
    }
    LL_FOREACH (changes, change) {
        const char *path = path_of(writing->project, change->path);
        struct rc_view text = rc_view_of(change->text);
        st = st ? st : path ? ROWCALL_OK : rc_error_oom(err);
        if (st == ROWCALL_OK && change->text) {
            st = change->before ? rc_change_set_replace(&writing->set, path, text, err)
                                : rc_change_set_create(&writing->set, path, text, err);
        }
    }
    return st;
}

static rowcall_status remove_files(const struct rc_import_project *project,
                                   const struct rc_file_change *changes, rowcall_error *err)
{
    const struct rc_file_change *change = NULL;
    LL_FOREACH (changes, change) {
        const char *path = change->text ? NULL : path_of(project, change->path);
        if (path && unlink(path) != 0) {
            return rc_error_set(err, ROWCALL_FAILED_PRECONDITION, "cannot remove %s: %s", path,
                                strerror(errno));
        }
    }
    return ROWCALL_OK;
}

rowcall_status rc_import_project_write(const struct rc_import_project *project,
                                       const struct rc_file_change *changes, rowcall_error *err)
{
    const struct rc_file_change *change = NULL;
    struct writing writing = {.project = project};
    rc_change_set_init(&writing.set);
    rowcall_status st = changes ? gather_changes(&writing, changes, err) : ROWCALL_OK;
    st = st ? st : rc_change_set_apply(&writing.set, err);
    st = st ? st : remove_files(project, changes, err);
    if (st == ROWCALL_OK && changes && project->contracts) {
        printf("%-8s %s/rowcall (the engine's contracts)\n", "wrote", project->proto_dir);
    }
    for (change = changes; st == ROWCALL_OK && change; change = change->next) {
        print_change(project, change);
    }
    rc_change_set_fini(&writing.set);
    return st;
}

void rc_import_project_show(const struct rc_import_project *project,
                            const struct rc_file_change *changes)
{
    const struct rc_file_change *change = NULL;
    LL_FOREACH (changes, change) {
        print_change(project, change);
        rc_line_diff(change->before ? change->before : "", change->text ? change->text : "",
                     stdout);
    }
}

// ---- findings

void rc_import_print_findings(const struct rc_import *session)
{
    static const char *const words[] = {[RC_FINDING_ERROR] = "error",
                                        [RC_FINDING_LOSS] = "not carried over",
                                        [RC_FINDING_REMARK] = "note"};
    const struct rc_finding *finding = NULL;
    size_t counts[3] = {0};
    LL_FOREACH (session->findings, finding) {
        counts[finding->kind]++;
        if (finding->position.file && finding->position.line > 0) {
            fprintf(stderr, "%s:%d: ", finding->position.file, finding->position.line);
        } else if (finding->position.file) {
            fprintf(stderr, "%s: ", finding->position.file);
        }
        fprintf(stderr, "%s: %s\n", words[finding->kind], finding->text);
    }
    if (session->findings) {
        fprintf(stderr, "%zu errors, %zu things not carried over, %zu notes\n",
                counts[RC_FINDING_ERROR], counts[RC_FINDING_LOSS], counts[RC_FINDING_REMARK]);
    }
}
