// SPDX-License-Identifier: Apache-2.0
//
// Drawing, changing and printing schemas. What is printed is always valid: a part that does not
// go with the rest of its entity is left out.
#include "random_schema.h"

#include "../differential/dice.h"

#include <stdio.h>

static const struct type {
    const char *proto;
    const char *sql;     // NULL: the proto type's own
    const char *literal; // a default; NULL
    const char *call;    // a default_sql; NULL
    bool is_enum;
    bool repeated;
    bool hashes;   // has a btree order
    bool gin;      // a GIN index goes
    bool inexact;  // may be no part of a key
    bool constant; // may be what a generated column is made of
} types[] = {
    {"int32", NULL, "7", "1 + 2", .hashes = true, .constant = true},
    {"int64", NULL, "70", NULL, .hashes = true, .constant = true},
    {"int32", "smallint", "3", NULL, .hashes = true, .constant = true},
    {"string", NULL, "it's \\\"so\\\"", "lower('X')", .hashes = true, .constant = true},
    {"string", "varchar(12)", "x", NULL, .hashes = true, .constant = true},
    {"string", "varchar(30)", "y", NULL, .hashes = true, .constant = true},
    {"string", "char(4)", "abcd", NULL, .hashes = true},
    {"string", "numeric(10,2)", "1.50", NULL, .hashes = true},
    {"string", "numeric(12,4)", "1.5", NULL, .hashes = true},
    {"bool", NULL, "true", NULL, .hashes = true},
    {"double", NULL, "1.5", NULL, .hashes = true, .inexact = true},
    {"float", NULL, "NaN", NULL, .hashes = true, .inexact = true},
    {"bytes", NULL, NULL, NULL, .hashes = true},
    {"google.protobuf.Timestamp", "timestamp(3)", NULL, "CURRENT_TIMESTAMP", .hashes = true},
    {"google.protobuf.Timestamp", NULL, NULL, "now()", .hashes = true},
    {"string", "date", "2026-11-23", NULL, .hashes = true},
    {"string", "uuid", NULL, "gen_random_uuid()", .hashes = true},
    {"string", "jsonb", "{}", NULL, .gin = true},
    {"string", "json", NULL, NULL, .repeated = false},
    {"string", "inet", "10.0.0.1", NULL, .hashes = true},
    {"string", "citext", "Me", NULL, .hashes = true},
    {"string", "interval", "1 day", NULL, .hashes = true},
    {"string", "varbit(3)", NULL, NULL, .hashes = true, .inexact = true},
    {"", NULL, "", NULL, .is_enum = true, .hashes = true},
    {"", NULL, "", NULL, .is_enum = true, .hashes = true},
    {"string", NULL, "{}", NULL, .repeated = true, .gin = true},
    {"int32", NULL, NULL, NULL, .repeated = true, .gin = true},
    {"", NULL, NULL, NULL, .is_enum = true, .repeated = true},
};

enum { TYPE_COUNT = sizeof types / sizeof types[0], ID_TYPES = 4, NAMES = 9 };

// ---- drawing

static void draw_enum(struct dice *dice, struct random_enum *made)
{
    size_t at = 0;
    for (int label = 1; label <= RANDOM_LABELS; label++) {
        if (dice_chance(dice, 55)) {
            made->labels[at++] = label;
        }
    }
    if (at == 0) {
        made->labels[at++] = 1;
    }
    if (at > 1 && dice_chance(dice, 30)) {
        int first = made->labels[0];
        made->labels[0] = made->labels[at - 1];
        made->labels[at - 1] = first;
    }
    for (; at < RANDOM_LABELS; at++) {
        made->labels[at] = 0;
    }
    for (at = 0; at < RANDOM_LABELS; at++) {
        made->label_was[at] = 0;
    }
}

static void draw_column(struct dice *dice, struct random_column *column)
{
    int name = column->name;
    *column = (struct random_column){
        .name = name,
        .type = (int)dice_throw(dice, TYPE_COUNT),
        .labels_of = (int)dice_throw(dice, RANDOM_ENUMS),
        .nullable = dice_chance(dice, 40),
        .has_default = dice_chance(dice, 40),
        .unique = dice_chance(dice, 15),
        .indexed = dice_chance(dice, 20),
        .commented = dice_chance(dice, 10),
        .generated = dice_chance(dice, 8),
    };
}

