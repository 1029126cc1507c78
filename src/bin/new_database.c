// SPDX-License-Identifier: Apache-2.0
//
// Planning a database: its words, its authored files, its first migration, its settings.
#include "bin/new_database.h"

#include "bin/candidate.h"
#include "bin/database_name.h"
#include "bin/file.h"
#include "bin/migration_file.h"
#include "migrate/ddl.h"
#include "schema/names.h"

#include <ctype.h>
#include <unistd.h>

struct planning {
    const struct rc_new_database *wanted;
    struct rc_new_database_plan *plan;
    struct rc_candidate candidate;
    struct rc_arena *arena; // the plan's
    rowcall_error *err;
};

// ---- names

static rowcall_status choose_variable(struct planning *planning)
{
    const char *variable = planning->wanted->url_env;
    if (!variable) {
        char *made =
            rc_arena_printf(planning->arena, "%s_DATABASE_URL", planning->wanted->name);
        for (char *at = made; at && *at; at++) {
            *at = (char)toupper((unsigned char)*at);
        }
        variable = made;
    }
    if (!variable) {
        return rc_error_oom(planning->err);
    }
    planning->plan->url_env = variable;
    return rc_name_is_variable(variable)
               ? ROWCALL_OK
               : rc_error_set(planning->err, ROWCALL_INVALID_ARGUMENT,
                              "--url-env \"%s\" is no environment variable: use capitals, "
                              "digits and _",
                              variable);
}

static rowcall_status check_words(struct planning *planning)
{
    const struct rc_new_database *wanted = planning->wanted;
    rowcall_status st = rc_database_name_check(wanted->name, planning->err);
    st = st ? st : choose_variable(planning);
    if (st == ROWCALL_OK && wanted->entity && !rc_name_is_type(wanted->entity)) {
        st = rc_error_set(planning->err, ROWCALL_INVALID_ARGUMENT,
                          "--entity \"%s\" is no entity's name: write it in CamelCase",
                          wanted->entity);
    }
    for (size_t i = 0; st == ROWCALL_OK && i < wanted->extension_count; i++) {
        // Into a .proto file as it is: nothing that would need quoting there.
        const char *name = wanted->extensions[i];
        for (const char *at = name; *at; at++) {
            if (!isalnum((unsigned char)*at) && *at != '_' && *at != '-') {
                return rc_error_set(planning->err, ROWCALL_INVALID_ARGUMENT,
                                    "--extension \"%s\" is no extension's name", name);
            }
        }
    }
    return st;
}

// ---- files

static rowcall_status create_file(struct planning *planning, const char *path,
                                  const struct rc_buf *text)
{
    rowcall_status st = path ? rc_buf_status(text, planning->err) : rc_error_oom(planning->err);
    return st ? st
              : rc_change_set_create(&planning->plan->changes, path, rc_buf_view(text),
                                     planning->err);
}

static rowcall_status create_protos(struct planning *planning)
{
    const struct rc_output_tree *files = &planning->candidate.files;
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; st == ROWCALL_OK && i < files->count; i++) {
        const char *path = rc_arena_printf(planning->arena, "%s/%s",
                                           planning->wanted->proto_dir, files->files[i].path);
        st = path ? rc_change_set_create(&planning->plan->changes, path, files->files[i].bytes,
                                         planning->err)
                  : rc_error_oom(planning->err);
    }
    return st;
}

static rowcall_status create_migration(struct planning *planning, const struct rc_scope *scope)
{
    const struct rc_new_database *wanted = planning->wanted;
    const char *folder =
        rc_arena_printf(planning->arena, "%s/%s", wanted->migrations, wanted->name);
    struct rc_migration_folder present = {0};
    struct rc_buf sql = {0};
    struct rc_buf lock = {0};
    const char *path = NULL;
    rowcall_status st = folder ? ROWCALL_OK : rc_error_oom(planning->err);
    if (st == ROWCALL_OK && access(folder, F_OK) == 0) {
        st = rc_migration_folder_read(folder, planning->arena, &present, planning->err);
    }
    if (st == ROWCALL_OK && present.count > 0) {
        return rc_error_set(planning->err, ROWCALL_ALREADY_EXISTS,
                            "%s has migrations already (%s); --no-migration takes them as they "
                            "are",
                            folder, present.items[0].name);
    }
    st = st ? st
            : rc_migration_file_path(folder, &present, "init", planning->arena, &path,
                                     planning->err);
    st = st ? st : rc_ddl_create(scope, &sql, planning->err);
    st = st ? st : create_file(planning, path, &sql);
    const char *lock_path =
        folder ? rc_arena_printf(planning->arena, "%s/migration_lock.toml", folder) : NULL;
    if (st == ROWCALL_OK && (!lock_path || access(lock_path, F_OK) != 0)) {
        rc_buf_append_text(&lock, rc_migration_lock_text);
        st = create_file(planning, lock_path, &lock);
    }
    rc_buf_fini(&sql);
    rc_buf_fini(&lock);
    return st;
}

