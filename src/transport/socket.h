// SPDX-License-Identifier: Apache-2.0
//
// Closing an nng socket without trusting nng_close to return.
#ifndef RC_TRANSPORT_SOCKET_H
#define RC_TRANSPORT_SOCKET_H

#include <nng/nng.h>
#include <stdbool.h>

// Closes the socket; blocks for at most five seconds. False when nng_close did not return
// (1.5.2 has a deadlock there): its thread is left behind, and nothing the socket's callbacks
// use may be freed.
bool rc_socket_close(nng_socket socket);

#endif
