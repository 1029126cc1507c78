// SPDX-License-Identifier: Apache-2.0
//
// The shop.
#include "shop.h"

#include "api/api.h"
#include "api/descriptor.h"
#include "json/decode.h"
#include "json/encode.h"
#include "service/contract.h"
#include "service/service_internal.h"
#include "support/database.h"
#include "support/protoc.h"
#include "wire/writer.h"

#include "base/clock.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const char entities[] =
    "syntax = \"proto3\";\n"
    "package schema.shop;\n"
    "import \"google/protobuf/timestamp.proto\";\n"
    "import \"rowcall/schema.proto\";\n"
    "enum Colour { COLOUR_UNSPECIFIED = 0; COLOUR_RED = 1; COLOUR_BLUE = 2; }\n"
    "message Maker {\n"
    "  option (rowcall.table) = {name: \"makers\"};\n"
    "  int32 id = 1 [(rowcall.column) = {id: true autoincrement: true}];\n"
    "  string name = 2 [(rowcall.column) = {unique: true}];\n"
    "}\n"
    "message Product {\n"
    "  option (rowcall.table) = {name: \"products\"\n"
    "    unique: {fields: [\"maker_id\", \"title\"] number: 1}\n"
    "    check: {name: \"products_price_check\" expression: \"price >= 0\"}};\n"
    "  int32 id = 1 [(rowcall.column) = {id: true autoincrement: true}];\n"
    "  string sku = 2 [(rowcall.column) = {type: \"varchar(12)\" unique: true}];\n"
    "  int32 maker_id = 3 [(rowcall.column) = {name: \"makerId\"}];\n"
    "  string title = 4;\n"
    "  string price = 5 [(rowcall.column) = {type: \"numeric(10,2)\" default: \"1.50\"}];\n"
    "  Colour colour = 6 [(rowcall.column) = {default: \"COLOUR_RED\"}];\n"
    "  optional int32 stock = 7 [(rowcall.column) = {type: \"smallint\"}];\n"
    "  repeated string tags = 8;\n"
    "  optional string code = 9 [(rowcall.column) = {type: \"uuid\"}];\n"
    "  optional google.protobuf.Timestamp sold_at = 10 [(rowcall.column) = {type: "
    "\"timestamp(6)\"}];\n"
    "  optional bytes photo = 11;\n"
    "  Maker maker = 101 [(rowcall.relation) = {fields: \"maker_id\" on_delete: RESTRICT\n"
    "    inverse: {name: \"products\" number: 201}}];\n"
    "}\n"
    "message Note {\n"
    "  option (rowcall.table) = {name: \"notes\"};\n"
    "  int32 id = 1 [(rowcall.column) = {id: true autoincrement: true}];\n"
    "  string text = 2;\n"
    "  optional int32 maker_id = 3 [(rowcall.column) = {name: \"makerId\"}];\n"
    "  optional int32 size = 4 [(rowcall.column) = {type: \"smallint\"}];\n"
    "  string token = 5 [(rowcall.column) = {type: \"uuid\" default_sql: "
    "\"gen_random_uuid()\"}];\n"
    "  google.protobuf.Timestamp made_at = 6 [(rowcall.column).default_sql = \"now()\"];\n"
    "  google.protobuf.Timestamp changed_at = 7 [(rowcall.column) = {updated_at: true}];\n"
    "  Maker maker = 101 [(rowcall.relation) = {fields: \"maker_id\"\n"
    "    inverse: {name: \"notes\" number: 202}}];\n"
    "}\n";

#define DATABASE_PROTO(name, env)                                                              \
    "syntax = \"proto3\";\n"                                                                   \
    "package schema." name ";\n"                                                               \
    "import \"rowcall/schema.proto\";\n"                                                       \
    "import public \"shared/shop.proto\";\n"                                                   \
    "option (rowcall.database) = {name: \"" name "\" url_env: \"" env "\"};\n"

static const char tables[] =
    "create type \"Colour\" as enum ('RED', 'BLUE');"
    "create table makers (id serial primary key, name text not null);"
    "create unique index makers_name_key on makers (name);"
    "create table products (id serial primary key, sku varchar(12) not null,"
    " \"makerId\" int not null, title text not null, price numeric(10,2) not null default 1.50,"
    " colour \"Colour\" not null default 'RED', stock int2, tags text[], code uuid,"
    " sold_at timestamp(6), photo bytea,"
    " constraint products_price_check check (price >= 0),"
    " constraint \"products_makerId_fkey\" foreign key (\"makerId\") references makers (id)"
    "   on delete restrict on update cascade);"
    "create unique index products_sku_key on products (sku);"
    "create unique index \"products_makerId_title_key\" on products (\"makerId\", title);"
    "create table notes (id serial primary key, text text not null, \"makerId\" int, size int2,"
    " token uuid not null default gen_random_uuid(),"
    " made_at timestamptz not null default now(), changed_at timestamptz not null"
    " default '2000-01-01',"
    " constraint \"notes_makerId_fkey\" foreign key (\"makerId\") references makers (id)"
    "   on delete set null on update cascade);";

