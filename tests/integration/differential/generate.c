// SPDX-License-Identifier: Apache-2.0
//
// Messages are drawn by their tables: chance decides which fields there are, a field's role
// what a value may be.
#include "generate_internal.h"

#include "support/check.h"

enum { BUDGET = 48, DEPTH_MAX = 8 };

static json_t *draw_message(struct generator *generator, const struct place *outer,
                            const struct rc_wire_field *field);

// A value of an enum that is no column's: directions, fields. The first of EField names none.
static json_t *draw_name(struct generator *generator, const struct rc_wire_field *field)
{
    const struct rc_wire_enum *enumeration = field->enumeration;
    bool is_field = field->repeated; // of EField, the first of which is none
    size_t first = is_field ? 1 : 0;
    size_t chosen = first + dice_throw(generator->dice, enumeration->value_count - first);
    return json_string(enumeration->values[chosen].name);
}

// Whether values in this message go into rows.
static bool is_written(const struct rc_wire_message *message)
{
    return message->role == RC_MESSAGE_CREATE || message->role == RC_MESSAGE_UPDATE_OP ||
           message->role == RC_MESSAGE_ENUM_UPDATE;
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
    case RC_ROLE_LIMIT:
    case RC_ROLE_MAX_AFFECTED:
        return json_integer((json_int_t)dice_throw(dice, 5));
    case RC_ROLE_WITH_TOTAL:
    case RC_ROLE_REQUIRED:
    case RC_ROLE_INSENSITIVE:
    case RC_ROLE_SKIP_DUPLICATES:
    case RC_ROLE_ALL:
    case RC_ROLE_SET_TO_NULL:
        return json_true();
    case RC_ROLE_IS_NULL:
    case RC_ROLE_IS_EMPTY:
        return json_boolean(dice_chance(dice, 50));
    case RC_ROLE_DISTINCT:
    case RC_ROLE_SET_NULL:
    case RC_ROLE_CONFLICT:
    case RC_ROLE_UPDATE:
    case RC_ROLE_DIRECTION:
    case RC_ROLE_NULLS_ORDER:
        return draw_name(generator, field);
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
        return generate_element(generator, column);
    }
    return is_written(place->message) ? generate_written(generator, column)
                                      : generate_value(generator, column);
}

// ---- which fields

static bool is_of_view(const struct rc_relation *relation)
{
    return relation->target->entity->view;
}

static bool is_left_out(const struct generator *generator,
                        const struct rc_wire_message *message,
                        const struct rc_wire_field *field)
{
    unsigned feature = 0;
    if (field->role == RC_ROLE_SEARCH || field->role == RC_ROLE_RELEVANCE) {
        return true; // what a word is, PostgreSQL's dictionaries decide
    }
    if (field->role == RC_ROLE_LOCK) {
        return true; // only transactions can have one
    }
    if (field->role == RC_ROLE_LOCK) {
        return true; // it changes no answer, and needs a transaction
    }
    if (field->role != RC_ROLE_RELATION && field->role != RC_ROLE_COUNTS) {
        return false;
    }
    if (field->role == RC_ROLE_RELATION && is_of_view(field->subject)) {
        return true;
    }
    if (message->role == RC_MESSAGE_WHERE) {
        feature = WITHOUT_RELATION_FILTERS;
    } else if (message->role == RC_MESSAGE_SELECT) {
        feature = WITHOUT_NESTED_SELECTS;
    } else if (message->role == RC_MESSAGE_ORDER_BY) {
        feature = WITHOUT_RELATION_ORDERS;
    } else if (message->role == RC_MESSAGE_CREATE || message->role == RC_MESSAGE_UPDATE) {
        feature = WITHOUT_NESTED_WRITES;
    }
    return generator->without & feature;
}

// In how many creates a column has a value.
static unsigned chance_of_column(const struct rc_column *column)
{
    if (!rc_column_is_optional(column)) {
        return column->generator == RC_GENERATOR_NONE && !column->updated_at ? 98 : 25;
    }
    return column->autoincrement ? 25 : 45;
}

// Whether the message names one record by its key.
static bool is_keyed(const struct rc_wire_message *message)
{
    return message->field_count > 0 && message->fields[0].role == RC_ROLE_KEY;
}

