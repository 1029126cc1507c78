// SPDX-License-Identifier: Apache-2.0
//
// usage: fuzz-NAME ROUNDS | fuzz-NAME FILE...
// Runs a target on mutations of its seeds, the same in every run, or on the files given. Inputs
// are copied to memory of their exact size, so that AddressSanitizer sees a read behind the
// end.
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LEN ((size_t)4096)

struct input {
    uint8_t data[MAX_LEN];
    size_t len;
};

static uint32_t random_below(uint32_t *seed, size_t limit)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return limit > 0 ? *seed % (uint32_t)limit : 0;
}

static void load_seed(struct input *input, uint32_t *seed)
{
    const struct fuzz_seed *from = &fuzz_seeds[random_below(seed, fuzz_seed_count)];
    input->len = from->len < MAX_LEN ? from->len : MAX_LEN;
    memcpy(input->data, from->data, input->len);
}

// Puts len bytes in at `at`, as far as there is room.
static void insert(struct input *input, size_t at, const uint8_t *bytes, size_t len)
{
    if (len <= MAX_LEN - input->len) {
        memmove(input->data + at + len, input->data + at, input->len - at);
        memcpy(input->data + at, bytes, len);
        input->len += len;
    }
}

static void mutate(struct input *input, uint32_t *seed)
{
    static const uint8_t telling[] = {0x00, 0x01, 0x7F, 0x80, 0xFF, '"',
                                      '{',  '[',  '-',  'e',  '\\'};
    size_t at = random_below(seed, input->len);
    size_t len = 1 + random_below(seed, 16);
    uint8_t part[16];
    if (len > input->len - at) {
        len = input->len - at;
    }
    switch (random_below(seed, 6)) {
    case 0: // another byte
        if (input->len > 0) {
            input->data[at] = (uint8_t)random_below(seed, 256);
        }
        break;
    case 1: // a telling byte
        if (input->len > 0) {
            input->data[at] = telling[random_below(seed, sizeof telling)];
        }
        break;
    case 2: // one more
        part[0] = telling[random_below(seed, sizeof telling)];
        insert(input, at, part, 1);
        break;
    case 3: // a part twice
        memcpy(part, input->data + at, len);
        insert(input, random_below(seed, input->len), part, len);
        break;
    case 4: // a part less
        memmove(input->data + at, input->data + at + len, input->len - at - len);
        input->len -= len;
        break;
    default: // cut
        input->len = at;
        break;
    }
}

static void run(const uint8_t *data, size_t len)
{
    uint8_t *copy = malloc(len > 0 ? len : 1);
    if (!copy) {
        abort();
    }
    memcpy(copy, data, len);
    (void)LLVMFuzzerTestOneInput(copy, len);
    free(copy);
}

static void run_mutations(unsigned long rounds)
{
    static struct input input;
    uint32_t seed = 20261123;
    for (unsigned long round = 0; round < rounds; round++) {
        load_seed(&input, &seed);
        for (uint32_t left = random_below(&seed, 9); left > 0; left--) {
            mutate(&input, &seed);
        }
        run(input.data, input.len);
    }
}

static int run_file(const char *path)
{
    static struct input input;
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return 1;
    }
    input.len = fread(input.data, 1, MAX_LEN, file);
    (void)fclose(file);
    run(input.data, input.len);
    return 0;
}

int main(int argc, char **argv)
{
    char *end = NULL;
    unsigned long rounds = argc == 2 ? strtoul(argv[1], &end, 10) : 0;
    if (argc == 2 && *end == '\0') {
        run_mutations(rounds);
        return 0;
    }
    int failures = 0;
    for (int i = 1; i < argc; i++) {
        failures += run_file(argv[i]);
    }
    return failures > 0;
}
