// SPDX-License-Identifier: Apache-2.0
//
// Authored services: methods with (rowcall.sql), and the messages that say what their
// parameters and rows are. Those messages are read like entities without a table.
#include "schema/loader.h"

#include "schema/names.h"
#include "schema/sql_pieces.h"

#include <stdlib.h>
#include <string.h>

#define EMPTY_NAME ".google.protobuf.Empty"

typedef Google__Protobuf__ServiceDescriptorProto service_proto;
typedef Google__Protobuf__MethodDescriptorProto method_proto;

// ---- messages of methods

bool rc_loader_is_record(const struct rc_loader *loader, const char *full_name)
{
    for (size_t f = 0; f < loader->file_count; f++) {
        const rc_file_proto *file = loader->files[f].proto;
        for (size_t s = 0; loader->files[f].authored && s < file->n_service; s++) {
            const service_proto *service = file->service[s];
            for (size_t m = 0; m < service->n_method; m++) {
                if (strcmp(rc_text_or(service->method[m]->input_type, ""), full_name) == 0 ||
                    strcmp(rc_text_or(service->method[m]->output_type, ""), full_name) == 0) {
                    return true;
                }
            }
        }
    }
    return false;
}

// What (rowcall.column) says of a table has no meaning here.
static void check_options(struct rc_loader *loader, const struct rc_loader_entity *record)
{
    for (size_t i = 0; i < record->entity->column_count; i++) {
        const struct rc_column *column = &record->entity->columns[i];
        const Rowcall__Column *options = record->column_drafts[i].options;
        if (options &&
            (options->has_id || options->has_unique || options->has_index ||
             options->has_autoincrement || options->has_generate || options->has_updated_at ||
             options->unique_name || options->default_ || options->default_sql ||
             options->generated_sql || options->comment || options->renamed_from)) {
            rc_loader_problem(
                loader, column->position,
                "field %s: a parameter, or a column of a result, has only a `name` "
                "and a `type`",
                column->name);
        }
    }
}

static void read_record(struct rc_loader *loader, struct rc_loader_file *file, size_t at,
                        struct rc_loader_entity *record)
{
    static const Rowcall__Table no_table = ROWCALL__TABLE__INIT;
    const rc_message_proto *proto = file->proto->message_type[at];
    const int32_t path[] = {4, (int32_t)at};
    const char *name = rc_loader_copy(loader, rc_text_or(proto->name, ""));
    struct rc_entity *entity = rc_loader_alloc(loader, 1, sizeof(*entity));
    *entity = (struct rc_entity){.name = name,
                                 .sql_name = name,
                                 .sql_schema = "",
                                 .file = file->name,
                                 .folder = file->folder,
                                 .shared = strcmp(file->folder, "shared") == 0,
                                 .view = true,
                                 .comment = rc_source_comment(loader, file, path, 2),
                                 .position = rc_source_position(file, path, 2)};
    *record = (struct rc_loader_entity){
        .entity = entity,
        .full_name =
            rc_loader_printf(loader, ".%s.%s", rc_text_or(file->proto->package, ""), name),
        .file = file,
        .proto = proto,
        .message_index = (int32_t)at,
        .table = &no_table};
    rc_load_columns(loader, record);
    check_options(loader, record);
}

void rc_load_records(struct rc_loader *loader, struct rc_loader_file *file)
{
    for (size_t i = 0; i < file->proto->n_message_type; i++) {
        const rc_message_proto *proto = file->proto->message_type[i];
        const int32_t path[] = {4, (int32_t)i};
        const char *full_name =
            rc_loader_printf(loader, ".%s.%s", rc_text_or(file->proto->package, ""),
                             rc_text_or(proto->name, ""));
        struct rc_position position = rc_source_position(file, path, 2);
        if (rc_loader_is_record(loader, full_name) &&
            !rc_options_table(loader, proto, position)) {
            read_record(loader, file, i, &loader->records[loader->record_count++]);
        }
    }
}

static const struct rc_entity *find_record(struct rc_loader *loader, const char *full_name,
                                           struct rc_position position, const char *method)
{
    for (size_t i = 0; i < loader->record_count; i++) {
        if (strcmp(loader->records[i].full_name, full_name) == 0) {
            return loader->records[i].entity;
        }
    }
    rc_loader_problem(loader, position,
                      "%s: %s is no message of the schema without a table: declare one for the "
                      "method, or use google.protobuf.Empty",
                      method, full_name + (*full_name == '.'));
    return NULL;
}

// ---- methods

