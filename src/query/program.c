// SPDX-License-Identifier: Apache-2.0
//
// Slots into the values of parameters.
#include "query/program.h"

#include "query/generate.h"
#include "query/literal.h"

// text with \, % and _ escaped, so that LIKE takes it literally, between its wildcards.
static bool make_pattern(struct rc_view text, enum rc_param_source source,
                         struct rc_arena *arena, struct rc_value *ret_value)
{
    char *pattern = rc_arena_alloc(arena, text.len * 2 + 3);
    size_t len = 0;
    if (!pattern) {
        return false;
    }
    if (source != RC_PARAM_STARTS_WITH) {
        pattern[len++] = '%';
    }
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (c == '\\' || c == '%' || c == '_') {
            pattern[len++] = '\\';
        }
        pattern[len++] = c;
    }
    if (source != RC_PARAM_ENDS_WITH) {
        pattern[len++] = '%';
    }
    *ret_value = rc_value_of_bytes((struct rc_view){pattern, len});
    return true;
}

static bool make_generated(enum rc_generator generator, struct rc_arena *arena,
                           struct rc_value *ret_value)
{
    char *text = rc_arena_alloc(arena, RC_GENERATED_SIZE);
    if (!text || !rc_generate(generator, text)) {
        return false;
    }
    *ret_value = rc_value_of_bytes(rc_view_of(text));
    return true;
}

// One column over the rows of the group.
static bool make_column(const struct rc_param *param, const struct rc_row_group *group,
                        struct rc_arena *arena, struct rc_value *ret_value)
{
    struct rc_value *values = rc_arena_new_array(arena, group->row_count + 1, struct rc_value);
    if (!values) {
        return false;
    }
    bool is_made = true;
    for (size_t i = 0; is_made && i < group->row_count; i++) {
        if (param->source == RC_PARAM_ROWS_GENERATED) {
            is_made = make_generated(param->generator, arena, &values[i]);
            continue;
        }
        values[i] = group->slots.values[i * group->slot_count + param->slot];
        if (param->source == RC_PARAM_ROWS_LITERAL) {
            is_made = rc_literal_of_list(&values[i], param->element, arena, &values[i]);
        }
    }
    *ret_value = rc_value_of_list(values, group->row_count);
    return is_made;
}

static int64_t magnitude_of(int64_t value)
{
    if (value >= 0) {
        return value;
    }
    return value == INT64_MIN ? INT64_MAX : -value;
}

static bool make_value(const struct rc_param *param, const struct rc_shape *shape,
                       struct rc_arena *arena, struct rc_value *ret_value)
{
    const struct rc_value *slots = shape->slots.values;
    int64_t number;
    switch (param->source) {
    case RC_PARAM_SLOT:
        *ret_value = slots[param->slot];
        return true;
    case RC_PARAM_MAGNITUDE:
        *ret_value = rc_value_of_int(magnitude_of(slots[param->slot].integer));
        return true;
    case RC_PARAM_ONE_MORE:
        number = slots[param->slot].integer;
        *ret_value = rc_value_of_int(number == INT64_MAX ? number : number + 1);
        return true;
    case RC_PARAM_CONTAINS:
    case RC_PARAM_STARTS_WITH:
    case RC_PARAM_ENDS_WITH:
        return make_pattern(slots[param->slot].bytes, param->source, arena, ret_value);
    case RC_PARAM_GENERATED:
        return make_generated(param->generator, arena, ret_value);
    case RC_PARAM_ROWS:
    case RC_PARAM_ROWS_LITERAL:
    case RC_PARAM_ROWS_GENERATED:
        return make_column(param, shape->groups[param->group], arena, ret_value);
    case RC_PARAM_ROW_COUNT:
        *ret_value = rc_value_of_int((int64_t)shape->groups[param->group]->row_count);
        return true;
    }
    return false;
}

rowcall_status rc_program_bind(const struct rc_plan_program *program,
                               const struct rc_shape *shape, struct rc_arena *arena,
                               const struct rc_value **ret_values, rowcall_error *err)
{
    struct rc_value *values =
        rc_arena_new_array(arena, program->param_count + 1, struct rc_value);
    if (!values) {
        return rc_error_oom(err);
    }
    for (size_t i = 0; i < program->param_count; i++) {
        if (!make_value(&program->params[i], shape, arena, &values[i])) {
            return rc_error_oom(err);
        }
    }
    *ret_values = values;
    return ROWCALL_OK;
}
