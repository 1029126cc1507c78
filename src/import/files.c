// SPDX-License-Identifier: Apache-2.0
//
// Placing a draft into files.
#include "import/files.h"

#include "import/database.h"
#include "import/keep.h"
#include "import/naming.h"

#include <ctype.h>
#include <string.h>
#include <utlist.h>

struct placing {
    struct rc_import *session;
    struct rc_draft *draft;
    const struct rc_before *before;
};

static struct rc_draft_file *find_file(const struct rc_draft *draft, const char *path)
{
    struct rc_draft_file *file = NULL;
    LL_FOREACH (draft->files, file) {
        if (strcmp(file->path, path) == 0) {
            return file;
        }
    }
    return NULL;
}

// "users/profile" -> "users_profile". "database" is the name of another file.
static const char *stem_of(struct rc_import *session, const char *origin)
{
    const char *stem = rc_naming_field(session, origin);
    return strcmp(stem, "database") == 0 ? "database_schema" : stem;
}

static struct rc_draft_file *file_at(const struct placing *placing, const char *folder,
                                     const char *origin, const char *existing)
{
    const char *path = existing;
    if (!path) {
        path = rc_import_printf(placing->session, "%s/%s.proto", folder,
                                stem_of(placing->session, origin));
    }
    struct rc_draft_file *file = find_file(placing->draft, path);
    if (!file) {
        file = rc_import_new(placing->session, struct rc_draft_file);
        *file =
            (struct rc_draft_file){.path = rc_import_copy(placing->session, path, strlen(path)),
                                   .folder = folder,
                                   .origin = origin};
        LL_APPEND(placing->draft->files, file);
    }
    return file;
}

// Where the entity or enum is already, if that is in its folder.
static const char *place_before(const char *path, const char *folder)
{
    size_t len = strlen(folder);
    return strncmp(path, folder, len) == 0 && path[len] == '/' ? path : NULL;
}

static void place_all(const struct placing *placing)
{
    struct rc_draft_entity *entity = NULL;
    struct rc_draft_enum *enumeration = NULL;
    LL_FOREACH (placing->draft->entities, entity) {
        const struct rc_entity *was = rc_before_entity(placing->before, entity);
        entity->file = file_at(placing, entity->folder, entity->origin,
                               was ? place_before(was->file, entity->folder) : NULL);
    }
    LL_FOREACH (placing->draft->enums, enumeration) {
        const struct rc_enum *was = rc_before_enum(placing->before, enumeration);
        enumeration->file =
            file_at(placing, enumeration->folder, enumeration->origin,
                    was ? place_before(was->position.file, enumeration->folder) : NULL);
    }
}

// ---- imports

static void add_import(struct rc_import *session, struct rc_draft_file *from,
                       const struct rc_draft_file *to)
{
    if (from != to) {
        rc_draft_add_name(session, &from->imports, to->path);
    }
}

void rc_files_imports(struct rc_import *session, struct rc_draft *draft)
{
    struct rc_draft_file *file = NULL;
    struct rc_draft_entity *entity = NULL;
    struct rc_draft_column *column = NULL;
    struct rc_draft_relation *relation = NULL;
    LL_FOREACH (draft->files, file) {
        file->imports = NULL;
    }
    LL_FOREACH (draft->entities, entity) {
        LL_FOREACH (entity->columns, column) {
            if (column->enumeration) {
                add_import(session, entity->file, column->enumeration->file);
            }
        }
        LL_FOREACH (entity->relations, relation) {
            add_import(session, entity->file, relation->target->file);
        }
    }
}

// ---- files that import each other, which protoc refuses

// Marks every file that can be reached; each is walked once.
static void reach(const struct rc_draft *draft, const struct rc_draft_file *from,
                  const struct rc_draft_file **reached, size_t *count)
{
    const struct rc_draft_name *import = NULL;
    LL_FOREACH (from->imports, import) {
        const struct rc_draft_file *next = find_file(draft, import->text);
        bool known = !next;
        for (size_t i = 0; i < *count && !known; i++) {
            known = reached[i] == next;
        }
        if (!known) {
            reached[(*count)++] = next;
            reach(draft, next, reached, count);
        }
    }
}

