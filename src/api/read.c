// SPDX-License-Identifier: Apache-2.0
//
// What reads are made of: rows, keys, selects, the query of a to-many relation, orders.
#include "api/api_internal.h"

void rc_api_build_row(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    const struct rc_model *model = builder->model;
    for (size_t i = 0; i < model->entity->column_count; i++) {
        rc_api_add_value(builder, &model->entity->columns[i]);
    }
    for (size_t i = 0; i < model->relation_count; i++) {
        const struct rc_relation *relation = &model->relations[i];
        rc_api_add_relation(builder, relation,
                            rc_api_slot(builder, relation->target, RC_SLOT_ROW))
            ->repeated = relation->to_many;
    }
    if (rc_api_has_to_many(model)) {
        rc_api_add_message(builder, 1004, "counts", rc_api_slot(builder, model, RC_SLOT_COUNTS),
                           RC_ROLE_COUNTS)
            ->comment = "How many related records there are, where asked for.";
    }
}

void rc_api_build_counts(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    for (size_t i = 0; i < builder->model->relation_count; i++) {
        const struct rc_relation *relation = &builder->model->relations[i];
        if (relation->to_many) {
            rc_api_add_optional(builder, relation->number, relation->name, RC_FIELD_INT64,
                                RC_ROLE_RELATION)
                ->subject = relation;
        }
    }
}

void rc_api_build_key(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    const struct rc_entity *entity = builder->model->entity;
    for (size_t i = 0; i < entity->key_count; i++) {
        const struct rc_key *key = &entity->keys[i];
        if (key->column_count == 1) {
            rc_api_add_value(builder, key->columns[0]);
            continue;
        }
        rc_api_add_message(builder, key->number, key->name, rc_api_composite_key(builder, key),
                           RC_ROLE_COMPOSITE_KEY)
            ->subject = key;
    }
    rc_api_close_oneof(builder, "key");
}

void rc_api_build_select(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    const struct rc_model *model = builder->model;
    for (size_t i = 0; i < model->entity->column_count; i++) {
        struct rc_wire_field *field =
            rc_api_add_column(builder, &model->entity->columns[i], NULL);
        field->type = RC_FIELD_BOOL;
        field->comment = NULL;
    }
    for (size_t i = 0; i < model->relation_count; i++) {
        const struct rc_relation *relation = &model->relations[i];
        rc_api_add_relation(builder, relation,
                            rc_api_slot(builder, relation->target,
                                        relation->to_many ? RC_SLOT_QUERY : RC_SLOT_SELECT));
    }
    if (rc_api_has_to_many(model)) {
        rc_api_add_message(builder, 1004, "counts",
                           rc_api_slot(builder, model, RC_SLOT_COUNT_SELECT), RC_ROLE_COUNTS);
    }
}

void rc_api_build_query(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    const struct rc_model *model = builder->model;
    rc_api_add_message(builder, 1, "where", rc_api_slot(builder, model, RC_SLOT_WHERE),
                       RC_ROLE_WHERE);
    rc_api_add_message(builder, 2, "order_by", rc_api_slot(builder, model, RC_SLOT_ORDER_BY),
                       RC_ROLE_ORDER_BY)
        ->repeated = true;
    rc_api_add_message(builder, 3, "cursor", rc_api_slot(builder, model, RC_SLOT_KEY),
                       RC_ROLE_CURSOR)
        ->comment = "Begin with this record; none when it does not exist.";
    rc_api_add_optional(builder, 4, "take", RC_FIELD_INT32, RC_ROLE_TAKE)->comment =
        "At most so many; negative: from the end.";
    rc_api_add_scalar(builder, 5, "skip", RC_FIELD_UINT32, RC_ROLE_SKIP);
    rc_api_add_field_list(builder, 6, "distinct", RC_ROLE_DISTINCT)->comment =
        "Only the first record of each combination of these fields.";
    rc_api_add_message(builder, 7, "select", rc_api_slot(builder, model, RC_SLOT_SELECT),
                       RC_ROLE_SELECT);
}

void rc_api_build_count_select(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    for (size_t i = 0; i < builder->model->relation_count; i++) {
        const struct rc_relation *relation = &builder->model->relations[i];
        if (relation->to_many) {
            rc_api_add_relation(builder, relation,
                                rc_api_slot(builder, relation->target, RC_SLOT_COUNT_WHERE));
        }
    }
}

void rc_api_build_count_where(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    rc_api_add_message(builder, 1, "where", rc_api_slot(builder, builder->model, RC_SLOT_WHERE),
                       RC_ROLE_WHERE);
}

void rc_api_build_order_by(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    const struct rc_model *model = builder->model;
    for (size_t i = 0; i < model->entity->column_count; i++) {
        if (rc_api_is_orderable(&model->entity->columns[i])) {
            rc_api_add_column(builder, &model->entity->columns[i], &rc_vocabulary_order)
                ->comment = NULL;
        }
    }
    for (size_t i = 0; i < model->relation_count; i++) {
        const struct rc_relation *relation = &model->relations[i];
        const struct rc_wire_message *order =
            relation->to_many ? &rc_vocabulary_count_order
                              : rc_api_slot(builder, relation->target, RC_SLOT_ORDER_BY);
        rc_api_add_relation(builder, relation, order)->comment = NULL;
    }
    if (rc_api_has_searchable(model)) {
        rc_api_add_message(builder, 1006, "relevance",
                           rc_api_slot(builder, model, RC_SLOT_RELEVANCE), RC_ROLE_RELEVANCE);
    }
    rc_api_close_oneof(builder, "order");
}