// "select * from my_schema.my_function(" "a => " $a "b => " $b ")"
static void call_function(struct rc_loader *loader, const char *function,
                          const struct rc_entity *parameters, struct rc_sql_pieces *pieces)
{
    struct rc_sql_piece *list =
        rc_loader_alloc(loader, parameters->column_count + 2, sizeof(*list));
    size_t count = 0;
    list[count++].text = rc_loader_printf(loader, "select * from %s(", function);
    for (size_t i = 0; i < parameters->column_count; i++) {
        struct rc_buf name = {0};
        rc_sql_identifier(&name, parameters->columns[i].sql_name);
        char *text = name.broken ? NULL
                                 : rc_arena_printf(&loader->schema->arena, "%.*s => ",
                                                   rc_view_arg(rc_buf_view(&name)));
        rc_buf_fini(&name);
        list[count++] = (struct rc_sql_piece){.text = rc_loader_must(loader, text),
                                              .parameter = &parameters->columns[i],
                                              .is_argument = true};
    }
    list[count++].text = ")";
    *pieces = (struct rc_sql_pieces){.pieces = list, .count = count, .selects = true};
}

static bool is_function_name(const char *name)
{
    bool is_start = true;
    for (const char *at = name; *at; at++) {
        bool is_letter = (*at >= 'a' && *at <= 'z') || *at == '_';
        if (!is_letter && (is_start || !((*at >= '0' && *at <= '9') || *at == '.'))) {
            return false;
        }
        is_start = *at == '.';
    }
    return !is_start;
}

static bool read_pieces(struct rc_loader *loader, const Rowcall__Sql *options,
                        const struct rc_entity *parameters, struct rc_position position,
                        const char *method, struct rc_sql_pieces *ret_pieces)
{
    if (!options || !options->query == !options->function) {
        rc_loader_problem(loader, position,
                          "%s: say what it runs: option (rowcall.sql) with a `query` or a "
                          "`function`",
                          method);
        return false;
    }
    if (options->query) {
        return rc_load_sql_pieces(loader, options->query, parameters, position, method,
                                  ret_pieces);
    }
    if (!is_function_name(options->function)) {
        rc_loader_problem(
            loader, position,
            "%s: \"%s\" is no name of a function: lower case, with or without its "
            "schema",
            method, options->function);
        return false;
    }
    call_function(loader, options->function, parameters, ret_pieces);
    return true;
}

static void check_rows(struct rc_loader *loader, const struct rc_sql_method *method,
                       const struct rc_sql_pieces *pieces, const char *name)
{
    if (method->row && method->row->column_count == 0) {
        rc_loader_problem(loader, method->position,
                          "%s: %s has no fields, so there is nothing to answer", name,
                          method->row->name);
    }
    if (method->row && !pieces->selects && !pieces->returns) {
        rc_loader_problem(loader, method->position, "%s: the statement gives no rows", name);
    }
}

static bool read_method(struct rc_loader *loader, const struct rc_loader_file *file,
                        const method_proto *proto, const int32_t *path,
                        struct rc_sql_method *ret_method)
{
    static const struct rc_entity nothing = {.name = "Empty"};
    struct rc_position position = rc_source_position(file, path, 4);
    const char *name = rc_loader_copy(loader, rc_text_or(proto->name, ""));
    const char *input = rc_text_or(proto->input_type, "");
    const char *output = rc_text_or(proto->output_type, "");
    const Rowcall__Sql *options = rc_options_sql(loader, proto, position);
    bool has_rows = strcmp(output, EMPTY_NAME) != 0;
    struct rc_sql_pieces pieces;
    const struct rc_entity *parameters =
        strcmp(input, EMPTY_NAME) == 0 ? &nothing : find_record(loader, input, position, name);
    const struct rc_entity *row = has_rows ? find_record(loader, output, position, name) : NULL;
    if (proto->client_streaming) {
        rc_loader_problem(loader, position, "%s: a request is one message, not a stream", name);
    }
    if (!rc_name_is_type(name)) {
        rc_loader_problem(loader, position, "method \"%s\": write its name in CamelCase", name);
    }
    if (!parameters || (has_rows && !row)) {
        return false;
    }
    if (!read_pieces(loader, options, parameters, position, name, &pieces)) {
        return false;
    }
    *ret_method = (struct rc_sql_method){
        .name = name,
        .parameters = parameters,
        .row = row,
        .many = proto->server_streaming,
        .returns = pieces.returns,
        .read_only =
            options->has_read_only ? options->read_only : !pieces.writes && !options->function,
        .pieces = pieces.pieces,
        .piece_count = pieces.count,
        .main_piece = pieces.main,
        .comment = rc_source_comment(loader, file, path, 4),
        .position = position};
    check_rows(loader, ret_method, &pieces, name);
    return true;
}

