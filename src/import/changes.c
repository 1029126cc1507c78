// SPDX-License-Identifier: Apache-2.0
//
// From a draft in files to what changes in the project.
#include "import/draft_write.h"
#include "import/files.h"
#include "import/restate.h"

#include <string.h>
#include <utlist.h>

struct changing {
    struct rc_import *session;
    const struct rc_draft *draft;
    const struct rc_before *before;
    const struct rc_draft *restated; // the project; NULL without files
    struct rc_file_change *changes;
};

static bool has_entity(const struct changing *c, const struct rc_entity *was)
{
    const struct rc_draft_entity *entity = NULL;
    LL_FOREACH (c->draft->entities, entity) {
        if (rc_before_entity(c->before, entity) == was) {
            return true;
        }
    }
    return false;
}

static bool has_enum(const struct changing *c, const struct rc_enum *was)
{
    const struct rc_draft_enum *enumeration = NULL;
    LL_FOREACH (c->draft->enums, enumeration) {
        if (rc_before_enum(c->before, enumeration) == was) {
            return true;
        }
    }
    return false;
}

static bool is_written(const struct changing *c, const char *path)
{
    const struct rc_draft_file *file = NULL;
    LL_FOREACH (c->draft->files, file) {
        if (strcmp(file->path, path) == 0) {
            return true;
        }
    }
    return false;
}

static void add(struct changing *c, const char *path, const char *text)
{
    const struct rc_before_file *was = rc_before_file(c->before, path);
    if (was && text && strcmp(was->text, text) == 0) {
        return;
    }
    struct rc_file_change *change = rc_import_new(c->session, struct rc_file_change);
    *change =
        (struct rc_file_change){.path = path, .text = text, .before = was ? was->text : NULL};
    LL_APPEND(c->changes, change);
}

// ---- what a file has that the draft has not

// What one file of the project holds.
struct contents {
    size_t kept;     // entities and enums that the draft has
    size_t unknown;  // those that it has not
    size_t services; // and their messages
};

static void look_at_services(const struct changing *c, const char *path,
                             struct contents *contents)
{
    const struct rc_schema *schema = c->before->schema;
    for (size_t s = 0; s < schema->scope_count; s++) {
        for (size_t i = 0; i < schema->scopes[s].service_count; i++) {
            const struct rc_sql_service *service = &schema->scopes[s].services[i];
            contents->services += strcmp(service->position.file, path) == 0;
        }
        for (size_t i = 0; i < schema->scopes[s].record_count; i++) {
            contents->services += strcmp(schema->scopes[s].records[i]->file, path) == 0;
        }
    }
}

static struct contents look_at(const struct changing *c, const char *path)
{
    const struct rc_schema *schema = c->before->schema;
    struct contents contents = {0};
    for (size_t i = 0; i < schema->entity_count; i++) {
        if (strcmp(schema->entities[i].file, path) == 0) {
            bool kept = has_entity(c, &schema->entities[i]);
            contents.kept += kept;
            contents.unknown += !kept;
        }
    }
    for (size_t i = 0; i < schema->enum_count; i++) {
        if (strcmp(schema->enums[i].position.file, path) == 0) {
            bool kept = has_enum(c, &schema->enums[i]);
            contents.kept += kept;
            contents.unknown += !kept;
        }
    }
    look_at_services(c, path, &contents);
    return contents;
}

// A database of the project that is not imported now; NULL when there is none.
static const char *other_database(const struct changing *c)
{
    const struct rc_schema *schema = c->before->schema;
    for (size_t i = 0; schema && i < schema->scope_count; i++) {
        const struct rc_draft_database *database = NULL;
        bool found = !schema->scopes[i].is_database;
        LL_FOREACH (c->draft->databases, database) {
            found = found || strcmp(database->name, schema->scopes[i].name) == 0;
        }
        if (!found) {
            return schema->scopes[i].name;
        }
    }
    return NULL;
}

