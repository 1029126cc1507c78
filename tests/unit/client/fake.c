// SPDX-License-Identifier: Apache-2.0
//
// The fake server: reads envelopes with the wire reader and writes replies with the wire
// writer, apart from the client's own code for either.
#include "fake.h"

#include "transport/server.h"
#include "wire/writer.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { HELD_MAX = 256, SIZES_MAX = 4096, CALLS_MAX = 128 };

// An envelope, as far as its answer needs it.
struct post {
    struct rc_server_request *request;
    uint64_t id;
    uint64_t teas[CALLS_MAX];
    size_t count;
    bool collects; // it is a question for replies
};

struct fake {
    char folder[40];
    char url[64];
    struct rc_server *server;
    pthread_mutex_t lock; // guards what follows
    pthread_cond_t changed;
    struct fake_seen seen;
    struct rc_buf answer;
    bool answers_bytes;
    bool holds;
    size_t spared; // envelopes that are answered nevertheless
    struct post *held[HELD_MAX];
    size_t held_count;
    size_t sizes[SIZES_MAX];
    size_t size_count;
    size_t limit; // calls of an envelope; 0: none
    bool crowds;
    bool keeps;
    size_t lost;
    struct post kept[HELD_MAX]; // envelopes whose replies are kept
    size_t kept_count;
    char failing[32]; // a method
    int failures;     // that are still to come
    rowcall_status failure_status;
    char failure_reason[8];
    int begun;
};

static void keep_text(char to[32], struct rc_view text)
{
    snprintf(to, 32, "%.*s", rc_view_arg(text));
}

static void read_reference(struct fake_seen *seen, struct rc_view bytes)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    struct rc_view paths[2] = {{0}};
    uint64_t call = 0;
    rc_wire_reader_init(&reader, bytes);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == 1) {
            call = value.scalar;
        } else {
            paths[value.number == 3] = value.bytes;
        }
    }
    snprintf(seen->reference, sizeof seen->reference, "%d %.*s > %.*s", (int)call,
             rc_view_arg(paths[0]), rc_view_arg(paths[1]));
}

// The request of one of Transactions' methods.
static void read_own(struct fake_seen *seen, struct rc_view request)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    bool begins = strcmp(seen->method, "Transactions/Begin") == 0;
    rc_wire_reader_init(&reader, request);
    while (rc_wire_next(&reader, &value)) {
        if (begins && value.number == 1) {
            seen->isolation = value.scalar;
        } else if (begins && value.number == 2) {
            seen->read_only = value.scalar != 0;
        } else if (begins && value.number == 4) {
            seen->wait_ms = value.scalar;
        } else if (!begins && value.number == 1) {
            snprintf(seen->transaction, sizeof seen->transaction, "%.*s",
                     rc_view_arg(value.bytes));
        } else if (!begins && value.number == 2) {
            keep_text(seen->savepoint, value.bytes);
        }
    }
}

// Notes one Call and returns the id that its request asks for.
static uint64_t read_call(struct fake_seen *seen, struct rc_view bytes,
                          struct rc_view *ret_request)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    struct rc_view request = {0};
    uint64_t id = 0;
    seen->calls++;
    seen->all_calls++;
    rc_wire_reader_init(&reader, bytes);
    while (rc_wire_next(&reader, &value)) {
        switch (value.number) {
        case 1:
            keep_text(seen->database, value.bytes);
            break;
        case 2:
            keep_text(seen->method, value.bytes);
            break;
        case 3:
            request = value.bytes;
            break;
        case 4:
            seen->timeout_ms = (uint32_t)value.scalar;
            break;
        case 5:
            snprintf(seen->transaction, sizeof seen->transaction, "%.*s",
                     rc_view_arg(value.bytes));
            break;
        case 6:
            keep_text(seen->idempotency_key, value.bytes);
            break;
        case 9:
            read_reference(seen, value.bytes);
            break;
        default:
            break;
        }
    }
    *ret_request = request;
    const char *slash = strchr(seen->method, '/');
    size_t len = strlen(seen->log);
    snprintf(seen->log + len, sizeof seen->log - len, "%s%s", len > 0 ? " " : "",
             slash ? slash + 1 : "?");
    if (strncmp(seen->method, "Transactions/", 13) == 0) {
        read_own(seen, request);
        return 0;
    }
    rc_wire_reader_init(&reader, request);
    if (rc_wire_next(&reader, &value) && value.number == 1 && value.type == RC_WIRE_BYTES) {
        rc_wire_reader_init(&reader, value.bytes); // the key
        id = rc_wire_next(&reader, &value) && value.number == 1 ? value.scalar : 0;
    }
    return id;
}