static const struct test_proto protos[] = {
    {"shared/shop.proto", entities},
    {"shop/database.proto", DATABASE_PROTO("shop", "SHOP_URL")},
    {"depot/database.proto", DATABASE_PROTO("depot", "DEPOT_URL")},
};

static const struct shop_site the_shop = {
    .protos = protos, .proto_count = 3, .databases = {"shop", "depot"}, .ddl = tables};

void shop_schema_set(struct rc_buf *ret_set)
{
    test_protoc(protos, 3, ret_set);
}

static struct rc_schema *load_schema(const struct shop_site *site)
{
    struct rc_buf set = {0};
    struct rc_buf text = {0};
    struct rc_schema *schema = NULL;
    struct rc_problems problems;
    rowcall_error err = {0};
    test_protoc(site->protos, site->proto_count, &set);
    rowcall_status st = rc_schema_load(rc_buf_view(&set), &schema, &problems, &err);
    rc_problems_print(&problems, &text);
    if (st != ROWCALL_OK) {
        fail_msg("%s\n%s", err.message, text.len ? text.data : "");
    }
    rc_buf_fini(&text);
    rc_problems_fini(&problems);
    rc_buf_fini(&set);
    return schema;
}

static struct shop *serve(const struct shop_site *site, const char *url,
                          const struct rc_service_options *options)
{
    struct shop *shop = calloc(1, sizeof(*shop));
    struct rc_service_database databases[2];
    struct rc_service_options filled = *options;
    rowcall_error err = {0};
    assert_non_null(shop);
    shop->site = site;
    shop->schema = load_schema(site);
    filled.databases = databases;
    for (size_t i = 0; i < 2 && site->databases[i]; i++) {
        const struct rc_scope *scope =
            rc_schema_scope(shop->schema, rc_view_of(site->databases[i]));
        ASSERT_OK(rc_api_new(scope, &shop->apis[i], &err), err);
        databases[i] = (struct rc_service_database){site->databases[i], url};
        filled.database_count = i + 1;
    }
    ASSERT_OK(rc_pool_new(rc_api_fixed_descriptors(), &shop->pool, &err), err);
    ASSERT_OK(rc_service_new(shop->schema, &filled, &shop->service, &err), err);
    return shop;
}

struct shop *shop_at(const char *url, const struct rc_service_options *options)
{
    return serve(&the_shop, url, options);
}

// A service is ready with one lane up; but then a call that waits for a lock has all others
// behind it.
static void wait_for_lanes(struct rc_pg_pool *pool)
{
    struct rc_pg_pool_stats stats;
    rc_pg_pool_stats(pool, &stats);
    for (int i = 0; stats.lanes_up < stats.lanes; i++) {
        assert_true(i < 10000);
        (void)nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
        rc_pg_pool_stats(pool, &stats);
    }
}

static void wait_ready(const struct shop *shop)
{
    rowcall_error err = {0};
    ASSERT_OK(rc_service_wait_ready(shop->service, rc_clock_now_us() + 10000000, &err), err);
    for (size_t i = 0; i < shop->service->database_count; i++) {
        wait_for_lanes(shop->service->databases[i].pool);
    }
}

struct shop *shop_new_on(const struct shop_site *site, const struct rc_service_options *options)
{
    char *url = test_database_create();
    test_database_run(url, site->ddl);
    struct shop *shop = serve(site, url, options);
    shop->url = url;
    wait_ready(shop);
    return shop;
}

struct shop *shop_new(const struct rc_service_options *options)
{
    return shop_new_on(&the_shop, options);
}

struct shop *shop_beside(const struct shop *shop, const struct rc_service_options *options)
{
    struct shop *other = serve(shop->site, shop->url, options);
    other->url = shop->url;
    other->has_company = true;
    wait_ready(other);
    return other;
}

void shop_free(struct shop *shop)
{
    rc_service_free(shop->service, rc_clock_now_us() + 10000000);
    rc_pool_free(shop->pool);
    rc_api_free(shop->apis[0]);
    rc_api_free(shop->apis[1]);
    rc_schema_free(shop->schema);
    test_database_drop(shop->has_company ? NULL : shop->url);
    free(shop);
}

