// SPDX-License-Identifier: Apache-2.0
//
// Completing a database.
#include "import/database.h"

#include "import/keep.h"

#include <ctype.h>
#include <string.h>
#include <utlist.h>

static const struct rc_scope *find_scope(const struct rc_before *before, const char *name)
{
    return before->schema ? rc_schema_scope(before->schema, rc_view_of(name)) : NULL;
}

static bool is_of(const char *folder, const struct rc_draft_database *database)
{
    return strcmp(folder, "shared") == 0 || strcmp(folder, database->name) == 0;
}

// ---- the URL's variable

// Whether another database has it, in the project or before this one in the draft.
static bool is_taken(const struct rc_draft *draft, const struct rc_draft_database *database,
                     const struct rc_before *before, const char *url_env)
{
    const struct rc_draft_database *other = NULL;
    for (size_t i = 0; before->schema && i < before->schema->scope_count; i++) {
        const struct rc_scope *scope = &before->schema->scopes[i];
        if (scope->is_database && strcmp(scope->name, database->name) != 0 &&
            strcmp(scope->url_env, url_env) == 0) {
            return true;
        }
    }
    for (other = draft->databases; other != database; other = other->next) {
        if (other->url_env && strcmp(other->url_env, url_env) == 0) {
            return true;
        }
    }
    return false;
}

static const char *usual_url_env(struct rc_import *session, const char *name)
{
    char *variable = rc_import_printf(session, "%s_DATABASE_URL", name);
    for (char *at = variable; *at; at++) {
        *at = (char)toupper((unsigned char)*at);
    }
    return variable;
}

static void choose_url(struct rc_import *session, const struct rc_draft *draft,
                       struct rc_draft_database *database, const struct rc_before *before)
{
    const struct rc_scope *was = find_scope(before, database->name);
    if (database->url_given) {
        return;
    }
    if (was) {
        database->url_env = rc_import_copy(session, was->url_env, strlen(was->url_env));
        return;
    }
    const char *usual = usual_url_env(session, database->name);
    if (database->url_env && is_taken(draft, database, before, database->url_env)) {
        rc_import_find(session, RC_FINDING_REMARK, (struct rc_position){database->path, 0},
                       "another database has its URL in %s: that of %s is read from %s",
                       database->url_env, database->name, usual);
        database->url_env = usual;
    }
    database->url_env = database->url_env ? database->url_env : usual;
}

// ---- extensions

static void find_extensions(struct rc_import *session, const struct rc_draft *draft,
                            struct rc_draft_database *database, const struct rc_before *before)
{
    const struct rc_scope *was = find_scope(before, database->name);
    const struct rc_draft_entity *entity = NULL;
    const struct rc_draft_column *column = NULL;
    for (size_t i = 0; was && i < was->extension_count; i++) {
        rc_draft_add_name(
            session, &database->extensions,
            rc_import_copy(session, was->extensions[i], strlen(was->extensions[i])));
    }
    LL_FOREACH (draft->entities, entity) {
        LL_FOREACH (entity->columns, column) {
            if (is_of(entity->folder, database) && column->type.kind == RC_TYPE_CITEXT) {
                rc_draft_add_name(session, &database->extensions, "citext");
            }
        }
    }
}

void rc_database_finish(struct rc_import *session, const struct rc_draft *draft,
                        struct rc_draft_database *database, const struct rc_before *before)
{
    const struct rc_scope *scope = find_scope(before, database->name);
    const struct rc_draft_file *file = NULL;
    database->path = scope ? rc_import_printf(session, "%s", scope->position.file)
                           : rc_import_printf(session, "%s/database.proto", database->name);
    const struct rc_before_file *was = rc_before_file(before, database->path);
    LL_FOREACH (draft->files, file) {
        if (is_of(file->folder, database)) {
            rc_draft_add_name(session, &database->imports, file->path);
        }
    }
    database->comment = was ? rc_keep_head(session, was->text)
                            : rc_import_printf(session, "The database %s.", database->name);
    choose_url(session, draft, database, before);
    find_extensions(session, draft, database, before);
}
