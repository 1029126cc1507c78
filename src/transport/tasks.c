// SPDX-License-Identifier: Apache-2.0
//
// A parked thread is inside the callback of an operation of ours that has ended; each such
// operation takes one thread, since it does not return. nng is never asked how many threads it
// has: counting too few parks too few, which is merely slower.
#include "transport/tasks.h"

#include <dirent.h>
#include <nng/nng.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PARKED_MAX = 64, NAME_SIZE = 32 };

static struct {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    unsigned holders;
    uintptr_t parked; // numbers the parkings; those of an earlier one are to go
    nng_aio *aios[PARKED_MAX];
    size_t count;
} parking = {.lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};

unsigned rc_tasks_wanted(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors > 3 ? (unsigned)processors / 2 : 1;
}

static bool is_task_thread(const char *thread)
{
    char path[64];
    char name[NAME_SIZE] = "";
    (void)snprintf(path, sizeof path, "/proc/self/task/%.20s/comm", thread);
    FILE *file = fopen(path, "r");
    if (!file) {
        return false; // it has ended
    }
    bool is_read = fgets(name, sizeof name, file) != NULL;
    (void)fclose(file);
    return is_read && strcmp(name, "nng:task\n") == 0;
}

static unsigned count_task_threads(void)
{
    unsigned count = 0;
    DIR *threads = opendir("/proc/self/task");
    if (!threads) {
        return 0;
    }
    for (const struct dirent *entry = readdir(threads); entry; entry = readdir(threads)) {
        count += entry->d_name[0] != '.' && is_task_thread(entry->d_name);
    }
    (void)closedir(threads);
    return count;
}

static void stay(void *number)
{
    (void)pthread_mutex_lock(&parking.lock);
    while (parking.parked == (uintptr_t)number) {
        (void)pthread_cond_wait(&parking.wake, &parking.lock);
    }
    (void)pthread_mutex_unlock(&parking.lock);
}

// Gives one thread a task that does not end. False without memory.
static bool park_one(void)
{
    nng_aio *aio;
    if (nng_aio_alloc(&aio, stay, (void *)parking.parked) != 0) {
        return false;
    }
    parking.aios[parking.count++] = aio;
    if (nng_aio_begin(aio)) {
        nng_aio_finish(aio, 0);
    }
    return true;
}

void rc_tasks_park(unsigned keep)
{
    (void)pthread_mutex_lock(&parking.lock);
    if (parking.holders++ == 0) {
        unsigned threads = count_task_threads();
        unsigned kept = keep > 0 ? keep : 1;
        while (threads > kept && parking.count < PARKED_MAX && park_one()) {
            threads--;
        }
    }
    (void)pthread_mutex_unlock(&parking.lock);
}

void rc_tasks_release(void)
{
    nng_aio *aios[PARKED_MAX];
    size_t count = 0;
    (void)pthread_mutex_lock(&parking.lock);
    if (--parking.holders == 0) {
        parking.parked++;
        (void)pthread_cond_broadcast(&parking.wake);
        count = parking.count;
        memcpy(aios, parking.aios, count * sizeof aios[0]);
        parking.count = 0;
    }
    (void)pthread_mutex_unlock(&parking.lock);
    for (size_t i = 0; i < count; i++) {
        nng_aio_free(aios[i]); // waits for its callback
    }
}
