// SPDX-License-Identifier: Apache-2.0
//
// An address as people write it, taken apart and checked before nng sees it, so that what is
// not supported is refused with a sentence instead of a number. Also the wording of nng's
// errors.
#ifndef RC_TRANSPORT_ENDPOINT_H
#define RC_TRANSPORT_ENDPOINT_H

#include "base/error.h"

enum rc_endpoint_kind { RC_ENDPOINT_TCP, RC_ENDPOINT_IPC };

// Longest ipc path: what fits a sockaddr_un beside the suffix of a replacement (".new").
#define RC_ENDPOINT_PATH_MAX 103

struct rc_endpoint {
    enum rc_endpoint_kind kind;
    const char *url;  // as given; borrowed
    const char *path; // ipc: the socket file; inside url
};

// Reads url (borrowed for the endpoint's life). INVALID_ARGUMENT names the URL and what is
// supported.
rowcall_status rc_endpoint_parse(const char *url, struct rc_endpoint *ret_endpoint,
                                 rowcall_error *err) RC_MUST_CHECK;

// Fills err for nng's error number about doing `what` with url: the status that fits, and a
// sentence. Returns the status.
rowcall_status rc_endpoint_error(rowcall_error *err, int nng_error, const char *what,
                                 const char *url);

#endif
