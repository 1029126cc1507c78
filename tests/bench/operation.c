// SPDX-License-Identifier: Apache-2.0
//
// The operations. Requests are built as any program builds them; the checks know how seed.sql
// names things.
#include "operation.h"

#include <stdio.h>
#include <string.h>

rowcall_status sender_send(struct sender *sender, const rowcall_method *method,
                           const ProtobufCMessage *request, rowcall_error *err)
{
    if (sender->callback) {
        return rowcall_submit(sender->handle, method, request, NULL, sender->callback,
                              sender->arg, err);
    }
    ProtobufCMessage *response = NULL;
    rowcall_status st = rowcall_call(sender->handle, method, request, NULL, &response, err);
    sender->response = response;
    return st;
}

static int32_t choose_user(uint32_t choice)
{
    return (int32_t)(choice % USERS) + 1;
}

static bool is_user(const core_auth_user *user, int32_t id)
{
    char username[32];
    snprintf(username, sizeof username, "user%d", id);
    return user && user->id == id && user->username && strcmp(user->username, username) == 0 &&
           user->email && user->timezone && user->has_status && user->created_at &&
           user->updated_at;
}

// ---- find_unique

static rowcall_status ask_unique(struct sender *sender, uint32_t choice, rowcall_error *err)
{
    const core_auth_user_find_unique_request *request =
        core_auth_user_find_unique_request(.key = core_auth_user_key_id(choose_user(choice)));
    return sender_send(sender, &core_auth_user_find_unique_method, &request->base, err);
}

static bool is_unique_right(const void *response, uint32_t choice)
{
    const core_auth_user_find_unique_response *found = response;
    return is_user(found->row, choose_user(choice));
}

const struct operation find_unique = {ask_unique, is_unique_right, 1};

// ---- find_nested

static rowcall_status ask_nested(struct sender *sender, uint32_t choice, rowcall_error *err)
{
    const core_auth_user_find_unique_request *request = core_auth_user_find_unique_request(
            .key = core_auth_user_key_id(choose_user(choice)),
            .select = core_auth_user_select(
                    .roles = core_user_role_query(
                            .select = core_user_role_select(.role = core_role_select())),
                    .profiles =
                        core_user_profile_query(.select = core_user_profile_select(
                                                        .provider = core_provider_select()))));
    return sender_send(sender, &core_auth_user_find_unique_method, &request->base, err);
}

static bool is_nested_right(const void *response, uint32_t choice)
{
    const core_auth_user_find_unique_response *found = response;
    const core_auth_user *user = found->row;
    int32_t id = choose_user(choice);
    if (!is_user(user, id) || user->n_roles != 2 || user->n_profiles != 1) {
        return false;
    }
    for (size_t i = 0; i < 2; i++) {
        const core_user_role *related = user->roles[i];
        if (related->user_id != id || !related->role || !related->role->name ||
            related->role->id != related->role_id) {
            return false;
        }
    }
    const core_user_profile *profile = user->profiles[0];
    return profile->id == id && profile->provider && profile->provider->name &&
           profile->provider->id == 1 + id % 3;
}

const struct operation find_nested = {ask_nested, is_nested_right, 1};

// ---- find_page

// One prefix for all, of which 1,111 users are: a constant is best for the peer's statement.
static const char page_prefix[] = "user12";

static rowcall_status ask_page(struct sender *sender, uint32_t choice, rowcall_error *err)
{
    (void)choice;
    const core_auth_user_find_many_request *request = core_auth_user_find_many_request(
            .where = core_auth_user_where(.status = core_user_status_filter(
                                              ROWCALL_SET(equals, CORE_USER_STATUS_ACTIVE)),
                                          .username = rowcall_string_filter(.starts_with =
                                                                                page_prefix)),
            ROWCALL_LIST(core_auth_user_order_by *, order_by,
                         core_auth_user_order_by_id(rowcall_order())),
            ROWCALL_SET(take, PAGE_ROWS));
    return sender_send(sender, &core_auth_user_find_many_method, &request->base, err);
}

static bool is_page_right(const void *response, uint32_t choice)
{
    const core_auth_user_find_many_response *found = response;
    (void)choice;
    int32_t last = 0;
    for (size_t i = 0; i < found->n_rows; i++) {
        const core_auth_user *user = found->rows[i];
        if (!is_user(user, user->id) || user->id <= last ||
            user->status != CORE_USER_STATUS_ACTIVE ||
            strncmp(user->username, page_prefix, strlen(page_prefix)) != 0) {
            return false;
        }
        last = user->id;
    }
    return found->n_rows == PAGE_ROWS;
}

const struct operation find_page = {ask_page, is_page_right, 1};

// ---- find_many

