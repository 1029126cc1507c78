// SPDX-License-Identifier: Apache-2.0
//
// Two schemes are served. tls and ws wait for an nng whose handshakes time out and whose HTTP
// parser stays inside its buffer; see the README.
#include "transport/endpoint.h"

#include <nng/nng.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char supported[] = "supported are tcp://host:port and ipc:///path/to/socket";

// 0 to 65535, in at most five digits.
static bool is_port(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    return digits >= 1 && digits <= 5 && text[digits] == '\0' &&
           strtoul(text, NULL, 10) <= UINT16_MAX;
}

static rowcall_status check_tcp(const char *url, const char *authority, rowcall_error *err)
{
    const char *colon = strrchr(authority, ':');
    if (!colon || colon == authority || !is_port(colon + 1)) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "%s: no host and port; write tcp://host:port", url);
    }
    return ROWCALL_OK;
}

static rowcall_status check_ipc(const char *url, const char *path, rowcall_error *err)
{
    if (path[0] != '/' || path[1] == '\0') {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "%s: the path must be absolute; write ipc:///path/to/socket", url);
    }
    if (strlen(path) > RC_ENDPOINT_PATH_MAX) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "%s: the path is longer than %d bytes, more than a socket allows",
                            url, RC_ENDPOINT_PATH_MAX);
    }
    return ROWCALL_OK;
}

rowcall_status rc_endpoint_parse(const char *url, struct rc_endpoint *ret_endpoint,
                                 rowcall_error *err)
{
    if (strncmp(url, "tcp://", 6) == 0) {
        *ret_endpoint = (struct rc_endpoint){.kind = RC_ENDPOINT_TCP, .url = url};
        return check_tcp(url, url + 6, err);
    }
    if (strncmp(url, "ipc://", 6) == 0) {
        *ret_endpoint =
            (struct rc_endpoint){.kind = RC_ENDPOINT_IPC, .url = url, .path = url + 6};
        return check_ipc(url, url + 6, err);
    }
    if (strncmp(url, "tls+tcp://", 10) == 0 || strncmp(url, "ws://", 5) == 0 ||
        strncmp(url, "wss://", 6) == 0) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "%s: this transport is not offered; %s", url, supported);
    }
    return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "\"%s\": not an address; %s", url,
                        supported);
}

rowcall_status rc_endpoint_error(rowcall_error *err, int nng_error, const char *what,
                                 const char *url)
{
    switch (nng_error) {
    case NNG_EADDRINUSE:
        return rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                            "%s: address in use; another process listens there", url);
    case NNG_ENOMEM:
    case NNG_ENOFILES:
        return rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED, "cannot %s %s: %s", what, url,
                            nng_strerror(nng_error));
    case NNG_EADDRINVAL:
    case NNG_ENOTSUP:
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "cannot %s %s: %s", what, url,
                            nng_strerror(nng_error));
    case NNG_EPERM:
        return rc_error_set(err, ROWCALL_PERMISSION_DENIED, "cannot %s %s: %s", what, url,
                            nng_strerror(nng_error));
    default:
        return rc_error_set(err, ROWCALL_UNAVAILABLE, "cannot %s %s: %s", what, url,
                            nng_strerror(nng_error));
    }
}
