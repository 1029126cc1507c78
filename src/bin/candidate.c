// SPDX-License-Identifier: Apache-2.0
//
// Gathering what a new database imports and needs, and compiling it with the project.
#include "bin/candidate.h"

#include "bin/authored.h"
#include "bin/contracts.h"
#include "bin/file.h"
#include "bin/new_database_proto.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { NAMES_MAX = 1024 };

static const char citext[] = "citext";

struct names {
    const char *items[NAMES_MAX];
    size_t count;
};

struct trial {
    const struct rc_new_database *wanted;
    struct rc_arena *arena;
    struct rc_candidate *candidate;
    struct rc_database_proto proto;
    struct names imports;
    struct names extensions;
    bool has_protos;       // the project has authored files
    const char *entity;    // the entity's file, NULL: none is wanted
    const char *contracts; // the folder above rowcall/, NULL: the project has them
    rowcall_error *err;
};

void rc_candidate_init(struct rc_candidate *candidate)
{
    *candidate = (struct rc_candidate){0};
    rc_output_tree_init(&candidate->files, "", ".proto");
}

void rc_candidate_fini(struct rc_candidate *candidate)
{
    rc_output_tree_fini(&candidate->files);
    rc_schema_free(candidate->schema);
    candidate->schema = NULL;
}

static rowcall_status add_name(struct trial *trial, struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->items[i], name) == 0) {
            return ROWCALL_OK;
        }
    }
    if (names->count == NAMES_MAX) {
        return rc_error_set(trial->err, ROWCALL_RESOURCE_EXHAUSTED,
                            "more than %d files or extensions", NAMES_MAX);
    }
    char *copy = rc_arena_strdup(trial->arena, name);
    names->items[names->count++] = copy;
    return copy ? ROWCALL_OK : rc_error_oom(trial->err);
}

// ---- what the project has

static rowcall_status find_any(void *context, const char *path, rowcall_error *err)
{
    struct trial *trial = context;
    const char *below = path + strlen(trial->wanted->proto_dir) + 1;
    (void)err;
    trial->has_protos |= strncmp(below, "rowcall/", 8) != 0 && strncmp(below, "api/", 4) != 0;
    return ROWCALL_OK;
}

// The project's schema as it is; NULL when it has none, or none that is right, which will be
// told of the schema with the new database.
static rowcall_status load_present(struct trial *trial, struct rc_schema **ret_schema)
{
    struct rc_buf set = {0};
    struct rc_problems problems = {0};
    rowcall_error ignored = {0};
    const char *folder = trial->wanted->proto_dir;
    rowcall_status st = rc_file_each(folder, ".proto", find_any, trial, trial->err);
    if (st == ROWCALL_OK && trial->has_protos && !trial->contracts) {
        st = rc_authored_compile(folder, &set, trial->err);
        if (st == ROWCALL_OK) {
            (void)!rc_schema_load(rc_buf_view(&set), ret_schema, &problems, &ignored);
        }
    }
    rc_problems_fini(&problems);
    rc_buf_fini(&set);
    return st;
}

static rowcall_status check_present(const struct trial *trial, const struct rc_schema *present)
{
    for (size_t i = 0; i < present->scope_count; i++) {
        const struct rc_scope *scope = &present->scopes[i];
        if (scope->is_database && strcmp(scope->name, trial->wanted->name) == 0) {
            return rc_error_set(trial->err, ROWCALL_ALREADY_EXISTS,
                                "there is a database %s already, in %s/%s", scope->name,
                                trial->wanted->proto_dir, scope->position.file);
        }
        if (scope->is_database && strcmp(scope->url_env, trial->proto.url_env) == 0) {
            return rc_error_set(trial->err, ROWCALL_ALREADY_EXISTS,
                                "%s is the URL of database %s: name another variable with "
                                "--url-env",
                                scope->url_env, scope->name);
        }
    }
    return ROWCALL_OK;
}

static bool has_extension(const struct rc_scope *scope, const char *name)
{
    for (size_t i = 0; i < scope->extension_count; i++) {
        if (strcmp(scope->extensions[i], name) == 0) {
            return true;
        }
    }
    return false;
}

// What all databases have, they have for what they share.
static rowcall_status inherit_extensions(struct trial *trial, const struct rc_schema *present)
{
    rowcall_status st = ROWCALL_OK;
    const struct rc_scope *first = &present->scopes[1]; // behind "shared"; there is one
    for (size_t e = 0; st == ROWCALL_OK && e < first->extension_count; e++) {
        bool everywhere = true;
        for (size_t i = 2; i < present->scope_count; i++) {
            everywhere &= has_extension(&present->scopes[i], first->extensions[e]);
        }
        if (everywhere) {
            st = add_name(trial, &trial->extensions, first->extensions[e]);
        }
    }
    return st;
}