static int32_t choose_start(uint32_t choice)
{
    return (int32_t)(choice % (USERS - MANY_ROWS + 1));
}

static rowcall_status ask_many(struct sender *sender, uint32_t choice, rowcall_error *err)
{
    const core_auth_user_find_many_request *request = core_auth_user_find_many_request(
            .where = core_auth_user_where(.id = rowcall_int32_filter(
                                              ROWCALL_SET(gt, choose_start(choice)))),
            ROWCALL_LIST(core_auth_user_order_by *, order_by,
                         core_auth_user_order_by_id(rowcall_order())),
            ROWCALL_SET(take, MANY_ROWS));
    return sender_send(sender, &core_auth_user_find_many_method, &request->base, err);
}

static bool is_many_right(const void *response, uint32_t choice)
{
    const core_auth_user_find_many_response *found = response;
    for (size_t i = 0; i < found->n_rows; i++) {
        const core_auth_user *user = found->rows[i];
        if (user->id != choose_start(choice) + 1 + (int32_t)i || !user->username ||
            !user->email || !user->timezone || !user->created_at || !user->updated_at) {
            return false;
        }
    }
    return found->n_rows == MANY_ROWS;
}

const struct operation find_many = {ask_many, is_many_right, MANY_ROWS};

// ---- create_message

static void name_email(uint32_t choice, char ret_email[40])
{
    snprintf(ret_email, 40, "user%d@example.com", choose_user(choice));
}

static rowcall_status ask_message(struct sender *sender, uint32_t choice, rowcall_error *err)
{
    char email[40];
    name_email(choice, email);
    const core_contact_message_create_request *request = core_contact_message_create_request(
            .data = core_contact_message_create_data(
                    .email = email, .message = "Hello, I have a question about my account.",
                    .category = "support", ROWCALL_SET(user_id, choose_user(choice))),
            .select = core_contact_message_select());
    return sender_send(sender, &core_contact_message_create_method, &request->base, err);
}

static bool is_message_right(const void *response, uint32_t choice)
{
    const core_contact_message_create_response *made = response;
    const core_contact_message *row = made->row;
    char email[40];
    name_email(choice, email);
    return row && row->id > MESSAGES && row->email && strcmp(row->email, email) == 0 &&
           row->user_id == choose_user(choice) && row->status &&
           strcmp(row->status, "unread") == 0 && row->created_at;
}

const struct operation create_message = {ask_message, is_message_right, 1};

// ---- update_timezone

static void name_zone(uint32_t choice, char ret_zone[24])
{
    snprintf(ret_zone, 24, "Etc/GMT+%u", choice % 7);
}

static rowcall_status ask_timezone(struct sender *sender, uint32_t choice, rowcall_error *err)
{
    char zone[24];
    name_zone(choice, zone);
    const core_auth_user_update_request *request = core_auth_user_update_request(
            .key = core_auth_user_key_id(choose_user(choice)),
            .data = core_auth_user_update_data(.timezone = rowcall_string_update_set(zone)),
            .select = core_auth_user_select());
    return sender_send(sender, &core_auth_user_update_method, &request->base, err);
}

static bool is_timezone_right(const void *response, uint32_t choice)
{
    const core_auth_user_update_response *updated = response;
    char zone[24];
    name_zone(choice, zone);
    return is_user(updated->row, choose_user(choice)) &&
           strcmp(updated->row->timezone, zone) == 0;
}

const struct operation update_timezone = {ask_timezone, is_timezone_right, 1};

// ---- create_notification

static rowcall_status ask_notification(struct sender *sender, uint32_t choice,
                                       rowcall_error *err)
{
    core_user_notification_create_data receivers[NOTIFIED];
    core_user_notification_create_data *list[NOTIFIED];
    int32_t first = choose_user(choice);
    for (int32_t i = 0; i < NOTIFIED; i++) {
        receivers[i] = *core_user_notification_create_data(
            ROWCALL_SET(receiver_id, (first + i) % USERS + 1));
        list[i] = &receivers[i];
    }
    const core_notification_create_request *request = core_notification_create_request(
            .data =
                core_notification_create_data(.message = "Your subscription has been renewed",
                                              .type = "payment", .link = "/subscriptions",
                                              .receivers = core_user_notification_create_list(
                                                      .n_create = NOTIFIED, .create = list)),
            .select = core_notification_select(ROWCALL_SET(id, true)));
    return sender_send(sender, &core_notification_create_method, &request->base, err);
}

static bool is_notification_right(const void *response, uint32_t choice)
{
    (void)choice; // the rows are counted afterwards: see work.h
    const core_notification_create_response *made = response;
    return made->row && made->row->id > NOTIFICATIONS;
}

const struct operation create_notification = {ask_notification, is_notification_right, 1};
