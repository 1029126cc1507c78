// SPDX-License-Identifier: Apache-2.0
//
// UTF-8, by the table of well-formed byte sequences: the second byte's range depends on the
// first, which rules out overlong forms and surrogates without decoding.
#include "base/utf8.h"

#include <stdbool.h>

static bool is_tail(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

size_t rc_utf8_sequence(const char *text, size_t len)
{
    if (len == 0) {
        return 0;
    }
    const unsigned char *at = (const unsigned char *)text;
    unsigned char lead = at[0];
    if (lead < 0x80) {
        return 1;
    }
    if (lead < 0xC2 || lead > 0xF4) {
        return 0;
    }
    size_t need = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (len < need) {
        return 0;
    }
    unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (at[1] < low || at[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < need; i++) {
        if (!is_tail(at[i])) {
            return 0;
        }
    }
    return need;
}

size_t rc_utf8_encode(uint32_t code_point, char ret_text[4])
{
    if (code_point < 0x80) {
        ret_text[0] = (char)code_point;
        return 1;
    }
    size_t len = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--) {
        ret_text[i] = (char)(0x80 | (code_point & 0x3F));
        code_point >>= 6;
    }
    uint32_t lead = len == 2 ? 0xC0 : len == 3 ? 0xE0 : 0xF0;
    ret_text[0] = (char)(lead | code_point);
    return len;
}
