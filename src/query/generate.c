// SPDX-License-Identifier: Apache-2.0
//
// The forms of generated identifiers.
#include "query/generate.h"

#include "base/clock.h"

#include <stdio.h>
#include <sys/random.h>

#define NANOID_LEN 21
#define CUID_LEN   24
#define ULID_LEN   26

static bool fill_random(unsigned char *bytes, size_t len)
{
    return getrandom(bytes, len, 0) == (ssize_t)len;
}

static void print_uuid(unsigned char bytes[16], unsigned version, char *text)
{
    bytes[6] = (unsigned char)((bytes[6] & 0x0f) | version << 4);
    bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
    for (size_t i = 0; i < 16; i++) {
        bool is_group = i == 4 || i == 6 || i == 8 || i == 10;
        text += snprintf(text, 4, "%s%02x", is_group ? "-" : "", bytes[i]);
    }
}

// The first six bytes: milliseconds of the wall clock, so that later ones sort behind.
static void put_milliseconds(unsigned char *bytes, uint64_t milliseconds)
{
    for (int i = 5; i >= 0; i--) {
        bytes[i] = (unsigned char)milliseconds;
        milliseconds >>= 8;
    }
}

static bool make_uuid4(char *text)
{
    unsigned char bytes[16];
    if (!fill_random(bytes, sizeof bytes)) {
        return false;
    }
    print_uuid(bytes, 4, text);
    return true;
}

// | 48 bits ms | version | 12 bits of the millisecond's fraction | variant | 62 bits random |
static bool make_uuid7(char *text)
{
    unsigned char bytes[16];
    if (!fill_random(bytes, sizeof bytes)) {
        return false;
    }
    uint64_t now = (uint64_t)rc_clock_wall_us();
    uint64_t fraction = now % 1000 * 4096 / 1000;
    put_milliseconds(bytes, now / 1000);
    bytes[6] = (unsigned char)(fraction >> 8);
    bytes[7] = (unsigned char)fraction;
    print_uuid(bytes, 7, text);
    return true;
}

// | 48 bits ms | 80 bits random | in 26 digits of Crockford's base 32.
static bool make_ulid(char *text)
{
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    unsigned char bytes[16];
    if (!fill_random(bytes, sizeof bytes)) {
        return false;
    }
    put_milliseconds(bytes, (uint64_t)rc_clock_wall_us() / 1000);
    unsigned bits = 0; // two bits short of 130: the first digit has three
    unsigned held = 2;
    size_t len = 0;
    for (size_t i = 0; i < sizeof bytes; i++) {
        bits = bits << 8 | bytes[i];
        held += 8;
        while (held >= 5) {
            held -= 5;
            text[len++] = digits[bits >> held & 31];
        }
        bits &= (1u << held) - 1;
    }
    text[ULID_LEN] = '\0';
    return true;
}

static bool make_nanoid(char *text)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    unsigned char bytes[NANOID_LEN];
    if (!fill_random(bytes, sizeof bytes)) {
        return false;
    }
    for (size_t i = 0; i < NANOID_LEN; i++) {
        text[i] = alphabet[bytes[i] & 63];
    }
    text[NANOID_LEN] = '\0';
    return true;
}

// The form of a cuid2 (a letter, then base 36), all of it random.
static bool make_cuid2(char *text)
{
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    size_t len = 0;
    while (len < CUID_LEN) {
        unsigned char bytes[32];
        if (!fill_random(bytes, sizeof bytes)) {
            return false;
        }
        unsigned base = len == 0 ? 26 : 36;
        for (size_t i = 0; i < sizeof bytes && len < CUID_LEN; i++) {
            if (bytes[i] < 256 / base * base) { // equal chances for every letter
                text[len++] = alphabet[bytes[i] % base];
                base = 36;
            }
        }
    }
    text[CUID_LEN] = '\0';
    return true;
}

bool rc_generate(enum rc_generator generator, char ret_text[RC_GENERATED_SIZE])
{
    switch (generator) {
    case RC_GENERATOR_UUID4:
        return make_uuid4(ret_text);
    case RC_GENERATOR_UUID7:
        return make_uuid7(ret_text);
    case RC_GENERATOR_ULID:
        return make_ulid(ret_text);
    case RC_GENERATOR_NANOID:
        return make_nanoid(ret_text);
    case RC_GENERATOR_CUID2:
        return make_cuid2(ret_text);
    case RC_GENERATOR_NONE:
        break;
    }
    return false;
}