int shop_open(void **state)
{
    *state = shop_new(&(struct rc_service_options){0});
    return 0;
}

int shop_close(void **state)
{
    shop_free(*state);
    return 0;
}

void shop_sql(const struct shop *shop, const char *sql)
{
    test_database_run(shop->url, sql);
}

int shop_empty(void **state)
{
    shop_sql(*state, "truncate makers, products, notes restart identity;"
                     "insert into makers (name) values ('Ada'), ('Bob')");
    return 0;
}

// The tables of one of the server's own methods: "Transactions/Begin" takes a
// rowcall.BeginRequest, "Raw/Query" a rowcall.RawQueryRequest. NULL for those of entities.
static const struct rc_wire_message *own_message_of(const struct shop *shop, const char *method,
                                                    bool request)
{
    static const char *const services[][2] = {
        {"Transactions/", ""}, {"Raw/", "Raw"}, {"Reflection/", "Reflection"}};
    for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
        size_t len = strlen(services[i][0]);
        if (strncmp(method, services[i][0], len) == 0) {
            char name[80];
            (void)snprintf(name, sizeof(name), "rowcall.%s%s%s", services[i][1], method + len,
                           request ? "Request" : "Response");
            return rc_pool_message(shop->pool, rc_view_of(name));
        }
    }
    return NULL;
}

// The method's tables; NULL for unknown ones.
static const struct rc_wire_message *message_of(const struct shop *shop,
                                                const struct shop_call *call, bool request)
{
    const char *other = shop->site->databases[1];
    struct rc_api *api = shop->apis[other && strcmp(call->database, other) == 0];
    const char *slash = strchr(call->method, '/');
    enum rc_verb verb;
    const struct rc_wire_message *own = own_message_of(shop, call->method, request);
    if (own) {
        return own;
    }
    if (!slash || !rc_verb_parse(rc_view_of(slash + 1), &verb)) {
        return NULL;
    }
    const struct rc_model *model = rc_scope_model(
        rc_api_scope(api), (struct rc_view){call->method, (size_t)(slash - call->method)});
    return !model    ? NULL
           : request ? rc_api_request(api, model, verb)
                     : rc_api_response(api, model, verb);
}

static void put_references(const struct shop_terms *terms, struct rc_buf *out)
{
    for (size_t i = 0; i < terms->reference_count; i++) {
        size_t mark = rc_wire_begin(out, RC_CALL_REFERENCES);
        rc_wire_put_uint(out, RC_REFERENCE_CALL, terms->references[i].call);
        rc_wire_put_text(out, RC_REFERENCE_FROM, terms->references[i].from);
        rc_wire_put_text(out, RC_REFERENCE_TO, terms->references[i].to);
        rc_wire_end(out, mark);
    }
}

void shop_envelope_on(const struct shop *shop, const struct shop_terms *terms,
                      const struct shop_call *calls, size_t count, struct rc_buf *ret_envelope)
{
    for (size_t i = 0; i < count; i++) {
        const struct rc_wire_message *message = message_of(shop, &calls[i], true);
        rowcall_error err = {0};
        size_t mark = rc_wire_begin(ret_envelope, RC_ENVELOPE_CALLS);
        rc_wire_put_text(ret_envelope, RC_CALL_DATABASE, calls[i].database);
        rc_wire_put_text(ret_envelope, RC_CALL_METHOD, calls[i].method);
        size_t request = rc_wire_begin(ret_envelope, RC_CALL_REQUEST);
        if (message && calls[i].request[0] != '\0') {
            ASSERT_OK(rc_json_encode(message, rc_view_of(calls[i].request), ret_envelope, &err),
                      err);
        }
        rc_wire_end(ret_envelope, request);
        if (calls[i].timeout_ms > 0) {
            rc_wire_put_uint(ret_envelope, RC_CALL_TIMEOUT_MS, calls[i].timeout_ms);
        }
        if (terms->transaction && strncmp(calls[i].method, "Transactions/", 13) != 0) {
            rc_wire_put_text(ret_envelope, RC_CALL_TRANSACTION, terms->transaction);
        }
        if (terms->explain) {
            size_t entry = rc_wire_begin(ret_envelope, RC_CALL_METADATA);
            rc_wire_put_text(ret_envelope, 1, "explain");
            rc_wire_put_text(ret_envelope, 2, terms->explain);
            rc_wire_end(ret_envelope, entry);
        }
        if (i + 1 == count) {
            put_references(terms, ret_envelope);
        }
        rc_wire_put_uint(ret_envelope, RC_CALL_TIMINGS, !terms->is_untimed);
        rc_wire_end(ret_envelope, mark);
    }
    rc_wire_put_uint(ret_envelope, RC_ENVELOPE_ATOMIC, terms->atomic);
    rc_wire_put_text(ret_envelope, RC_ENVELOPE_TOKEN, terms->token ? terms->token : "");
    rc_wire_put_uint(ret_envelope, RC_ENVELOPE_ISOLATION_LEVEL, terms->mode.isolation);
    rc_wire_put_uint(ret_envelope, RC_ENVELOPE_READ_ONLY, terms->mode.read_only);
    rc_wire_put_uint(ret_envelope, RC_ENVELOPE_MAX_RETRIES, terms->max_retries);
}

