// SPDX-License-Identifier: Apache-2.0
//
// Scopes: "shared", and one per file with (rowcall.database). A database's entities are those
// of the files it imports, directly or not, and it imports every shared file: that is what
// makes shared code work on it.
#include "schema/loader.h"

#include "schema/names.h"

#include <stdlib.h>
#include <string.h>

// Packages that a database's API cannot have.
static const char *const reserved_names[] = {"shared", "schema", "rowcall", "google"};

static struct rc_loader_file *find_file(const struct rc_loader *loader, const char *name)
{
    for (size_t i = 0; i < loader->file_count; i++) {
        if (strcmp(loader->files[i].name, name) == 0) {
            return &loader->files[i];
        }
    }
    return NULL;
}

// Marks the file and all it imports, each once. protoc refuses import cycles, and `visited`
// ends them; the stack is as large as the number of files.
static void visit_imports(struct rc_loader *loader, struct rc_loader_file *first)
{
    struct rc_loader_file **stack =
        rc_loader_scratch(loader, loader->file_count, sizeof(*stack));
    size_t depth = 0;
    for (size_t i = 0; i < loader->file_count; i++) {
        loader->files[i].visited = false;
    }
    first->visited = true;
    stack[depth++] = first;
    while (depth > 0) {
        const struct rc_loader_file *file = stack[--depth];
        for (size_t i = 0; i < file->proto->n_dependency; i++) {
            struct rc_loader_file *import = find_file(loader, file->proto->dependency[i]);
            if (!import) {
                rc_loader_problem(
                    loader, (struct rc_position){file->name, 0},
                    "imports %s, which is not in the descriptor set: compile with "
                    "--include_imports",
                    file->proto->dependency[i]);
            } else if (!import->visited) {
                import->visited = true;
                stack[depth++] = import;
            }
        }
    }
}

static int compare_models(const void *a, const void *b)
{
    return strcmp(((const struct rc_model *)a)->entity->name,
                  ((const struct rc_model *)b)->entity->name);
}

static int compare_enums(const void *a, const void *b)
{
    return strcmp((*(const struct rc_enum *const *)a)->name,
                  (*(const struct rc_enum *const *)b)->name);
}

void rc_scope_add_enums(struct rc_scope *scope, const struct rc_entity *entity)
{
    const struct rc_enum **enums = (const struct rc_enum **)scope->enums;
    for (size_t i = 0; i < entity->column_count; i++) {
        const struct rc_enum *enumeration = entity->columns[i].type.enumeration;
        bool known = !enumeration;
        for (size_t e = 0; e < scope->enum_count && !known; e++) {
            known = enums[e] == enumeration;
        }
        if (!known) {
            enums[scope->enum_count++] = enumeration;
        }
    }
}

static int compare_joins(const void *a, const void *b)
{
    const struct rc_join_table *left = *(const struct rc_join_table *const *)a;
    const struct rc_join_table *right = *(const struct rc_join_table *const *)b;
    int order = strcmp(left->sql_schema, right->sql_schema);
    return order ? order : strcmp(left->sql_name, right->sql_name);
}

// The join tables that the scope's entities declare.
static void gather_join_tables(struct rc_loader *loader, struct rc_scope *scope)
{
    size_t count = 0;
    for (size_t i = 0; i < scope->model_count; i++) {
        count += scope->models[i].entity->join_table_count;
    }
    const struct rc_join_table **joins =
        rc_loader_alloc(loader, count, sizeof(const struct rc_join_table *));
    for (size_t i = 0; i < scope->model_count; i++) {
        const struct rc_entity *entity = scope->models[i].entity;
        for (size_t k = 0; k < entity->join_table_count; k++) {
            joins[scope->join_table_count++] = &entity->join_tables[k];
        }
    }
    qsort(joins, count, sizeof(*joins), compare_joins);
    scope->join_tables = joins;
}

// Gives the scope the entities that is_member says, and all that follows from them.
static void fill_scope(struct rc_loader *loader, struct rc_scope *scope)
{
    struct rc_model *models =
        rc_loader_alloc(loader, loader->entity_count, sizeof(struct rc_model));
    scope->models = models;
    scope->enums = rc_loader_alloc(loader, loader->enum_count, sizeof(struct rc_enum *));
    for (size_t i = 0; i < loader->entity_count; i++) {
        const struct rc_loader_entity *draft = &loader->entities[i];
        if (scope->is_database ? draft->file->visited : draft->entity->shared) {
            models[scope->model_count++] =
                (struct rc_model){.entity = draft->entity, .scope = scope};
            rc_scope_add_enums(scope, draft->entity);
        }
    }
    qsort(models, scope->model_count, sizeof(*models), compare_models);
    for (size_t i = 0; i < scope->model_count; i++) {
        models[i].index = i;
    }
    rc_load_scope_services(loader, scope);
    qsort((const struct rc_enum **)scope->enums, scope->enum_count, sizeof(*scope->enums),
          compare_enums);
    gather_join_tables(loader, scope);
    rc_load_relations(loader, scope);
    rc_check_scope_names(loader, scope);
}

static struct rc_position database_position(const struct rc_loader_file *file)
{
    // The option's statement: file options (8), rowcall.database (51000).
    const int32_t path[] = {8, 51000};
    return rc_source_position(file, path, 2);
}