static void read_service(struct rc_loader *loader, struct rc_loader_file *file, size_t at)
{
    const service_proto *proto = file->proto->service[at];
    struct rc_loader_service *draft = &loader->services[loader->service_count++];
    const int32_t path[] = {6, (int32_t)at};
    struct rc_sql_method *methods = rc_loader_alloc(loader, proto->n_method, sizeof(*methods));
    *draft = (struct rc_loader_service){
        .file = file,
        .service = {.name = rc_loader_copy(loader, rc_text_or(proto->name, "")),
                    .folder = file->folder,
                    .shared = strcmp(file->folder, "shared") == 0,
                    .methods = methods,
                    .comment = rc_source_comment(loader, file, path, 2),
                    .position = rc_source_position(file, path, 2)}};
    rc_loader_check_type_name(loader, draft->service.position, "service", draft->service.name);
    for (size_t i = 0; i < proto->n_method; i++) {
        const int32_t method_path[] = {6, (int32_t)at, 2, (int32_t)i};
        if (read_method(loader, file, proto->method[i], method_path,
                        &methods[draft->service.method_count])) {
            draft->service.method_count++;
        }
    }
}

void rc_load_services(struct rc_loader *loader, struct rc_loader_file *file)
{
    for (size_t i = 0; i < file->proto->n_service; i++) {
        read_service(loader, file, i);
    }
}

// ---- in a scope

static int compare_services(const void *a, const void *b)
{
    return strcmp(((const struct rc_sql_service *)a)->name,
                  ((const struct rc_sql_service *)b)->name);
}

static int compare_records(const void *a, const void *b)
{
    return strcmp((*(const struct rc_entity *const *)a)->name,
                  (*(const struct rc_entity *const *)b)->name);
}

static void add_record(struct rc_scope *scope, const struct rc_entity *record)
{
    const struct rc_entity **records = (const struct rc_entity **)scope->records;
    for (size_t i = 0; i < scope->record_count; i++) {
        if (records[i] == record) {
            return;
        }
    }
    records[scope->record_count++] = record;
}

// The scope's own copy: its methods and its model point to it.
static void add_service(struct rc_loader *loader, struct rc_scope *scope,
                        const struct rc_sql_service *from)
{
    struct rc_sql_service *service =
        &((struct rc_sql_service *)scope->services)[scope->service_count++];
    struct rc_sql_method *methods =
        rc_loader_alloc(loader, from->method_count, sizeof(*methods));
    struct rc_entity *entity = rc_loader_alloc(loader, 1, sizeof(*entity));
    *service = *from;
    if (from->method_count > 0) {
        memcpy(methods, from->methods, from->method_count * sizeof(*methods));
    }
    *entity = (struct rc_entity){.name = from->name,
                                 .sql_name = "",
                                 .sql_schema = "",
                                 .folder = from->folder,
                                 .shared = from->shared,
                                 .view = true,
                                 .comment = from->comment,
                                 .position = from->position};
    service->methods = methods;
    service->model = (struct rc_model){.entity = entity, .scope = scope, .index = SIZE_MAX};
}

void rc_load_scope_services(struct rc_loader *loader, struct rc_scope *scope)
{
    struct rc_sql_service *services =
        rc_loader_alloc(loader, loader->service_count, sizeof(*services));
    scope->services = services;
    scope->records = rc_loader_alloc(loader, loader->record_count + 1, sizeof(void *));
    for (size_t i = 0; i < loader->service_count; i++) {
        const struct rc_loader_service *draft = &loader->services[i];
        if (scope->is_database ? draft->file->visited : draft->service.shared) {
            add_service(loader, scope, &draft->service);
        }
    }
    qsort(services, scope->service_count, sizeof(*services), compare_services);
    for (size_t i = 0; i < scope->service_count; i++) {
        services[i].model.service = &services[i]; // only now, where it stays
        struct rc_sql_method *methods = (struct rc_sql_method *)services[i].methods;
        for (size_t m = 0; m < services[i].method_count; m++) {
            methods[m].service = &services[i];
            methods[m].index = scope->sql_method_count++;
            rc_scope_add_enums(scope, methods[m].parameters);
            if (methods[m].row) {
                rc_scope_add_enums(scope, methods[m].row);
                add_record(scope, methods[m].row);
            }
        }
    }
    qsort((const struct rc_entity **)scope->records, scope->record_count, sizeof(void *),
          compare_records);
}
