// SPDX-License-Identifier: Apache-2.0
//
// Trying the server: the whole request path over PostgreSQL (methods/harness.h), in the blog's
// database.
#ifndef RC_TESTS_DIFFERENTIAL_SERVED_H
#define RC_TESTS_DIFFERENTIAL_SERVED_H

#include <stdbool.h>

// The test programs' main: argv[1] is the seed. ROWCALL_DIFFERENTIAL_SEED replaces it,
// ROWCALL_DIFFERENTIAL_REQUESTS replaces request_count. Fails with the smallest request that
// was found to be answered differently. without: of generate.h. The program's exit status.
int served_main(int argc, char **argv, bool writes, unsigned request_count, unsigned without);

#endif
