// SPDX-License-Identifier: Apache-2.0
//
// Messages are drawn by their tables: chance decides which fields there are, a field's role
// what a value may be.
#include "generate.h"

#include "support/check.h"

enum { BUDGET = 48, DEPTH_MAX = 8, FIELDS_MAX = 128 };

// Where in a request something is drawn.
struct place {
    const struct rc_wire_message *message;
    const struct rc_column *column; // whose values are meant, within filters and the like
    int depth;
};

static json_t *draw_message(struct generator *generator, const struct place *outer,
                            const struct rc_wire_field *field);

// ---- values

static const json_t *draw_row(struct generator *generator, const struct rc_entity *entity)
{
    const struct rc_model *model =
        rc_scope_model(generator->world->scope, rc_view_of(entity->name));
    const json_t *table = world_table(generator->world, model);
    size_t size = json_array_size(table);
    return size > 0 ? json_array_get(table, dice_throw(generator->dice, size)) : NULL;
}

// A value that some row has, or any of the type.
static json_t *draw_value(struct generator *generator, const struct rc_column *column)
{
    const json_t *row = draw_row(generator, column->entity);
    json_t *value = json_object_get(row, column->name);
    bool is_usable =
        value && !json_is_null(value) && json_is_object(value) == column->type.array;
    return is_usable && dice_chance(generator->dice, 65) ? json_incref(value)
                                                         : value_draw(generator->dice, column);
}

// A list of the column's values. Only what is a value of the column may hold NULL.
static json_t *draw_list(struct generator *generator, const struct rc_column *column,
                         const struct rc_wire_field *field)
{
    struct rc_column list = *column;
    list.type.array = true;
    json_t *drawn = value_draw(generator->dice, &list);
    switch ((enum rc_api_role)field->role) {
    case RC_ROLE_IN:
    case RC_ROLE_NOT_IN:
    case RC_ROLE_HAS_EVERY:
    case RC_ROLE_HAS_SOME:
        json_object_del(drawn, "nulls");
        break;
    default:
        break;
    }
    return drawn;
}

// All columns of a key, mostly those of one row.
static json_t *draw_composite_key(struct generator *generator, const struct rc_key *key)
{
    json_t *drawn = json_object();
    const json_t *row = draw_row(generator, key->columns[0]->entity);
    bool is_row = row && dice_chance(generator->dice, 75);
    for (size_t i = 0; i < key->column_count; i++) {
        const char *name = key->columns[i]->name;
        json_t *value = is_row ? json_object_get(row, name) : json_null();
        json_object_set_new(drawn, name,
                            json_is_null(value) ? draw_value(generator, key->columns[i])
                                                : json_incref(value));
    }
    return drawn;
}

// The name of a column that the filtered one can be compared with.
static json_t *draw_compared(struct generator *generator, const struct rc_column *column)
{
    const struct rc_column *alike[FIELDS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < column->entity->column_count && count < FIELDS_MAX; i++) {
        const struct rc_column *other = &column->entity->columns[i];
        if (other->type.kind == column->type.kind && other->type.array == column->type.array &&
            other->type.enumeration == column->type.enumeration) {
            alike[count++] = other;
        }
    }
    return json_string(alike[dice_throw(generator->dice, count)]->name);
}

// A value of an enum that is no column's: directions, fields. The first of EField names none.
static json_t *draw_name(struct generator *generator, const struct rc_wire_field *field)
{
    const struct rc_wire_enum *enumeration = field->enumeration;
    size_t first = field->role == RC_ROLE_DISTINCT ? 1 : 0;
    size_t chosen = first + dice_throw(generator->dice, enumeration->value_count - first);
    return json_string(enumeration->values[chosen].name);
}

static json_t *draw_scalar(struct generator *generator, const struct place *place,
                           const struct rc_wire_field *field)
{
    struct dice *dice = generator->dice;
    switch ((enum rc_api_role)field->role) {
    case RC_ROLE_TAKE:
        return json_integer((json_int_t)dice_throw(dice, 10) - 4);
    case RC_ROLE_SKIP:
        return json_integer((json_int_t)dice_throw(dice, 4));
    case RC_ROLE_WITH_TOTAL:
    case RC_ROLE_REQUIRED:
    case RC_ROLE_INSENSITIVE:
        return json_true();
    case RC_ROLE_IS_NULL:
    case RC_ROLE_IS_EMPTY:
        return json_boolean(dice_chance(dice, 50));
    case RC_ROLE_DISTINCT:
    case RC_ROLE_DIRECTION:
    case RC_ROLE_NULLS_ORDER:
    case RC_ROLE_COMPARISON:
        return draw_name(generator, field);
    case RC_ROLE_COMPARED_FIELD:
        return draw_compared(generator, place->column);
    default:
        break;
    }
    if (place->message->role == RC_MESSAGE_SELECT) {
        return json_boolean(dice_chance(dice, 85));
    }
    const struct rc_column *column =
        field->role == RC_ROLE_COLUMN ? field->subject : place->column;
    if (!column) {
        fail_msg("nothing says what %s.%s may be", place->message->name, field->name);
    }
    if (field->role == RC_ROLE_HAS) {
        struct rc_column element = value_element(column);
        return value_draw(dice, &element);
    }
    return draw_value(generator, column);
}

