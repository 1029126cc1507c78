// SPDX-License-Identifier: Apache-2.0
//
// Making the enums of a scope: each is made whole, its values ascending by number, and is never
// changed afterwards.
#include "api/enum_table.h"

#include "api/names.h"

#include <stdlib.h>

static int compare_value(const void *a, const void *b)
{
    int32_t x = ((const struct rc_wire_enum_value *)a)->number;
    int32_t y = ((const struct rc_wire_enum_value *)b)->number;
    return (x > y) - (x < y);
}

static struct rc_wire_enum *new_enum(struct rc_arena *arena, const struct rc_scope *scope,
                                     const char *name, size_t capacity)
{
    struct rc_wire_enum *made = rc_arena_new(arena, struct rc_wire_enum);
    struct rc_wire_enum_value *values =
        rc_arena_new_array(arena, capacity, struct rc_wire_enum_value);
    if (!made || !values || !name) {
        return NULL;
    }
    made->name = name;
    made->full_name = rc_arena_printf(arena, "%s.%s", scope->name, name);
    made->values = values;
    return made->full_name ? made : NULL;
}

static void add_enum_value(struct rc_wire_enum *made, const char *name, int32_t number,
                           const char *comment)
{
    struct rc_wire_enum_value *values = (struct rc_wire_enum_value *)made->values;
    values[made->value_count++] = (struct rc_wire_enum_value){name, number, comment};
}

struct rc_wire_enum *rc_api_make_enum(struct rc_arena *arena, const struct rc_scope *scope,
                                      const struct rc_enum *enumeration)
{
    struct rc_wire_enum *made =
        new_enum(arena, scope, enumeration->name, enumeration->label_count + 1);
    if (!made) {
        return NULL;
    }
    made->comment = enumeration->comment;
    if (enumeration->unspecified_name) {
        add_enum_value(made, enumeration->unspecified_name, enumeration->unspecified, NULL);
    }
    for (size_t i = 0; i < enumeration->label_count; i++) {
        const struct rc_enum_label *label = &enumeration->labels[i];
        add_enum_value(made, label->name, label->number, label->comment);
    }
    qsort((void *)made->values, made->value_count, sizeof *made->values, compare_value);
    return made;
}

struct rc_wire_enum *rc_api_make_field_enum(struct rc_arena *arena,
                                            const struct rc_scope *scope,
                                            const struct rc_model *model)
{
    const struct rc_entity *entity = model->entity;
    const char *prefix = rc_api_upper_case(arena, rc_snake_case(arena, entity->name));
    struct rc_wire_enum *made =
        new_enum(arena, scope, rc_arena_printf(arena, "%sField", entity->name),
                 entity->column_count + 1);
    if (!made || !prefix) {
        return NULL;
    }
    made->comment = rc_arena_printf(arena, "The fields of %s.", entity->name);
    const char *unspecified = rc_arena_printf(arena, "%s_FIELD_UNSPECIFIED", prefix);
    if (!unspecified) {
        return NULL;
    }
    add_enum_value(made, unspecified, 0, NULL);
    for (size_t i = 0; i < entity->column_count; i++) {
        const struct rc_column *column = &entity->columns[i];
        const char *upper = rc_api_upper_case(arena, column->name);
        const char *name = upper ? rc_arena_printf(arena, "%s_FIELD_%s", prefix, upper) : NULL;
        if (!name) {
            return NULL;
        }
        add_enum_value(made, name, (int32_t)column->number, NULL);
    }
    qsort((void *)made->values, made->value_count, sizeof *made->values, compare_value);
    return made;
}
