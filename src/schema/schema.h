// SPDX-License-Identifier: Apache-2.0
//
// The schema: entities, keys, relations and the databases that hold them, read from the
// compiled authored files (a FileDescriptorSet) and checked as a whole. Everything lives in one
// arena, is immutable once loaded, and may be read from any thread. Lists are in declaration
// order unless said otherwise.
//
// An *entity* is the physical table, the same in every database. A *scope* is what one database
// (or "shared", or code that must not know its database) sees: a *model* per entity, with the
// relations that exist there. The inverse of a relation exists in exactly the scopes that have
// the relation's owner.
#ifndef RC_SCHEMA_SCHEMA_H
#define RC_SCHEMA_SCHEMA_H

#include "base/arena.h"
#include "base/buf.h"
#include "schema/type.h"

enum rc_action {
    RC_ACTION_NO_ACTION,
    RC_ACTION_RESTRICT,
    RC_ACTION_CASCADE,
    RC_ACTION_SET_NULL,
    RC_ACTION_SET_DEFAULT
};

enum rc_generator {
    RC_GENERATOR_NONE,
    RC_GENERATOR_UUID4,
    RC_GENERATOR_UUID7,
    RC_GENERATOR_ULID,
    RC_GENERATOR_NANOID,
    RC_GENERATOR_CUID2
};

enum rc_nulls { RC_NULLS_DEFAULT, RC_NULLS_FIRST, RC_NULLS_LAST };

// Where something was declared, for messages: "shared/auth.proto:12". line 0 when unknown.
struct rc_position {
    const char *file;
    int line;
};

// What a message or enum keeps free, because it had it once: `reserved 5, 7 to 9;`, `reserved
// "old";`.
struct rc_reserved {
    uint32_t first;   // first and last number; 0 and 0 for a name
    uint32_t last;    // inclusive
    const char *name; // NULL for numbers
};

struct rc_enum_label {
    const char *name;         // proto value name: "PAINT_COLOR_RED" or "RED", as authored
    int32_t number;           // proto number; 0 only for a label that is authored as 0
    const char *label;        // in PostgreSQL: "RED"
    const char *renamed_from; // what migrations find where it is not renamed yet; NULL
    const char *comment;
};

struct rc_enum {
    const char *name; // proto name: "PaintColor"
    const char *sql_name;
    const char *sql_schema;   // "public"
    const char *renamed_from; // as rc_enum_label's
    const struct rc_enum_label
        *labels; // in declaration order, which is PostgreSQL's sort order
    size_t label_count;
    int32_t unspecified; // proto number of the value that stands for "none" (name ends in
                         // _UNSPECIFIED, no label), -1 when none
    const char *unspecified_name; // its name, NULL when none
    const struct rc_reserved *reserved;
    size_t reserved_count;
    const char *comment;
    bool shared;
    struct rc_position position;
};

struct rc_entity;

struct rc_column {
    const char *name;     // proto field name: "user_id"
    const char *sql_name; // column name: "userId"
    uint32_t number;      // field number, 1..999
    struct rc_type type;
    bool nullable;
    bool is_id; // part of the primary key
    bool autoincrement;
    const char
        *default_literal;    // in PostgreSQL's text form (an enum's: its label), NULL when none
    const char *default_sql; // expression, NULL when none
    enum rc_generator generator;
    bool updated_at;
    const char *generated_sql;
    const char *comment;      // for people: the field's leading comment; NULL when none
    const char *sql_comment;  // COMMENT ON COLUMN; NULL when none
    const char *renamed_from; // as rc_enum_label's
    size_t index;             // position in entity->columns
    const struct rc_entity *entity;
    struct rc_position position;
};

// Whether a create may leave the column out: nullable, any kind of default, generated.
bool rc_column_is_optional(const struct rc_column *column);

struct rc_key {
    const char *sql_name; // constraint name: "products_name_key"
    const struct rc_column *const *columns;
    size_t column_count;
    bool primary;
    uint32_t number; // its field number in EKey: the column's own when single, 1010 (composite
                     // primary), 1010 + Unique.number
    const char
        *name; // its field name in EKey: the column's name, or the columns' names joined by '_'
};

struct rc_index_part {
    const struct rc_column *column; // NULL for an expression
    const char *expression;
    bool descending;
    enum rc_nulls nulls;
    const char *operator_class;
};

struct rc_index {
    const char *sql_name;
    const char *method; // "btree"
    bool unique;
    const struct rc_index_part *parts;
    size_t part_count;
    const struct rc_column *const *include;
    size_t include_count;
    const char *where; // NULL when not partial
};

struct rc_check {
    const char *sql_name;
    const char *expression;
};

