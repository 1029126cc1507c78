// SPDX-License-Identifier: Apache-2.0
//
// A service, a database, and JSON at both ends.
#include "harness.h"

#include "support/blog.h"
#include "support/check.h"
#include "support/database.h"
#include "support/request.h"
#include "support/shop.h"

#include "api/api.h"
#include "base/clock.h"
#include "json/decode.h"
#include "service/service.h"

#include <pthread.h>
#include <stdlib.h>

#define PATIENCE_US INT64_C(30000000)

// What a harness runs over.
struct subject {
    const char *scope;
    const struct test_proto *files;
    size_t file_count;
    const char *ddl;
    const char *truncate;
};

static const struct subject shop = {
    "shop", test_shop, TEST_SHOP_FILES, test_shop_ddl,
    "truncate kind, item, store.\"par\"\"ts\", tick restart identity"};
static const struct subject blog = {"blog", test_blog, TEST_BLOG_FILES, test_blog_ddl,
                                    test_blog_truncate};

static const struct subject *subject;
static struct rc_buf set;
static struct rc_schema *schema;
static struct rc_api *api;
static struct rc_service *service;
static char *url;

static void load_schema(void)
{
    struct rc_problems problems;
    struct rc_buf text = {0};
    rowcall_error err = {0};
    test_protoc(subject->files, subject->file_count, &set);
    rowcall_status st = rc_schema_load(rc_buf_view(&set), &schema, &problems, &err);
    rc_problems_print(&problems, &text);
    if (st != ROWCALL_OK) {
        fail_msg("%s\n%s", err.message, text.len ? text.data : "");
    }
    rc_buf_fini(&text);
    rc_problems_fini(&problems);
    st = rc_api_new(rc_schema_scope(schema, rc_view_of(subject->scope)), &api, &err);
    ASSERT_OK(st, err);
}

static int set_up(const struct subject *chosen)
{
    rowcall_error err = {0};
    subject = chosen;
    load_schema();
    url = test_database_create();
    test_database_run(url, subject->ddl);
    const struct rc_service_database database = {.name = subject->scope, .url = url};
    const struct rc_service_options options = {
        .databases = &database, .database_count = 1, .explain = {.everybody = true}};
    rowcall_status st = rc_service_new(schema, &options, &service, &err);
    ASSERT_OK(st, err);
    st = rc_service_wait_ready(service, rc_clock_now_us() + PATIENCE_US, &err);
    ASSERT_OK(st, err);
    return 0;
}

int harness_setup(void **state)
{
    (void)state;
    return set_up(&shop);
}

int harness_setup_blog(void **state)
{
    (void)state;
    return set_up(&blog);
}

int harness_teardown(void **state)
{
    (void)state;
    rc_service_free(service, 0);
    rc_api_free(api);
    rc_schema_free(schema);
    rc_buf_fini(&set);
    test_database_drop(url);
    return 0;
}

int harness_empty(void **state)
{
    (void)state;
    harness_sql(subject->truncate);
    return 0;
}

struct rc_api *harness_api(void)
{
    return api;
}

void harness_sql(const char *sql)
{
    test_database_run(url, sql);
}

// ---- one exchange

struct exchange {
    pthread_mutex_t lock;
    pthread_cond_t answered;
    bool is_done;
    struct rc_buf reply;
};

static void take_reply(void *arg, const struct rc_buf *reply)
{
    struct exchange *exchange = arg;
    (void)pthread_mutex_lock(&exchange->lock);
    if (reply) {
        rc_buf_append(&exchange->reply, reply->data, reply->len);
    }
    exchange->is_done = true;
    (void)pthread_cond_signal(&exchange->answered);
    (void)pthread_mutex_unlock(&exchange->lock);
}

// The caller finishes ret_reply.
static void exchange_bytes(struct rc_view envelope, struct rc_buf *ret_reply)
{
    struct exchange exchange = {.is_done = false};
    (void)pthread_mutex_init(&exchange.lock, NULL);
    (void)pthread_cond_init(&exchange.answered, NULL);
    const struct rc_service_request request = {
        .bytes = envelope, .peer = 1, .reply = take_reply, .arg = &exchange};
    rc_service_handle(service, &request);
    (void)pthread_mutex_lock(&exchange.lock);
    while (!exchange.is_done) {
        (void)pthread_cond_wait(&exchange.answered, &exchange.lock);
    }
    (void)pthread_mutex_unlock(&exchange.lock);
    (void)pthread_cond_destroy(&exchange.answered);
    (void)pthread_mutex_destroy(&exchange.lock);
    *ret_reply = exchange.reply;
}

// ---- reading replies

// The last field of this number, or an empty value.
static struct rc_wire_value field_of(struct rc_view message, uint32_t number)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    struct rc_wire_value found = {0};
    rc_wire_reader_init(&reader, message);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == number) {
            found = value;
        }
    }
    assert_false(reader.broken);
    return found;
}