void fake_put_refusal(struct rc_buf *envelope)
{
    size_t reply = rc_wire_begin(envelope, 1);
    size_t status = rc_wire_begin(envelope, 1);
    rc_wire_put_uint(envelope, 1, ROWCALL_ALREADY_EXISTS);
    rc_wire_put_text(envelope, 2, "P2002");
    rc_wire_put_text(envelope, 3, "name, region: exists already");
    rc_wire_put_text(envelope, 4, "23505");
    rc_wire_put_text(envelope, 5, "Tea");
    rc_wire_put_text(envelope, 6, "name");
    rc_wire_put_text(envelope, 6, "region");
    rc_wire_put_text(envelope, 7, "teas_name_region_key");
    rc_wire_put_uint(envelope, 8, ROWCALL_OUTCOME_ROLLED_BACK);
    rc_wire_put_text(envelope, 99, "a member of a newer server");
    rc_wire_end(envelope, status);
    rc_wire_end(envelope, reply);
}

static void put_tea(struct rc_buf *envelope, uint64_t id)
{
    size_t reply = rc_wire_begin(envelope, 1);
    size_t response = rc_wire_begin(envelope, 2);
    size_t row = rc_wire_begin(envelope, 1);
    rc_wire_put_uint(envelope, 1, id);
    rc_wire_put_text(envelope, 2, "Sencha");
    rc_wire_end(envelope, row);
    rc_wire_end(envelope, response);
    rc_wire_end(envelope, reply);
}

static void put_failure(struct fake *fake, struct rc_buf *envelope)
{
    size_t reply = rc_wire_begin(envelope, 1);
    size_t status = rc_wire_begin(envelope, 1);
    rc_wire_put_uint(envelope, 1, (uint64_t)fake->failure_status);
    rc_wire_put_text(envelope, 2, fake->failure_reason);
    rc_wire_put_text(envelope, 3, "as was asked for");
    rc_wire_put_uint(envelope, 8, ROWCALL_OUTCOME_ROLLED_BACK);
    rc_wire_end(envelope, status);
    rc_wire_end(envelope, reply);
}

// "t1", "t2", ...
static void put_begun(struct fake *fake, struct rc_buf *envelope)
{
    char id[16];
    size_t reply = rc_wire_begin(envelope, 1);
    size_t response = rc_wire_begin(envelope, 2);
    snprintf(id, sizeof id, "t%d", ++fake->begun);
    rc_wire_put_text(envelope, 1, id);
    rc_wire_put_uint(envelope, 2, 5000);
    rc_wire_end(envelope, response);
    rc_wire_end(envelope, reply);
}

static void put_exhausted(struct rc_buf *envelope, rowcall_outcome outcome, bool is_kept)
{
    size_t reply = rc_wire_begin(envelope, 1);
    size_t status = rc_wire_begin(envelope, 1);
    rc_wire_put_uint(envelope, 1, ROWCALL_RESOURCE_EXHAUSTED);
    rc_wire_put_text(envelope, 3, "too many together");
    rc_wire_put_uint(envelope, 8, outcome);
    rc_wire_end(envelope, status);
    if (is_kept) {
        rc_wire_put_uint(envelope, 5, 1);
    }
    rc_wire_end(envelope, reply);
}

// Whether call i is among those that need no answer.
static bool is_known(struct rc_view request, size_t i)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_wire_reader_init(&reader, request);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == 2 && value.type == RC_WIRE_VARINT && value.scalar == i) {
            return true;
        }
    }
    return false;
}

// The replies of a post, at most `most`, as one of Collect.
static void put_collected(const struct post *post, struct rc_view request, size_t most,
                          struct rc_buf *envelope)
{
    size_t reply = rc_wire_begin(envelope, 1);
    size_t response = rc_wire_begin(envelope, 2);
    for (size_t i = 0; i < post->count && most > 0; i++) {
        if (post->teas[i] != SLOW_ID && !is_known(request, i)) {
            size_t collected = rc_wire_begin(envelope, 1);
            put_tea(envelope, post->teas[i]);
            rc_wire_put_uint(envelope, 2, i);
            rc_wire_end(envelope, collected);
            most--;
        }
    }
    rc_wire_end(envelope, response);
    rc_wire_end(envelope, reply);
}

static void answer_collect(struct fake *fake, struct rc_view request, struct rc_buf *answer)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    static const struct post none;
    const struct post *post = &none;
    rc_wire_reader_init(&reader, request);
    uint64_t id = rc_wire_next(&reader, &value) ? value.scalar : 0;
    for (size_t i = 0; i < fake->held_count; i++) {
        post = fake->held[i]->id == id ? fake->held[i] : post;
    }
    fake->seen.collects++;
    struct post *kept = NULL;
    for (size_t i = 0; i < fake->kept_count; i++) {
        kept = fake->kept[i].id == id ? &fake->kept[i] : kept;
    }
    if (kept) {
        kept->count -= fake->lost; // those at the end
        fake->lost = 0;
        put_collected(kept, request, 1, answer);
    } else {
        put_collected(post, request, SIZE_MAX, answer);
    }
}

