// SPDX-License-Identifier: Apache-2.0
//
// Records that are written together with those that they are related to, as ops of a script.
// What comes before what is fixed, since the fields of a message have no order:
//
//   a record that is created                     a record that is updated
//   1  the records that it refers to              1  what becomes of the records it refers to
//      (it has the foreign key)                   2  itself, its foreign keys included; then
//      those
//   2  itself                                        that it referred to and that go
//   3  the records that refer to it:              3  what leaves: disconnect, set (those not
//   named),
//      create, create_many, connect,                 delete, delete_many
//      connect_or_create                          4  what stays: update, update_many, upsert
//                                                 5  what comes: set, create, create_many,
//                                                 connect,
//                                                    connect_or_create
//
// Relations come by their numbers, each step for all of them before the next. All of it
// happens, or nothing. Failures (P2014, P2017, P2018, P2025) name the entity that was not as
// required.
#ifndef RC_QUERY_NESTED_H
#define RC_QUERY_NESTED_H

#include "query/insert.h"
#include "query/target.h"

// ---- one record

struct rc_create {
    const struct rc_model *model;
    const struct rc_node *data;   // an ECreate or a group of them; NULL: nothing is given
    const struct rc_link *parent; // gives it a foreign key; NULL: none
    struct rc_record gate;        // only when there is a record of these
    const struct rc_node *key; // an EKey: nothing is created when its record exists; columns of
                               // it that data does not give are taken from it
    bool skip_duplicates;
};
rowcall_status rc_nested_create(struct rc_script *script, const struct rc_create *create,
                                struct rc_record *ret_record) RC_MUST_CHECK;

// data: an EUpdate; NULL: nothing changes. ret_record: those records of the target that there
// were.
rowcall_status rc_nested_update(struct rc_script *script, const struct rc_target *target,
                                const struct rc_node *data,
                                struct rc_record *ret_record) RC_MUST_CHECK;

// The record of the target, changed; or a new one. create and update as above; where: what the
// record has to match besides, or the call fails (P2025).
struct rc_upsert {
    struct rc_target target;
    const struct rc_node *where;
    struct rc_create create;
    const struct rc_node *update;
    bool is_get; // the record stays as it is when there is one (connect_or_create)
};
struct rc_upserted {
    struct rc_record found;   // those that were there, changed
    struct rc_record created; // or this one
    struct rc_record all;     // either
};
rowcall_status rc_nested_upsert(struct rc_script *script, const struct rc_upsert *upsert,
                                struct rc_upserted *ret) RC_MUST_CHECK;

// ---- relations

// Whether data writes related records.
bool rc_nested_has_relations(const struct rc_node *data);

// What data says of this relation, NULL when nothing.
const struct rc_node *rc_nested_relation(const struct rc_node *data,
                                         const struct rc_relation *relation);

// The members of a relation's writes with this number, one after the other: NULL gives the
// first, a member the next.
enum {
    RC_NESTED_CREATE = 1,
    RC_NESTED_CONNECT = 2,
    RC_NESTED_CONNECT_OR_CREATE = 3,
    RC_NESTED_CREATE_MANY = 4,
    RC_NESTED_DISCONNECT = 5,
    RC_NESTED_SET = 6,
    RC_NESTED_UPDATE = 7,
    RC_NESTED_UPDATE_MANY = 8,
    RC_NESTED_UPSERT = 9,
    RC_NESTED_DELETE = 10,
    RC_NESTED_DELETE_MANY = 11
};
const struct rc_node *rc_nested_member(const struct rc_node *writes, uint32_t number,
                                       const struct rc_node *previous);

// The record that a new record, or one that is updated, is to refer to: create, connect or
// connect_or_create. ret_link: gives the foreign key; its record is none when writes says
// nothing.
rowcall_status rc_nested_refer(struct rc_script *script, const struct rc_relation *relation,
                               const struct rc_node *writes, struct rc_record gate,
                               struct rc_link *ret_link) RC_MUST_CHECK;

// Steps 3, 4, 5 of the records that refer to `parent`, for one relation.
rowcall_status rc_nested_leave(struct rc_script *script, const struct rc_relation *relation,
                               const struct rc_node *writes,
                               struct rc_record parent) RC_MUST_CHECK;
rowcall_status rc_nested_stay(struct rc_script *script, const struct rc_relation *relation,
                              const struct rc_node *writes,
                              struct rc_record parent) RC_MUST_CHECK;
// is_new: parent was just created, so nothing refers to it yet.
rowcall_status rc_nested_come(struct rc_script *script, const struct rc_relation *relation,
                              const struct rc_node *writes, struct rc_record parent,
                              bool is_new) RC_MUST_CHECK;

// ---- failures

// P2014: what node asks for would leave a record without the related record that it needs. As
// the refusal of a request of this shape, and as a failure of the plan.
rowcall_status rc_nested_refuse_required(struct rc_builder *builder, const struct rc_node *node,
                                         const struct rc_relation *relation);
struct rc_plan_failure rc_nested_required(const struct rc_relation *relation);
// P2025, P2018, P2017: a related record that is not there, or not related.
struct rc_plan_failure rc_nested_missing(const struct rc_model *model);
// P2025: a record that was there, and is not found again by its key.
struct rc_plan_failure rc_nested_lost(const struct rc_model *model);
struct rc_plan_failure rc_nested_unconnected(const struct rc_model *model);
struct rc_plan_failure rc_nested_not_related(const struct rc_model *model);

#endif