void shop_envelope(const struct shop *shop, const struct shop_call *calls, size_t count,
                   bool atomic, const char *token, struct rc_buf *ret_envelope)
{
    shop_envelope_on(shop, &(struct shop_terms){.atomic = atomic, .token = token}, calls, count,
                     ret_envelope);
}

// Where the reply arrives, from whatever thread.
struct mailbox {
    pthread_mutex_t mutex;
    pthread_cond_t filled;
    struct rc_buf *reply;
    int replies;
    bool missing;
};

static void receive(void *arg, const struct rc_buf *reply)
{
    struct mailbox *mailbox = arg;
    (void)pthread_mutex_lock(&mailbox->mutex);
    mailbox->replies++;
    mailbox->missing = !reply;
    if (reply) {
        rc_buf_append_view(mailbox->reply, rc_buf_view(reply));
    }
    (void)pthread_cond_signal(&mailbox->filled);
    (void)pthread_mutex_unlock(&mailbox->mutex);
}

static void post(struct shop *shop, const struct rc_service_request *request,
                 struct mailbox *mailbox)
{
    struct rc_service_request sent = *request;
    (void)pthread_mutex_init(&mailbox->mutex, NULL);
    (void)pthread_cond_init(&mailbox->filled, NULL);
    sent.reply = receive;
    sent.arg = mailbox;
    rc_service_handle(shop->service, &sent);
}

static void wait_for_reply(struct mailbox *mailbox)
{
    (void)pthread_mutex_lock(&mailbox->mutex);
    while (mailbox->replies == 0) {
        (void)pthread_cond_wait(&mailbox->filled, &mailbox->mutex);
    }
    (void)pthread_mutex_unlock(&mailbox->mutex);
    assert_int_equal(mailbox->replies, 1);
    assert_false(mailbox->missing);
    (void)pthread_cond_destroy(&mailbox->filled);
    (void)pthread_mutex_destroy(&mailbox->mutex);
}

void shop_handle(struct shop *shop, const struct rc_service_request *request,
                 struct rc_buf *ret_reply)
{
    struct mailbox mailbox = {.reply = ret_reply};
    post(shop, request, &mailbox);
    wait_for_reply(&mailbox);
}

static void copy_text(struct rc_view from, char *to, size_t size)
{
    (void)snprintf(to, size, "%.*s", rc_view_arg(from));
}

static void read_status(struct rc_view status, rowcall_error *ret)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_wire_reader_init(&reader, status);
    while (rc_wire_next(&reader, &value)) {
        switch ((enum rc_status_number)value.number) {
        case RC_STATUS_CODE:
            ret->status = (rowcall_status)value.scalar;
            break;
        case RC_STATUS_REASON:
            copy_text(value.bytes, ret->reason, sizeof(ret->reason));
            break;
        case RC_STATUS_MESSAGE:
            copy_text(value.bytes, ret->message, sizeof(ret->message));
            break;
        case RC_STATUS_SQLSTATE:
            copy_text(value.bytes, ret->sqlstate, sizeof(ret->sqlstate));
            break;
        case RC_STATUS_ENTITY:
            copy_text(value.bytes, ret->entity, sizeof(ret->entity));
            break;
        case RC_STATUS_FIELDS: {
            size_t len = strlen(ret->fields);
            (void)snprintf(ret->fields + len, sizeof(ret->fields) - len, "%s%.*s",
                           len > 0 ? "," : "", rc_view_arg(value.bytes));
            break;
        }
        case RC_STATUS_CONSTRAINT:
            copy_text(value.bytes, ret->constraint, sizeof(ret->constraint));
            break;
        case RC_STATUS_OUTCOME:
            ret->outcome = (rowcall_outcome)value.scalar;
            break;
        }
    }
    assert_false(reader.broken);
}

