// SPDX-License-Identifier: Apache-2.0
//
// The statements of the verbs. Each function writes one whole statement for one request into
// a fresh builder, and says there how its result is read. They refuse what a request may not
// say: INVALID_ARGUMENT, or UNIMPLEMENTED for what is not served yet.
#ifndef RC_QUERY_STATEMENT_H
#define RC_QUERY_STATEMENT_H

#include "query/builder.h"

typedef rowcall_status (*rc_statement_fn)(struct rc_builder *builder,
                                          const struct rc_node *request);

// Reads (read.c).
rowcall_status rc_statement_find_unique(struct rc_builder *builder,
                                        const struct rc_node *request) RC_MUST_CHECK;
rowcall_status rc_statement_find_first(struct rc_builder *builder,
                                       const struct rc_node *request) RC_MUST_CHECK;
rowcall_status rc_statement_find_many(struct rc_builder *builder,
                                      const struct rc_node *request) RC_MUST_CHECK;
rowcall_status rc_statement_count(struct rc_builder *builder,
                                  const struct rc_node *request) RC_MUST_CHECK;
rowcall_status rc_statement_exists(struct rc_builder *builder,
                                   const struct rc_node *request) RC_MUST_CHECK;

// Aggregates (aggregate.c, group_by.c).
rowcall_status rc_statement_aggregate(struct rc_builder *builder,
                                      const struct rc_node *request) RC_MUST_CHECK;
rowcall_status rc_statement_group_by(struct rc_builder *builder,
                                     const struct rc_node *request) RC_MUST_CHECK;

// Writes (create.c, write.c).
rowcall_status rc_statement_create(struct rc_builder *builder,
                                   const struct rc_node *request) RC_MUST_CHECK;
rowcall_status rc_statement_create_many(struct rc_builder *builder,
                                        const struct rc_node *request) RC_MUST_CHECK;
rowcall_status rc_statement_update(struct rc_builder *builder,
                                   const struct rc_node *request) RC_MUST_CHECK;
rowcall_status rc_statement_update_many(struct rc_builder *builder,
                                        const struct rc_node *request) RC_MUST_CHECK;
rowcall_status rc_statement_delete(struct rc_builder *builder,
                                   const struct rc_node *request) RC_MUST_CHECK;
rowcall_status rc_statement_delete_many(struct rc_builder *builder,
                                        const struct rc_node *request) RC_MUST_CHECK;

// Upserts (upsert.c, upsert_many.c).
rowcall_status rc_statement_upsert(struct rc_builder *builder,
                                   const struct rc_node *request) RC_MUST_CHECK;
rowcall_status rc_statement_upsert_many(struct rc_builder *builder,
                                        const struct rc_node *request) RC_MUST_CHECK;

// Typed SQL (sql.c).
rowcall_status rc_statement_sql(struct rc_builder *builder, const struct rc_sql_method *method,
                                const struct rc_node *request) RC_MUST_CHECK;

#endif
