// SPDX-License-Identifier: Apache-2.0
//
// One flag for the process, as signals are the process's.
#include "bin/interrupt.h"

#include <stddef.h>

static volatile sig_atomic_t interrupted;

static void take_note(int signal)
{
    interrupted = signal;
}

const volatile sig_atomic_t *rc_interrupt_catch(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = take_note, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        sigaction(signals[i], &action, NULL); // fails for no signal that can be caught
    }
    return &interrupted;
}
