// SPDX-License-Identifier: Apache-2.0
//
// The layers of a select list.
#include "query/results.h"

// "c2": the name under which a layer gives its value to the one around it.
static void put_name(const struct rc_results *results)
{
    rc_buf_printf(&results->builder->sql, "c%zu", results->count);
}

void rc_results_put(struct rc_results *results, const struct rc_operand *operand,
                    uint32_t number, const char *name)
{
    struct rc_builder *builder = results->builder;
    rc_builder_put(builder, results->count > 0 ? ", " : "");
    switch (results->layer) {
    case RC_RESULTS_DIRECT:
        rc_operand_put(builder, operand);
        rc_builder_add_value(builder, operand->type, number, name);
        break;
    case RC_RESULTS_INNER:
        rc_operand_put(builder, operand);
        rc_builder_put(builder, " as ");
        put_name(results);
        break;
    case RC_RESULTS_OUTER:
        rc_builder_put_alias(builder, results->alias);
        rc_builder_put(builder, ".");
        put_name(results);
        rc_builder_add_value(builder, operand->type, number, name);
        break;
    }
    results->count++;
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
