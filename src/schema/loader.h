// SPDX-License-Identifier: Apache-2.0
//
// What the passes of a load share. A load unpacks the descriptor set, then each noun reads and
// checks its own part, in this order: enums, entities, columns, keys, relations, scopes. A
// pass reports what is wrong and goes on with what is left, so that one load finds everything.
//
// Memory: results live in the schema's arena, working memory in `scratch`. When either runs out
// the load leaves through `out_of_memory` to rc_schema_load, which holds the only cleanup:
// nothing in a pass owns anything but arena memory.
#ifndef RC_SCHEMA_LOADER_H
#define RC_SCHEMA_LOADER_H

#include "schema/schema.h"

#include <google/protobuf/descriptor.pb-c.h>
#include <rowcall/schema.pb-c.h>
#include <setjmp.h>

typedef Google__Protobuf__FileDescriptorProto rc_file_proto;
typedef Google__Protobuf__DescriptorProto rc_message_proto;
typedef Google__Protobuf__FieldDescriptorProto rc_field_proto;
typedef Google__Protobuf__EnumDescriptorProto rc_enum_proto;

// One file of the set.
struct rc_loader_file {
    const rc_file_proto *proto;
    const char *name;
    const char *folder;
    bool authored;                 // imports rowcall/schema.proto: part of the schema
    struct rc_view source_info;    // its SourceCodeInfo, undecoded
    struct rc_location *locations; // ascending by path
    size_t location_count;
    const Rowcall__Database *database; // NULL when it is none
    bool visited;                      // of the walk along imports
};

// An entity while it is read.
struct rc_loader_entity {
    struct rc_entity *entity;
    const char *full_name; // ".schema.shared.Product"
    struct rc_loader_file *file;
    const rc_message_proto *proto;
    int32_t message_index; // in its file
    const Rowcall__Table *table;
    struct rc_column *columns;              // entity->columns, writable
    struct rc_loader_column *column_drafts; // same indexes
    size_t primary_column_count;            // columns that say `id`
    bool in_database;                       // of at least one database
};

// What a column's options say and no later pass wants to look up again.
struct rc_loader_column {
    const Rowcall__Column *options; // NULL when there are none
    bool broken;                    // reported already; do not report what follows from it
};

// An authored service, for the scopes to copy.
struct rc_loader_service {
    struct rc_sql_service service;
    struct rc_loader_file *file;
};

struct rc_loader_enum {
    struct rc_enum *enumeration;
    const char *full_name;
};

struct rc_loader {
    struct rc_schema *schema;
    struct rc_problems *problems;
    struct rc_arena scratch;
    jmp_buf out_of_memory;
    const Google__Protobuf__FileDescriptorSet *set;
    struct rc_buf unsourced;      // what set was unpacked from: without source info
    struct rc_view *source_infos; // of the set's files; NULL: none
    struct rc_loader_file *files;
    size_t file_count;
    struct rc_loader_entity *entities; // once sorted: as in the schema
    size_t entity_count;
    struct rc_loader_enum *enums;
    size_t enum_count;
    struct rc_loader_entity *records; // messages of methods: entities without a table
    size_t record_count;
    struct rc_loader_service *services;
    size_t service_count;
};

// Memory that cannot fail: it leaves the load instead. alloc: in the schema, scratch: until the
// load ends.
void *rc_loader_alloc(struct rc_loader *loader, size_t count, size_t size);
void *rc_loader_scratch(struct rc_loader *loader, size_t count, size_t size);
char *rc_loader_copy(struct rc_loader *loader, const char *text);
char *rc_loader_printf(struct rc_loader *loader, const char *format, ...) RC_PRINTF(2, 3);
// text unless it is NULL: leaves the load then.
char *rc_loader_must(struct rc_loader *loader, char *text);

// Reports a problem; the same one twice counts once.
void rc_loader_problem(struct rc_loader *loader, struct rc_position position,
                       const char *format, ...) RC_PRINTF(3, 4);

// ---- source.c: where things are declared and what is written above them.

// Takes the source info, most of a schema's bytes, out of a descriptor set before that is
// unpacked: *ret_rest is the rest, valid until the load ends. Bytes that are no protobuf are
// their own rest.
void rc_source_split(struct rc_loader *loader, struct rc_view set, struct rc_view *ret_rest);
// Finds and sorts the file's locations.
void rc_source_index(struct rc_loader *loader, struct rc_loader_file *file);
// The place and the comment of the element at path (descriptor.proto's SourceCodeInfo); {file,
// 0} and NULL when unknown.
struct rc_position rc_source_position(const struct rc_loader_file *file, const int32_t *path,
                                      size_t path_len);
const char *rc_source_comment(struct rc_loader *loader, const struct rc_loader_file *file,
                              const int32_t *path, size_t path_len);

// ---- options.c: Rowcall's own options, which descriptor.proto's messages keep as unknown
// fields.

// Each returns NULL when the option is not there. One that cannot be read is reported at
// position and counts as not there.
const Rowcall__Database *rc_options_database(struct rc_loader *loader,
                                             const struct rc_loader_file *file);
const Rowcall__Table *rc_options_table(struct rc_loader *loader,
                                       const rc_message_proto *message,
                                       struct rc_position position);
const Rowcall__Column *rc_options_column(struct rc_loader *loader, const rc_field_proto *field,
                                         struct rc_position position);
const Rowcall__Relation *rc_options_relation(struct rc_loader *loader,
                                             const rc_field_proto *field,
                                             struct rc_position position);
const Rowcall__EnumType *rc_options_enum(struct rc_loader *loader, const rc_enum_proto *proto,
                                         struct rc_position position);
