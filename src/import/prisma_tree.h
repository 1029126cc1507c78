// SPDX-License-Identifier: Apache-2.0
//
// A Prisma schema as it is written: blocks, their fields and attributes. All lists are in the
// order of the source; everything lives in the session's arena.
#ifndef RC_IMPORT_PRISMA_TREE_H
#define RC_IMPORT_PRISMA_TREE_H

#include "import/draft.h"

enum rc_prisma_value_kind {
    RC_PRISMA_VALUE_STRING,
    RC_PRISMA_VALUE_NUMBER,
    RC_PRISMA_VALUE_NAME,   // true, Cascade, a field, an enum's value
    RC_PRISMA_VALUE_CALL,   // now(), raw("...")
    RC_PRISMA_VALUE_LIST,   // [a, b]
    RC_PRISMA_VALUE_OBJECT, // {a: 1}
};

struct rc_prisma_value {
    enum rc_prisma_value_kind kind;
    const char *text; // of a string without quotes; a name, a call's name, a number as written
    struct rc_prisma_argument *items; // of a call, list or object
    int line;
};

struct rc_prisma_argument {
    const char *name; // NULL when it is told by its place
    struct rc_prisma_value *value;
    struct rc_prisma_argument *next;
};

struct rc_prisma_attribute {
    const char *name; // "default", "db.VarChar"
    struct rc_prisma_argument *arguments;
    int line;
    struct rc_prisma_attribute *next;
};

enum rc_prisma_arity { RC_PRISMA_REQUIRED, RC_PRISMA_OPTIONAL, RC_PRISMA_LIST };

// A field of a model or view, a value of an enum.
struct rc_prisma_field {
    const char *name;
    const char *type;        // NULL of an enum's value
    const char *unsupported; // Unsupported("this"); NULL
    enum rc_prisma_arity arity;
    struct rc_prisma_attribute *attributes;
    const char *comment; // of lines beginning with ///; NULL
    int line;
    struct rc_prisma_field *next;
    // What it has become, once it is translated.
    struct rc_draft_column *column;
    struct rc_draft_value *value;
};

enum rc_prisma_block_kind {
    RC_PRISMA_MODEL,
    RC_PRISMA_VIEW,
    RC_PRISMA_TYPE,
    RC_PRISMA_ENUM,
    RC_PRISMA_DATASOURCE,
    RC_PRISMA_GENERATOR,
};

struct rc_prisma_block {
    enum rc_prisma_block_kind kind;
    const char *name;
    const char *file;
    int line;
    const char *comment;
    struct rc_prisma_field *fields;
    struct rc_prisma_attribute *attributes;
    struct rc_prisma_argument *settings; // of a datasource or generator
    struct rc_prisma_block *next;
    // What it has become, once it is translated; NULL when it was left out.
    struct rc_draft_entity *entity;
    struct rc_draft_enum *enumeration;
};

// Parses one file; its blocks go to the end of the list. What is wrong is reported, every line
// of it, and left out. text is NUL-terminated and outlives the blocks.
void rc_prisma_parse(struct rc_import *session, const char *file, const char *text,
                     struct rc_prisma_block **blocks);

// Lookups; NULL when there is none.
struct rc_prisma_attribute *rc_prisma_attribute(struct rc_prisma_attribute *list,
                                                const char *name);
// The argument of this name, or, when position is not negative, the unnamed one at it.
const struct rc_prisma_value *rc_prisma_argument(const struct rc_prisma_argument *list,
                                                 const char *name, int position);
struct rc_prisma_field *rc_prisma_field(const struct rc_prisma_block *block, const char *name);

#endif
