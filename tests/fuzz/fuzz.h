// SPDX-License-Identifier: Apache-2.0
//
// What a fuzz target gives: libFuzzer's entry point, and inputs to start from. A target aborts
// (assert) when a property does not hold; sanitizers find the rest.
#ifndef RC_TESTS_FUZZ_FUZZ_H
#define RC_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct fuzz_seed {
    const char *data;
    size_t len;
};

#define FUZZ_SEED(text)                                                                        \
    {                                                                                          \
        text, sizeof text - 1                                                                  \
    }

// An assertion that release builds keep.
#define FUZZ_REQUIRE(condition)                                                                \
    do {                                                                                       \
        if (!(condition)) {                                                                    \
            (void)fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);      \
            abort();                                                                           \
        }                                                                                      \
    } while (0)

extern const struct fuzz_seed fuzz_seeds[];
extern const size_t fuzz_seed_count;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#endif
