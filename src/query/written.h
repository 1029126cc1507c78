// SPDX-License-Identifier: Apache-2.0
//
// What a request wants back of the records that it writes: their number, or what its select
// says.
#ifndef RC_QUERY_WRITTEN_H
#define RC_QUERY_WRITTEN_H

#include "query/script.h"
#include "query/select.h"

// The last two are the caller's to set.
struct rc_written {
    struct rc_select select;
    bool has_rows;            // the request has a select
    bool is_deleted;          // rows are told as they were
    struct rc_record targets; // of max_affected: how many these are is told
};

rowcall_status rc_written_read(struct rc_builder *builder, const struct rc_node *request,
                               struct rc_written *ret_written) RC_MUST_CHECK;

// Whether RETURNING says all of it: no related records.
bool rc_written_is_flat(const struct rc_written *written);

// Whether RETURNING also says how the records are when the statement has ended. A record that
// gets another key, and may refer to itself by the old one, follows it only then. moves_keys:
// whether the write changes columns of a key.
bool rc_written_is_returned(const struct rc_written *written, const struct rc_entity *entity,
                            bool moves_keys);

// ---- of a plain INSERT, UPDATE or DELETE; flat

// " returning <columns>", and then rows are answered; otherwise the affected rows are the
// count.
rowcall_status rc_written_put_returning(struct rc_builder *builder,
                                        const struct rc_written *written,
                                        struct rc_alias alias) RC_MUST_CHECK;

// ---- of a script

// Before its first op.
rowcall_status rc_written_want(struct rc_script *script,
                               const struct rc_written *written) RC_MUST_CHECK;

// Ends the script with the answer: of these records. created: those of them that are new, for
// responses that say so (RC_RECORD_NONE: the response does not).
rowcall_status rc_written_answer(struct rc_script *script, const struct rc_written *written,
                                 struct rc_record record,
                                 struct rc_record created) RC_MUST_CHECK;

#endif
