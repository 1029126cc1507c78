// SPDX-License-Identifier: Apache-2.0
//
// The layers of a select list.
#include "query/results.h"

static void put_text_cast(struct rc_builder *builder, const struct rc_type *type)
{
    if (!rc_decode_is_native(type->kind)) {
        rc_builder_put_cast(builder, type->array ? &rc_type_text_array : &rc_type_text);
    }
}

static void put_value(const struct rc_results *results, const struct rc_operand *operand)
{
    struct rc_builder *builder = results->builder;
    char name[32];
    (void)snprintf(name, sizeof name, "c%zu", results->count);
    switch (results->layer) {
    case RC_RESULTS_DIRECT:
        rc_operand_put(builder, operand);
        put_text_cast(builder, operand->type);
        break;
    case RC_RESULTS_INNER:
        rc_operand_put(builder, operand);
        rc_builder_put(builder, " as ");
        rc_builder_put(builder, name);
        break;
    case RC_RESULTS_OUTER:
        rc_builder_put_alias(builder, results->alias);
        rc_builder_put(builder, ".");
        rc_builder_put(builder, name);
        put_text_cast(builder, operand->type);
        break;
    }
}

void rc_results_put(struct rc_results *results, const struct rc_operand *operand,
                    uint32_t number, const char *name)
{
    rc_builder_put(results->builder, results->count > 0 ? ", " : "");
    put_value(results, operand);
    results->count++;
    if (results->layer != RC_RESULTS_INNER) {
        rc_builder_add_value(
            results->builder,
            &(struct rc_decode_column){.type = operand->type,
                                       .as_text = !rc_decode_is_native(operand->type->kind),
                                       .number = number,
                                       .name = name});
    }
}

void rc_results_begin(struct rc_results *results, uint32_t number, const char *name)
{
    if (results->layer != RC_RESULTS_INNER) {
        rc_builder_begin_message(results->builder, RC_ROW_GROUP, number, name);
    }
}

void rc_results_end(struct rc_results *results)
{
    if (results->layer != RC_RESULTS_INNER) {
        rc_builder_end_message(results->builder);
    }
}