static void read_response(const struct rc_wire_message *message, struct rc_view bytes,
                          struct shop_reply *ret)
{
    struct rc_buf json = {0};
    rowcall_error err = {0};
    ASSERT_OK(rc_json_decode(message, bytes, NULL, &json, &err), err);
    (void)snprintf(ret->json, sizeof(ret->json), "%s", json.data);
    rc_buf_fini(&json);
}

size_t shop_read(const struct shop *shop, const struct shop_call *calls, size_t count,
                 struct rc_view envelope, struct shop_reply *ret_replies, size_t max)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    size_t replies = 0;
    rc_wire_reader_init(&reader, envelope);
    while (rc_wire_next(&reader, &value)) {
        assert_int_equal(value.number, RC_REPLY_ENVELOPE_REPLIES);
        assert_true(replies < max);
        struct shop_reply *reply = &ret_replies[replies];
        const struct rc_wire_message *message =
            replies < count ? message_of(shop, &calls[replies], false) : NULL;
        struct rc_wire_reader parts;
        struct rc_wire_value part;
        *reply = (struct shop_reply){.json = "{}"};
        rc_wire_reader_init(&parts, value.bytes);
        while (rc_wire_next(&parts, &part)) {
            if (part.number == RC_REPLY_STATUS) {
                read_status(part.bytes, &reply->err);
            } else if (part.number == RC_REPLY_RESPONSE && message) {
                read_response(message, part.bytes, reply);
            } else if (part.number == RC_REPLY_EXPLAIN) {
                read_response(rc_pool_message(shop->pool, rc_view_of("rowcall.Explain")),
                              part.bytes, reply);
            } else if (part.number == RC_REPLY_TIMINGS) {
                reply->has_timings = true;
            }
        }
        assert_false(parts.broken);
        replies++;
    }
    assert_false(reader.broken);
    return replies;
}

void shop_calls_on(struct shop *shop, const struct shop_terms *terms,
                   const struct shop_call *calls, size_t count, struct shop_reply *ret_replies)
{
    struct rc_buf envelope = {0};
    struct rc_buf reply = {0};
    shop_envelope_on(shop, terms, calls, count, &envelope);
    shop_handle(shop,
                &(struct rc_service_request){.bytes = rc_buf_view(&envelope),
                                             .peer = terms->peer ? terms->peer : 1},
                &reply);
    assert_int_equal(shop_read(shop, calls, count, rc_buf_view(&reply), ret_replies, count),
                     count);
    rc_buf_fini(&envelope);
    rc_buf_fini(&reply);
}

struct shop_pending {
    struct shop *shop;
    const struct shop_call *calls;
    size_t count;
    struct rc_buf envelope;
    struct rc_buf reply;
    struct mailbox mailbox;
};

struct shop_pending *shop_send(struct shop *shop, const struct shop_call *calls, size_t count,
                               bool atomic)
{
    struct shop_pending *pending = calloc(1, sizeof(*pending));
    assert_non_null(pending);
    pending->shop = shop;
    pending->calls = calls;
    pending->count = count;
    pending->mailbox.reply = &pending->reply;
    shop_envelope(shop, calls, count, atomic, NULL, &pending->envelope);
    post(shop,
         &(struct rc_service_request){.bytes = rc_buf_view(&pending->envelope), .peer = 1},
         &pending->mailbox);
    return pending;
}

void shop_wait(struct shop_pending *pending, struct shop_reply *ret_replies)
{
    wait_for_reply(&pending->mailbox);
    assert_int_equal(shop_read(pending->shop, pending->calls, pending->count,
                               rc_buf_view(&pending->reply), ret_replies, pending->count),
                     pending->count);
    rc_buf_fini(&pending->envelope);
    rc_buf_fini(&pending->reply);
    free(pending);
}

struct shop_reply shop_call_on(struct shop *shop, const struct shop_terms *terms,
                               const char *method, const char *request)
{
    struct shop_reply reply;
    struct shop_call call = {"shop", method, request, 0};
    shop_calls_on(shop, terms, &call, 1, &reply);
    return reply;
}

void shop_calls(struct shop *shop, const struct shop_call *calls, size_t count, bool atomic,
                struct shop_reply *ret_replies)
{
    shop_calls_on(shop, &(struct shop_terms){.atomic = atomic}, calls, count, ret_replies);
}

struct shop_reply shop_call(struct shop *shop, const char *method, const char *request)
{
    return shop_call_on(shop, &(struct shop_terms){0}, method, request);
}
