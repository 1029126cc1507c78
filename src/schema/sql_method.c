// SPDX-License-Identifier: Apache-2.0
//
// A typed SQL method as one text again, for people and for PostgreSQL.
#include "schema/schema.h"

// What is written of a method, and which parameters had a place in it so far.
struct text {
    const struct rc_sql_method *method;
    bool required_only;
    bool is_numbered; // $1::int8, not $name
    struct rc_buf *out;
};

static bool is_left_out(const struct text *text, const struct rc_sql_piece *piece)
{
    return text->required_only && piece->is_argument && piece->parameter->nullable;
}

// Numbers go by first places, without gaps: PostgreSQL could not tell the type of a parameter
// that the text does not have.
static size_t number_of(const struct text *text, const struct rc_column *parameter)
{
    const struct rc_sql_piece *pieces = text->method->pieces;
    size_t number = 1;
    for (size_t i = 0; pieces[i].parameter != parameter; i++) {
        size_t first = 0;
        while (pieces[first].parameter != pieces[i].parameter) {
            first++;
        }
        number += pieces[i].parameter && first == i && !is_left_out(text, &pieces[i]);
    }
    return number;
}

static bool is_first_argument(const struct text *text, size_t at)
{
    const struct rc_sql_piece *pieces = text->method->pieces;
    while (at > 0 && (!pieces[at - 1].is_argument || is_left_out(text, &pieces[at - 1]))) {
        at--;
    }
    return at == 0;
}

static void put_words(const struct text *text, size_t at)
{
    const struct rc_sql_piece *piece = &text->method->pieces[at];
    if (!is_left_out(text, piece)) {
        bool is_next = piece->is_argument && !is_first_argument(text, at);
        rc_buf_append_text(text->out, is_next ? ", " : "");
        rc_buf_append_text(text->out, piece->text);
    }
}

static void put_parameter(const struct text *text, size_t at)
{
    const struct rc_sql_piece *piece = &text->method->pieces[at];
    if (!piece->parameter || is_left_out(text, piece)) {
        return;
    }
    if (text->is_numbered) {
        rc_buf_printf(text->out, "($%zu::", number_of(text, piece->parameter));
        rc_sql_type(text->out, &piece->parameter->type);
        rc_buf_append_char(text->out, ')');
    } else {
        rc_buf_printf(text->out, "$%s", piece->parameter->name);
    }
}

static void put(const struct text *text)
{
    for (size_t i = 0; i < text->method->piece_count; i++) {
        put_words(text, i);
        put_parameter(text, i);
    }
}

void rc_sql_method_text(const struct rc_sql_method *method, bool required_only,
                        struct rc_buf *out)
{
    put(&(struct text){method, required_only, true, out});
}

void rc_sql_method_authored(const struct rc_sql_method *method, bool required_only,
                            struct rc_buf *out)
{
    put(&(struct text){method, required_only, false, out});
}

static size_t count_characters(const struct rc_buf *buf)
{
    size_t count = 0;
    for (size_t i = 0; i < buf->len; i++) {
        count += ((unsigned char)buf->data[i] & 0xc0) != 0x80;
    }
    return count;
}

// Both texts grow side by side until the first one has the character.
size_t rc_sql_method_position(const struct rc_sql_method *method, bool required_only,
                              size_t position)
{
    struct rc_buf numbered = {0};
    struct rc_buf authored = {0};
    struct text texts[] = {{method, required_only, true, &numbered},
                           {method, required_only, false, &authored}};
    size_t found = 0;
    for (size_t i = 0; found == 0 && i < method->piece_count; i++) {
        put_words(&texts[0], i);
        put_words(&texts[1], i);
        size_t end = count_characters(&numbered);
        size_t authored_end = count_characters(&authored);
        put_parameter(&texts[0], i);
        put_parameter(&texts[1], i);
        if (position <= end) {
            found = authored_end - (end - position);
        } else if (position <= count_characters(&numbered)) {
            found = authored_end + 1;
        }
    }
    bool is_known = rc_buf_status(&numbered, NULL) == ROWCALL_OK &&
                    rc_buf_status(&authored, NULL) == ROWCALL_OK;
    found = found ? found : count_characters(&authored) + 1; // behind the end
    rc_buf_fini(&numbered);
    rc_buf_fini(&authored);
    return is_known ? found : 0;
}
