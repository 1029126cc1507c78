// SPDX-License-Identifier: Apache-2.0
//
// The engine's own .proto files, compiled by protoc at build time and embedded as they are.
#include "api/descriptor.h"

__asm__(".section .rodata\n"
        "rc_api_fixed_begin:\n"
        ".incbin \"" RC_API_FIXED_FILE "\"\n"
        "rc_api_fixed_end:\n"
        ".byte 0\n"
        ".previous\n");

extern const char rc_api_fixed_begin[];
extern const char rc_api_fixed_end[];

struct rc_view rc_api_fixed_descriptors(void)
{
    return (struct rc_view){rc_api_fixed_begin,
                            (size_t)(rc_api_fixed_end - rc_api_fixed_begin)};
}
