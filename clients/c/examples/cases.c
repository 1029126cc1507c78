// SPDX-License-Identifier: Apache-2.0
//
// The cases that ../README.md shows beside Prisma's TypeScript, as a program that runs them one
// after the other on an empty core and prints what it got. A test compares both: what is shown
// is what compiles, and what compiles does what is said. The server is ROWCALL_URL's.
#include <core.h>
#include <inttypes.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>

// Created with records of its own, connected with one that is there.
static rowcall_status create_nested(core_db db, rowcall_error *err)
{
    core_auth_user_create_response *made = NULL;
    rowcall_status st = core_auth_user_create(
        db,
        core_auth_user_create_request(
                .data = core_auth_user_create_data(
                        .username = "ada", .email = "ada@example.com",
                        .profiles =
                            core_user_profile_create_list_of(core_user_profile_create_data(
                                    .first_name = "Ada",
                                    .provider = core_provider_create_one(
                                            .connect = core_provider_key_name("google")))),
                        .roles = core_user_role_create_list_of(
                            core_user_role_create_data(
                                    .role = core_role_create_one(.connect = core_role_key_name(
                                                                     "admin"))),
                            core_user_role_create_data(
                                    .role = core_role_create_one(
                                            .connect_or_create = core_role_connect_or_create(
                                                    .key = core_role_key_name("editor"),
                                                    .create = core_role_create_data(
                                                            .name = "editor")))))),
                .select = core_auth_user_select(
                    ROWCALL_SET(id, true),
                    .roles = core_user_role_query(
                            .select = core_user_role_select(.role = core_role_select(
                                                                ROWCALL_SET(name, true)))))),
        &made, err);
    if (st == ROWCALL_OK) {
        printf("create nested: user %" PRId32 " with %zu roles, the second %s\n", made->row->id,
               made->row->n_roles, made->row->roles[1]->role->name);
        rowcall_free(made);
    }
    return st;
}

// A product with its prices: one statement, one insert for all of them.
static rowcall_status create_prices(core_db db, rowcall_error *err)
{
    core_product_create_response *made = NULL;
    rowcall_status st = core_product_create(
        db,
        core_product_create_request(
                .data = core_product_create_data(
                        .stripe_id = "prod_1", .name = "Tea", .description = "",
                        .metadata = "{\"features\": [\"loose\"]}",
                        .prices = core_price_create_list_of(
                            core_price_create_data(.stripe_id = "price_1",
                                                   ROWCALL_SET(unit_amount, 500),
                                                   .currency = "eur", .interval = "month"),
                            core_price_create_data(.stripe_id = "price_2",
                                                   ROWCALL_SET(unit_amount, 5000),
                                                   .currency = "eur", .interval = "year")))),
        &made, err);
    if (st == ROWCALL_OK) {
        printf("create prices: %" PRId64 " product\n", made->count);
        rowcall_free(made);
    }
    return st;
}

// What pays for what, four relations deep, the newest only.
static rowcall_status include_deep(core_db db, rowcall_error *err)
{
    core_auth_user_find_many_response *found = NULL;
    rowcall_status st = core_auth_user_find_many(
        db,
        core_auth_user_find_many_request(
                .select = core_auth_user_select(
                    ROWCALL_SET(username, true),
                    .payment_customer = core_payment_customer_select(
                            .subscriptions = core_subscription_query(
                                ROWCALL_LIST(
                                    core_subscription_order_by *, order_by,
                                    core_subscription_order_by_id(rowcall_order(
                                        ROWCALL_SET(direction, ROWCALL_DIRECTION_DESC)))),
                                ROWCALL_SET(take, 1),
                                .select = core_subscription_select(
                                    ROWCALL_SET(status, true),
                                    .price =
                                        core_price_select(ROWCALL_SET(unit_amount, true),
                                                          .product = core_product_select(
                                                              ROWCALL_SET(name, true)))))))),
        &found, err);
    if (st == ROWCALL_OK) {
        core_subscription *newest = found->rows[0]->payment_customer->subscriptions[0];
        printf("include: %s pays %" PRId32 " for %s, %s\n", found->rows[0]->username,
               newest->price->unit_amount, newest->price->product->name, newest->status);
        rowcall_free(found);
    }
    return st;
}

