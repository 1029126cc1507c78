// SPDX-License-Identifier: Apache-2.0
//
// The data of creates and updates: columns, and writes of related records.
#include "api/api_internal.h"

static void add_relation_writes(struct rc_api_builder *builder, enum rc_api_slot one,
                                enum rc_api_slot many)
{
    for (size_t i = 0; i < builder->model->relation_count; i++) {
        const struct rc_relation *relation = &builder->model->relations[i];
        if (rc_api_is_writable(relation->target)) {
            rc_api_add_relation(
                builder, relation,
                rc_api_slot(builder, relation->target, relation->to_many ? many : one));
        }
    }
}

void rc_api_build_create(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    const struct rc_entity *entity = builder->model->entity;
    bool has_nullable = false;
    for (size_t i = 0; i < entity->column_count; i++) {
        if (!entity->columns[i].generated_sql) {
            rc_api_add_value(builder, &entity->columns[i]);
            has_nullable |= entity->columns[i].nullable;
        }
    }
    add_relation_writes(builder, RC_SLOT_CREATE_ONE, RC_SLOT_CREATE_LIST);
    if (has_nullable) {
        rc_api_add_field_list(builder, 1005, "set_null", RC_ROLE_SET_NULL)->comment =
            "Fields to be NULL in spite of their defaults.";
    }
}

void rc_api_build_update(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    const struct rc_entity *entity = builder->model->entity;
    for (size_t i = 0; i < entity->column_count; i++) {
        const struct rc_column *column = &entity->columns[i];
        if (!column->generated_sql) {
            const struct rc_wire_message *update = rc_api_update_of(builder, &column->type);
            builder->failed |= !update;
            rc_api_add_column(builder, column, update)->comment = NULL;
        }
    }
    add_relation_writes(builder, RC_SLOT_UPDATE_ONE, RC_SLOT_UPDATE_LIST);
}