static void check_database(struct rc_loader *loader, const struct rc_scope *scope,
                           size_t before)
{
    struct rc_position position = scope->position;
    if (!rc_name_is_field(scope->name)) {
        rc_loader_problem(loader, position,
                          "database \"%s\": write its name in lower_snake_case", scope->name);
    }
    for (size_t i = 0; i < sizeof(reserved_names) / sizeof(reserved_names[0]); i++) {
        if (strcmp(scope->name, reserved_names[i]) == 0) {
            rc_loader_problem(loader, position,
                              "database \"%s\": that name is reserved, choose another",
                              scope->name);
        }
    }
    if (!rc_name_is_variable(scope->url_env)) {
        rc_loader_problem(
            loader, position,
            "database %s: url_env \"%s\" is no environment variable: use capitals, "
            "digits and _",
            scope->name, scope->url_env);
    }
    for (size_t i = 1; i <= before; i++) {
        const struct rc_scope *other = &loader->schema->scopes[i];
        if (strcmp(other->name, scope->name) == 0) {
            rc_loader_problem(loader, position, "database %s is declared in %s too",
                              scope->name, other->position.file);
        }
        if (strcmp(other->url_env, scope->url_env) == 0) {
            rc_loader_problem(loader, position,
                              "databases %s and %s have one url_env, %s: give each its own",
                              other->name, scope->name, scope->url_env);
        }
    }
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

static void check_contents(struct rc_loader *loader, const struct rc_scope *scope)
{
    if (scope->model_count == 0) {
        rc_loader_problem(loader, scope->position,
                          "database %s has no entities: import the files that declare them",
                          scope->name);
    }
    for (size_t i = 0; i < loader->file_count; i++) {
        const struct rc_loader_file *file = &loader->files[i];
        if (file->authored && strcmp(file->folder, "shared") == 0 && !file->visited &&
            (file->proto->n_message_type > 0 || file->proto->n_service > 0)) {
            rc_loader_problem(loader, scope->position,
                              "database %s does not import \"%s\": every database serves all "
                              "shared entities",
                              scope->name, file->name);
        }
    }
    for (size_t i = 0; i < scope->model_count; i++) {
        const struct rc_entity *entity = scope->models[i].entity;
        for (size_t c = 0; c < entity->column_count; c++) {
            if (entity->columns[c].type.kind == RC_TYPE_CITEXT &&
                !has_extension(scope, "citext")) {
                rc_loader_problem(loader, scope->position,
                                  "database %s: %s.%s is citext: add extensions: \"citext\"",
                                  scope->name, entity->name, entity->columns[c].name);
            }
        }
    }
}

static void load_database(struct rc_loader *loader, struct rc_loader_file *file,
                          struct rc_scope *scope, size_t before)
{
    const Rowcall__Database *database = file->database;
    const int32_t syntax_path[] = {12};
    const char **extensions =
        rc_loader_alloc(loader, database->n_extensions, sizeof(*extensions));
    for (size_t i = 0; i < database->n_extensions; i++) {
        extensions[i] = rc_loader_copy(loader, database->extensions[i]);
    }
    *scope = (struct rc_scope){
        .name = rc_loader_copy(loader, database->name),
        .url_env = rc_loader_copy(loader, database->url_env),
        .is_database = true,
        .extensions = extensions,
        .extension_count = database->n_extensions,
        .comment = rc_source_comment(loader, file, syntax_path, 1),
        .position = database_position(file),
    };
    check_database(loader, scope, before);
    visit_imports(loader, file);
    for (size_t i = 0; i < loader->entity_count; i++) {
        loader->entities[i].in_database |= loader->entities[i].file->visited;
    }
    fill_scope(loader, scope);
    check_contents(loader, scope);
}

static void load_shared(struct rc_loader *loader, struct rc_scope *scope)
{
    static const char *const citext[] = {"citext"};
    *scope = (struct rc_scope){
        .name = "shared", .comment = "What every database serves.", .position = {"shared", 0}};
    fill_scope(loader, scope);
    for (size_t i = 0; i < loader->entity_count; i++) {
        const struct rc_entity *entity = loader->entities[i].entity;
        for (size_t c = 0; c < entity->column_count; c++) {
            if (entity->shared && entity->columns[c].type.kind == RC_TYPE_CITEXT) {
                scope->extensions = citext;
                scope->extension_count = 1;
            }
        }
    }
}

static int compare_files(const void *a, const void *b)
{
    const struct rc_loader_file *const *left = a;
    const struct rc_loader_file *const *right = b;
    return strcmp((*left)->database->name, (*right)->database->name);
}

void rc_load_scopes(struct rc_loader *loader)
{
    struct rc_loader_file **databases =
        rc_loader_scratch(loader, loader->file_count, sizeof(*databases));
    size_t count = 0;
    for (size_t i = 0; i < loader->file_count; i++) {
        if (loader->files[i].database) {
            databases[count++] = &loader->files[i];
        }
    }
    qsort(databases, count, sizeof(*databases), compare_files);
    struct rc_scope *scopes = rc_loader_alloc(loader, count + 1, sizeof(struct rc_scope));
    loader->schema->scopes = scopes;
    loader->schema->scope_count = count + 1;
    load_shared(loader, &scopes[0]);
    for (size_t i = 0; i < count; i++) {
        load_database(loader, databases[i], &scopes[i + 1], i);
    }
    if (count == 0) {
        rc_loader_problem(loader, (struct rc_position){"schema", 0},
                          "no file is a database: add option (rowcall.database) to one");
    }
    for (size_t i = 0; i < loader->entity_count && count > 0; i++) {
        if (!loader->entities[i].in_database) {
            rc_loader_problem(loader, loader->entities[i].entity->position,
                              "entity %s is in no database: import \"%s\" in a database.proto",
                              loader->entities[i].entity->name, loader->entities[i].file->name);
        }
    }
}