// ---- which fields

static bool is_left_out(const struct generator *generator,
                        const struct rc_wire_message *message,
                        const struct rc_wire_field *field)
{
    unsigned feature = 0;
    if (field->role != RC_ROLE_RELATION && field->role != RC_ROLE_COUNTS) {
        return false;
    }
    if (message->role == RC_MESSAGE_WHERE) {
        feature = WITHOUT_RELATION_FILTERS;
    } else if (message->role == RC_MESSAGE_SELECT) {
        feature = WITHOUT_NESTED_SELECTS;
    } else if (message->role == RC_MESSAGE_ORDER_BY) {
        feature = WITHOUT_RELATION_ORDERS;
    }
    return generator->without & feature;
}

// In how many of a hundred messages the field is there.
static unsigned chance_of(const struct rc_wire_message *message,
                          const struct rc_wire_field *field)
{
    switch ((enum rc_api_role)field->role) {
    case RC_ROLE_KEY:
    case RC_ROLE_COMPARED_FIELD:
    case RC_ROLE_ANY:
        return 100;
    case RC_ROLE_WHERE:
    case RC_ROLE_SELECT:
    case RC_ROLE_ORDER_BY:
        return 60;
    case RC_ROLE_TAKE:
    case RC_ROLE_DIRECTION:
    case RC_ROLE_NULLS_ORDER:
    case RC_ROLE_COMPARISON:
        return 45;
    case RC_ROLE_RELATION:
        return message->role == RC_MESSAGE_SELECT ? 22 : 50;
    default:
        return 25;
    }
}

static size_t count_of(struct generator *generator, const struct rc_wire_field *field)
{
    switch ((enum rc_api_role)field->role) {
    case RC_ROLE_ANY:
        return dice_throw(generator->dice, 4);
    case RC_ROLE_ORDER_BY:
        return 1 + dice_throw(generator->dice, 3);
    default:
        return 1 + dice_throw(generator->dice, 2);
    }
}

static void add_field(struct generator *generator, const struct place *place,
                      const struct rc_wire_field *field, json_t *drawn)
{
    generator->budget--;
    size_t count = field->repeated ? count_of(generator, field) : 1;
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, field->type == RC_FIELD_MESSAGE
                                        ? draw_message(generator, place, field)
                                        : draw_scalar(generator, place, field));
    }
    json_object_set(drawn, field->name, field->repeated ? list : json_array_get(list, 0));
    json_decref(list);
}

// Fields of the message that may be drawn, of one class (or all).
struct choice {
    const struct rc_wire_field *fields[FIELDS_MAX];
    size_t count;
};

enum class { CLASS_ALL, CLASS_COLUMNS, CLASS_RELATIONS, CLASS_LOGIC };

static enum class class_of(const struct rc_wire_field *field) {
    switch ((enum rc_api_role)field->role){
        case RC_ROLE_COLUMN : return CLASS_COLUMNS;
        case RC_ROLE_RELATION : return CLASS_RELATIONS;
        default : return CLASS_LOGIC;
    }
}

static void list_fields(const struct generator *generator,
                        const struct rc_wire_message *message, enum class class,
                        struct choice *ret_choice)
{
    ret_choice->count = 0;
    for (size_t i = 0; i < message->field_count && ret_choice->count < FIELDS_MAX; i++) {
        const struct rc_wire_field *field = &message->fields[i];
        if (!is_left_out(generator, message, field) &&
            (class == CLASS_ALL || class_of(field) == class)) {
            ret_choice->fields[ret_choice->count++] = field;
        }
    }
}

// So many different fields of a class, fewer where there are not so many.
static void add_some(struct generator *generator, const struct place *place, enum class class,
                     size_t count, json_t *drawn)
{
    struct choice choice;
    list_fields(generator, place->message, class, &choice);
    for (; count > 0 && choice.count > 0; count--) {
        size_t chosen = dice_throw(generator->dice, choice.count);
        add_field(generator, place, choice.fields[chosen], drawn);
        choice.fields[chosen] = choice.fields[--choice.count];
    }
}

