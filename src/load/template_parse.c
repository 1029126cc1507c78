// SPDX-License-Identifier: Apache-2.0
//
// Compiling: the text is cut at {{ and }}, and what is between them read word by word. Whether
// a place stands in a JSON string is seen by counting quotes on the way.
#include "load/template_state.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

enum { STRING_MAX = 65536, WORD_SIZE = 64 };

#define KINDS                                                                                  \
    "int A B, float A B, string N, uuid, pick V W..., pick @FILE, line FILE, seq, seq N, now"

struct parser {
    struct rc_template *template;
    struct rc_view text;
    size_t at;
    rc_template_file_fn read_file;
    struct rc_template_piece *pieces; // grows
    size_t capacity;
    rowcall_error *err;
};

// Words that are JSON values or bare: of one place, within the text.
struct words {
    struct rc_view items[256];
    size_t count;
    size_t start; // of the place, for messages
};

// The error at byte `at`, as an editor counts lines and columns.
static rowcall_status refuse(struct parser *parser, size_t at, const char *what)
{
    size_t line = 1;
    size_t column = 1;
    for (size_t i = 0; i < at; i++) {
        bool is_end = parser->text.data[i] == '\n';
        line += is_end;
        column = is_end ? 1 : column + ((parser->text.data[i] & 0xc0) != 0x80);
    }
    return rc_error_set(parser->err, ROWCALL_INVALID_ARGUMENT, "line %zu, column %zu: %s", line,
                        column, what);
}

static rowcall_status add_piece(struct parser *parser, const struct rc_template_piece *piece)
{
    struct rc_template *template = parser->template;
    if (template->count == parser->capacity) {
        size_t capacity = parser->capacity ? 2 * parser->capacity : 16;
        struct rc_template_piece *grown =
            rc_arena_new_array(&template->arena, capacity, struct rc_template_piece);
        if (!grown) {
            return rc_error_oom(parser->err);
        }
        if (template->count > 0) {
            memcpy(grown, parser->pieces, template->count * sizeof *grown);
        }
        parser->pieces = grown;
        parser->capacity = capacity;
    }
    parser->pieces[template->count++] = *piece;
    return ROWCALL_OK;
}

// ---- words

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Whether "}}" stands at i.
static bool is_end(const struct parser *parser, size_t i)
{
    return i + 1 < parser->text.len && parser->text.data[i] == '}' &&
           parser->text.data[i + 1] == '}';
}

// The end of the word that begins at `at`: behind its closing quote, or before a space or }}.
static size_t find_word_end(const struct parser *parser, size_t at)
{
    const char *data = parser->text.data;
    size_t len = parser->text.len;
    size_t i = at;
    if (data[at] == '"') {
        for (i = at + 1; i < len && data[i] != '"'; i++) {
            i += data[i] == '\\';
        }
        return i < len ? i + 1 : len + 1;
    }
    while (i < len && !is_space(data[i]) && !is_end(parser, i)) {
        i++;
    }
    return i;
}

// Reads from behind {{ to behind }}.
static rowcall_status read_words(struct parser *parser, struct words *ret_words)
{
    enum { MAX = sizeof ret_words->items / sizeof *ret_words->items };
    *ret_words = (struct words){.start = parser->at - 2};
    for (;;) {
        while (parser->at < parser->text.len && is_space(parser->text.data[parser->at])) {
            parser->at++;
        }
        if (is_end(parser, parser->at)) {
            parser->at += 2;
            return ROWCALL_OK;
        }
        if (parser->at >= parser->text.len) {
            return refuse(parser, ret_words->start, "{{ without its }}");
        }
        size_t end = find_word_end(parser, parser->at);
        if (end > parser->text.len) {
            return refuse(parser, parser->at, "a text without its closing quote");
        }
        if (ret_words->count == MAX) {
            return refuse(parser, parser->at,
                          "too many values; write them to a file: {{pick @FILE}}");
        }
        ret_words->items[ret_words->count++] =
            (struct rc_view){parser->text.data + parser->at, end - parser->at};
        parser->at = end;
    }
}

