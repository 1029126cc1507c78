// SPDX-License-Identifier: Apache-2.0
//
// What callgrind writes: which function of which module spent how many instructions, and how
// often memory was asked for.
#ifndef BENCH_CALLGRIND_H
#define BENCH_CALLGRIND_H

#include <stdbool.h>
#include <stdint.h>

enum { MODULES_MAX = 64, MODULE_NAME_SIZE = 32 };

// A module of src ("pg"), a folder beside it, or a library ("libnng"), and its own
// instructions.
struct module_cost {
    char name[MODULE_NAME_SIZE];
    uint64_t instructions;
};

struct callgrind_profile {
    uint64_t instructions;
    uint64_t allocations;                    // calls of malloc, calloc, realloc and their like
    struct module_cost modules[MODULES_MAX]; // the most expensive first
    int module_count;
};

// Reads a file that callgrind wrote. Inlined code counts where it was inlined. False, and the
// reason is on stderr.
bool callgrind_read(const char *path, struct callgrind_profile *ret_profile);

#endif
