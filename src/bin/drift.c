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
#include <time.h>

enum { RETRY_SECONDS = 5, TOLD_MAX = 20 };

struct target {
    const struct rc_scope *scope;
    const char *url;
    bool done;
};

struct rc_drift {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t stopped;
    bool stop;
    size_t count;
    struct target targets[];
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
               target->scope->fingerprint, (char *)NULL);
    }
}

static void compare(struct target *target)
{
    struct rc_arena arena;
    struct rc_differences differences = {0};
    rowcall_error err = {0};
    rc_arena_init(&arena, 0);
    rowcall_status st =
        rc_compare_url(target->url, target->scope, false, &arena, &differences, &err);
    if (st == ROWCALL_OK) {
        tell(target, &differences);
    } else if (st != ROWCALL_UNAVAILABLE) {
        rc_log(RC_LOG_WARN, "server", "cannot compare a database with the schema", "database",
               "%s", target->scope->name, "reason", "%s", err.message, (char *)NULL);
    }
    target->done = st != ROWCALL_UNAVAILABLE; // down: it is asked again
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
                compare(&drift->targets[i]);
                left -= drift->targets[i].done;
            }
        }
        if (left > 0 && !pause_before_retry(drift, true)) {
            return NULL;
        }
    }
    return NULL;
}

rowcall_status rc_drift_start(const struct rc_schema *schema,
                              const struct rc_service_database *databases, size_t count,
                              struct rc_drift **ret_drift, rowcall_error *err)
{
    struct rc_drift *drift = calloc(1, sizeof(*drift) + count * sizeof(drift->targets[0]));
    if (!drift) {
        return rc_error_oom(err);
    }
    drift->count = count;
    for (size_t i = 0; i < count; i++) {
        drift->targets[i].scope = rc_schema_scope(schema, rc_view_of(databases[i].name));
        drift->targets[i].url = databases[i].url;
    }
    (void)pthread_mutex_init(&drift->mutex, NULL);
    (void)pthread_cond_init(&drift->stopped, NULL);
    if (pthread_create(&drift->thread, NULL, run, drift) != 0) {
        free(drift);
        return rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED, "cannot start a thread");
    }
    *ret_drift = drift;
    return ROWCALL_OK;
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
