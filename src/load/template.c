// SPDX-License-Identifier: Apache-2.0
//
// Filling in: piece after piece, each random value from the call's own stream.
#include "load/template.h"

#include "load/random.h"
#include "load/template_state.h"

#include <stdlib.h>
#include <time.h>

rowcall_status rc_template_new(struct rc_view text, rc_template_file_fn read_file,
                               struct rc_template **ret_template, rowcall_error *err)
{
    struct rc_template *template = calloc(1, sizeof(*template));
    if (!template) {
        return rc_error_oom(err);
    }
    rc_arena_init(&template->arena, 0);
    rowcall_status st = rc_template_parse(template, text, read_file, err);
    if (st != ROWCALL_OK) {
        rc_template_free(template);
        return st;
    }
    *ret_template = template;
    return ROWCALL_OK;
}

void rc_template_free(struct rc_template *template)
{
    if (template) {
        rc_arena_fini(&template->arena);
        free(template);
    }
}

bool rc_template_is_constant(const struct rc_template *template)
{
    return template->is_constant;
}

static void put_string(struct rc_random *random, uint64_t len, struct rc_buf *out)
{
    static const char characters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    char *to = rc_buf_extend(out, (size_t)len);
    for (uint64_t i = 0; to && i < len; i++) {
        to[i] = characters[rc_random_below(random, sizeof characters - 1)];
    }
}

static void put_uuid(struct rc_random *random, struct rc_buf *out)
{
    uint64_t high = rc_random_bits(random);
    uint64_t low = rc_random_bits(random);
    high = (high & ~(uint64_t)0xf000) | 0x4000; // version 4
    low = (low & ~((uint64_t)3 << 62)) | (uint64_t)1 << 63;
    rc_buf_printf(out, "%08x-%04x-%04x-%04x-%012llx", (unsigned)(high >> 32),
                  (unsigned)(high >> 16 & 0xffff), (unsigned)(high & 0xffff),
                  (unsigned)(low >> 48), (unsigned long long)(low & 0xffffffffffff));
}

static void put_now(int64_t wall_us, struct rc_buf *out)
{
    time_t seconds = (time_t)(wall_us / 1000000);
    struct tm parts = {0};
    char text[32];
    gmtime_r(&seconds, &parts);
    size_t len = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    rc_buf_append(out, text, len);
    rc_buf_printf(out, ".%06dZ", (int)(wall_us % 1000000));
}

static void put_float(const struct rc_template_piece *piece, struct rc_random *random,
                      struct rc_buf *out)
{
    double part = rc_random_unit(random);
    // Weighed, not low + part * (high - low): the difference of two doubles may be infinite.
    rc_buf_printf(out, "%.17g", piece->low * (1 - part) + piece->high * part);
}

static uint64_t any_number(const struct rc_template_piece *piece, struct rc_random *random)
{
    uint64_t above = piece->span == UINT64_MAX ? rc_random_bits(random)
                                               : rc_random_below(random, piece->span + 1);
    return (uint64_t)piece->from + above;
}

static void put_text(const struct rc_template_piece *piece, bool is_text, struct rc_view text,
                     struct rc_buf *out)
{
    const char *quote = is_text && !piece->in_string ? "\"" : "";
    rc_buf_append_text(out, quote);
    rc_buf_append_view(out, text);
    rc_buf_append_text(out, quote);
}

static void put_made_text(const struct rc_template_piece *piece,
                          const struct rc_template_call *call, struct rc_random *random,
                          struct rc_buf *out)
{
    const char *quote = piece->in_string ? "" : "\"";
    rc_buf_append_text(out, quote);
    if (piece->kind == RC_TEMPLATE_STRING) {
        put_string(random, piece->span, out);
    } else if (piece->kind == RC_TEMPLATE_UUID) {
        put_uuid(random, out);
    } else {
        put_now(call->wall_us, out);
    }
    rc_buf_append_text(out, quote);
}

static void put_piece(const struct rc_template_piece *piece,
                      const struct rc_template_call *call, struct rc_random *random,
                      struct rc_buf *out)
{
    const struct rc_template_item *item;
    switch (piece->kind) {
    case RC_TEMPLATE_TEXT:
        rc_buf_append_view(out, piece->text);
        break;
    case RC_TEMPLATE_INT:
        rc_buf_printf(out, "%lld", (long long)any_number(piece, random));
        break;
    case RC_TEMPLATE_FLOAT:
        put_float(piece, random, out);
        break;
    case RC_TEMPLATE_PICK:
        item = &piece->items[rc_random_below(random, piece->item_count)];
        put_text(piece, item->is_text, item->text, out);
        break;
    case RC_TEMPLATE_LINE:
        item = &piece->items[call->number % piece->item_count];
        put_text(piece, item->is_text, item->text, out);
        break;
    case RC_TEMPLATE_SEQ:
        rc_buf_printf(out, "%lld", (long long)((uint64_t)piece->from + call->number));
        break;
    case RC_TEMPLATE_STRING:
    case RC_TEMPLATE_UUID:
    case RC_TEMPLATE_NOW:
        put_made_text(piece, call, random, out);
        break;
    }
}

void rc_template_fill(const struct rc_template *template, const struct rc_template_call *call,
                      struct rc_buf *ret_text)
{
    struct rc_random random = rc_random_stream(call->seed, call->number);
    for (size_t i = 0; i < template->count; i++) {
        put_piece(&template->pieces[i], call, &random, ret_text);
    }
}