static void draw_index(struct dice *dice, struct random_index *index)
{
    index->kind = (int)dice_throw(dice, 9);
    index->column = (int)dice_throw(dice, RANDOM_COLUMNS);
}

static void draw_entity(struct dice *dice, struct random_entity *entity)
{
    int name = entity->name;
    *entity = (struct random_entity){
        .name = name,
        .elsewhere = dice_chance(dice, 20),
        .id_type = (int)dice_throw(dice, ID_TYPES),
        .composite = dice_chance(dice, 15),
        .commented = dice_chance(dice, 15),
        .checked = dice_chance(dice, 30),
        .target = dice_chance(dice, 60) ? 1 + (int)dice_throw(dice, RANDOM_ENTITIES) : 0,
        .action = (int)dice_throw(dice, 5),
        .partner = dice_chance(dice, 20) ? 1 + (int)dice_throw(dice, RANDOM_ENTITIES) : 0,
        .viewed = dice_chance(dice, 25),
    };
    for (int i = 0; i < RANDOM_COLUMNS; i++) {
        entity->columns[i].name = dice_chance(dice, 70) ? i + 1 : 0;
        draw_column(dice, &entity->columns[i]);
    }
    for (int i = 0; i < RANDOM_INDEXES; i++) {
        draw_index(dice, &entity->indexes[i]);
    }
}

void random_schema_make(uint64_t seed, struct random_schema *ret_schema)
{
    struct dice dice;
    dice_init(&dice, seed);
    *ret_schema = (struct random_schema){0};
    for (int i = 0; i < RANDOM_ENUMS; i++) {
        ret_schema->enums[i].name = i + 1;
        draw_enum(&dice, &ret_schema->enums[i]);
    }
    for (int i = 0; i < RANDOM_ENTITIES; i++) {
        ret_schema->entities[i].name = i == 0 || dice_chance(&dice, 75) ? i + 1 : 0;
        draw_entity(&dice, &ret_schema->entities[i]);
    }
}

// ---- changing

// A new number that nothing was drawn with.
static void rename_it(int *name, int *was)
{
    *was = *name;
    *name += NAMES;
}

static void change_enum(struct dice *dice, struct random_enum *changed)
{
    size_t what = dice_throw(dice, 4);
    size_t label = dice_throw(dice, RANDOM_LABELS);
    if (what == 0) {
        rename_it(&changed->name, &changed->was);
    } else if (what == 1 && changed->labels[label] > 0) {
        rename_it(&changed->labels[label], &changed->label_was[label]);
    } else {
        draw_enum(dice, changed);
    }
}

static void change_column(struct dice *dice, struct random_column *column)
{
    switch (dice_throw(dice, 9)) {
    case 0:
        if (column->name > 0) {
            rename_it(&column->name, &column->was);
        }
        break;
    case 1:
        column->type = (int)dice_throw(dice, TYPE_COUNT);
        break;
    case 2:
        column->nullable = !column->nullable;
        break;
    case 3:
        column->has_default = !column->has_default;
        break;
    case 4:
        column->unique = !column->unique;
        break;
    case 5:
        column->indexed = !column->indexed;
        break;
    case 6:
        column->commented = !column->commented;
        break;
    case 7:
        column->generated = !column->generated;
        break;
    default:
        column->name = column->name > 0 ? 0 : 1 + (int)dice_throw(dice, NAMES) + 2 * NAMES;
        break;
    }
}

static void change_entity(struct dice *dice, struct random_entity *entity)
{
    switch (dice_throw(dice, 10)) {
    case 0:
        if (entity->name > 0) {
            rename_it(&entity->name, &entity->was);
        }
        break;
    case 1:
        entity->id_type = (int)dice_throw(dice, ID_TYPES);
        break;
    case 2:
        entity->composite = !entity->composite;
        break;
    case 3:
        entity->target = (int)dice_throw(dice, RANDOM_ENTITIES + 1);
        break;
    case 4:
        entity->action = (int)dice_throw(dice, 5);
        break;
    case 5:
        entity->partner = (int)dice_throw(dice, RANDOM_ENTITIES + 1);
        break;
    case 6:
        entity->checked = !entity->checked;
        break;
    case 7:
        entity->viewed = !entity->viewed;
        break;
    case 8:
        draw_index(dice, &entity->indexes[dice_throw(dice, RANDOM_INDEXES)]);
        break;
    default:
        entity->commented = !entity->commented;
        break;
    }
}

