// SPDX-License-Identifier: Apache-2.0
//
// Column sets into select lists, in the order of declaration.
#include "query/columns.h"

rowcall_status rc_columns_init_of(struct rc_builder *builder, const struct rc_entity *entity,
                                  struct rc_columns *ret_columns)
{
    bool *has = rc_arena_new_array(builder->scratch, entity->column_count + 1, bool);
    if (!has) {
        return rc_error_oom(builder->err);
    }
    *ret_columns = (struct rc_columns){.entity = entity, .has = has};
    return ROWCALL_OK;
}

rowcall_status rc_columns_init(struct rc_builder *builder, struct rc_columns *ret_columns)
{
    return rc_columns_init_of(builder, builder->model->entity, ret_columns);
}

void rc_columns_add_all(struct rc_columns *columns, const struct rc_columns *more)
{
    for (size_t i = 0; i < columns->entity->column_count; i++) {
        columns->has[i] |= more->has[i];
    }
}

bool rc_columns_is_empty(const struct rc_columns *columns)
{
    size_t i = 0;
    while (i < columns->entity->column_count && !columns->has[i]) {
        i++;
    }
    return i == columns->entity->column_count;
}

size_t rc_columns_read(struct rc_columns *columns, const struct rc_node *select)
{
    size_t count = 0;
    for (const struct rc_node *child = select ? select->first : NULL; child;
         child = child->next) {
        if (child->field->role == RC_ROLE_COLUMN && child->flag) {
            rc_columns_add(columns, child->field->subject);
            count++;
        }
    }
    if (count > 0) {
        return count;
    }
    for (size_t i = 0; i < columns->entity->column_count; i++) {
        columns->has[i] = true;
    }
    return columns->entity->column_count;
}

static void put_one(struct rc_builder *builder, const struct rc_column *column,
                    struct rc_alias alias, bool is_cast)
{
    rc_builder_put_column(builder, alias, column);
    if (is_cast) {
        rc_builder_put_cast(builder, &column->type);
    }
    rc_builder_add_value(builder, &column->type, column->number, column->name);
}

static void put_all(struct rc_builder *builder, const struct rc_columns *columns,
                    struct rc_alias alias, bool is_result)
{
    bool is_first = true;
    for (size_t i = 0; i < columns->entity->column_count; i++) {
        if (!columns->has[i]) {
            continue;
        }
        rc_builder_put(builder, is_first ? "" : ", ");
        is_first = false;
        if (is_result) {
            put_one(builder, &columns->entity->columns[i], alias, false);
        } else {
            rc_builder_put_column(builder, alias, &columns->entity->columns[i]);
        }
    }
}

void rc_columns_put(struct rc_builder *builder, const struct rc_columns *columns,
                    struct rc_alias alias)
{
    put_all(builder, columns, alias, false);
}

void rc_columns_put_result(struct rc_builder *builder, const struct rc_columns *columns,
                           struct rc_alias alias)
{
    put_all(builder, columns, alias, true);
}

void rc_columns_put_cast(struct rc_builder *builder, const struct rc_column *column,
                         struct rc_alias alias)
{
    put_one(builder, column, alias, true);
}
