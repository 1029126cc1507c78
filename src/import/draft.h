// SPDX-License-Identifier: Apache-2.0
//
// An authored schema while it is made: everything that .proto files of a project say, as lists
// that can still be changed. Whoever imports fills it; numbers.h gives it numbers, files.h puts
// it into files, draft_write.h makes the text of each. All memory is a session's.
//
// Texts of names in PostgreSQL are complete, defaults included: the writer leaves out what is
// the default.
#ifndef RC_IMPORT_DRAFT_H
#define RC_IMPORT_DRAFT_H

#include "import/session.h"

// What a message or enum had once, and is not to be used again.
struct rc_draft_reserved {
    uint32_t first; // first and last number; 0: a name only
    uint32_t last;
    const char *name; // NULL: numbers only
    struct rc_draft_reserved *next;
};

struct rc_draft_value {
    const char *name;  // in proto: "PAINT_COLOR_RED"
    const char *alias; // in the source, for those who refer to it: "RED"
    const char *label; // in PostgreSQL
    const char *renamed_from;
    const char *comment;
    uint32_t number;
    bool numbered; // number says something: 0 is one, too
    struct rc_draft_value *next;
};

struct rc_draft_enum {
    const char *name;  // in proto: "PaintColor"
    const char *alias; // in the source
    const char *sql_name;
    const char *sql_schema;
    const char *renamed_from;
    const char *comment;
    const char *unspecified;       // value 0, that stands for "none"; NULL: there is none
    struct rc_draft_value *values; // in PostgreSQL's order
    struct rc_draft_reserved *reserved;
    const char *folder; // "shared", or the database's name
    const char *origin; // of the file: "paint"
    struct rc_draft_file *file;
    struct rc_position position; // in the source
    size_t order;                // in its list, once it is to be as in the project
    struct rc_draft_enum *next;
};

struct rc_draft_column {
    const char *name;  // field: "created_at"
    const char *alias; // in the source: "createdAt"
    const char *sql_name;
    const char *renamed_from;
    uint32_t number;                   // 0 until it is given one
    struct rc_type type;               // of an enum: kind and array alone
    struct rc_draft_enum *enumeration; // NULL when it is none
    bool nullable;
    bool autoincrement;
    const char *default_literal;
    struct rc_draft_value *default_value; // an enum's
    const char *default_sql;
    enum rc_generator generator;
    bool updated_at;
    const char *generated_sql;
    const char *comment;
    const char *sql_comment;
    struct rc_position position;
    size_t order; // in its list, once it is to be as in the project
    struct rc_draft_column *next;
};

struct rc_draft_columns {
    struct rc_draft_column **items;
    size_t count;
};

struct rc_draft_unique {
    struct rc_draft_columns columns;
    const char *sql_name;
    uint32_t number; // of a composite one; 0 until it is given one
    size_t order;    // in its list, once it is to be as in the project
    struct rc_draft_unique *next;
};

struct rc_draft_part {
    struct rc_draft_column *column; // NULL for an expression
    const char *expression;
    bool descending;
    enum rc_nulls nulls;
    const char *operator_class;
    struct rc_draft_part *next;
};

struct rc_draft_index {
    const char *sql_name;
    const char *method; // "btree"
    bool unique;
    struct rc_draft_part *parts;
    struct rc_draft_columns include;
    const char *where;
    size_t order; // in its list, once it is to be as in the project
    struct rc_draft_index *next;
};

struct rc_draft_check {
    const char *sql_name;
    const char *expression;
    size_t order; // in its list, once it is to be as in the project
    struct rc_draft_check *next;
};

// A foreign key, or an implicit many-to-many relation.
struct rc_draft_relation {
    const char *name;
    uint32_t number;
    const char *comment;
    struct rc_draft_entity *target;
    bool many_to_many;
    const char *join_name;              // many_to_many: the relation's; NULL: the default
    const char *join_renamed_from;      // of its table; NULL
    struct rc_draft_columns columns;    // of a foreign key
    struct rc_draft_columns references; // of the target; as many
    const char *sql_name;
    enum rc_action on_delete;
    enum rc_action on_update;
    const char *inverse_name; // NULL when there is none
    uint32_t inverse_number;
    bool settled;         // its names are in use: others give way to them
    size_t inverse_order; // among the inverses on the target, for those without a number
    struct rc_position position;
    size_t order; // in its list, once it is to be as in the project
    struct rc_draft_relation *next;
};