void random_schema_settle(struct random_schema *schema)
{
    for (int i = 0; i < RANDOM_ENUMS; i++) {
        schema->enums[i].was = 0;
        for (int l = 0; l < RANDOM_LABELS; l++) {
            schema->enums[i].label_was[l] = 0;
        }
    }
    for (int i = 0; i < RANDOM_ENTITIES; i++) {
        schema->entities[i].was = 0;
        for (int c = 0; c < RANDOM_COLUMNS; c++) {
            schema->entities[i].columns[c].was = 0;
        }
    }
}

void random_schema_change(uint64_t seed, struct random_schema *schema)
{
    struct dice dice;
    dice_init(&dice, seed ^ UINT64_C(0xC0FFEE));
    random_schema_settle(schema);
    for (size_t left = 1 + dice_throw(&dice, 8); left > 0; left--) {
        struct random_entity *entity = &schema->entities[dice_throw(&dice, RANDOM_ENTITIES)];
        size_t what = dice_throw(&dice, 10);
        if (what == 0) {
            entity->name = entity->name > 0 ? 0 : 1 + (int)(entity - schema->entities);
            entity->was = 0;
            draw_entity(&dice, entity);
        } else if (what == 1) {
            struct random_enum *changed = &schema->enums[dice_throw(&dice, RANDOM_ENUMS)];
            if (changed->was == 0) {
                change_enum(&dice, changed);
            }
        } else if (what < 5 && entity->was == 0) {
            change_entity(&dice, entity);
        } else {
            struct random_column *column = &entity->columns[dice_throw(&dice, RANDOM_COLUMNS)];
            if (column->was == 0) {
                change_column(&dice, column);
            }
        }
    }
}

// ---- printing

static const char *was_option(int was, const char *stem)
{
    static char text[64];
    (void)snprintf(text, sizeof(text), was > 0 ? " renamed_from: \"%s%d\"" : "", stem, was);
    return text;
}

static void print_enum(const struct random_enum *printed, int at, struct rc_buf *out)
{
    rc_buf_printf(out, "enum Kind%d {\n  option (rowcall.enum) = {name: \"kind %d\"%s%s};\n",
                  at, printed->name, was_option(printed->was, "kind "),
                  at % 2 == 0 ? " schema: \"farm\"" : "");
    for (int i = 0; i < RANDOM_LABELS && printed->labels[i] > 0; i++) {
        rc_buf_printf(out, "  K%d_%d = %d [(rowcall.label) = {name: \"L%d\"%s}];\n", at, i, i,
                      printed->labels[i], was_option(printed->label_was[i], "L"));
    }
    rc_buf_append_text(out, "}\n");
}

static const struct random_entity *find(const struct random_schema *schema, int at)
{
    return at > 0 && schema->entities[at - 1].name > 0 ? &schema->entities[at - 1] : NULL;
}

static const char *id_proto(const struct random_entity *entity)
{
    static const char *const protos[ID_TYPES] = {"int32", "int64", "int32", "string"};
    return protos[entity->id_type];
}

static const char *id_options(const struct random_entity *entity)
{
    static const char *const options[ID_TYPES] = {"autoincrement: true", "autoincrement: true",
                                                  "", "type: \"uuid\""};
    return options[entity->id_type];
}

static bool is_generated(const struct random_entity *entity, const struct random_column *column)
{
    return column->generated && entity->id_type < 3 && types[column->type].constant &&
           types[column->type].proto[0] == 'i';
}

static void print_default(const struct random_schema *schema,
                          const struct random_column *column, struct rc_buf *out)
{
    const struct type *type = &types[column->type];
    (void)schema;
    if (type->is_enum && !type->repeated) {
        rc_buf_printf(out, " default: \"K%d_0\"", column->labels_of);
    } else if (type->literal && !type->is_enum) {
        rc_buf_printf(out, " default: \"%s\"", type->literal);
    } else if (type->call) {
        rc_buf_printf(out, " default_sql: \"%s\"", type->call);
    }
}