static void print_failure(struct rc_view status, struct rc_buf *out)
{
    static const char *const outcomes[] = {"?", "not executed", "rolled back", "unknown"};
    struct rc_view reason = field_of(status, 2).bytes;
    uint64_t outcome = field_of(status, 8).scalar;
    rc_buf_append_text(out, rowcall_status_name((rowcall_status)field_of(status, 1).scalar));
    rc_buf_printf(out, " %.*s", rc_view_arg(reason));
    rc_buf_printf(out, " %s: ", outcome < 4 ? outcomes[outcome] : "?");
    rc_buf_append_view(out, field_of(status, 3).bytes);
}

// response: NULL when it should not be read.
static char *read_reply(struct rc_view envelope, const struct rc_wire_message *response)
{
    struct rc_buf out = {0};
    rowcall_error err = {0};
    struct rc_view reply = field_of(envelope, 1).bytes;
    struct rc_view status = field_of(reply, 1).bytes;
    if (field_of(status, 1).scalar != 0) {
        print_failure(status, &out);
    } else if (response) {
        rowcall_status st =
            rc_json_decode(response, field_of(reply, 2).bytes, NULL, &out, &err);
        ASSERT_OK(st, err);
    } else {
        rc_buf_append_text(&out, "OK");
    }
    char *text = rc_buf_take(&out, NULL);
    assert_non_null(text);
    test_replace(text, '"', '\'');
    return text;
}

// ---- calls

static const struct rc_model *model_of(const char *method, enum rc_verb *ret_verb)
{
    const char *slash = strchr(method, '/');
    if (!slash || !rc_verb_parse(rc_view_of(slash + 1), ret_verb)) {
        return NULL;
    }
    return rc_scope_model(rc_api_scope(api),
                          (struct rc_view){method, (size_t)(slash - method)});
}

char *harness_send(struct rc_view envelope)
{
    struct rc_buf reply = {0};
    exchange_bytes(envelope, &reply);
    char *text = read_reply(rc_buf_view(&reply), NULL);
    rc_buf_fini(&reply);
    return text;
}

// Request (or response) of "Item/Count", or of typed SQL; NULL when there is no such method.
static const struct rc_wire_message *message_of(const char *method, bool is_request)
{
    enum rc_verb verb;
    const struct rc_model *model = model_of(method, &verb);
    const struct rc_scope *scope = rc_api_scope(api);
    if (model) {
        return is_request ? rc_api_request(api, model, verb)
                          : rc_api_response(api, model, verb);
    }
    for (size_t i = 0; i < scope->service_count; i++) {
        const struct rc_sql_service *sql = &scope->services[i];
        size_t len = strlen(sql->name);
        for (size_t m = 0; m < sql->method_count; m++) {
            if (strncmp(method, sql->name, len) == 0 && method[len] == '/' &&
                strcmp(method + len + 1, sql->methods[m].name) == 0) {
                return is_request ? rc_api_sql_request(api, &sql->methods[m])
                                  : rc_api_sql_response(api, &sql->methods[m]);
            }
        }
    }
    return NULL;
}

// explain: the value of that metadata, NULL for none.
static void put_call(const char *method, struct rc_view request, const char *explain,
                     struct rc_buf *envelope)
{
    size_t mark = rc_wire_begin(envelope, 1);
    rc_wire_put_text(envelope, 1, subject->scope);
    rc_wire_put_text(envelope, 2, method);
    rc_wire_put_bytes(envelope, 3, request);
    if (explain) {
        size_t entry = rc_wire_begin(envelope, 7);
        rc_wire_put_text(envelope, 1, "explain");
        rc_wire_put_text(envelope, 2, explain);
        rc_wire_end(envelope, entry);
    }
    rc_wire_end(envelope, mark);
}

// An envelope of one call there and its reply back, which the caller finishes. explain: as
// above.
static void call(const char *method, struct rc_view request, const char *explain,
                 struct rc_buf *ret_reply)
{
    struct rc_buf envelope = {0};
    put_call(method, request, explain, &envelope);
    exchange_bytes(rc_buf_view(&envelope), ret_reply);
    rc_buf_fini(&envelope);
}

char *harness_call_bytes(const char *method, struct rc_view request)
{
    struct rc_buf reply = {0};
    call(method, request, NULL, &reply);
    char *text = read_reply(rc_buf_view(&reply), message_of(method, false));
    rc_buf_fini(&reply);
    return text;
}

// Of each statement its plan, and before it its SQL when that is wanted; a line each.
static void print_explained(struct rc_view explain, bool with_sql, struct rc_buf *out)
{
    struct rc_wire_reader reader;
    struct rc_wire_value statement;
    rc_wire_reader_init(&reader, explain);
    while (rc_wire_next(&reader, &statement)) {
        if (with_sql) {
            rc_buf_append_view(out, field_of(statement.bytes, 1).bytes);
            rc_buf_append_char(out, '\n');
        }
        rc_buf_append_view(out, field_of(statement.bytes, 3).bytes);
        rc_buf_append_char(out, '\n');
    }
    assert_false(reader.broken);
}