static void answer_call(struct fake *fake, uint64_t id, struct rc_buf *answer)
{
    const char *method = fake->seen.method;
    if (fake->failures > 0 && strcmp(method, fake->failing) == 0) {
        fake->failures--;
        put_failure(fake, answer);
    } else if (strcmp(method, "Transactions/Begin") == 0) {
        put_begun(fake, answer);
    } else if (strncmp(method, "Transactions/", 13) == 0) {
        rc_wire_put_bytes(answer, 1, (struct rc_view){"", 0});
    } else if (id == REFUSED_ID) {
        fake_put_refusal(answer);
    } else {
        put_tea(answer, id);
    }
}

// The answers of an envelope that is none of the ordinary ones.
static void judge_post(struct fake *fake, const struct post *post, struct rc_buf *answer)
{
    if (post->collects) {
        return;
    }
    if (fake->size_count < SIZES_MAX) {
        fake->sizes[fake->size_count++] = post->count;
    }
    bool is_over = fake->limit > 0 && post->count > fake->limit;
    bool keeps = fake->keeps && post->count > 1;
    if (is_over || keeps) {
        rc_buf_truncate(answer, 0);
    }
    if (is_over && !fake->crowds) {
        put_exhausted(answer, ROWCALL_OUTCOME_NOT_EXECUTED, false);
    }
    for (size_t i = 0; i < post->count; i++) {
        if (keeps) {
            put_exhausted(answer, ROWCALL_OUTCOME_UNKNOWN, true);
        } else if (is_over && fake->crowds) {
            put_exhausted(answer, ROWCALL_OUTCOME_ROLLED_BACK, false);
        }
    }
    if (keeps && fake->kept_count < HELD_MAX) {
        fake->kept[fake->kept_count++] = *post;
    }
}

// Reads the envelope into fake->seen and appends the answers of its calls.
static void serve_envelope(struct fake *fake, struct rc_view bytes, struct post *post,
                           struct rc_buf *answer)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    struct fake_seen before = fake->seen;
    fake->seen = (struct fake_seen){.envelopes = before.envelopes + 1,
                                    .all_calls = before.all_calls,
                                    .collects = before.collects};
    memcpy(fake->seen.log, before.log, sizeof before.log);
    rc_wire_reader_init(&reader, bytes);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == 1) {
            struct rc_view request = {0};
            uint64_t tea = read_call(&fake->seen, value.bytes, &request);
            post->collects = strcmp(fake->seen.method, "Replies/Collect") == 0;
            if (post->collects) {
                answer_collect(fake, request, answer);
                continue;
            }
            assert_true(post->count < CALLS_MAX);
            post->teas[post->count++] = tea;
            answer_call(fake, tea, answer);
        } else if (value.number == 2) {
            fake->seen.atomic = value.scalar != 0;
        } else if (value.number == 3) {
            keep_text(fake->seen.token, value.bytes);
        } else if (value.number == 4) {
            fake->seen.isolation = value.scalar;
        } else if (value.number == 5) {
            fake->seen.read_only = value.scalar != 0;
        } else if (value.number == 6) {
            fake->seen.max_retries = value.scalar;
        } else if (value.number == 7) {
            post->id = value.scalar;
        }
    }
    judge_post(fake, post, answer);
}

static void handle(void *ctx, struct rc_server_request *request, unsigned flags)
{
    struct fake *fake = ctx;
    struct rc_buf answer = {0};
    struct post *post = calloc(1, sizeof *post);
    (void)flags;
    post->request = request;
    pthread_mutex_lock(&fake->lock);
    serve_envelope(fake, rc_server_request_message(request), post, &answer);
    if (fake->answers_bytes) {
        rc_buf_truncate(&answer, 0);
        rc_buf_append_view(&answer, rc_buf_view(&fake->answer));
    }
    bool is_held = fake->holds && !post->collects && fake->held_count < HELD_MAX;
    if (is_held && fake->spared > 0) {
        fake->spared--;
        is_held = false;
    }
    if (is_held) {
        fake->held[fake->held_count++] = post;
        pthread_cond_broadcast(&fake->changed);
    }
    pthread_mutex_unlock(&fake->lock);
    if (!is_held) {
        rc_server_reply(request, &answer);
        free(post);
    }
    rc_buf_fini(&answer);
}