static void print_column(const struct random_schema *schema, const struct random_entity *entity,
                         const struct random_column *column, int number, struct rc_buf *out)
{
    const struct type *type = &types[column->type];
    bool generated = is_generated(entity, column);
    char kind[16];
    (void)snprintf(kind, sizeof(kind), "Kind%d", column->labels_of);
    rc_buf_printf(out, "  %s%s c%d = %d [(rowcall.column) = {name: \"c%d\"%s",
                  type->repeated                  ? "repeated "
                  : column->nullable || generated ? "optional "
                                                  : "",
                  type->is_enum ? kind : type->proto, number, number, column->name,
                  was_option(column->was, "c"));
    if (type->sql) {
        rc_buf_printf(out, " type: \"%s\"", type->sql);
    }
    if (generated) {
        rc_buf_append_text(out, " generated_sql: \"id % 2\"");
    } else if (column->has_default) {
        print_default(schema, column, out);
    }
    if (type->repeated && !column->nullable) {
        rc_buf_append_text(out, " not_null: true");
    }
    if (column->unique && type->hashes && !type->inexact && !column->nullable && !generated) {
        rc_buf_append_text(out, " unique: true");
    }
    if (column->indexed && type->hashes) {
        rc_buf_append_text(out, " index: true");
    }
    if (column->commented) {
        rc_buf_printf(out, " comment: \"It's column %d\"", column->name);
    }
    rc_buf_append_text(out, "}];\n");
}

static void print_index(const struct random_entity *entity, const struct random_index *index,
                        int at, struct rc_buf *out)
{
    const struct random_column *column = &entity->columns[index->column];
    const struct type *type = &types[column->type];
    int number = 10 + index->column;
    char name[32];
    (void)snprintf(name, sizeof(name), "x%d_%d", entity->name, at);
    for (int i = 0; i < at; i++) {
        if (entity->indexes[i].column == index->column) {
            return;
        }
    }
    if (column->name == 0) {
        return;
    }
    bool is_text = type->proto[0] == 's' && !type->sql && !type->repeated;
    if (index->kind == 1 && type->hashes) {
        rc_buf_printf(out,
                      "    index: {parts: [{field: \"c%d\" descending: true nulls: NULLS_LAST},"
                      " {field: \"id\"}]}\n",
                      number);
    } else if (index->kind == 2 && type->hashes && !type->inexact && !type->is_enum) {
        rc_buf_printf(out, "    index: {fields: \"c%d\" method: \"hash\" name: \"%s\"}\n",
                      number, name);
    } else if (index->kind == 3 && type->gin) {
        rc_buf_printf(out, "    index: {fields: \"c%d\" method: \"gin\"}\n", number);
    } else if (index->kind == 4) {
        rc_buf_printf(out,
                      "    index: {fields: \"id\" where: \"c%d is not null\" name: \"%s\"}\n",
                      column->name, name);
    } else if (index->kind == 5 && is_text) {
        rc_buf_printf(out,
                      "    index: {parts: {expression: \"lower(c%d)\""
                      " operator_class: \"text_pattern_ops\"} name: \"%s\"}\n",
                      column->name, name);
    } else if (index->kind == 6 && type->hashes) {
        rc_buf_printf(
            out, "    index: {fields: \"id\" include: \"c%d\" unique: true name: \"%s\"}\n",
            number, name);
    } else if (index->kind == 7 && type->hashes && !type->inexact && !column->nullable) {
        rc_buf_printf(out, "    unique: {fields: [\"c%d\", \"id\"] number: %d}\n", number,
                      at + 1);
    }
}

