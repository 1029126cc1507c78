// SPDX-License-Identifier: Apache-2.0
//
// The background comparison: one thread, one database after the other, again for those that
// were down.
#include "bin/drift.h"

#include "base/log.h"
#include "migrate/compare.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RETRY_SECONDS = 5, TOLD_MAX = 20 };

struct target {
    const struct rc_scope *scope;
    const char *url;
    bool done;
    char told[512]; // what was logged last, so that asking again says nothing twice
};

struct rc_drift {
    struct rc_service *gate;
    pthread_t thread;
    pthread_mutex_t mutex; // over stop, known, verdict
    pthread_cond_t stopped;
    bool stop;
    bool known;            // every database was asked once
    rowcall_error verdict; // of asking once
    size_t count;
    struct target targets[]; // the thread's own
};

static void tell(const struct target *target, const struct rc_differences *differences)
{
    char subject[80];
    (void)snprintf(subject, sizeof(subject), "database %s", target->scope->name);
    for (size_t i = 0; i < differences->count && i < TOLD_MAX; i++) {
        const struct rc_difference *difference = &differences->items[i];
        if (difference->position.file) {
            rc_log(RC_LOG_WARN, subject, "differs from the schema", "difference", "%s",
                   difference->text, "file", "%s", difference->position.file, "line", "%d",
                   difference->position.line, (char *)NULL);
        } else {
            rc_log(RC_LOG_WARN, subject, "differs from the schema", "difference", "%s",
                   difference->text, (char *)NULL);
        }
    }
    if (differences->count > TOLD_MAX) {
        rc_log(RC_LOG_WARN, subject, "differs from the schema", "more", "%zu",
               differences->count - TOLD_MAX, "see", "%s", "rowcall check", (char *)NULL);
    }
    if (differences->count == 0) {
        rc_log(RC_LOG_INFO, subject, "is as the schema says", "fingerprint", "%.*s", 12,
               rc_scope_fingerprint(target->scope), (char *)NULL);
    }
}

// The first difference, and how many there are.
static void summarise(const struct rc_differences *differences, char *ret_text, size_t size)
{
    int len =
        snprintf(ret_text, size, "it differs from the schema: %s", differences->items[0].text);
    if (differences->count > 1 && len > 0 && (size_t)len < size) {
        (void)snprintf(ret_text + len, size - (size_t)len, ", and %zu more",
                       differences->count - 1);
    }
}

// True when the text has not been logged for this target the last time.
static bool is_news(struct target *target, const char *text)
{
    bool news = strncmp(target->told, text, sizeof target->told - 1) != 0;
    (void)snprintf(target->told, sizeof target->told, "%s", text);
    return news;
}

// Where differences forbid to serve, what is wrong is kept for the verdict and the callers.
static void judge(struct rc_drift *drift, struct target *target, rowcall_status st,
                  const char *wrong)
{
    if (!drift->gate) {
        target->done = st != ROWCALL_UNAVAILABLE; // down: it is asked again
        return;
    }
    const char *name = target->scope->name;
    target->done = st == ROWCALL_OK && !*wrong;
    if (st == ROWCALL_UNAVAILABLE) {
        wrong = "it was down and has not been compared with the schema yet";
    }
    (void)pthread_mutex_lock(&drift->mutex);
    if (!target->done && st != ROWCALL_UNAVAILABLE && !drift->known) {
        rc_error_set(&drift->verdict, ROWCALL_FAILED_PRECONDITION,
                     "database %s is not served: %s. `rowcall check --db %s` lists all; "
                     "migrate it, or serve with --on-drift warn",
                     name, wrong, name);
    }
    if (st != ROWCALL_OK && st != ROWCALL_UNAVAILABLE) {
        // PostgreSQL's words may name hosts and users, which are not for callers.
        wrong = "it cannot be compared with the schema; the server's log says why";
    }
    if (!drift->stop) { // once it stops, the service may go
        rc_service_hold(drift->gate, name, target->done ? NULL : wrong);
    }
    (void)pthread_mutex_unlock(&drift->mutex);
}

