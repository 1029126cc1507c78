// SPDX-License-Identifier: Apache-2.0
//
// Following scripts. Only what rules ask for is taken in: tables, columns, constraints,
// indexes, views, enums.
#include "migrate/linter.h"

#include <string.h>

struct rc_lint_past *rc_lint_past_new(struct rc_arena *arena)
{
    struct rc_lint_past *past = rc_arena_new(arena, struct rc_lint_past);
    if (past) {
        *past = (struct rc_lint_past){.arena = arena};
    }
    return past;
}

struct rc_lint_past *rc_lint_past_copy(const struct rc_lint_past *past)
{
    struct rc_lint_past *copy = rc_arena_new(past->arena, struct rc_lint_past);
    if (!copy) {
        return NULL;
    }
    *copy = *past;
    copy->capacity = past->count;
    copy->items = rc_arena_new_array(past->arena, past->count + 1, struct rc_lint_object);
    if (copy->items && past->count > 0) {
        memcpy(copy->items, past->items, past->count * sizeof(*past->items));
    }
    return copy->items ? copy : NULL;
}

struct rc_lint_object *rc_lint_past_find(const struct rc_lint_past *past,
                                         enum rc_lint_kind kind, const char *schema,
                                         const char *table, const char *name)
{
    struct rc_lint_object *gone = NULL;
    for (size_t i = past->count; i > 0; i--) {
        struct rc_lint_object *object = &past->items[i - 1];
        if (object->kind != kind || strcmp(object->schema, schema) != 0 ||
            strcmp(object->table, table) != 0 || strcmp(object->name, name) != 0) {
            continue;
        }
        if (!object->is_gone) {
            return object;
        }
        gone = gone ? gone : object;
    }
    return gone;
}

static const char *keep(struct rc_lint_past *past, const char *text)
{
    const char *copy = rc_arena_strdup(past->arena, text);
    past->failed |= !copy;
    return copy ? copy : "";
}

static struct rc_lint_object *add(struct rc_lint_past *past, struct rc_lint_object object)
{
    if (past->count == past->capacity) {
        size_t larger = past->capacity ? past->capacity * 2 : 32;
        struct rc_lint_object *moved =
            rc_arena_new_array(past->arena, larger, struct rc_lint_object);
        if (!moved) {
            past->failed = true;
            return &past->nowhere;
        }
        if (past->count > 0) {
            memcpy(moved, past->items, past->count * sizeof(*moved));
        }
        past->items = moved;
        past->capacity = larger;
    }
    object.schema = keep(past, object.schema);
    object.table = keep(past, object.table);
    object.name = keep(past, object.name);
    object.was = object.was ? keep(past, object.was) : NULL;
    object.was_schema = keep(past, object.was_schema ? object.was_schema : object.schema);
    object.script = past->script;
    past->items[past->count] = object;
    return &past->items[past->count++];
}

// ---- names

struct place {
    const char *schema;
    const char *table; // "" but of columns and constraints
};

static const char *schema_of(const struct rc_linter *linter, const char *named)
{
    return *named ? named : linter->default_schema;
}

static struct place place_of(const struct rc_linter *linter, const json_t *range)
{
    return (struct place){schema_of(linter, rc_lint_text(range, "schemaname")),
                          rc_lint_text(range, "relname")};
}

// ---- what happens to an object

static struct rc_lint_object *make(struct rc_lint_past *past, enum rc_lint_kind kind,
                                   const struct place *place, const char *name)
{
    return add(past, (struct rc_lint_object){.kind = kind,
                                             .schema = place->schema,
                                             .table = place->table,
                                             .name = name,
                                             .is_valid = true});
}