// In how many of a hundred messages the field is there.
static unsigned chance_of(const struct rc_wire_message *message,
                          const struct rc_wire_field *field)
{
    switch ((enum rc_api_role)field->role) {
    case RC_ROLE_UPDATE:
        return field->repeated ? 70 : 100;
    case RC_ROLE_KEY:
    case RC_ROLE_DATA:
    case RC_ROLE_CREATE:
    case RC_ROLE_CONFLICT:
    case RC_ROLE_ROWS:
    case RC_ROLE_ANY:
        return 100;
    case RC_ROLE_COLUMN:
        return message->role == RC_MESSAGE_CREATE ? chance_of_column(field->subject) : 25;
    case RC_ROLE_SET_NULL:
        return 8;
    case RC_ROLE_LIMIT:
    case RC_ROLE_MAX_AFFECTED:
        return 15;
    case RC_ROLE_WHERE:
        return is_keyed(message) ? 12 : 60;
    case RC_ROLE_SELECT:
    case RC_ROLE_ORDER_BY:
        return 60;
    case RC_ROLE_TAKE:
    case RC_ROLE_DIRECTION:
    case RC_ROLE_NULLS_ORDER:
        return 45;
    case RC_ROLE_RELATION:
        return message->role == RC_MESSAGE_SELECT ? 22 : 18;
    default:
        return 25;
    }
}

static size_t count_of(struct generator *generator, const struct rc_wire_field *field)
{
    switch ((enum rc_api_role)field->role) {
    case RC_ROLE_ANY:
    case RC_ROLE_ROWS:
    case RC_ROLE_KEY:
        return dice_throw(generator->dice, 4);
    case RC_ROLE_ORDER_BY:
        return 1 + dice_throw(generator->dice, 3);
    default:
        return 1 + dice_throw(generator->dice, 2);
    }
}

void generate_field(struct generator *generator, const struct place *place,
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
    const struct rc_wire_field *fields[GENERATE_FIELDS_MAX];
    size_t count;
};

static enum generate_class class_of(const struct rc_wire_field *field)
{
    switch ((enum rc_api_role)field->role) {
    case RC_ROLE_COLUMN:
        return CLASS_COLUMNS;
    case RC_ROLE_RELATION:
        return CLASS_RELATIONS;
    default:
        return CLASS_LOGIC;
    }
}

static void list_fields(const struct generator *generator,
                        const struct rc_wire_message *message, enum generate_class class,
                        struct choice *ret_choice)
{
    ret_choice->count = 0;
    for (size_t i = 0; i < message->field_count && ret_choice->count < GENERATE_FIELDS_MAX;
         i++) {
        const struct rc_wire_field *field = &message->fields[i];
        if (!is_left_out(generator, message, field) &&
            (class == CLASS_ALL || class_of(field) == class)) {
            ret_choice->fields[ret_choice->count++] = field;
        }
    }
}

void generate_some(struct generator *generator, const struct place *place,
                   enum generate_class class, size_t count, json_t *drawn)
{
    struct choice choice;
    list_fields(generator, place->message, class, &choice);
    for (; count > 0 && choice.count > 0; count--) {
        size_t chosen = dice_throw(generator->dice, choice.count);
        generate_field(generator, place, choice.fields[chosen], drawn);
        choice.fields[chosen] = choice.fields[--choice.count];
    }
}

bool generate_is_deep(const struct generator *generator, const struct place *place)
{
    return place->depth >= DEPTH_MAX || generator->budget <= 0;
}

static void add_conditions(struct generator *generator, const struct place *place,
                           json_t *drawn)
{
    size_t count = dice_chance(generator->dice, 6) ? 0 : 1 + dice_throw(generator->dice, 2);
    for (; count > 0; count--) {
        enum generate_class class = CLASS_COLUMNS;
        if (!generate_is_deep(generator, place) && dice_chance(generator->dice, 55)) {
            class = dice_chance(generator->dice, 65) ? CLASS_RELATIONS : CLASS_LOGIC;
        }
        generate_some(generator, place, class, 1, drawn);
    }
}

void generate_by_chance(struct generator *generator, const struct place *outer, json_t *drawn)
{
    struct choice choice;
    struct place place = *outer;
    list_fields(generator, place.message, CLASS_ALL, &choice);
    for (size_t i = 0; i < choice.count; i++) {
        const struct rc_wire_field *field = choice.fields[i];
        unsigned chance = chance_of(place.message, field);
        if ((chance >= 98 || !generate_is_deep(generator, &place)) &&
            dice_chance(generator->dice, chance)) {
            generate_field(generator, &place, field, drawn);
        }
        if (field->role == RC_ROLE_KEY && !field->repeated) { // what follows is about it
            const struct rc_model *model = field->message->subject;
            place.row = world_find(generator->world, model->entity,
                                   json_object_get(drawn, field->name));
        }
    }
}