// One foreign key, seen from its owner. Where a view is on one side it says how records belong
// together, and PostgreSQL knows nothing of it.
struct rc_foreign_key {
    const char *sql_name;
    const struct rc_entity *owner;
    const struct rc_entity *target;
    const struct rc_column *const *columns;    // of owner
    const struct rc_column *const *references; // of target; same count
    size_t column_count;
    enum rc_action on_delete;
    enum rc_action on_update;
    const char *name; // relation field on the owner
    uint32_t number;
    const char *comment;
    const char *inverse_name; // NULL when there is none
    uint32_t inverse_number;
    bool enforced; // a constraint in PostgreSQL: neither side is a view
    bool unique;   // its columns are a key of the owner: the inverse is to-one
    bool required; // enforced, and none of its columns is nullable
    struct rc_position position;
};

// An implicit many-to-many relation as its owner declares it, and the table behind it, which is
// Prisma's: "_PostToTag" with columns "A" and "B", each a foreign key to the primary key column
// of one side, cascading. A is the entity whose name sorts first; of one entity with itself,
// the field whose name sorts first leads from A to B.
struct rc_join_table {
    const char *sql_schema; // a's
    const char *sql_name;
    const struct rc_entity *a; // whose primary key column "A" holds
    const struct rc_entity *b;
    // The table as an entity that no model shows, with columns, keys, index and foreign keys:
    // DDL, names and fingerprints treat it like any other. Its name is "Post.tags".
    const struct rc_entity *table;
    const struct rc_entity *owner; // a or b
    const struct rc_entity *target;
    bool owner_is_a; // the owner's field leads from A to B
    const char *name;
    uint32_t number;
    const char *comment;
    const char *inverse_name;
    uint32_t inverse_number;
    struct rc_position position;
};

struct rc_entity {
    const char *name;     // "Product"
    const char *sql_name; // table
    const char *sql_schema;
    const char *file;         // "shared/payments.proto"
    const char *folder;       // "shared", "bibikos"
    const char *renamed_from; // as rc_enum_label's
    bool shared;
    bool view;
    const char *view_sql; // its query, where migrations make it; NULL
    bool materialized;
    const char *comment; // the message's leading comment; NULL when none
    const char *sql_comment;
    const struct rc_column *columns;
    size_t column_count;
    const struct rc_key *keys; // primary first; a view's are promised, not enforced
    size_t key_count;
    const struct rc_index *indexes;
    size_t index_count;
    const struct rc_check *checks;
    size_t check_count;
    const struct rc_foreign_key *foreign_keys;
    size_t foreign_key_count;
    const struct rc_join_table *join_tables; // those it declares
    size_t join_table_count;
    const struct rc_reserved *reserved;
    size_t reserved_count;
    struct rc_position position;
};

struct rc_model;

// A relation as a model has it: one side of a foreign key, or of a join table.
struct rc_relation {
    const char *name;
    uint32_t number;
    bool to_many;
    bool owns;     // the foreign key's columns are on this side; never with a join table
    bool required; // owns, and the key is not nullable: there is always a related record
    const struct rc_foreign_key *key; // NULL when there is a join table
    const struct rc_join_table *join; // implicit many-to-many; NULL when there is a key
    const char *join_near;            // the join table's column for this side: "A" or "B"
    const char *join_far;             // for the other
    const struct rc_model *from;
    const struct rc_model *target;
    const struct rc_column *const *columns;        // on this side; join: its primary key
    const struct rc_column *const *target_columns; // on the other; same count
    size_t column_count;
    const struct rc_relation *inverse; // NULL when there is none
    const char *comment;
};

struct rc_scope;
struct rc_sql_service;

struct rc_model {
    const struct rc_entity *entity;
    const struct rc_scope *scope;
    const struct rc_relation *relations; // ascending by number
    size_t relation_count;
    size_t index;                         // position in scope->models
    const struct rc_sql_service *service; // a service's model, which has no table; else NULL
};

// A piece of a statement: text as it is, and then a parameter (NULL: none).
struct rc_sql_piece {
    const char *text;
    const struct rc_column *parameter;
    bool
        is_argument; // "b => " of a function's call: left out with its parameter, and its comma
};

// A method that runs a statement of its own: (rowcall.sql).
struct rc_sql_method {
    const char *name; // "Revenue"
    const struct rc_sql_service *service;
    const struct rc_entity *parameters; // the request's fields as columns; no table
    const struct rc_entity *row;        // the columns of its result; NULL: it gives no rows
    bool many;                          // any number of rows; otherwise the first one
    bool returns;                       // it writes, and its rows are those of RETURNING
    bool read_only;                     // it may be repeated
    const struct rc_sql_piece *pieces;
    size_t piece_count;
    size_t main_piece; // the statement itself begins here; before it is its WITH clause
    const char *comment;
    struct rc_position position;
    size_t index; // among all methods of the scope
};

// An authored service. It stands where an entity's methods do: `model` is of an entity that has
// no table, only the service's name.
struct rc_sql_service {
    const char *name; // "Report"
    const char *folder;
    const struct rc_sql_method *methods;
    size_t method_count;
    const char *comment;
    bool shared;
    struct rc_model model;
    struct rc_position position;
};