static size_t position(const struct parser *parser, struct rc_view word)
{
    return (size_t)(word.data - parser->text.data);
}

// A NUL-terminated copy for strtoll and its like; false when it is too long to be a number.
static bool copy_word(struct rc_view word, char ret_text[WORD_SIZE])
{
    if (word.len == 0 || word.len >= WORD_SIZE) {
        return false;
    }
    memcpy(ret_text, word.data, word.len);
    ret_text[word.len] = '\0';
    return true;
}

static bool read_int(struct rc_view word, int64_t *ret_value)
{
    char text[WORD_SIZE];
    char *end = NULL;
    if (!copy_word(word, text)) {
        return false;
    }
    errno = 0;
    long long value = strtoll(text, &end, 10);
    *ret_value = value;
    return errno == 0 && end != text && *end == '\0';
}

static bool read_float(struct rc_view word, double *ret_value)
{
    char text[WORD_SIZE];
    char *end = NULL;
    if (!copy_word(word, text)) {
        return false;
    }
    *ret_value = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*ret_value);
}

// ---- values to choose from

// A JSON string, number, true, false or null.
static bool read_item(struct rc_view word, struct rc_template_item *ret_item)
{
    double number;
    if (word.data[0] == '"') {
        *ret_item = (struct rc_template_item){{word.data + 1, word.len - 2}, true};
        return true;
    }
    *ret_item = (struct rc_template_item){word, false};
    return rc_view_is(word, "true") || rc_view_is(word, "false") || rc_view_is(word, "null") ||
           read_float(word, &number);
}

static rowcall_status read_items(struct parser *parser, const struct words *words,
                                 struct rc_template_piece *piece)
{
    size_t count = words->count - 1;
    struct rc_template_item *items =
        rc_arena_new_array(&parser->template->arena, count, struct rc_template_item);
    if (!items) {
        return rc_error_oom(parser->err);
    }
    for (size_t i = 0; i < count; i++) {
        if (!read_item(words->items[1 + i], &items[i])) {
            return refuse(parser, position(parser, words->items[1 + i]),
                          "pick takes JSON values: numbers, true, false, null, or texts in "
                          "quotes; or @FILE alone");
        }
        // The text outlives the parser only as a copy.
        char *copy =
            rc_arena_copy(&parser->template->arena, items[i].text.data, items[i].text.len);
        if (!copy) {
            return rc_error_oom(parser->err);
        }
        items[i].text.data = copy;
    }
    piece->items = items;
    piece->item_count = count;
    return ROWCALL_OK;
}

// A line as the inside of a JSON string.
static void put_escaped(struct rc_view line, struct rc_buf *out)
{
    for (size_t i = 0; i < line.len; i++) {
        unsigned char c = (unsigned char)line.data[i];
        if (c == '"' || c == '\\') {
            rc_buf_append_char(out, '\\');
            rc_buf_append_char(out, (char)c);
        } else if (c < 0x20) {
            rc_buf_printf(out, "\\u%04x", c);
        } else {
            rc_buf_append_char(out, (char)c);
        }
    }
}

static size_t count_lines(struct rc_view text)
{
    size_t count = text.len > 0 && text.data[text.len - 1] != '\n';
    for (size_t i = 0; i < text.len; i++) {
        count += text.data[i] == '\n';
    }
    return count;
}