const Rowcall__Sql *rc_options_sql(struct rc_loader *loader,
                                   const Google__Protobuf__MethodDescriptorProto *method,
                                   struct rc_position position);
const Rowcall__Label *rc_options_label(struct rc_loader *loader,
                                       const Google__Protobuf__EnumValueDescriptorProto *value,
                                       struct rc_position position);

// ---- The passes, each in the file of its noun.

void rc_load_enums(struct rc_loader *loader, struct rc_loader_file *file);
void rc_load_entities(struct rc_loader *loader, struct rc_loader_file *file);
// Puts schema->entities and the drafts in their final order; before anything points to an
// entity.
void rc_sort_entities(struct rc_loader *loader);
void rc_load_columns(struct rc_loader *loader, struct rc_loader_entity *draft);
void rc_load_keys(struct rc_loader *loader, struct rc_loader_entity *draft);
void rc_load_indexes(struct rc_loader *loader, struct rc_loader_entity *draft);
void rc_load_checks(struct rc_loader *loader, struct rc_loader_entity *draft);
void rc_load_foreign_keys(struct rc_loader *loader, struct rc_loader_entity *draft);
// The many-to-many relations that the entity declares.
void rc_load_join_tables(struct rc_loader *loader, struct rc_loader_entity *draft);
// The messages of authored services' methods, then the services. Whether a message is such a
// one.
void rc_load_records(struct rc_loader *loader, struct rc_loader_file *file);
void rc_load_services(struct rc_loader *loader, struct rc_loader_file *file);
bool rc_loader_is_record(const struct rc_loader *loader, const char *full_name);
void rc_load_scopes(struct rc_loader *loader);
// The services of a scope, whose files have been visited, and the enums that they need.
void rc_load_scope_services(struct rc_loader *loader, struct rc_scope *scope);
void rc_scope_add_enums(struct rc_scope *scope, const struct rc_entity *entity);
// The relations of every model in the scope, and the check that their names and numbers are
// free.
void rc_load_relations(struct rc_loader *loader, struct rc_scope *scope);
// Whether names that PostgreSQL or a derived API keeps apart are distinct within the scope.
void rc_check_scope_names(struct rc_loader *loader, const struct rc_scope *scope);
// default_literal of a column against its type; rewrites an enum's default to its label.
void rc_check_default(struct rc_loader *loader, struct rc_column *column);

// ---- relation_field.c: what every kind of relation has in common.

// A message-typed field with (rowcall.relation).
struct rc_relation_field {
    struct rc_loader_entity *entity;
    const rc_field_proto *proto;
    const Rowcall__Relation *options;
    const char *name;
    uint32_t number;
    const char *comment;
    struct rc_position position;
};

// Reads the at-th field of the entity; false when it is no relation.
bool rc_loader_relation_field(struct rc_loader *loader, struct rc_loader_entity *entity,
                              size_t at, struct rc_relation_field *ret_field);
// The entity the relation leads to; NULL after reporting why it cannot. Reports a wrong name or
// number as well.
struct rc_loader_entity *rc_loader_relation_target(struct rc_loader *loader,
                                                   const struct rc_relation_field *field);
// The inverse's name, copied and checked with its number; NULL when there is none.
const char *rc_loader_inverse_name(struct rc_loader *loader,
                                   const struct rc_relation_field *field);

// Gives every scope room for its fingerprints.
void rc_fingerprints_prepare(struct rc_loader *loader);
// Ends what prepare began; accepts a schema without.
void rc_fingerprints_fini(struct rc_schema *schema);

// ---- Shared by passes.

struct rc_loader_entity *rc_loader_find_entity(const struct rc_loader *loader,
                                               const char *full_name);
const struct rc_enum *rc_loader_find_enum(const struct rc_loader *loader,
                                          const char *full_name);
// The place of a message, and of one of its fields.
struct rc_position rc_loader_message_position(const struct rc_loader_entity *draft);
struct rc_position rc_loader_field_position(const struct rc_loader_entity *draft, size_t field);
// Columns by field name: an array of count, or NULL after reporting (as what: "index", ...) the
// names that are no column or come twice.
const struct rc_column **rc_loader_columns(struct rc_loader *loader,
                                           const struct rc_loader_entity *draft, char **names,
                                           size_t count, const char *what);
// The same, reported at a place of their own: names may be written elsewhere than in the
// entity.
const struct rc_column **rc_loader_columns_at(struct rc_loader *loader,
                                              const struct rc_loader_entity *draft,
                                              struct rc_position position, char **names,
                                              size_t count, const char *what);
// authored (checked: 1..63 bytes) or, when NULL, <table>_<column>_..<suffix>. columns may be
// NULL.
// A renamed_from option, checked, of what is called `name` now: a copy; NULL when authored is
// NULL.
const char *rc_loader_renamed_from(struct rc_loader *loader, struct rc_position position,
                                   const char *what, const char *name, const char *authored);

const char *rc_loader_constraint_name(struct rc_loader *loader,
                                      const struct rc_loader_entity *draft,
                                      const char *authored,
                                      const struct rc_column *const *columns, size_t count,
                                      const char *suffix);
// Reports the name of an entity or service (what) that is not in CamelCase, or is one of the
// server's own services.
void rc_loader_check_type_name(struct rc_loader *loader, struct rc_position position,
                               const char *what, const char *name);
// Reports a name that is empty or over 63 bytes.
void rc_loader_check_name(struct rc_loader *loader, struct rc_position position,
                          const char *what, const char *name);

static inline const char *rc_text_or(const char *text, const char *otherwise)
{
    return text ? text : otherwise;
}

#endif