// The object as it is known, or, when the live database has it, as it is known from now on.
static struct rc_lint_object *know(struct rc_lint_past *past, enum rc_lint_kind kind,
                                   const struct place *place, const char *name)
{
    struct rc_lint_object *known =
        rc_lint_past_find(past, kind, place->schema, place->table, name);
    if (known && !known->is_gone) {
        known->script = past->script;
        return known;
    }
    return add(past, (struct rc_lint_object){.kind = kind,
                                             .schema = place->schema,
                                             .table = place->table,
                                             .name = name,
                                             .was = name,
                                             .was_schema = place->schema,
                                             .is_valid = true});
}

static void drop(struct rc_lint_past *past, enum rc_lint_kind kind, const struct place *place,
                 const char *name)
{
    know(past, kind, place, name)->is_gone = true;
}

// Its columns and constraints go where a table goes. What the old name meant in the live
// database is gone under that name.
static void move_table(struct rc_lint_past *past, const struct place *from,
                       const struct place *to)
{
    for (size_t i = 0; i < past->count; i++) {
        struct rc_lint_object *object = &past->items[i];
        if (strcmp(object->schema, from->schema) == 0 &&
            strcmp(object->table, from->table) == 0) {
            object->schema = keep(past, to->schema);
            object->table = keep(past, to->table);
        }
    }
}

static void rename_object(struct rc_lint_past *past, enum rc_lint_kind kind,
                          const struct place *place, const char *name, const char *to)
{
    struct rc_lint_object *object = know(past, kind, place, name);
    const char *was = object->was;
    object->name = keep(past, to);
    if (was && strcmp(was, name) == 0) {
        struct rc_lint_object *old = add(past, (struct rc_lint_object){.kind = kind,
                                                                       .schema = place->schema,
                                                                       .table = place->table,
                                                                       .name = name,
                                                                       .was = name});
        old->is_gone = true;
    }
}

// ---- CREATE

static void follow_create_enum(struct rc_linter *linter, const json_t *tree)
{
    const json_t *names = json_object_get(tree, "typeName");
    const json_t *values = json_object_get(tree, "vals");
    const struct place place = {schema_of(linter, rc_lint_qualifier(names)), ""};
    struct rc_lint_past *past = linter->past;
    size_t count = json_array_size(values);
    const char **labels = rc_arena_new_array(past->arena, count + 1, const char *);
    past->failed |= !labels;
    for (size_t i = 0; labels && i < count; i++) {
        labels[i] = keep(past, rc_lint_name_at(values, i));
    }
    struct rc_lint_object *made = make(past, RC_LINT_TYPE, &place, rc_lint_last_name(names));
    made->labels = labels;
    made->label_count = labels ? count : 0;
}

// One that may be there already is made only where it is known not to be.
static void follow_create(struct rc_linter *linter, enum rc_lint_kind kind, const json_t *range,
                          bool may_exist)
{
    const struct place place = {schema_of(linter, rc_lint_text(range, "schemaname")), ""};
    const char *name = rc_lint_text(range, "relname");
    if (range && (!may_exist || rc_lint_is_absent(linter, place.schema, name))) {
        make(linter->past, kind, &place, name);
    }
}

static void follow_index(struct rc_linter *linter, const json_t *tree)
{
    const json_t *range = json_object_get(tree, "relation");
    const struct place place = {schema_of(linter, rc_lint_text(range, "schemaname")), ""};
    if (*rc_lint_text(tree, "idxname") && !rc_lint_flag(tree, "if_not_exists")) {
        make(linter->past, RC_LINT_INDEX, &place, rc_lint_text(tree, "idxname"));
    }
}

// ---- DROP, RENAME, SET SCHEMA

static bool kind_of(const char *object_type, enum rc_lint_kind *ret_kind)
{
    static const struct {
        const char *type;
        enum rc_lint_kind kind;
    } kinds[] = {{"OBJECT_TABLE", RC_LINT_TABLE},
                 {"OBJECT_MATVIEW", RC_LINT_TABLE},
                 {"OBJECT_VIEW", RC_LINT_VIEW},
                 {"OBJECT_INDEX", RC_LINT_INDEX},
                 {"OBJECT_TYPE", RC_LINT_TYPE},
                 {"OBJECT_COLUMN", RC_LINT_COLUMN},
                 {"OBJECT_TABCONSTRAINT", RC_LINT_CONSTRAINT}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(object_type, kinds[i].type) == 0) {
            *ret_kind = kinds[i].kind;
            return true;
        }
    }
    return false;
}