static bool reaches(const struct placing *placing, const struct rc_draft_file *from,
                    const struct rc_draft_file *to)
{
    const struct rc_draft_file *file = NULL;
    size_t most = 0;
    size_t count = 0;
    LL_COUNT(placing->draft->files, file, most);
    const struct rc_draft_file **reached =
        rc_import_array(placing->session, most, sizeof(*reached));
    reach(placing->draft, from, reached, &count);
    for (size_t i = 0; i < count; i++) {
        if (reached[i] == to) {
            return true;
        }
    }
    return false;
}

static void move_all(const struct placing *placing, const struct rc_draft_file *from,
                     struct rc_draft_file *to)
{
    struct rc_draft_entity *entity = NULL;
    struct rc_draft_enum *enumeration = NULL;
    LL_FOREACH (placing->draft->entities, entity) {
        entity->file = entity->file == from ? to : entity->file;
    }
    LL_FOREACH (placing->draft->enums, enumeration) {
        enumeration->file = enumeration->file == from ? to : enumeration->file;
    }
}

// Makes two files that import each other one; false when there are none.
static bool merge_one(const struct placing *placing)
{
    struct rc_draft_file *a = NULL;
    struct rc_draft_file *b = NULL;
    LL_FOREACH (placing->draft->files, a) {
        for (b = a->next; b; b = b->next) {
            if (reaches(placing, a, b) && reaches(placing, b, a)) {
                rc_import_find(
                    placing->session, RC_FINDING_REMARK, (struct rc_position){NULL, 0},
                    "%s and %s refer to each other, which proto files cannot: %s has "
                    "both",
                    a->path, b->path, a->path);
                move_all(placing, b, a);
                LL_DELETE(placing->draft->files, b);
                return true;
            }
        }
    }
    return false;
}

// ---- the rest of a file

static bool is_used(const struct rc_draft *draft, const struct rc_draft_file *file)
{
    const struct rc_draft_entity *entity = NULL;
    const struct rc_draft_enum *enumeration = NULL;
    LL_FOREACH (draft->entities, entity) {
        if (entity->file == file) {
            return true;
        }
    }
    LL_FOREACH (draft->enums, enumeration) {
        if (enumeration->file == file) {
            return true;
        }
    }
    return false;
}

static const char *title(struct rc_import *session, const struct rc_draft_file *file)
{
    char *words = rc_import_printf(session, "%s", stem_of(session, file->origin));
    for (char *at = words; *at; at++) {
        *at = *at == '_' ? ' ' : *at;
    }
    *words = (char)toupper((unsigned char)*words);
    return words;
}

static void add_heads(const struct placing *placing)
{
    struct rc_draft_file *file = NULL;
    LL_FOREACH (placing->draft->files, file) {
        const struct rc_before_file *was = rc_before_file(placing->before, file->path);
        file->comment = was ? rc_keep_head(placing->session, was->text) : NULL;
        if (!was) {
            bool shared = strcmp(file->folder, "shared") == 0;
            file->comment = rc_import_printf(
                placing->session,
                "%s.%s\n\nNumbers: columns from 1, relations from 101, inverse relations "
                "(declared at the other side) from 201%s.",
                title(placing->session, file), shared ? " Shared." : "",
                shared ? "" : ";\nthose that are added to shared entities from 301");
        }
    }
}

static int compare_paths(struct rc_draft_file *a, struct rc_draft_file *b)
{
    return strcmp(a->path, b->path);
}

void rc_files_place(struct rc_import *session, struct rc_draft *draft,
                    const struct rc_before *before)
{
    struct placing placing = {session, draft, before};
    struct rc_draft_database *database = NULL;
    struct rc_draft_file *file = NULL;
    struct rc_draft_file *next = NULL;
    place_all(&placing);
    LL_SORT(draft->files, compare_paths);
    do {
        rc_files_imports(session, draft);
    } while (merge_one(&placing));
    LL_FOREACH_SAFE (draft->files, file, next) {
        if (!is_used(draft, file)) {
            LL_DELETE(draft->files, file);
        }
    }
    add_heads(&placing);
    LL_FOREACH (draft->databases, database) {
        rc_database_finish(session, draft, database, before);
    }
}