// Each line an item; the end of the last line may be missing, and lines may end as Windows ends
// them.
static rowcall_status cut_lines(struct parser *parser, struct rc_view text,
                                struct rc_template_piece *piece)
{
    struct rc_arena *arena = &parser->template->arena;
    struct rc_buf escaped = {0};
    size_t count = count_lines(text);
    struct rc_template_item *items = rc_arena_new_array(arena, count, struct rc_template_item);
    rowcall_status st = items ? ROWCALL_OK : rc_error_oom(parser->err);
    const char *at = text.data;
    for (size_t i = 0; st == ROWCALL_OK && i < count; i++) {
        size_t left = text.len - (size_t)(at - text.data);
        const char *end = memchr(at, '\n', left);
        size_t len = end ? (size_t)(end - at) : left;
        rc_buf_clear(&escaped);
        put_escaped((struct rc_view){at, len - (len > 0 && at[len - 1] == '\r')}, &escaped);
        char *copy = rc_arena_copy(arena, escaped.data, escaped.len);
        st = copy && !escaped.broken ? ROWCALL_OK : rc_error_oom(parser->err);
        items[i] = (struct rc_template_item){{copy, escaped.len}, true};
        at = end ? end + 1 : at + len;
    }
    rc_buf_fini(&escaped);
    piece->items = items;
    piece->item_count = count;
    return st;
}

static rowcall_status read_lines(struct parser *parser, struct rc_view path,
                                 struct rc_template_piece *piece)
{
    struct rc_buf bytes = {0};
    rowcall_error cause = {0};
    size_t at = position(parser, path);
    if (path.len > 2 && path.data[0] == '"') { // a path with spaces
        path = (struct rc_view){path.data + 1, path.len - 2};
    }
    char *name = rc_arena_copy(&parser->template->arena, path.data, path.len);
    if (!name) {
        return rc_error_oom(parser->err);
    }
    rowcall_status st = parser->read_file(name, &bytes, &cause);
    if (st != ROWCALL_OK) {
        st = refuse(parser, at, cause.message);
    } else if (bytes.len == 0) {
        st = refuse(parser, at, "this file is empty: it has no line to take");
    } else {
        st = cut_lines(parser, rc_buf_view(&bytes), piece);
    }
    rc_buf_fini(&bytes);
    return st;
}

// ---- the kinds

static rowcall_status read_int_range(struct parser *parser, const struct words *words,
                                     struct rc_template_piece *piece)
{
    int64_t last = 0;
    if (words->count != 3 || !read_int(words->items[1], &piece->from) ||
        !read_int(words->items[2], &last) || last < piece->from) {
        return refuse(parser, words->start,
                      "int takes two whole numbers, the smaller first: {{int 1 100}}");
    }
    piece->kind = RC_TEMPLATE_INT;
    piece->span = (uint64_t)last - (uint64_t)piece->from;
    return ROWCALL_OK;
}

static rowcall_status read_float_range(struct parser *parser, const struct words *words,
                                       struct rc_template_piece *piece)
{
    piece->kind = RC_TEMPLATE_FLOAT;
    if (words->count != 3 || !read_float(words->items[1], &piece->low) ||
        !read_float(words->items[2], &piece->high) || piece->high < piece->low) {
        return refuse(parser, words->start,
                      "float takes two numbers, the smaller first: {{float 0 1.5}}");
    }
    return ROWCALL_OK;
}

static rowcall_status read_string(struct parser *parser, const struct words *words,
                                  struct rc_template_piece *piece)
{
    int64_t len = 0;
    piece->kind = RC_TEMPLATE_STRING;
    if (words->count != 2 || !read_int(words->items[1], &len) || len < 0 || len > STRING_MAX) {
        return refuse(parser, words->start,
                      "string takes a number of characters, up to 65536: {{string 12}}");
    }
    piece->span = (uint64_t)len;
    return ROWCALL_OK;
}

static rowcall_status read_pick(struct parser *parser, const struct words *words,
                                struct rc_template_piece *piece)
{
    piece->kind = RC_TEMPLATE_PICK;
    if (words->count < 2) {
        return refuse(parser, words->start,
                      "pick takes values, {{pick \"a\" \"b\"}}, or a file, {{pick @FILE}}");
    }
    struct rc_view first = words->items[1];
    if (words->count == 2 && first.len > 1 && first.data[0] == '@') {
        return read_lines(parser, (struct rc_view){first.data + 1, first.len - 1}, piece);
    }
    return read_items(parser, words, piece);
}

