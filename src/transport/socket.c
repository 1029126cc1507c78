// SPDX-License-Identifier: Apache-2.0
//
// Closing an nng socket without waiting for ever: nng_close of 1.5.2 may hang, so it runs on a
// thread that is left behind when it takes too long.
#include "transport/socket.h"

#include "base/log.h"

#include <pthread.h>
#include <stdint.h>
#include <time.h>

enum { CLOSE_TIMEOUT_S = 5 };

static void *run_close(void *socket_id)
{
    nng_close((nng_socket){.id = (uint32_t)(uintptr_t)socket_id});
    return NULL;
}

bool rc_socket_close(nng_socket socket)
{
    pthread_t closer;
    if (pthread_create(&closer, NULL, run_close, (void *)(uintptr_t)socket.id) != 0) {
        nng_close(socket);
        return true;
    }
    struct timespec limit;
    clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec += CLOSE_TIMEOUT_S;
    if (pthread_timedjoin_np(closer, NULL, &limit) == 0) {
        return true;
    }
    pthread_detach(closer);
    rc_log(RC_LOG_DEBUG, "transport", "socket did not close in time", (char *)NULL);
    return false;
}