// An order by a column, or further on: a chain of relations ends at a column or a count.
static void add_criterion(struct generator *generator, const struct place *place, json_t *drawn)
{
    bool is_far = !generate_is_deep(generator, place) && dice_chance(generator->dice, 35);
    generate_some(generator, place, is_far ? CLASS_RELATIONS : CLASS_COLUMNS, 1, drawn);
    if (json_object_size(drawn) == 0) {
        generate_some(generator, place, CLASS_COLUMNS, 1, drawn);
    }
}

// It changes what the other members mean, so it comes with some.
static void add_insensitive(struct generator *generator, const struct place *place,
                            json_t *drawn)
{
    for (size_t i = 0; i < place->message->field_count; i++) {
        if (place->message->fields[i].role == RC_ROLE_INSENSITIVE &&
            dice_chance(generator->dice, 25)) {
            generate_field(generator, place, &place->message->fields[i], drawn);
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
    case RC_MESSAGE_CREATE:
        generate_create(generator, place, drawn);
        return;
    case RC_MESSAGE_UPDATE:
        generate_update(generator, place, drawn);
        return;
    case RC_MESSAGE_UPDATE_OP:
    case RC_MESSAGE_ENUM_UPDATE:
    case RC_MESSAGE_ENUM_LIST_UPDATE:
        generate_change(generator, place, drawn);
        return;
    case RC_MESSAGE_NESTED:
        generate_nested(generator, place, drawn);
        generate_alignment(generator, place, drawn);
        return;
    case RC_MESSAGE_REQUEST:
        generate_by_chance(generator, place, drawn);
        generate_alignment(generator, place, drawn);
        return;
    case RC_MESSAGE_FILTER:
        generate_some(generator, place, CLASS_ALL, dice_chance(generator->dice, 80) ? 1 : 2,
                      drawn);
        add_insensitive(generator, place, drawn);
        return;
    case RC_MESSAGE_LIST_FILTER:
    case RC_MESSAGE_ENUM_FILTER:
    case RC_MESSAGE_ENUM_LIST_FILTER:
    case RC_MESSAGE_RELATION_FILTER_ONE:
    case RC_MESSAGE_RELATION_FILTER_MANY:
    case RC_MESSAGE_COUNT_SELECT:
        generate_some(generator, place, CLASS_ALL, dice_chance(generator->dice, 80) ? 1 : 2,
                      drawn);
        return;
    default:
        generate_by_chance(generator, place, drawn);
        return;
    }
}

// Where the field's message is drawn. The record at hand and what is written of its relations
// go along until other data begins.
static struct place place_of(const struct place *outer, const struct rc_wire_field *field)
{
    struct place place = {.message = rc_wire_message_ready(field->message),
                          .column = outer->column,
                          .depth = outer->depth + 1,
                          .row = outer->row,
                          .relation = outer->relation,
                          .connects = outer->connects,
                          .is_many = outer->is_many};
    assert_non_null(place.message);
    if (field->role == RC_ROLE_COLUMN) {
        place.column = field->subject;
    } else if (field->role == RC_ROLE_RELATION) {
        place.relation = field->subject;
    } else if (field->role == RC_ROLE_NESTED) {
        place.connects = strncmp(field->name, "connect", strlen("connect")) == 0;
        place.is_many = strcmp(field->name, "update_many") == 0;
    } else if (outer->message->role == RC_MESSAGE_REQUEST) {
        place.is_many = !is_keyed(outer->message);
    }
    return place;
}

static json_t *draw_message(struct generator *generator, const struct place *outer,
                            const struct rc_wire_field *field)
{
    const struct place place = place_of(outer, field);
    switch ((enum rc_api_message)place.message->role) {
    case RC_MESSAGE_TIMESTAMP:
        return generate_value(generator, place.column);
    case RC_MESSAGE_LIST:
    case RC_MESSAGE_ENUM_LIST:
        return generate_list(generator, place.column, field);
    case RC_MESSAGE_KEY:
        return generate_key(generator, &place);
    case RC_MESSAGE_FIELD_COMPARISON:
        return generate_comparison(
            generator, place.column,
            rc_wire_field_by_name(place.message, rc_view_of("comparison"))->enumeration);
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