static void report_gone(const struct changing *c, const char *path)
{
    const struct rc_schema *schema = c->before->schema;
    const char *other = strncmp(path, "shared/", 7) == 0 ? other_database(c) : NULL;
    for (size_t i = 0; i < schema->entity_count; i++) {
        const struct rc_entity *entity = &schema->entities[i];
        if (strcmp(entity->file, path) != 0 || has_entity(c, entity)) {
            continue;
        }
        if (other) {
            rc_import_find(c->session, RC_FINDING_ERROR, entity->position,
                           "%s is shared with database %s, and not in what is imported: make "
                           "its table there first, or drop it from both",
                           entity->name, other);
        } else {
            rc_import_find(c->session, RC_FINDING_LOSS, entity->position,
                           "%s is not in what is imported, and goes: move it to a file of its "
                           "own first if it is to stay",
                           entity->name);
        }
    }
    for (size_t i = 0; i < schema->enum_count; i++) {
        const struct rc_enum *enumeration = &schema->enums[i];
        if (strcmp(enumeration->position.file, path) == 0 && !has_enum(c, enumeration)) {
            rc_import_find(c->session, RC_FINDING_LOSS, enumeration->position,
                           "%s is not in what is imported, and goes: move it to a file of its "
                           "own first if it is to stay",
                           enumeration->name);
        }
    }
}

static void refuse(const struct changing *c, const char *path, const char *what)
{
    rc_import_find(c->session, RC_FINDING_ERROR, (struct rc_position){path, 1},
                   "the file has to be written anew, and has %s: move that to a file of its "
                   "own first",
                   what);
}

// ---- files

// Whether the project's file says the same, if in other words.
static bool says_the_same(const struct changing *c, const char *path, const char *text)
{
    const struct rc_draft_file *file = NULL;
    LL_FOREACH (c->restated ? c->restated->files : NULL, file) {
        if (strcmp(file->path, path) == 0) {
            struct rc_buf *now = rc_import_buf(c->session);
            rc_draft_write_file(c->session, c->restated, file, now);
            return strcmp(rc_import_take(c->session, now), text) == 0;
        }
    }
    return false;
}

static void write_file(struct changing *c, const struct rc_draft_file *file)
{
    struct rc_buf *out = rc_import_buf(c->session);
    rc_draft_write_file(c->session, c->draft, file, out);
    const char *text = rc_import_take(c->session, out);
    if (says_the_same(c, file->path, text)) {
        return;
    }
    if (c->before->schema && rc_before_file(c->before, file->path)) {
        if (look_at(c, file->path).services > 0) {
            refuse(c, file->path, "a service or its messages");
        }
        report_gone(c, file->path);
    }
    add(c, file->path, text);
}

static void write_files(struct changing *c)
{
    const struct rc_draft_file *file = NULL;
    LL_FOREACH (c->draft->files, file) {
        write_file(c, file);
    }
}

static bool concerns(const struct changing *c, const char *path)
{
    const struct rc_draft_database *database = NULL;
    if (strncmp(path, "shared/", 7) == 0) {
        return true;
    }
    LL_FOREACH (c->draft->databases, database) {
        size_t len = strlen(database->name);
        if (strncmp(path, database->name, len) == 0 && path[len] == '/') {
            return true;
        }
    }
    return false;
}

// A file that is not written: it goes when all it has is elsewhere now. Otherwise it stays, and
// the databases that imported it go on doing so.
static bool stays(struct changing *c, const char *path)
{
    struct contents contents = look_at(c, path);
    if (contents.kept > 0 && (contents.unknown > 0 || contents.services > 0)) {
        refuse(c, path, "something that is not in what is imported");
        return true;
    }
    if (contents.kept > 0) {
        add(c, path, NULL);
        return false;
    }
    if (contents.unknown > 0) {
        rc_import_find(c->session, RC_FINDING_REMARK, (struct rc_position){path, 1},
                       "nothing of it is in what is imported: it is left as it is");
    }
    return contents.unknown > 0 || contents.services > 0;
}