static void follow_drop(struct rc_linter *linter, const json_t *tree)
{
    enum rc_lint_kind kind;
    const json_t *objects = json_object_get(tree, "objects");
    if (!kind_of(rc_lint_text(tree, "removeType"), &kind)) {
        return;
    }
    for (size_t i = 0; i < json_array_size(objects); i++) {
        const json_t *object = json_array_get(objects, i);
        const json_t *list = rc_lint_node(object, "List");
        const json_t *names = list ? json_object_get(list, "items")
                                   : json_object_get(rc_lint_node(object, "TypeName"), "names");
        const struct place place = {schema_of(linter, rc_lint_qualifier(names)), ""};
        drop(linter->past, kind, &place, rc_lint_last_name(names));
    }
}

static void follow_rename(struct rc_linter *linter, const json_t *tree)
{
    enum rc_lint_kind kind;
    const char *to = rc_lint_text(tree, "newname");
    struct place place = place_of(linter, json_object_get(tree, "relation"));
    if (!kind_of(rc_lint_text(tree, "renameType"), &kind)) {
        return;
    }
    if (kind == RC_LINT_COLUMN || kind == RC_LINT_CONSTRAINT) {
        rename_object(linter->past, kind, &place, rc_lint_text(tree, "subname"), to);
        return;
    }
    const char *name = place.table;
    if (kind == RC_LINT_TYPE) {
        const json_t *names =
            json_object_get(rc_lint_node(json_object_get(tree, "object"), "List"), "items");
        place.schema = schema_of(linter, rc_lint_qualifier(names));
        name = rc_lint_last_name(names);
    } else if (kind == RC_LINT_TABLE) {
        move_table(linter->past, &place, &(struct place){place.schema, to});
    }
    place.table = "";
    rename_object(linter->past, kind, &place, name, to);
}

static void follow_set_schema(struct rc_linter *linter, const json_t *tree)
{
    const struct place at = place_of(linter, json_object_get(tree, "relation"));
    const struct place place = {at.schema, ""};
    const char *to = rc_lint_text(tree, "newschema");
    struct rc_lint_past *past = linter->past;
    if (strcmp(rc_lint_text(tree, "objectType"), "OBJECT_TABLE") != 0) {
        return;
    }
    move_table(past, &at, &(struct place){to, at.table});
    struct rc_lint_object *table = know(past, RC_LINT_TABLE, &place, at.table);
    table->schema = keep(past, to);
    if (table->was) {
        drop(past, RC_LINT_TABLE, &place, at.table);
    }
}

// ---- ALTER TABLE

// The column of CHECK (column IS NOT NULL), also as one of several conditions; NULL.
static const char *proven_column(const json_t *expression)
{
    const json_t *test = rc_lint_node(expression, "NullTest");
    const json_t *all = rc_lint_node(expression, "BoolExpr");
    const json_t *parts = json_object_get(all, "args");
    if (test && strcmp(rc_lint_text(test, "nulltesttype"), "IS_NOT_NULL") == 0) {
        const json_t *column = rc_lint_node(json_object_get(test, "arg"), "ColumnRef");
        const json_t *fields = json_object_get(column, "fields");
        return json_array_size(fields) == 1 ? rc_lint_name_at(fields, 0) : NULL;
    }
    for (size_t i = 0;
         strcmp(rc_lint_text(all, "boolop"), "AND_EXPR") == 0 && i < json_array_size(parts);
         i++) {
        const char *column = proven_column(json_array_get(parts, i));
        if (column) {
            return column;
        }
    }
    return NULL;
}

