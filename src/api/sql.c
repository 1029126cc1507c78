// SPDX-License-Identifier: Apache-2.0
//
// Messages of typed SQL: the fields are the authored ones, every value with presence.
#include "api/api_internal.h"

void rc_api_build_record(struct rc_api_builder *builder, const struct rc_entity *record)
{
    for (size_t i = 0; i < record->column_count; i++) {
        rc_api_add_value(builder, &record->columns[i]);
    }
}

void rc_api_build_sql_response(struct rc_api_builder *builder,
                               const struct rc_sql_method *method)
{
    if (!method->row) {
        rc_api_add_scalar(builder, 1, "count", RC_FIELD_INT64, RC_ROLE_COUNT)->comment =
            "How many rows were affected.";
        return;
    }
    const struct rc_wire_message *row = rc_api_record_of(builder, method->row);
    if (method->many) {
        rc_api_add_message(builder, 1, "rows", row, RC_ROLE_RESULT_ROWS)->repeated = true;
    } else {
        rc_api_add_message(builder, 1, "row", row, RC_ROLE_ROW)->comment =
            "Absent when there is none.";
    }
}