static bool is_database(const struct changing *c, const char *path)
{
    const struct rc_schema *schema = c->before->schema;
    for (size_t i = 0; i < schema->scope_count; i++) {
        if (schema->scopes[i].is_database &&
            strcmp(schema->scopes[i].position.file, path) == 0) {
            return true;
        }
    }
    return false;
}

static void look_at_others(struct changing *c)
{
    struct rc_draft_database *database = NULL;
    for (size_t i = 0; c->before->schema && i < c->before->file_count; i++) {
        const char *path = c->before->files[i].path;
        bool other = concerns(c, path) && !is_written(c, path) && !is_database(c, path);
        if (!other || !stays(c, path)) {
            continue;
        }
        LL_FOREACH (c->draft->databases, database) {
            size_t len = strlen(database->name);
            bool own = strncmp(path, database->name, len) == 0 && path[len] == '/';
            if (own || strncmp(path, "shared/", 7) == 0) {
                rc_draft_add_name(c->session, &database->imports, path);
            }
        }
    }
}

// Whether the file of the database says the same, whatever else it imports and however.
static bool database_says_the_same(const struct changing *c,
                                   const struct rc_draft_database *database)
{
    const struct rc_before_file *file = rc_before_file(c->before, database->path);
    const struct rc_schema *schema = c->before->schema;
    const struct rc_scope *scope =
        schema ? rc_schema_scope(schema, rc_view_of(database->name)) : NULL;
    const struct rc_draft_name *name = NULL;
    size_t extensions = 0;
    LL_COUNT(database->extensions, name, extensions);
    if (!file || !scope || strcmp(scope->url_env, database->url_env) != 0 ||
        scope->extension_count != extensions) {
        return false; // the draft has all that the project has: as many are the same
    }
    LL_FOREACH (database->imports, name) {
        const char *quoted = rc_import_printf(c->session, "\"%s\"", name->text);
        if (!strstr(file->text, quoted)) {
            return false;
        }
    }
    for (size_t i = 0; i < c->before->file_count; i++) {
        const struct rc_file_change *change = NULL;
        const char *path = c->before->files[i].path;
        LL_FOREACH (c->changes, change) {
            bool gone = !change->text && strcmp(change->path, path) == 0;
            if (gone && strstr(file->text, rc_import_printf(c->session, "\"%s\"", path))) {
                return false;
            }
        }
    }
    return true;
}

static void write_databases(struct changing *c)
{
    const struct rc_draft_database *database = NULL;
    LL_FOREACH (c->draft->databases, database) {
        struct rc_buf *text = rc_import_buf(c->session);
        if (database_says_the_same(c, database)) {
            continue;
        }
        rc_draft_write_database(database, text);
        add(c, database->path, rc_import_take(c->session, text));
    }
}

static int compare(struct rc_file_change *a, struct rc_file_change *b)
{
    return strcmp(a->path, b->path);
}

// What one database changes in shared files is another's matter, too.
static void remark_on_shared(const struct changing *c)
{
    const struct rc_file_change *change = NULL;
    const char *other = other_database(c);
    LL_FOREACH (c->changes, change) {
        if (other && strncmp(change->path, "shared/", 7) == 0) {
            rc_import_find(c->session, RC_FINDING_REMARK, (struct rc_position){change->path, 0},
                           "it changes for database %s as well, whose tables have to follow",
                           other);
        }
    }
}

struct rc_file_change *rc_files_changes(struct rc_import *session, const struct rc_draft *draft,
                                        const struct rc_before *before)
{
    struct changing c = {session, draft, before, NULL, NULL};
    c.restated = before->schema ? rc_restate(session, before) : NULL;
    write_files(&c);
    look_at_others(&c);
    write_databases(&c);
    LL_SORT(c.changes, compare);
    remark_on_shared(&c);
    return c.changes;
}