static char *explain(const char *how, bool with_sql, const char *method, const char *json)
{
    struct rc_buf request = {0};
    struct rc_buf reply = {0};
    struct rc_buf out = {0};
    test_request(message_of(method, true), json, &request);
    call(method, rc_buf_view(&request), how, &reply);
    struct rc_view answer = field_of(rc_buf_view(&reply), 1).bytes;
    struct rc_view status = field_of(answer, 1).bytes;
    if (field_of(status, 1).scalar != 0) {
        print_failure(status, &out);
    } else {
        print_explained(field_of(answer, 4).bytes, with_sql, &out);
    }
    rc_buf_fini(&request);
    rc_buf_fini(&reply);
    rc_buf_append_text(&out, "");
    char *text = rc_buf_take(&out, NULL);
    assert_non_null(text);
    return text;
}

char *harness_explain(const char *method, const char *json)
{
    return explain("plan", false, method, json);
}

char *harness_explain_as(const char *how, const char *method, const char *json)
{
    return explain(how, true, method, json);
}

char *harness_call(const char *method, const char *json)
{
    struct rc_buf request = {0};
    const struct rc_wire_message *message = message_of(method, true);
    assert_non_null(message);
    test_request(message, json, &request);
    char *text = harness_call_bytes(method, rc_buf_view(&request));
    rc_buf_fini(&request);
    return text;
}

char *harness_call_together(const char *method, const char *json, size_t count)
{
    struct rc_buf request = {0};
    struct rc_buf envelope = {0};
    struct rc_buf reply = {0};
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    const struct rc_wire_message *message = message_of(method, true);
    size_t replies = 0;
    assert_non_null(message);
    test_request(message, json, &request);
    for (size_t i = 0; i < count; i++) {
        put_call(method, rc_buf_view(&request), NULL, &envelope);
    }
    exchange_bytes(rc_buf_view(&envelope), &reply);
    struct rc_view first = field_of(rc_buf_view(&reply), 1).bytes;
    rc_wire_reader_init(&reader, rc_buf_view(&reply));
    for (; rc_wire_next(&reader, &value); replies++) {
        if (value.bytes.len != first.len ||
            (first.len > 0 && memcmp(value.bytes.data, first.data, first.len) != 0)) {
            fail_msg("%s %s: reply %zu of equal calls is another one", method, json, replies);
        }
    }
    assert_int_equal(replies, count);
    char *text = read_reply(rc_buf_view(&reply), message_of(method, false));
    rc_buf_fini(&request);
    rc_buf_fini(&envelope);
    rc_buf_fini(&reply);
    return text;
}

void harness_expect(const char *method, const char *json, const char *answer)
{
    char *text = harness_call(method, json);
    if (strcmp(text, answer) != 0) {
        fail_msg("%s %s\nanswered %s\nnot      %s", method, json, text, answer);
    }
    free(text);
}

// All elements of a repeated field, joined by commas.
static void put_fields(struct rc_view message, uint32_t number, struct rc_buf *out)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    size_t count = 0;
    rc_wire_reader_init(&reader, message);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == number) {
            rc_buf_append_text(out, count++ > 0 ? "," : "");
            rc_buf_append_view(out, value.bytes);
        }
    }
}

void harness_expect_failure(const char *method, const char *json, const char *failure)
{
    enum { REASON = 2, MESSAGE = 3, ENTITY = 5, FIELDS = 6, CONSTRAINT = 7 };
    struct rc_buf request = {0};
    struct rc_buf reply = {0};
    struct rc_buf out = {0};
    test_request(message_of(method, true), json, &request);
    call(method, rc_buf_view(&request), NULL, &reply);
    struct rc_view status = field_of(field_of(rc_buf_view(&reply), 1).bytes, 1).bytes;
    rc_buf_printf(&out, "%.*s %.*s(", rc_view_arg(field_of(status, REASON).bytes),
                  rc_view_arg(field_of(status, ENTITY).bytes));
    put_fields(status, FIELDS, &out);
    rc_buf_printf(&out, ") %.*s: %.*s", rc_view_arg(field_of(status, CONSTRAINT).bytes),
                  rc_view_arg(field_of(status, MESSAGE).bytes));
    if (strncmp(out.data, failure, strlen(failure)) != 0) {
        fail_msg("%s %s\nfailed with %s\nnot         %s...", method, json, out.data, failure);
    }
    rc_buf_fini(&request);
    rc_buf_fini(&reply);
    rc_buf_fini(&out);
}

void harness_expect_begin(const char *method, const char *json, const char *begin)
{
    char *text = harness_call(method, json);
    if (strncmp(text, begin, strlen(begin)) != 0) {
        fail_msg("%s %s\nanswered %s\nnot      %s...", method, json, text, begin);
    }
    free(text);
}