struct rc_scope {
    const char *name;    // "core", "shared"
    const char *url_env; // NULL for "shared"
    bool is_database;
    const char *const *extensions;
    size_t extension_count;
    const struct rc_model *models; // ascending by entity name
    size_t model_count;
    const struct rc_enum *const *enums; // ascending by name
    size_t enum_count;
    const struct rc_join_table *const *join_tables; // ascending by sql_schema, sql_name
    size_t join_table_count;
    const struct rc_sql_service *services; // ascending by name
    size_t service_count;
    const struct rc_entity *const *records; // rows of the services' methods, ascending by name
    size_t record_count;
    size_t sql_method_count; // of all services
    const char *comment;
    struct rc_fingerprints *fingerprints; // made when asked for: rc_scope_fingerprint
    struct rc_position position;
};

struct rc_schema {
    struct rc_arena arena;
    const struct rc_scope *scopes; // "shared" first, then the databases ascending by name
    size_t scope_count;
    const struct rc_entity *entities; // ascending by folder, then name
    size_t entity_count;
    const struct rc_enum *enums;
    size_t enum_count;
};

// One finding of the checker, already in a compiler's form.
struct rc_problem {
    struct rc_position position;
    const char *message;
};

struct rc_problems {
    struct rc_problem *items; // sorted by file and line; owned, free with rc_problems_fini
    size_t count;
    struct rc_arena arena;
};
void rc_problems_fini(struct rc_problems *problems);
// Prints "file:line: message" lines.
void rc_problems_print(const struct rc_problems *problems, struct rc_buf *out);

// Loads and checks a serialized FileDescriptorSet (with source info when positions and comments
// are wanted). Success: ret_schema is a new schema that the caller frees. Failure:
// INVALID_ARGUMENT, every problem in ret_problems (never NULL, caller finishes it either way),
// err summarises.
rowcall_status rc_schema_load(struct rc_view descriptor_set, struct rc_schema **ret_schema,
                              struct rc_problems *ret_problems,
                              rowcall_error *err) RC_MUST_CHECK;
void rc_schema_free(struct rc_schema *schema);

// Lookups; NULL when there is none.
const struct rc_scope *rc_schema_scope(const struct rc_schema *schema, struct rc_view name);

// Fingerprints of everything physical in the scope, and in its shared part, which is the same
// for every scope by construction: hexadecimal SHA-256, the scope's own. Made when first asked
// for, as most schemas are loaded without anybody asking; "" while memory is out. Any thread.
const char *rc_scope_fingerprint(const struct rc_scope *scope);
const char *rc_scope_shared_fingerprint(const struct rc_scope *scope);

const struct rc_model *rc_scope_model(const struct rc_scope *scope, struct rc_view entity_name);
const struct rc_column *rc_entity_column(const struct rc_entity *entity, struct rc_view name);
const struct rc_column *rc_entity_column_by_number(const struct rc_entity *entity,
                                                   uint32_t number);
const struct rc_enum_label *rc_enum_by_label(const struct rc_enum *enumeration,
                                             struct rc_view label);
const struct rc_enum_label *rc_enum_by_number(const struct rc_enum *enumeration,
                                              int32_t number);
// The key whose constraint (unique or primary, or unique index) has this name.
const struct rc_key *rc_entity_key_by_sql_name(const struct rc_entity *entity,
                                               struct rc_view sql_name);
const struct rc_entity *rc_scope_entity_by_table(const struct rc_scope *scope,
                                                 struct rc_view sql_schema,
                                                 struct rc_view sql_name);
const struct rc_join_table *rc_scope_join_table(const struct rc_scope *scope,
                                                struct rc_view sql_schema,
                                                struct rc_view sql_name);

// "PriceList" -> "price_list", "HTTPServer" -> "http_server"; from arena.
char *rc_snake_case(struct rc_arena *arena, const char *name);

// Appends a method's statement as PostgreSQL can prepare it, each parameter as `($1::int8)`,
// numbered as they first appear. required_only: of a function's arguments those that have to be
// given, as a request without the others calls it.
void rc_sql_method_text(const struct rc_sql_method *method, bool required_only,
                        struct rc_buf *out);
// Appends the statement as it was authored: `$name`.
void rc_sql_method_authored(const struct rc_sql_method *method, bool required_only,
                            struct rc_buf *out);
// Where a character (counted from 1, as PostgreSQL tells it) of the first text is in the
// second, counted likewise; what is in a parameter is at its `$`. 0 without memory.
size_t rc_sql_method_position(const struct rc_sql_method *method, bool required_only,
                              size_t position);

// Appends name as a quoted SQL identifier.
void rc_sql_identifier(struct rc_buf *buf, const char *name);
// Appends text as a quoted SQL literal ('it''s'; E'' when it holds a backslash).
void rc_sql_literal(struct rc_buf *buf, const char *text);
// Appends a type without its length or precision, as a cast names it: `::varchar(3)` would cut
// in silence.
void rc_sql_type(struct rc_buf *buf, const struct rc_type *type);

#endif
