// SPDX-License-Identifier: Apache-2.0
//
// Base64, three bytes to four characters; the last group may be short.
#include "json/base64.h"

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void rc_base64_encode(struct rc_view bytes, struct rc_buf *buf)
{
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t len = bytes.len - i < 3 ? bytes.len - i : 3;
        unsigned group = 0;
        for (size_t j = 0; j < 3; j++) {
            group = group << 8 | (j < len ? (unsigned char)bytes.data[i + j] : 0u);
        }
        char text[4];
        for (size_t j = 0; j < 4; j++) {
            text[j] = j <= len ? alphabet[group >> (18 - 6 * j) & 63] : '=';
        }
        rc_buf_append(buf, text, sizeof text);
    }
}

// The six bits of a character of either alphabet, -1 for any other.
static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

bool rc_base64_decode(struct rc_view text, struct rc_buf *buf)
{
    size_t len = text.len;
    if (len % 4 == 0 && len > 0 && text.data[len - 1] == '=') {
        len -= text.data[len - 2] == '=' ? 2 : 1;
    }
    if (len % 4 == 1) {
        return false;
    }
    unsigned bits = 0;
    unsigned bit_count = 0;
    for (size_t i = 0; i < len; i++) {
        int value = value_of(text.data[i]);
        if (value < 0) {
            return false;
        }
        bits = (bits << 6 | (unsigned)value) & 0xFFFFFF;
        bit_count += 6;
        if (bit_count >= 8) {
            bit_count -= 8;
            rc_buf_append_char(buf, (char)(bits >> bit_count & 0xFF));
        }
    }
    return true;
}
