// SPDX-License-Identifier: Apache-2.0
//
// Full-text queries: ESearch as a condition, ERelevance as what records are ordered by.
//
//   to_tsvector('english'::regconfig, t0."title" || ' ' || coalesce(t0."body", ''))
//     @@ to_tsquery('english'::regconfig, $1::text)
//
// The language is part of the text, so that an index on that very expression serves the query:
// the fields in the order in which the request names them, those that may be NULL in coalesce
// where there are several. One field alone stands as it is; where it is NULL the condition is
// NULL. The query itself is a parameter.
//
// Columns of type tsvector are searched as they are, and stand behind the texts:
//
//   to_tsvector('english'::regconfig, t0."title") || t0."words" @@ ...
#ifndef RC_QUERY_SEARCH_H
#define RC_QUERY_SEARCH_H

#include "query/builder.h"

// What is searched where no language is named: words as they are.
#define RC_SEARCH_LANGUAGE "simple"

// The condition that the record `alias` matches node, an ESearch. INVALID_ARGUMENT when it
// names no query or no fields, or one that is no text column.
rowcall_status rc_search_write(struct rc_builder *builder, const struct rc_node *node,
                               struct rc_alias alias) RC_MUST_CHECK;

// Whether node, an ESearch or ERelevance, is whole; refuses it as above otherwise.
rowcall_status rc_search_check(struct rc_builder *builder,
                               const struct rc_node *node) RC_MUST_CHECK;

// The rank of the record `alias`, a real that is never NULL, by an ERelevance that was checked.
// A record that a join did not find has rank 0.
void rc_search_put_rank(struct rc_builder *builder, const struct rc_node *node,
                        struct rc_alias alias);

// The text search configuration that the message of a query (its ESearch or ERelevance) names.
struct rc_view rc_search_language(const struct rc_node *node);

#endif