static rowcall_status filtered_counts(core_db db, rowcall_error *err)
{
    core_auth_user_find_unique_response *found = NULL;
    rowcall_status st = core_auth_user_find_unique(
        db,
        core_auth_user_find_unique_request(
                .key = core_auth_user_key_username("ada"),
                .select = core_auth_user_select(
                    ROWCALL_SET(id, true),
                    .counts = core_auth_user_count_select(
                            .roles = core_user_role_count_where(),
                            .received_notifications = core_user_notification_count_where(
                                    .where = core_user_notification_where(
                                            .is_read = rowcall_bool_filter(
                                                ROWCALL_SET(equals, false))))))),
        &found, err);
    if (st == ROWCALL_OK) {
        printf("counts: %" PRId64 " roles, %" PRId64 " unread\n", found->row->counts->roles,
               found->row->counts->received_notifications);
        rowcall_free(found);
    }
    return st;
}

// People by what they are related to.
static rowcall_status relation_filters(core_db db, rowcall_error *err)
{
    core_auth_user_find_many_response *found = NULL;
    rowcall_status st = core_auth_user_find_many(
        db,
        core_auth_user_find_many_request(
                .where = core_auth_user_where(
                        .roles = core_user_role_many_filter(
                                .some = core_user_role_where(
                                        .role = core_role_one_filter(
                                                .is = core_role_where(
                                                        .name = rowcall_string_filter(
                                                                .equals = "admin"))))),
                        .received_notifications = core_user_notification_many_filter(
                                .none = core_user_notification_where(
                                        .is_read =
                                            rowcall_bool_filter(ROWCALL_SET(equals, true))))),
                ROWCALL_LIST(core_auth_user_order_by *, order_by,
                             core_auth_user_order_by_roles(rowcall_count_order(
                                 ROWCALL_SET(direction, ROWCALL_DIRECTION_DESC))))),
        &found, err);
    if (st == ROWCALL_OK) {
        printf("relation filters: %zu found, %s\n", found->n_rows, found->rows[0]->username);
        rowcall_free(found);
    }
    return st;
}

// One record of two keys together: made the first time, changed the second.
static rowcall_status upsert_compound(core_db db, rowcall_error *err)
{
    core_user_profile_upsert_response *done = NULL;
    rowcall_status st = core_user_profile_upsert(
        db,
        core_user_profile_upsert_request(
                .key = core_user_profile_key_user_id_provider_id(1, 2),
                .create = core_user_profile_create_data(.first_name = "Ada"),
                .update = core_user_profile_update_data(.first_name = rowcall_string_update_set(
                                                            "Augusta"))),
        &done, err);
    if (st == ROWCALL_OK) {
        printf("upsert: %s\n", done->created ? "created" : "updated");
        rowcall_free(done);
    }
    return st;
}

// Found or created, whoever else tries the same at this moment.
static rowcall_status get_or_create(core_db db, rowcall_error *err)
{
    core_role_upsert_response *done = NULL;
    rowcall_status st = core_role_upsert(
        db,
        core_role_upsert_request(.key = core_role_key_name("admin"),
                                 .create = core_role_create_data(),
                                 .select = core_role_select(ROWCALL_SET(id, true))),
        &done, err);
    if (st == ROWCALL_OK) {
        printf("get or create: role %" PRId32 "\n", done->row->id);
        rowcall_free(done);
    }
    return st;
}

static rowcall_status decrement(core_db db, rowcall_error *err)
{
    core_price_update_many_response *done = NULL;
    rowcall_status st = core_price_update_many(
        db,
        core_price_update_many_request(
                .where = core_price_where(
                        .unit_amount = rowcall_int32_filter(ROWCALL_SET(gte, 500)),
                        .product = core_product_one_filter(
                                .is = core_product_where(
                                        .name = rowcall_string_filter(.starts_with = "Te")))),
                .data =
                    core_price_update_data(.unit_amount = rowcall_int32_update_decrement(100)),
                ROWCALL_SET(max_affected, 10)),
        &done, err);
    if (st == ROWCALL_OK) {
        printf("decrement: %" PRId64 " prices\n", done->count);
        rowcall_free(done);
    }
    return st;
}

// What leaves, what stays and what comes, in one call.
static rowcall_status update_nested(core_db db, rowcall_error *err)
{
    core_product_update_response *done = NULL;
    rowcall_status st = core_product_update(
        db,
        core_product_update_request(
                .key = core_product_key_stripe_id("prod_1"),
                .data = core_product_update_data(
                        .prices = core_price_update_list(
                            ROWCALL_LIST(core_price_where *, delete_many,
                                         core_price_where(.active = rowcall_bool_filter(
                                                              ROWCALL_SET(equals, false)))),
                            ROWCALL_LIST(
                                core_price_update_at *, update,
                                core_price_update_at(.key = core_price_key_stripe_id("price_2"),
                                                     .data = core_price_update_data(
                                                             .active = rowcall_bool_update_set(
                                                                 false)))),
                            ROWCALL_LIST(core_price_create_data *, create,
                                         core_price_create_data(.stripe_id = "price_3",
                                                                ROWCALL_SET(unit_amount, 700),
                                                                .currency = "usd",
                                                                .interval = "month")))),
                .select = core_product_select(
                    ROWCALL_SET(name, true),
                    .counts = core_product_count_select(.prices = core_price_count_where()))),
        &done, err);
    if (st == ROWCALL_OK) {
        printf("update nested: %s has %" PRId64 " prices\n", done->row->name,
               done->row->counts->prices);
        rowcall_free(done);
    }
    return st;
}