static rowcall_status read_line(struct parser *parser, const struct words *words,
                                struct rc_template_piece *piece)
{
    piece->kind = RC_TEMPLATE_LINE;
    if (words->count != 2) {
        return refuse(parser, words->start, "line takes the name of a file: {{line ids.txt}}");
    }
    struct rc_view path = words->items[1];
    bool has_at = path.len > 1 && path.data[0] == '@'; // as pick writes it
    return read_lines(parser, (struct rc_view){path.data + has_at, path.len - has_at}, piece);
}

static rowcall_status read_seq(struct parser *parser, const struct words *words,
                               struct rc_template_piece *piece)
{
    piece->kind = RC_TEMPLATE_SEQ;
    piece->from = 1;
    if (words->count > 2 || (words->count == 2 && !read_int(words->items[1], &piece->from))) {
        return refuse(parser, words->start,
                      "seq takes nothing, or the number to begin with: {{seq 1000}}");
    }
    return ROWCALL_OK;
}

static rowcall_status read_alone(struct parser *parser, const struct words *words,
                                 struct rc_template_piece *piece)
{
    piece->kind = rc_view_is(words->items[0], "uuid") ? RC_TEMPLATE_UUID : RC_TEMPLATE_NOW;
    return words->count == 1 ? ROWCALL_OK
                             : refuse(parser, words->start, "uuid and now take nothing");
}

static rowcall_status read_place(struct parser *parser, bool in_string)
{
    static const struct {
        const char *name;
        rowcall_status (*read)(struct parser *parser, const struct words *words,
                               struct rc_template_piece *piece);
    } kinds[] = {{"int", read_int_range}, {"float", read_float_range}, {"string", read_string},
                 {"uuid", read_alone},    {"pick", read_pick},         {"line", read_line},
                 {"seq", read_seq},       {"now", read_alone}};
    struct words words;
    struct rc_template_piece piece = {.in_string = in_string};
    rowcall_status st = read_words(parser, &words);
    if (st != ROWCALL_OK) {
        return st;
    }
    for (size_t i = 0; words.count > 0 && i < sizeof kinds / sizeof *kinds; i++) {
        if (rc_view_is(words.items[0], kinds[i].name)) {
            st = kinds[i].read(parser, &words, &piece);
            return st == ROWCALL_OK ? add_piece(parser, &piece) : st;
        }
    }
    return refuse(parser, words.start, "a place takes one of these: " KINDS);
}

static rowcall_status add_text(struct parser *parser, size_t from)
{
    size_t len = parser->at - from;
    if (len == 0) {
        return ROWCALL_OK;
    }
    char *copy = rc_arena_copy(&parser->template->arena, parser->text.data + from, len);
    struct rc_template_piece piece = {.kind = RC_TEMPLATE_TEXT, .text = {copy, len}};
    return copy ? add_piece(parser, &piece) : rc_error_oom(parser->err);
}

rowcall_status rc_template_parse(struct rc_template *template, struct rc_view text,
                                 rc_template_file_fn read_file, rowcall_error *err)
{
    struct parser parser = {
        .template = template, .text = text, .read_file = read_file, .err = err};
    rowcall_status st = ROWCALL_OK;
    bool in_string = false;
    size_t from = 0;
    template->is_constant = true;
    while (st == ROWCALL_OK && parser.at < text.len) {
        const char *here = text.data + parser.at;
        size_t left = text.len - parser.at;
        if (left > 1 && here[0] == '{' && here[1] == '{') {
            st = add_text(&parser, from);
            parser.at += 2;
            st = st == ROWCALL_OK ? read_place(&parser, in_string) : st;
            template->is_constant = false;
            from = parser.at;
        } else {
            in_string = in_string != (here[0] == '"');
            parser.at += in_string && here[0] == '\\' && left > 1 ? 2 : 1;
        }
    }
    st = st == ROWCALL_OK ? add_text(&parser, from) : st;
    template->pieces = parser.pieces;
    return st;
}