static rowcall_status change_env(struct planning *planning)
{
    struct rc_new_database_plan *plan = planning->plan;
    const char *path = planning->wanted->env_file;
    const struct rc_url_setting setting = {plan->url_env, planning->wanted->name};
    struct rc_buf before = {0};
    struct rc_buf after = {0};
    rowcall_error absent = {0};
    rowcall_status st = rc_file_read(path, &before, &absent);
    bool is_new = st == ROWCALL_NOT_FOUND;
    if (st != ROWCALL_OK && !is_new) {
        rc_buf_fini(&before);
        return rc_error_set(planning->err, st, "%s", absent.message);
    }
    plan->env = rc_url_setting_env(&setting, rc_buf_view(&before), &after);
    st = rc_buf_status(&after, planning->err);
    if (st == ROWCALL_OK && plan->env == RC_SETTING_ADDED) {
        st = is_new ? create_file(planning, path, &after)
                    : rc_change_set_replace(&plan->changes, path, rc_buf_view(&after),
                                            planning->err);
    }
    rc_buf_fini(&before);
    rc_buf_fini(&after);
    return st;
}

static rowcall_status change_compose(struct planning *planning)
{
    struct rc_new_database_plan *plan = planning->plan;
    const char *path = planning->wanted->compose_file;
    const struct rc_url_setting setting = {plan->url_env, planning->wanted->name};
    struct rc_buf before = {0};
    struct rc_buf after = {0};
    rowcall_error absent = {0};
    rowcall_status st = rc_file_read(path, &before, &absent);
    plan->has_compose = st == ROWCALL_OK;
    if (plan->has_compose) {
        plan->compose = rc_url_setting_compose(&setting, rc_buf_view(&before), &after);
        st = rc_buf_status(&after, planning->err);
    } else if (st != ROWCALL_NOT_FOUND) {
        st = rc_error_set(planning->err, st, "%s", absent.message);
    } else {
        st = ROWCALL_OK;
    }
    if (st == ROWCALL_OK && plan->has_compose && plan->compose == RC_SETTING_ADDED) {
        st = rc_change_set_replace(&plan->changes, path, rc_buf_view(&after), planning->err);
    }
    rc_buf_fini(&before);
    rc_buf_fini(&after);
    return st;
}

// ---- all of it

rowcall_status rc_new_database_plan(const struct rc_new_database *wanted,
                                    struct rc_new_database_plan *ret_plan, rowcall_error *err)
{
    *ret_plan = (struct rc_new_database_plan){0};
    rc_change_set_init(&ret_plan->changes);
    struct planning planning = {
        .wanted = wanted, .plan = ret_plan, .arena = &ret_plan->changes.arena, .err = err};
    rc_candidate_init(&planning.candidate);
    rowcall_status st = check_words(&planning);
    st = st ? st
            : rc_candidate_make(wanted, ret_plan->url_env, planning.arena, &planning.candidate,
                                err);
    st = st ? st : create_protos(&planning);
    if (st == ROWCALL_OK) {
        ret_plan->entity_count = planning.candidate.scope->model_count;
    }
    if (st == ROWCALL_OK && !wanted->no_migration) {
        st = create_migration(&planning, planning.candidate.scope);
    }
    st = st ? st : change_env(&planning);
    st = st ? st : change_compose(&planning);
    rc_candidate_fini(&planning.candidate);
    return st;
}

void rc_new_database_plan_fini(struct rc_new_database_plan *plan)
{
    rc_change_set_fini(&plan->changes);
}
