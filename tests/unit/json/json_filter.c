// SPDX-License-Identifier: Apache-2.0
//
// A filter over the JSON mapping, for comparing it with another implementation. Reads lines
// "encode MESSAGE JSON" and "decode MESSAGE HEX", answers each with one line: "ok HEX", "ok
// JSON" or "error TEXT".
#include "json/decode.h"
#include "json/encode.h"
#include "json/pool.h"
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>

static void print_hex(const struct rc_buf *buf)
{
    for (size_t i = 0; i < buf->len; i++) {
        (void)printf("%02x", (unsigned char)buf->data[i]);
    }
}

static void append_hex(struct rc_buf *buf, const char *hex)
{
    for (; hex[0] && hex[1]; hex += 2) {
        char digits[3] = {hex[0], hex[1], '\0'};
        rc_buf_append_char(buf, (char)strtoul(digits, NULL, 16));
    }
}

// Cuts the first word off *text.
static char *take_word(char **text)
{
    char *word = *text;
    size_t len = strcspn(word, " ");
    *text += len + (word[len] != '\0');
    word[len] = '\0';
    return word;
}

static void answer(const struct rc_pool *pool, char *line)
{
    const char *verb = take_word(&line);
    const char *name = take_word(&line);
    const struct rc_wire_message *message = rc_pool_message(pool, rc_view_of(name));
    struct rc_buf out = {0};
    struct rc_buf in = {0};
    rowcall_error err = {0};
    rowcall_status st;
    bool is_encode = strcmp(verb, "encode") == 0;
    if (!message) {
        st = rc_error_set(&err, ROWCALL_NOT_FOUND, "no such message");
    } else if (is_encode) {
        st = rc_json_encode(message, rc_view_of(line), &out, &err);
    } else {
        append_hex(&in, line);
        st = rc_json_decode(message, rc_buf_view(&in), NULL, &out, &err);
    }
    if (st != ROWCALL_OK) {
        (void)printf("error %s", err.message);
    } else if (is_encode) {
        (void)printf("ok ");
        print_hex(&out);
    } else {
        (void)printf("ok %s", out.data);
    }
    (void)putchar('\n');
    (void)fflush(stdout);
    rc_buf_fini(&in);
    rc_buf_fini(&out);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        return 2;
    }
    struct rc_pool *pool = fixture_open(argv[1]);
    char *line = NULL;
    size_t capacity = 0;
    ssize_t len;
    while (pool && (len = getline(&line, &capacity, stdin)) > 0) {
        line[len - 1] = '\0';
        answer(pool, line);
    }
    free(line);
    rc_pool_free(pool);
    return pool ? 0 : 1;
}