struct rc_draft_entity {
    const char *name;  // "Product"
    const char *alias; // in the source
    const char *sql_name;
    const char *sql_schema;
    const char *renamed_from;
    const char *comment;
    const char *sql_comment;
    bool view;
    bool materialized;
    const char *view_sql;
    struct rc_draft_column *columns;
    struct rc_draft_columns primary;
    const char *primary_name;
    struct rc_draft_unique *uniques;
    struct rc_draft_index *indexes;
    struct rc_draft_check *checks;
    struct rc_draft_relation *relations;
    struct rc_draft_reserved *reserved;
    const char *folder; // as an enum's
    const char *origin;
    struct rc_draft_file *file;
    struct rc_position position;
    size_t order; // in its list, once it is to be as in the project
    struct rc_draft_entity *next;
};

struct rc_draft_name {
    const char *text;
    struct rc_draft_name *next;
};

struct rc_draft_database {
    const char *name;
    const char *url_env;
    bool url_given;                   // by whoever imports: it is what it has to be
    const char *path;                 // of its file
    struct rc_draft_name *extensions; // by name
    const char *comment;              // of its file
    struct rc_draft_name *imports;    // further files, beside those of the draft; by name
    struct rc_draft_database *next;
};

// A file, as the writer needs it: what is in it are the entities and enums that point to it.
struct rc_draft_file {
    const char *path;   // "shared/paint.proto"
    const char *folder; // "shared"
    const char *origin;
    const char *comment;           // above `syntax`
    struct rc_draft_name *imports; // files of the draft, by name
    struct rc_draft_file *next;
};

struct rc_draft {
    struct rc_draft_database *databases; // in the order given
    struct rc_draft_enum *enums;         // in the order of the source
    struct rc_draft_entity *entities;    // likewise
    struct rc_draft_file *files;         // by path
};

// The column of this field name, or of this name in PostgreSQL; NULL when there is none.
struct rc_draft_column *rc_draft_column_named(const struct rc_draft_entity *entity,
                                              const char *name);
struct rc_draft_column *rc_draft_column_sql(const struct rc_draft_entity *entity,
                                            const char *sql_name);

// A list of one column.
struct rc_draft_columns rc_draft_one_column(struct rc_import *session,
                                            struct rc_draft_column *column);
// Whether both have the same columns, in whatever order.
bool rc_draft_same_columns(const struct rc_draft_columns *a, const struct rc_draft_columns *b);
// Whether the columns are a primary or unique key of the entity.
bool rc_draft_is_key(const struct rc_draft_entity *entity,
                     const struct rc_draft_columns *columns);
// Whether they can be a further key of it: callers name a record by their values.
bool rc_draft_can_be_key(const struct rc_draft_entity *entity,
                         const struct rc_draft_columns *columns);
bool rc_draft_has_column(const struct rc_draft_columns *columns,
                         const struct rc_draft_column *column);

// "<table>_<column>_..<suffix>", cut as PostgreSQL's names have to be; columns may be NULL.
const char *rc_draft_constraint_name(struct rc_import *session,
                                     const struct rc_draft_entity *entity,
                                     const struct rc_draft_columns *columns,
                                     const char *suffix);
// The default name of an index; parts that are expressions count as "expr".
const char *rc_draft_index_name(struct rc_import *session, const struct rc_draft_entity *entity,
                                const struct rc_draft_index *index);

// What a foreign key does on delete when nothing is said.
enum rc_action rc_draft_default_on_delete(const struct rc_draft_relation *relation);

// Puts text into a sorted list, unless it is there.
void rc_draft_add_name(struct rc_import *session, struct rc_draft_name **list,
                       const char *text);

#endif