static bool is_deep(const struct generator *generator, const struct place *place)
{
    return place->depth >= DEPTH_MAX || generator->budget <= 0;
}

static void add_conditions(struct generator *generator, const struct place *place,
                           json_t *drawn)
{
    size_t count = dice_chance(generator->dice, 6) ? 0 : 1 + dice_throw(generator->dice, 2);
    for (; count > 0; count--) {
        enum class class = CLASS_COLUMNS;
        if (!is_deep(generator, place) && dice_chance(generator->dice, 55)) {
            class = dice_chance(generator->dice, 65) ? CLASS_RELATIONS : CLASS_LOGIC;
        }
        add_some(generator, place, class, 1, drawn);
    }
}

// Every field by its own chance; required ones in any case.
static void add_by_chance(struct generator *generator, const struct place *place, json_t *drawn)
{
    struct choice choice;
    list_fields(generator, place->message, CLASS_ALL, &choice);
    for (size_t i = 0; i < choice.count; i++) {
        unsigned chance = chance_of(place->message, choice.fields[i]);
        if (chance == 100 ||
            (!is_deep(generator, place) && dice_chance(generator->dice, chance))) {
            add_field(generator, place, choice.fields[i], drawn);
        }
    }
}

// An order by a column, or further on: a chain of relations ends at a column or a count.
static void add_criterion(struct generator *generator, const struct place *place, json_t *drawn)
{
    bool is_far = !is_deep(generator, place) && dice_chance(generator->dice, 35);
    add_some(generator, place, is_far ? CLASS_RELATIONS : CLASS_COLUMNS, 1, drawn);
    if (json_object_size(drawn) == 0) {
        add_some(generator, place, CLASS_COLUMNS, 1, drawn);
    }
}

// It changes what the other members mean, so it comes with some.
static void add_insensitive(struct generator *generator, const struct place *place,
                            json_t *drawn)
{
    for (size_t i = 0; i < place->message->field_count; i++) {
        if (place->message->fields[i].role == RC_ROLE_INSENSITIVE &&
            dice_chance(generator->dice, 25)) {
            add_field(generator, place, &place->message->fields[i], drawn);
        }
    }
}

static void add_members(struct generator *generator, const struct place *place, json_t *drawn)
{
    switch ((enum rc_api_message)place->message->role) {
    case RC_MESSAGE_WHERE:
        add_conditions(generator, place, drawn);
        return;
    case RC_MESSAGE_ORDER_BY:
        add_criterion(generator, place, drawn);
        return;
    case RC_MESSAGE_KEY:
        add_some(generator, place, CLASS_ALL, 1, drawn);
        return;
    case RC_MESSAGE_FILTER:
        add_some(generator, place, CLASS_ALL, dice_chance(generator->dice, 80) ? 1 : 2, drawn);
        add_insensitive(generator, place, drawn);
        return;
    case RC_MESSAGE_LIST_FILTER:
    case RC_MESSAGE_ENUM_FILTER:
    case RC_MESSAGE_ENUM_LIST_FILTER:
    case RC_MESSAGE_RELATION_FILTER_ONE:
    case RC_MESSAGE_RELATION_FILTER_MANY:
    case RC_MESSAGE_COUNT_SELECT:
        add_some(generator, place, CLASS_ALL, dice_chance(generator->dice, 80) ? 1 : 2, drawn);
        return;
    default:
        add_by_chance(generator, place, drawn);
        return;
    }
}

static json_t *draw_message(struct generator *generator, const struct place *outer,
                            const struct rc_wire_field *field)
{
    const struct place place = {.message = rc_wire_message_ready(field->message),
                                .column = field->role == RC_ROLE_COLUMN ? field->subject
                                                                        : outer->column,
                                .depth = outer->depth + 1};
    assert_non_null(place.message);
    switch ((enum rc_api_message)place.message->role) {
    case RC_MESSAGE_TIMESTAMP:
        return draw_value(generator, place.column);
    case RC_MESSAGE_LIST:
    case RC_MESSAGE_ENUM_LIST:
        return draw_list(generator, place.column, field);
    case RC_MESSAGE_COMPOSITE_KEY:
        return draw_composite_key(generator, place.message->subject);
    default:
        break;
    }
    json_t *drawn = json_object();
    add_members(generator, &place, drawn);
    return drawn;
}

json_t *generate_request(struct generator *generator, const struct rc_wire_message *request)
{
    const struct place place = {.message = rc_wire_message_ready(request)};
    json_t *drawn = json_object();
    assert_non_null(place.message);
    generator->budget = BUDGET;
    add_members(generator, &place, drawn);
    return drawn;
}
