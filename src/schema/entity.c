// SPDX-License-Identifier: Apache-2.0
//
// Entities: each top-level message of an authored file, and how it is called in PostgreSQL.
// What is inside belongs to columns, keys and foreign keys.
#include "schema/loader.h"

#include "schema/names.h"

#include <stdlib.h>
#include <string.h>

void rc_loader_check_type_name(struct rc_loader *loader, struct rc_position position,
                               const char *what, const char *name)
{
    if (!rc_name_is_type(name)) {
        rc_loader_problem(
            loader, position, "%s \"%s\": write its name in CamelCase%s", what, name,
            strcmp(what, "entity") == 0 ? "; (rowcall.table).name is the table's" : "");
    }
    if (rc_name_is_reserved_type(name)) {
        rc_loader_problem(loader, position,
                          "%s %s has the name of a service of the server: choose another", what,
                          name);
    }
}

static void check_view(struct rc_loader *loader, const struct rc_entity *entity)
{
    if (entity->view_sql && !entity->view) {
        rc_loader_problem(loader, entity->position,
                          "entity %s: a definition is a view's: add `view: true`",
                          entity->name);
    }
    if (entity->materialized && !entity->view_sql) {
        rc_loader_problem(loader, entity->position,
                          "entity %s: `materialized` goes with the definition of a view",
                          entity->name);
    }
    if (entity->view && entity->renamed_from) {
        rc_loader_problem(loader, entity->position,
                          "entity %s: a view is made anew under another name: leave out "
                          "renamed_from",
                          entity->name);
    }
}

static void read_reserved(struct rc_loader *loader, struct rc_loader_entity *draft)
{
    const rc_message_proto *proto = draft->proto;
    size_t count = proto->n_reserved_range + proto->n_reserved_name;
    struct rc_reserved *reserved = rc_loader_alloc(loader, count, sizeof(*reserved));
    size_t at = 0;
    for (size_t i = 0; i < proto->n_reserved_range; i++) {
        // A message's range ends before its end.
        reserved[at++] =
            (struct rc_reserved){.first = (uint32_t)proto->reserved_range[i]->start,
                                 .last = (uint32_t)proto->reserved_range[i]->end - 1};
    }
    for (size_t i = 0; i < proto->n_reserved_name; i++) {
        reserved[at++].name = rc_loader_copy(loader, proto->reserved_name[i]);
    }
    draft->entity->reserved = reserved;
    draft->entity->reserved_count = count;
}

static void read_entity(struct rc_loader *loader, struct rc_loader_entity *draft)
{
    const Rowcall__Table *table = draft->table;
    struct rc_entity *entity = draft->entity;
    const int32_t path[] = {4, draft->message_index};
    struct rc_position position = rc_loader_message_position(draft);
    const char *name = rc_loader_copy(loader, rc_text_or(draft->proto->name, ""));
    *entity = (struct rc_entity){
        .name = name,
        .sql_name = table->name
                        ? rc_loader_copy(loader, table->name)
                        : rc_loader_must(loader, rc_snake_case(&loader->schema->arena, name)),
        .sql_schema = rc_loader_copy(loader, rc_text_or(table->schema, "public")),
        .file = draft->file->name,
        .folder = draft->file->folder,
        .shared = strcmp(draft->file->folder, "shared") == 0,
        .view = table->has_view && table->view,
        .view_sql = table->definition ? rc_loader_copy(loader, table->definition) : NULL,
        .materialized = table->has_materialized && table->materialized,
        .comment = rc_source_comment(loader, draft->file, path, 2),
        .sql_comment = table->comment ? rc_loader_copy(loader, table->comment) : NULL,
        .position = position,
    };
    rc_loader_check_type_name(loader, position, "entity", name);
    rc_loader_check_name(loader, position, "table", entity->sql_name);
    rc_loader_check_name(loader, position, "schema", entity->sql_schema);
    entity->renamed_from = rc_loader_renamed_from(loader, position, "entity", entity->sql_name,
                                                  table->renamed_from);
    check_view(loader, entity);
    read_reserved(loader, draft);
    if (draft->proto->n_nested_type > 0 || draft->proto->n_enum_type > 0) {
        // A map field is a nested message to protoc; its own message comes with the columns.
        bool authored = draft->proto->n_enum_type > 0;
        for (size_t i = 0; i < draft->proto->n_nested_type; i++) {
            const Google__Protobuf__MessageOptions *options =
                draft->proto->nested_type[i]->options;
            authored = authored || !options || !options->map_entry;
        }
        if (authored) {
            rc_loader_problem(loader, position,
                              "entity %s: declare enums and entities at top level, not inside",
                              name);
        }
    }
}

void rc_load_entities(struct rc_loader *loader, struct rc_loader_file *file)
{
    struct rc_entity *entities = (struct rc_entity *)loader->schema->entities;
    for (size_t i = 0; i < file->proto->n_message_type; i++) {
        const rc_message_proto *proto = file->proto->message_type[i];
        const int32_t path[] = {4, (int32_t)i};
        struct rc_position position = rc_source_position(file, path, 2);
        size_t problem_count = loader->problems->count;
        const Rowcall__Table *table = rc_options_table(loader, proto, position);
        const char *full_name =
            rc_loader_printf(loader, ".%s.%s", rc_text_or(file->proto->package, ""),
                             rc_text_or(proto->name, ""));
        if (!table) {
            if (loader->problems->count == problem_count &&
                !rc_loader_is_record(loader, full_name)) {
                rc_loader_problem(
                    loader, position,
                    "message %s is no entity: add option (rowcall.table), or move "
                    "it to a file that does not import rowcall/schema.proto",
                    rc_text_or(proto->name, ""));
            }
            continue;
        }
        struct rc_loader_entity *draft = &loader->entities[loader->entity_count++];
        *draft = (struct rc_loader_entity){
            .entity = &entities[loader->schema->entity_count++],
            .full_name = full_name,
            .file = file,
            .proto = proto,
            .message_index = (int32_t)i,
            .table = table,
        };
        read_entity(loader, draft);
    }
}

static int compare_drafts(const void *a, const void *b)
{
    const struct rc_entity *left = ((const struct rc_loader_entity *)a)->entity;
    const struct rc_entity *right = ((const struct rc_loader_entity *)b)->entity;
    int order = strcmp(left->folder, right->folder);
    order = order ? order : strcmp(left->name, right->name);
    return order ? order : strcmp(left->file, right->file);
}

void rc_sort_entities(struct rc_loader *loader)
{
    qsort(loader->entities, loader->entity_count, sizeof(*loader->entities), compare_drafts);
    struct rc_entity *sorted =
        rc_loader_alloc(loader, loader->entity_count, sizeof(struct rc_entity));
    for (size_t i = 0; i < loader->entity_count; i++) {
        sorted[i] = *loader->entities[i].entity;
        loader->entities[i].entity = &sorted[i];
    }
    loader->schema->entities = sorted;
}
