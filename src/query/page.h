// SPDX-License-Identifier: Apache-2.0
//
// The part of the records that a request wants: where, cursor, distinct, skip and take, in that
// order, under one total order. At most three layers, each only when it is needed:
//
//   select t2."id", t2."name", t5."name"                 rows back in the order asked for, with
//                                                        what is related to them
//   from (select t1."id", t1."name", t1."makerId"        the page, seen from its end
//         from (select t0."id", t0."name", t0."makerId"  the first of each combination
//                      row_number() over (partition by t0."name" order by ...) as "rc:first"
//               from "public"."products" t0
//               where t0."id" >= (select ... where <cursor's key>) and <where>) t1
//         where t1."rc:first" = 1
//         order by t1."id" desc limit $1 offset $2) t2
//     left join "public"."makers" t5 on t5."id" = t2."makerId"
//   order by t2."id"
//
// The outermost is there for pages from the end, for a total, and where related records are
// read behind a skip. A layer shows the columns that those around it need, and the order's
// values that are none.
#ifndef RC_QUERY_PAGE_H
#define RC_QUERY_PAGE_H

#include "query/lock.h"
#include "query/order.h"

struct rc_select; // select.h, which is built on this

struct rc_page {
    const struct rc_model *model;
    const struct rc_relation *relation; // only records that a given one is related to by it
    struct rc_alias near;               // that one, while it is written
    const struct rc_node *where;
    const struct rc_node *cursor; // an EKey
    const struct rc_node *take;   // the slot
    const struct rc_node *skip;
    bool reversed; // take is negative: from the end
    bool is_first; // one record, whatever take says
    bool is_distinct;
    struct rc_columns distinct;
    struct rc_order order;
    struct rc_lock lock; // of the records of the page
};

// Reads the fields of a request that select a page. is_first: FindFirst.
rowcall_status rc_page_read(struct rc_builder *builder, const struct rc_node *request,
                            bool is_first, struct rc_page *ret_page) RC_MUST_CHECK;

// The same of an EQuery, for the records that a to-many relation leads to. They always have a
// total order, so that answers do not change by themselves.
rowcall_status rc_page_read_related(struct rc_builder *builder,
                                    const struct rc_relation *relation,
                                    const struct rc_node *query,
                                    struct rc_page *ret_page) RC_MUST_CHECK;

// Whether it is all records that match where.
bool rc_page_is_whole(const struct rc_page *page);

// " limit ... offset ...": of skip and of take, whatever its sign.
void rc_page_put_limits(struct rc_builder *builder, const struct rc_page *page);

// Writes the statement that answers rows. has_total: every record of the result has the number
// of matching records in front, and there is at least one record.
rowcall_status rc_page_put_rows(struct rc_builder *builder, const struct rc_page *page,
                                const struct rc_select *select, bool has_total) RC_MUST_CHECK;

// Writes a page of related records of `near` as one value, "array(select row(...) ...)".
rowcall_status rc_page_put_related(struct rc_builder *builder, const struct rc_page *page,
                                   struct rc_alias near,
                                   const struct rc_select *select) RC_MUST_CHECK;

// Writes " from ..." of a statement that aggregates over the page: its records are `alias`, and
// have at least these columns.
rowcall_status rc_page_put_from(struct rc_builder *builder, const struct rc_page *page,
                                const struct rc_columns *columns,
                                struct rc_alias alias) RC_MUST_CHECK;

// Writes the statement that counts the records of the page.
rowcall_status rc_page_put_count(struct rc_builder *builder,
                                 const struct rc_page *page) RC_MUST_CHECK;

#endif
