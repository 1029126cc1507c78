// SPDX-License-Identifier: Apache-2.0
//
// A failure of a statement in the schema's terms: entity and fields, found by the names of
// table, column and constraint that PostgreSQL gives, and a sentence made of them. Thread-safe.
#ifndef RC_SERVICE_DESCRIBE_H
#define RC_SERVICE_DESCRIBE_H

#include "service/errors.h"

// Adds entity, fields and sentence to ret_error, which has the rule's already. model: the
// call's, whose scope is searched, and whose entity it is when PostgreSQL names none.
void rc_describe(const struct rc_pg_error *error, const struct rc_error_rule *rule,
                 const struct rc_model *model, rowcall_error *ret_error);

#endif