static void compare(struct rc_drift *drift, struct target *target)
{
    struct rc_arena arena;
    struct rc_differences differences = {0};
    rowcall_error err = {0};
    char wrong[sizeof target->told] = "";
    rc_arena_init(&arena, 0);
    rowcall_status st =
        rc_compare_url(target->url, target->scope, false, &arena, &differences, &err);
    if (st == ROWCALL_OK) {
        if (differences.count > 0) {
            summarise(&differences, wrong, sizeof wrong);
        }
        if (is_news(target, *wrong ? wrong : "right")) {
            tell(target, &differences);
        }
    } else if (st != ROWCALL_UNAVAILABLE) {
        (void)snprintf(wrong, sizeof wrong, "it cannot be compared with the schema: %.440s",
                       err.message);
        if (is_news(target, wrong)) {
            rc_log(RC_LOG_WARN, "server", "cannot compare a database with the schema",
                   "database", "%s", target->scope->name, "reason", "%s", err.message,
                   (char *)NULL);
        }
    }
    judge(drift, target, st, wrong);
    rc_arena_fini(&arena);
}

// Whether to go on, after a pause when there was something to wait for.
static bool pause_before_retry(struct rc_drift *drift, bool wait)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += RETRY_SECONDS;
    (void)pthread_mutex_lock(&drift->mutex);
    int waited = 0;
    while (wait && !drift->stop && waited == 0) {
        waited = pthread_cond_timedwait(&drift->stopped, &drift->mutex, &until);
    }
    bool go_on = !drift->stop;
    (void)pthread_mutex_unlock(&drift->mutex);
    return go_on;
}

static void *run(void *arg)
{
    struct rc_drift *drift = arg;
    size_t left = drift->count;
    while (left > 0) {
        for (size_t i = 0; i < drift->count; i++) {
            if (!pause_before_retry(drift, false)) {
                return NULL;
            }
            if (!drift->targets[i].done) {
                compare(drift, &drift->targets[i]);
                left -= drift->targets[i].done;
            }
        }
        (void)pthread_mutex_lock(&drift->mutex);
        drift->known = true;
        (void)pthread_mutex_unlock(&drift->mutex);
        if (left > 0 && !pause_before_retry(drift, true)) {
            return NULL;
        }
    }
    return NULL;
}

rowcall_status rc_drift_start(const struct rc_drift_options *options,
                              struct rc_drift **ret_drift, rowcall_error *err)
{
    size_t count = options->count;
    struct rc_drift *drift = calloc(1, sizeof(*drift) + count * sizeof(drift->targets[0]));
    if (!drift) {
        return rc_error_oom(err);
    }
    drift->gate = options->gate;
    drift->count = count;
    for (size_t i = 0; i < count; i++) {
        const struct rc_service_database *database = &options->databases[i];
        drift->targets[i].scope = rc_schema_scope(options->schema, rc_view_of(database->name));
        drift->targets[i].url = database->url;
        if (drift->gate) {
            rc_service_hold(drift->gate, database->name,
                            "it has not been compared with the schema yet");
        }
    }
    (void)pthread_mutex_init(&drift->mutex, NULL);
    (void)pthread_cond_init(&drift->stopped, NULL);
    if (pthread_create(&drift->thread, NULL, run, drift) != 0) {
        (void)pthread_cond_destroy(&drift->stopped);
        (void)pthread_mutex_destroy(&drift->mutex);
        free(drift);
        return rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED, "cannot start a thread");
    }
    *ret_drift = drift;
    return ROWCALL_OK;
}

bool rc_drift_is_known(struct rc_drift *drift)
{
    (void)pthread_mutex_lock(&drift->mutex);
    bool known = drift->known;
    (void)pthread_mutex_unlock(&drift->mutex);
    return known;
}

rowcall_status rc_drift_verdict(struct rc_drift *drift, rowcall_error *err)
{
    (void)pthread_mutex_lock(&drift->mutex);
    rowcall_error verdict = drift->verdict;
    (void)pthread_mutex_unlock(&drift->mutex);
    return verdict.status == ROWCALL_OK
               ? ROWCALL_OK
               : rc_error_set(err, verdict.status, "%s", verdict.message);
}

bool rc_drift_stop(struct rc_drift *drift)
{
    if (!drift) {
        return true;
    }
    (void)pthread_mutex_lock(&drift->mutex);
    drift->stop = true;
    (void)pthread_cond_signal(&drift->stopped);
    (void)pthread_mutex_unlock(&drift->mutex);
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 1;
    if (pthread_timedjoin_np(drift->thread, NULL, &until) != 0) {
        return false;
    }
    (void)pthread_cond_destroy(&drift->stopped);
    (void)pthread_mutex_destroy(&drift->mutex);
    free(drift);
    return true;
}