// The page behind a record, with how many there are in all.
static rowcall_status keyset_page(core_db db, rowcall_error *err)
{
    core_price_find_many_response *page = NULL;
    rowcall_status st = core_price_find_many(
        db,
        core_price_find_many_request(
                .where = core_price_where(.currency = rowcall_string_filter(.equals = "eur")),
                ROWCALL_LIST(core_price_order_by *, order_by,
                             core_price_order_by_unit_amount(rowcall_order()),
                             core_price_order_by_id(rowcall_order())),
                .cursor = core_price_key_stripe_id("price_1"), ROWCALL_SET(skip, 1),
                ROWCALL_SET(take, 20), ROWCALL_SET(with_total, true)),
        &page, err);
    if (st == ROWCALL_OK) {
        printf("page: %zu of %" PRId64 ", %s\n", page->n_rows, page->total,
               page->rows[0]->stripe_id);
        rowcall_free(page);
    }
    return st;
}

// Every record there is, in pages of bounded size, all as of the moment of the first one.
static rowcall_status stream_all(core_db db, rowcall_error *err)
{
    core_price_stream_response *page = NULL;
    size_t count = 0;
    rowcall_status st;
    do {
        core_price_stream_response *next = NULL;
        st = core_price_stream(
            db,
            core_price_stream_request(.where = core_price_where(), .page_size = 2,
                                      .page_token = page ? page->next_page_token : NULL),
            &next, err);
        rowcall_free(page);
        page = next;
        for (size_t i = 0; page && i < page->n_rows; i++) {
            count += page->rows[i]->unit_amount > 0;
        }
    } while (page && page->next_page_token);
    rowcall_free(page);
    if (st == ROWCALL_OK) {
        printf("stream: %zu prices\n", count);
    }
    return st;
}

static rowcall_status group(core_db db, rowcall_error *err)
{
    core_price_group_by_response *found = NULL;
    rowcall_status st = core_price_group_by(
        db,
        core_price_group_by_request(
            ROWCALL_LIST(core_price_group_key *, by,
                         core_price_group_key_field(CORE_PRICE_FIELD_CURRENCY)),
            .having = core_price_having(.count_all = rowcall_int64_filter(ROWCALL_SET(gt, 1))),
            ROWCALL_SET(count_all, true),
            ROWCALL_LIST(core_price_field, sum, CORE_PRICE_FIELD_UNIT_AMOUNT)),
        &found, err);
    if (st == ROWCALL_OK) {
        printf("groups: %s, %" PRId64 " prices, %" PRId64 " in sum\n",
               found->groups[0]->by->currency, found->groups[0]->count_all,
               found->groups[0]->sum->unit_amount);
        rowcall_free(found);
    }
    return st;
}

static rowcall_status json_filter(core_db db, rowcall_error *err)
{
    core_product_find_many_response *found = NULL;
    rowcall_status st = core_product_find_many(
        db,
        core_product_find_many_request(
                .where =
                    core_product_where(.metadata = rowcall_json_filter(
                                           ROWCALL_LIST(const char *, path, "features", "0"),
                                           .equals = "\"loose\""))),
        &found, err);
    if (st == ROWCALL_OK) {
        printf("json: %zu found\n", found->n_rows);
        rowcall_free(found);
    }
    return st;
}

// Which of two unique fields it was is in the error, not in its text.
static rowcall_status conflict(core_db db, rowcall_error *err)
{
    rowcall_status st = core_auth_user_create(
        db,
        core_auth_user_create_request(.data = core_auth_user_create_data(
                                              .username = "grace", .email = "ada@example.com")),
        NULL, err);
    if (!rowcall_error_is_conflict(err)) {
        return st;
    }
    printf("conflict: %s of %s\n", err->fields, err->entity);
    *err = (rowcall_error){0};
    return ROWCALL_OK;
}

// What the cases need to be there.
static rowcall_status prepare(core_db db, rowcall_error *err)
{
    rowcall_status st = core_provider_create_many(
        db,
        core_provider_create_many_request(ROWCALL_LIST(
            core_provider_create_data *, rows, core_provider_create_data(.name = "google"),
            core_provider_create_data(.name = "github"))),
        NULL, err);
    return st ? st
              : core_role_create(
                    db,
                    core_role_create_request(.data = core_role_create_data(.name = "admin")),
                    NULL, err);
}

