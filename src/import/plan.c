// SPDX-License-Identifier: Apache-2.0
//
// The steps of every import, one after the other.
#include "import/plan.h"

#include "import/keep.h"
#include "import/numbers.h"
#include "import/order.h"
#include "import/share.h"

static struct rc_file_change *make(struct rc_import *session, const struct rc_plan_input *input)
{
    struct rc_draft *draft = input->drafts;
    if (!input->complete || input->draft_count > 1) { // one live database says it itself
        draft = rc_share(session, input->drafts, input->draft_count, &input->before);
    }
    if (input->complete) {
        rc_order_as_before(draft, &input->before);
    }
    rc_numbers_assign(session, draft, &input->before);
    rc_keep(session, draft, &input->before, input->complete);
    rc_files_place(session, draft, &input->before);
    return rc_files_changes(session, draft, &input->before);
}

rowcall_status rc_plan_make(struct rc_import *session, const struct rc_plan_input *input,
                            struct rc_file_change **ret_changes, rowcall_error *err)
{
    if (setjmp(session->out_of_memory) != 0) {
        return rc_error_oom(err);
    }
    struct rc_file_change *changes = make(session, input);
    rc_import_sort_findings(session);
    if (session->error_count > 0) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "nothing is written: %zu error%s",
                            session->error_count, session->error_count == 1 ? "" : "s");
    }
    *ret_changes = changes;
    return ROWCALL_OK;
}
