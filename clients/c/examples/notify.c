// SPDX-License-Identifier: Apache-2.0
//
// Notifications on the shared entities: a notification, and a record per person who received
// it.
#include "notify.h"

#include <stdlib.h>

static rowcall_status create_notification(shared_db db, const char *message, int32_t *ret_id,
                                          rowcall_error *err)
{
    shared_notification_create_response *made = NULL;
    rowcall_status st = shared_notification_create(
        db,
        shared_notification_create_request(
                .data = shared_notification_create_data(.message = message, .type = "example"),
                .select = shared_notification_select(ROWCALL_SET(id, true))),
        &made, err);
    if (st == ROWCALL_OK) {
        *ret_id = made->row->id;
        rowcall_free(made);
    }
    return st;
}

static rowcall_status delete_notification(shared_db db, int32_t id)
{
    return shared_notification_delete(
        db, shared_notification_delete_request(.key = shared_notification_key_id(id)), NULL,
        NULL);
}

rowcall_status notify_send(shared_db db, int32_t receiver, int32_t sender, const char *message,
                           int32_t *ret_id, rowcall_error *err)
{
    int32_t id = 0;
    rowcall_status st = create_notification(db, message, &id, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    // sender_id stays absent, which is NULL, when there is no sender: has_ is what says so.
    st = shared_user_notification_create(
        db,
        shared_user_notification_create_request(.data = shared_user_notification_create_data(
                                                    ROWCALL_SET(receiver_id, receiver),
                                                    ROWCALL_SET(notification_id, id),
                                                    .has_sender_id = sender != 0,
                                                    .sender_id = sender)),
        NULL, err);
    if (st != ROWCALL_OK) {
        delete_notification(db, id); // nobody received it
        return st;
    }
    *ret_id = id;
    return ROWCALL_OK;
}

// Prints the notifications of these ids, oldest first.
static rowcall_status print_notifications(shared_db db, int32_t *ids, size_t count, FILE *out,
                                          rowcall_error *err)
{
    shared_notification_find_many_response *found = NULL;
    rowcall_status st = shared_notification_find_many(
        db,
        shared_notification_find_many_request(
                .where = shared_notification_where(
                        .id = rowcall_int32_filter(.in = rowcall_int32_list(.n_values = count,
                                                                            .values = ids)),
                        .is_archived = rowcall_bool_filter(ROWCALL_SET(equals, false))),
                ROWCALL_LIST(shared_notification_order_by *, order_by,
                             shared_notification_order_by_created_at(rowcall_order()),
                             shared_notification_order_by_id(rowcall_order()))),
        &found, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    for (size_t i = 0; i < found->n_rows; i++) {
        fprintf(out, "  %s\n", found->rows[i]->message);
    }
    rowcall_free(found);
    return ROWCALL_OK;
}

static rowcall_status mark_read(shared_db db, int32_t receiver, int32_t *ids, size_t count,
                                rowcall_error *err)
{
    return shared_user_notification_update_many(
        db,
        shared_user_notification_update_many_request(
                .where = shared_user_notification_where(
                        .receiver_id = rowcall_int32_filter(ROWCALL_SET(equals, receiver)),
                        .notification_id =
                            rowcall_int32_filter(.in = rowcall_int32_list(.n_values = count,
                                                                          .values = ids))),
                .data = shared_user_notification_update_data(.is_read = rowcall_bool_update_set(
                                                                 true))),
        NULL, err);
}

rowcall_status notify_read(shared_db db, int32_t receiver, FILE *out, int64_t *ret_count,
                           rowcall_error *err)
{
    shared_user_notification_find_many_response *unread = NULL;
    rowcall_status st = shared_user_notification_find_many(
        db,
        shared_user_notification_find_many_request(
                .where = shared_user_notification_where(
                        .receiver_id = rowcall_int32_filter(ROWCALL_SET(equals, receiver)),
                        .is_read = rowcall_bool_filter(ROWCALL_SET(equals, false)))),
        &unread, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    size_t count = unread->n_rows;
    int32_t *ids = calloc(count + 1, sizeof(*ids));
    for (size_t i = 0; ids && i < count; i++) {
        ids[i] = unread->rows[i]->notification_id;
    }
    rowcall_free(unread);
    if (!ids) {
        *err =
            (rowcall_error){.status = ROWCALL_RESOURCE_EXHAUSTED, .message = "out of memory"};
        return ROWCALL_RESOURCE_EXHAUSTED;
    }
    if (count > 0) {
        st = print_notifications(db, ids, count, out, err);
    }
    if (st == ROWCALL_OK && count > 0) {
        st = mark_read(db, receiver, ids, count, err);
    }
    free(ids);
    if (st == ROWCALL_OK) {
        *ret_count = (int64_t)count;
    }
    return st;
}