static rowcall_status look_at_present(struct trial *trial)
{
    struct rc_schema *present = NULL;
    rowcall_status st = load_present(trial, &present);
    if (st == ROWCALL_OK && present) {
        st = check_present(trial, present);
        st = st ? st : inherit_extensions(trial, present);
    }
    rc_schema_free(present);
    for (size_t i = 0; st == ROWCALL_OK && i < trial->wanted->extension_count; i++) {
        st = add_name(trial, &trial->extensions, trial->wanted->extensions[i]);
    }
    return st;
}

// ---- imports

static rowcall_status add_import(void *context, const char *path, rowcall_error *err)
{
    struct trial *trial = context;
    (void)err; // the trial has it
    return add_name(trial, &trial->imports, path + strlen(trial->wanted->proto_dir) + 1);
}

static rowcall_status import_folder(struct trial *trial, const char *name)
{
    const char *folder = rc_arena_printf(trial->arena, "%s/%s", trial->wanted->proto_dir, name);
    return folder ? rc_file_each(folder, ".proto", add_import, trial, trial->err)
                  : rc_error_oom(trial->err);
}

static rowcall_status import_entity(struct trial *trial)
{
    const char *stem = rc_snake_case(trial->arena, trial->wanted->entity);
    trial->entity =
        stem ? rc_arena_printf(trial->arena, "%s/%s.proto", trial->wanted->name, stem) : NULL;
    if (!trial->entity) {
        return rc_error_oom(trial->err);
    }
    const char *path =
        rc_arena_printf(trial->arena, "%s/%s", trial->wanted->proto_dir, trial->entity);
    if (path && access(path, F_OK) == 0) {
        return rc_error_set(trial->err, ROWCALL_ALREADY_EXISTS, "%s is there already", path);
    }
    return path ? add_name(trial, &trial->imports, trial->entity) : rc_error_oom(trial->err);
}

static rowcall_status gather_imports(struct trial *trial)
{
    const struct rc_new_database *wanted = trial->wanted;
    const char *path =
        rc_arena_printf(trial->arena, "%s/%s/database.proto", wanted->proto_dir, wanted->name);
    if (!path || access(path, F_OK) == 0) {
        return !path ? rc_error_oom(trial->err)
                     : rc_error_set(trial->err, ROWCALL_ALREADY_EXISTS, "%s is there already",
                                    path);
    }
    rowcall_status st = import_folder(trial, wanted->name);
    st = st || !wanted->entity ? st : import_entity(trial);
    st = st ? st : import_folder(trial, "shared");
    if (st == ROWCALL_OK && trial->imports.count == 0) {
        st =
            rc_error_set(trial->err, ROWCALL_INVALID_ARGUMENT,
                         "database %s would have no entities, for there are none in %s/shared; "
                         "give it a first one with --entity NAME",
                         wanted->name, wanted->proto_dir);
    }
    return st;
}

// ---- the engine's contracts

static rowcall_status add_contract(void *context, const char *path, rowcall_error *err)
{
    struct trial *trial = context;
    struct rc_buf bytes = {0};
    const char *below = path + strlen(trial->contracts) + 1;
    const char *own = rc_arena_printf(trial->arena, "%s/%s", trial->wanted->proto_dir, below);
    if (own && access(own, F_OK) == 0) {
        return ROWCALL_OK; // the project's own stays
    }
    rowcall_status st = own ? rc_file_read(path, &bytes, err) : rc_error_oom(err);
    st =
        st ? st : rc_output_tree_add(&trial->candidate->files, below, rc_buf_view(&bytes), err);
    rc_buf_fini(&bytes);
    return st;
}

static rowcall_status add_contracts(struct trial *trial)
{
    const char *folder = rc_arena_printf(trial->arena, "%s/rowcall", trial->contracts);
    return folder ? rc_file_each(folder, ".proto", add_contract, trial, trial->err)
                  : rc_error_oom(trial->err);
}

// ---- trying

static rowcall_status add_text(struct trial *trial, const char *path, struct rc_buf *text)
{
    rowcall_status st = path ? rc_buf_status(text, trial->err) : rc_error_oom(trial->err);
    st = st ? st
            : rc_output_tree_add(&trial->candidate->files, path, rc_buf_view(text), trial->err);
    rc_buf_fini(text);
    return st;
}

