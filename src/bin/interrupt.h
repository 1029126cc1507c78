// SPDX-License-Identifier: Apache-2.0
//
// Ctrl-C and its like as a wish that work in progress looks at, so that it can cancel what
// PostgreSQL runs and record what became of it.
#ifndef RC_BIN_INTERRUPT_H
#define RC_BIN_INTERRUPT_H

#include <signal.h>

// From now on SIGINT, SIGTERM and SIGHUP set the flag that this returns (to the signal's
// number) instead of ending the process. Each does so once: a second one ends it.
const volatile sig_atomic_t *rc_interrupt_catch(void);

#endif