int fake_setup(void **state)
{
    struct fake *fake = calloc(1, sizeof *fake);
    pthread_mutex_init(&fake->lock, NULL);
    pthread_cond_init(&fake->changed, NULL);
    snprintf(fake->folder, sizeof fake->folder, "/tmp/rowcall-client-XXXXXX");
    if (!mkdtemp(fake->folder)) {
        return -1;
    }
    snprintf(fake->url, sizeof fake->url, "ipc://%s/s", fake->folder);
    const char *urls[] = {fake->url};
    rowcall_error err = {0};
    ASSERT_OK(rc_server_open(&(struct rc_server_options){.urls = urls, .url_count = 1}, handle,
                             fake, &fake->server, &err),
              err);
    *state = fake;
    return 0;
}

void fake_stop(struct fake *fake)
{
    rc_server_close(fake->server);
    fake->server = NULL;
    for (size_t i = 0; i < fake->held_count; i++) {
        rc_server_reply(fake->held[i]->request, NULL);
        free(fake->held[i]);
    }
    fake->held_count = 0;
}

int fake_teardown(void **state)
{
    struct fake *fake = *state;
    fake_stop(fake);
    int st = rmdir(fake->folder);
    rc_buf_fini(&fake->answer);
    pthread_mutex_destroy(&fake->lock);
    pthread_cond_destroy(&fake->changed);
    free(fake);
    return st;
}

const char *fake_url(const struct fake *fake)
{
    return fake->url;
}

void fake_answer(struct fake *fake, struct rc_view reply_envelope)
{
    pthread_mutex_lock(&fake->lock);
    rc_buf_truncate(&fake->answer, 0);
    rc_buf_append_view(&fake->answer, reply_envelope);
    fake->answers_bytes = true;
    pthread_mutex_unlock(&fake->lock);
}

void fake_fail(struct fake *fake, const char *method, rowcall_status status, const char *reason,
               int count)
{
    pthread_mutex_lock(&fake->lock);
    snprintf(fake->failing, sizeof fake->failing, "%s", method);
    snprintf(fake->failure_reason, sizeof fake->failure_reason, "%s", reason);
    fake->failure_status = status;
    fake->failures = count;
    pthread_mutex_unlock(&fake->lock);
}

void fake_hold(struct fake *fake)
{
    pthread_mutex_lock(&fake->lock);
    fake->holds = true;
    pthread_mutex_unlock(&fake->lock);
}

void fake_hold_after(struct fake *fake, size_t envelopes)
{
    pthread_mutex_lock(&fake->lock);
    fake->holds = true;
    fake->spared = envelopes;
    pthread_mutex_unlock(&fake->lock);
}

void fake_release(struct fake *fake)
{
    pthread_mutex_lock(&fake->lock);
    fake->holds = false;
    for (size_t i = 0; i < fake->held_count; i++) {
        struct post *post = fake->held[i];
        struct rc_buf answer = {0};
        for (size_t call = 0; call < post->count; call++) {
            put_tea(&answer, post->teas[call]);
        }
        rc_server_reply(post->request, &answer);
        rc_buf_fini(&answer);
        free(post);
    }
    fake->held_count = 0;
    pthread_mutex_unlock(&fake->lock);
}

void fake_limit(struct fake *fake, size_t calls, bool crowded)
{
    pthread_mutex_lock(&fake->lock);
    fake->limit = calls;
    fake->crowds = crowded;
    pthread_mutex_unlock(&fake->lock);
}

void fake_keep(struct fake *fake, size_t lost)
{
    pthread_mutex_lock(&fake->lock);
    fake->keeps = true;
    fake->lost = lost;
    pthread_mutex_unlock(&fake->lock);
}

size_t fake_sizes(struct fake *fake, size_t *ret_sizes, size_t max)
{
    pthread_mutex_lock(&fake->lock);
    size_t count = fake->size_count < max ? fake->size_count : max;
    memcpy(ret_sizes, fake->sizes, count * sizeof *ret_sizes);
    pthread_mutex_unlock(&fake->lock);
    return count;
}

void fake_wait_held(struct fake *fake, size_t count)
{
    pthread_mutex_lock(&fake->lock);
    while (fake->held_count < count) {
        pthread_cond_wait(&fake->changed, &fake->lock);
    }
    pthread_mutex_unlock(&fake->lock);
}

struct fake_seen fake_seen(struct fake *fake)
{
    pthread_mutex_lock(&fake->lock);
    struct fake_seen seen = fake->seen;
    pthread_mutex_unlock(&fake->lock);
    return seen;
}

shop_db fake_open(struct fake *fake, rowcall_client_options options)
{
    shop_db db = {0};
    rowcall_error err = {0};
    options.url = fake->url;
    ASSERT_OK(shop_open(&db, &options, &err), err);
    return db;
}