static void follow_constraint(struct rc_lint_past *past, const struct place *place,
                              const json_t *constraint)
{
    struct rc_lint_object *made =
        make(past, RC_LINT_CONSTRAINT, place, rc_lint_text(constraint, "conname"));
    const char *column = proven_column(json_object_get(constraint, "raw_expr"));
    made->is_valid = !rc_lint_flag(constraint, "skip_validation");
    made->not_null = column ? keep(past, column) : NULL;
}

static void follow_command(struct rc_linter *linter, const struct place *place,
                           const json_t *command)
{
    const char *subtype = rc_lint_text(command, "subtype");
    const char *name = rc_lint_text(command, "name");
    const json_t *definition = json_object_get(command, "def");
    struct rc_lint_past *past = linter->past;
    if (strcmp(subtype, "AT_AddColumn") == 0) {
        if (!rc_lint_flag(command, "missing_ok")) {
            make(past, RC_LINT_COLUMN, place,
                 rc_lint_text(rc_lint_node(definition, "ColumnDef"), "colname"));
        }
    } else if (strcmp(subtype, "AT_DropColumn") == 0) {
        drop(past, RC_LINT_COLUMN, place, name);
    } else if (strcmp(subtype, "AT_AddConstraint") == 0) {
        follow_constraint(past, place, rc_lint_node(definition, "Constraint"));
    } else if (strcmp(subtype, "AT_DropConstraint") == 0) {
        drop(past, RC_LINT_CONSTRAINT, place, name);
    } else if (strcmp(subtype, "AT_ValidateConstraint") == 0) {
        know(past, RC_LINT_CONSTRAINT, place, name)->is_valid = true;
    }
}

static void follow_alter(struct rc_linter *linter, const json_t *tree)
{
    const struct place place = place_of(linter, json_object_get(tree, "relation"));
    const json_t *commands = json_object_get(tree, "cmds");
    for (size_t i = 0; i < json_array_size(commands); i++) {
        follow_command(linter, &place,
                       rc_lint_node(json_array_get(commands, i), "AlterTableCmd"));
    }
}

void rc_lint_past_follow(struct rc_linter *linter)
{
    const json_t *tree = linter->statement->tree;
    const char *kind = linter->statement->kind;
    if (strcmp(kind, "CreateStmt") == 0) {
        follow_create(linter, RC_LINT_TABLE, json_object_get(tree, "relation"),
                      rc_lint_flag(tree, "if_not_exists"));
    } else if (strcmp(kind, "CreateTableAsStmt") == 0) {
        follow_create(linter, RC_LINT_TABLE,
                      json_object_get(json_object_get(tree, "into"), "rel"),
                      rc_lint_flag(tree, "if_not_exists"));
    } else if (strcmp(kind, "SelectStmt") == 0) {
        follow_create(linter, RC_LINT_TABLE,
                      json_object_get(json_object_get(tree, "intoClause"), "rel"), false);
    } else if (strcmp(kind, "ViewStmt") == 0) {
        follow_create(linter, RC_LINT_VIEW, json_object_get(tree, "view"),
                      rc_lint_flag(tree, "replace"));
    } else if (strcmp(kind, "CreateEnumStmt") == 0) {
        follow_create_enum(linter, tree);
    } else if (strcmp(kind, "IndexStmt") == 0) {
        follow_index(linter, tree);
    } else if (strcmp(kind, "DropStmt") == 0) {
        follow_drop(linter, tree);
    } else if (strcmp(kind, "RenameStmt") == 0) {
        follow_rename(linter, tree);
    } else if (strcmp(kind, "AlterObjectSchemaStmt") == 0) {
        follow_set_schema(linter, tree);
    } else if (strcmp(kind, "AlterTableStmt") == 0) {
        follow_alter(linter, tree);
    }
    linter->failed |= linter->past->failed;
}