// ada pays for tea, by her customer's record, twice.
static rowcall_status subscribe(core_db db, rowcall_error *err)
{
    google_protobuf_timestamp *start =
        google_protobuf_timestamp(ROWCALL_TIME(rowcall_time_now()));
    core_price_create_one *price =
        core_price_create_one(.connect = core_price_key_stripe_id("price_1"));
    return core_payment_customer_create(
        db,
        core_payment_customer_create_request(
                .data = core_payment_customer_create_data(
                        .stripe_customer_id = "cus_1",
                        .user =
                            core_auth_user_create_one(.connect =
                                                          core_auth_user_key_username("ada")),
                        .subscriptions = core_subscription_create_list_of(
                            core_subscription_create_data(.status = "canceled", .price = price,
                                                          .current_period_start = start,
                                                          .current_period_end = start),
                            core_subscription_create_data(.status = "active", .price = price,
                                                          .current_period_start = start,
                                                          .current_period_end = start)))),
        NULL, err);
}

// A statement of the schema's own (proto/shared/reports.proto): parameters in, rows out.
static rowcall_status typed_sql(core_db db, rowcall_error *err)
{
    core_report_subscriptions_response *found = NULL;
    rowcall_status st = core_report_subscriptions(
        db,
        core_report_subscriptions_request(.statuses =
                                              rowcall_string_list_of("active", "past_due")),
        &found, err);
    for (size_t i = 0; st == ROWCALL_OK && i < found->n_rows; i++) {
        printf("typed sql: %s, %" PRId64 " of %" PRId64 " customers\n", found->rows[i]->status,
               found->rows[i]->subscriptions, found->rows[i]->customers);
    }
    rowcall_free(found);
    return st;
}

// What callbacks tell the thread that submitted.
struct sum {
    atomic_int cents;
    sem_t told;
};

// Takes the answer to a call that nobody waits for; on a thread of the client's.
static void on_price(void *arg, void *response, const rowcall_error *err)
{
    struct sum *sum = arg;
    core_price_find_unique_response *found = response;
    if (!err && found->row) {
        atomic_fetch_add(&sum->cents, found->row->unit_amount);
    }
    rowcall_free(found);
    sem_post(&sum->told);
}

// Calls that are under way together share messages, and a statement where they are alike.
static rowcall_status add_up_submitted(core_db db, rowcall_error *err)
{
    static char *prices[] = {"price_1", "price_3"};
    struct sum sum = {0};
    size_t submitted = 0;
    rowcall_status st = ROWCALL_OK;
    sem_init(&sum.told, 0, 0);
    while (submitted < 2 && st == ROWCALL_OK) {
        st = core_price_find_unique_submit(
            db,
            core_price_find_unique_request(.key = core_price_key_stripe_id(prices[submitted])),
            on_price, &sum, err);
        submitted += st == ROWCALL_OK;
    }
    rowcall_future *later = NULL;
    ProtobufCMessage *counted = NULL;
    if (st == ROWCALL_OK) {
        st = rowcall_future_submit(db.handle, &core_price_count_method,
                                   &core_price_count_request()->base, NULL, &later, err);
    }
    if (st == ROWCALL_OK) { // there is time for something else before this
        st = rowcall_future_wait(later, &counted, err);
    }
    while (submitted > 0) { // each is called back once, whatever became of it
        sem_wait(&sum.told);
        submitted--;
    }
    if (st == ROWCALL_OK) {
        printf("submitted: %d, of %" PRId64 " prices\n", atomic_load(&sum.cents),
               ((core_price_count_response *)counted)->count);
    }
    rowcall_free(counted);
    sem_destroy(&sum.told);
    return st;
}

typedef rowcall_status (*case_fn)(core_db db, rowcall_error *err);

int main(void)
{
    static const case_fn cases[] = {
        prepare,         create_nested,    create_prices,   subscribe,        include_deep,
        filtered_counts, relation_filters, upsert_compound, upsert_compound,  get_or_create,
        decrement,       update_nested,    keyset_page,     stream_all,       group,
        json_filter,     typed_sql,        conflict,        add_up_submitted,
    };
    core_db db = {0};
    rowcall_error err = {0};
    rowcall_status st = core_open(&db, NULL, &err);
    for (size_t i = 0; st == ROWCALL_OK && i < sizeof cases / sizeof cases[0]; i++) {
        st = cases[i](db, &err);
    }
    core_close(db);
    return st == ROWCALL_OK ? EXIT_SUCCESS : (rowcall_error_print(stderr, &err), EXIT_FAILURE);
}