static rowcall_status make_files(struct trial *trial)
{
    struct rc_buf text = {0};
    rc_output_tree_fini(&trial->candidate->files);
    rc_output_tree_init(&trial->candidate->files, "", ".proto");
    trial->proto.import_count = trial->imports.count;
    trial->proto.extension_count = trial->extensions.count;
    rc_database_proto_print(&trial->proto, &text);
    rowcall_status st = add_text(
        trial, rc_arena_printf(trial->arena, "%s/database.proto", trial->wanted->name), &text);
    if (st == ROWCALL_OK && trial->entity) {
        rc_entity_proto_print(trial->wanted->name, trial->wanted->entity, &text);
        st = add_text(trial, trial->entity, &text);
    }
    return st || !trial->contracts ? st : add_contracts(trial);
}

static rowcall_status write_files(const struct trial *trial, const char *folder)
{
    const struct rc_output_tree *files = &trial->candidate->files;
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; st == ROWCALL_OK && i < files->count; i++) {
        const char *path = rc_arena_printf(trial->arena, "%s/%s", folder, files->files[i].path);
        st = path ? rc_file_write(path, files->files[i].bytes, NULL, trial->err)
                  : rc_error_oom(trial->err);
    }
    return st;
}

static rowcall_status compile(struct trial *trial)
{
    const char *parent = getenv("TMPDIR");
    const char *proto_dir = trial->wanted->proto_dir;
    char folder[PATH_MAX];
    struct rc_buf set = {0};
    rowcall_error ignored = {0};
    (void)snprintf(folder, sizeof folder, "%s/rowcall-add.XXXXXX",
                   parent && *parent ? parent : "/tmp");
    if (!mkdtemp(folder)) {
        return rc_error_set(trial->err, ROWCALL_FAILED_PRECONDITION, "cannot make a folder %s",
                            folder);
    }
    rc_schema_free(trial->candidate->schema);
    trial->candidate->schema = NULL;
    rowcall_status st = write_files(trial, folder);
    st = st ? st : rc_authored_compile_with(folder, proto_dir, &set, trial->err);
    st = st ? st
            : rc_authored_load(proto_dir, rc_buf_view(&set), &trial->candidate->schema,
                               trial->err);
    (void)!rc_file_remove_folder(folder, &ignored);
    rc_buf_fini(&set);
    if (st == ROWCALL_OK) {
        trial->candidate->scope =
            rc_schema_scope(trial->candidate->schema, rc_view_of(trial->wanted->name));
    }
    return st;
}

static bool uses_citext(const struct rc_scope *scope)
{
    for (size_t i = 0; i < scope->model_count; i++) {
        const struct rc_entity *entity = scope->models[i].entity;
        for (size_t c = 0; c < entity->column_count; c++) {
            if (entity->columns[c].type.kind == RC_TYPE_CITEXT) {
                return true;
            }
        }
    }
    return false;
}

// Only the compiled schema tells whether the database needs citext, and only with it does the
// schema compile when it does: it is tried with, and then made without.
static rowcall_status try_files(struct trial *trial)
{
    size_t wanted = trial->extensions.count;
    rowcall_status st = add_name(trial, &trial->extensions, citext);
    st = st ? st : make_files(trial);
    st = st ? st : compile(trial);
    if (st == ROWCALL_OK && trial->extensions.count > wanted &&
        !uses_citext(trial->candidate->scope)) {
        trial->extensions.count = wanted;
        st = make_files(trial);
        st = st ? st : compile(trial);
    }
    return st;
}

rowcall_status rc_candidate_make(const struct rc_new_database *wanted, const char *url_env,
                                 struct rc_arena *arena, struct rc_candidate *ret_candidate,
                                 rowcall_error *err)
{
    struct trial *trial = rc_arena_new(arena, struct trial);
    if (!trial) {
        return rc_error_oom(err);
    }
    trial->wanted = wanted;
    trial->arena = arena;
    trial->candidate = ret_candidate;
    trial->err = err;
    trial->proto = (struct rc_database_proto){.name = wanted->name,
                                              .url_env = url_env,
                                              .imports = trial->imports.items,
                                              .extensions = trial->extensions.items};
    rowcall_status st = rc_contracts_find(wanted->proto_dir, arena, &trial->contracts, err);
    st = st ? st : gather_imports(trial);
    st = st ? st : look_at_present(trial);
    return st ? st : try_files(trial);
}