static void print_relations(const struct random_schema *schema,
                            const struct random_entity *entity, int at, struct rc_buf *out)
{
    const struct random_entity *target = find(schema, entity->target);
    const struct random_entity *partner = find(schema, entity->partner);
    static const char *const actions[] = {"NO_ACTION", "RESTRICT", "CASCADE", "SET_NULL",
                                          "SET_DEFAULT"};
    if (target && !target->composite) {
        rc_buf_printf(out, "  optional %s parent_id = 40%s;\n", id_proto(target),
                      target->id_type == 3 ? " [(rowcall.column).type = \"uuid\"]" : "");
        rc_buf_printf(out,
                      "  Animal%d parent = 41 [(rowcall.relation) = {fields: \"parent_id\" "
                      "on_delete: %s}];\n",
                      entity->target, actions[entity->action]);
    }
    if (partner && !partner->composite && !entity->composite) {
        rc_buf_printf(out,
                      "  repeated Animal%d partners = 42 [(rowcall.relation) = {many_to_many: "
                      "{name: \"Pair%d\"} inverse: {name: \"partners_of_%d\" number: %d}}];\n",
                      entity->partner, at, at, 50 + at);
    }
}

static const struct random_column *first_column(const struct random_entity *entity)
{
    for (int i = 0; i < RANDOM_COLUMNS; i++) {
        if (entity->columns[i].name > 0) {
            return &entity->columns[i];
        }
    }
    return NULL;
}

static void print_view(const struct random_entity *entity, int at, struct rc_buf *out)
{
    const struct random_column *column = first_column(entity);
    char shown[32] = "";
    if (column) {
        (void)snprintf(shown, sizeof(shown), ", c%d as shown", column->name);
    }
    rc_buf_printf(out,
                  "message View%d {\n  option (rowcall.table) = {view: true name: \"view%d\" "
                  "definition: \"select id%s from %s.animal%d where id is not null\"};\n"
                  "  %s id = 1 [(rowcall.column) = {id: true%s}];\n}\n",
                  at, at, shown, entity->elsewhere ? "farm" : "public", entity->name,
                  id_proto(entity), entity->id_type == 3 ? " type: \"uuid\"" : "");
}

static void print_entity(const struct random_schema *schema, int at, struct rc_buf *out)
{
    const struct random_entity *entity = &schema->entities[at - 1];
    rc_buf_printf(
        out, "message Animal%d {\n  option (rowcall.table) = {\n    name: \"animal%d\"%s%s\n",
        at, entity->name, was_option(entity->was, "animal"),
        entity->elsewhere ? " schema: \"farm\"" : "");
    if (entity->composite) {
        rc_buf_append_text(out, "    primary_key: {fields: [\"id\", \"turn\"]}\n");
    }
    if (entity->commented) {
        rc_buf_printf(out, "    comment: \"Animal %d\"\n", entity->name);
    }
    if (entity->checked) {
        rc_buf_printf(out,
                      "    check: {name: \"check%d\" expression: \"turn > 0 or turn = -1\"}\n",
                      entity->name);
    }
    for (int i = 0; i < RANDOM_INDEXES; i++) {
        print_index(entity, &entity->indexes[i], i, out);
    }
    rc_buf_printf(out, "  };\n  %s id = 1 [(rowcall.column) = {%s%s}];\n", id_proto(entity),
                  entity->composite ? "" : "id: true ", id_options(entity));
    rc_buf_append_text(out, "  int32 turn = 2 [(rowcall.column).default = \"1\"];\n");
    for (int i = 0; i < RANDOM_COLUMNS; i++) {
        if (entity->columns[i].name > 0) {
            print_column(schema, entity, &entity->columns[i], 10 + i, out);
        }
    }
    print_relations(schema, entity, at, out);
    rc_buf_append_text(out, "}\n");
}

void random_schema_print(const struct random_schema *schema, struct rc_buf *out)
{
    rc_buf_append_text(out, "syntax = \"proto3\";\npackage schema.zoo;\n"
                            "import \"google/protobuf/timestamp.proto\";\n"
                            "import \"rowcall/schema.proto\";\n"
                            "option (rowcall.database) = {name: \"zoo\" url_env: \"ZOO_URL\" "
                            "extensions: \"citext\"};\n");
    for (int i = 0; i < RANDOM_ENUMS; i++) {
        print_enum(&schema->enums[i], i, out);
    }
    for (int i = 1; i <= RANDOM_ENTITIES; i++) {
        if (schema->entities[i - 1].name > 0) {
            print_entity(schema, i, out);
        }
        if (schema->entities[i - 1].name > 0 && schema->entities[i - 1].viewed) {
            print_view(&schema->entities[i - 1], i, out);
        }
    }
}
