// SPDX-License-Identifier: Apache-2.0
//
// What an EUpdate changes: the assignments of an update statement.
#ifndef RC_QUERY_CHANGE_H
#define RC_QUERY_CHANGE_H

#include "query/builder.h"

// " set "a" = $1, "n" = t0."n" + $2": every column of data (an EUpdate, may be NULL), then
// updated_at columns that it does not name. Relations are the caller's. alias: the table that
// is updated. ret_count: how many assignments; with 0 there is no text.
rowcall_status rc_change_put(struct rc_builder *builder, const struct rc_entity *entity,
                             const struct rc_node *data, struct rc_alias alias,
                             size_t *ret_count) RC_MUST_CHECK;

// " set "a" = ", or ", "a" = " behind others: the beginning of one more assignment.
void rc_change_put_target(struct rc_builder *builder, const struct rc_column *column,
                          size_t *count);

// Whether there is any change: a column of data, or an updated_at.
bool rc_change_is_any(const struct rc_entity *entity, const struct rc_node *data);

// Whether data changes columns of a key, which foreign keys may refer to.
bool rc_change_moves_keys(const struct rc_entity *entity, const struct rc_node *data);

// Whether data changes this column.
bool rc_change_names(const struct rc_node *data, const struct rc_column *column);

#endif
