// SPDX-License-Identifier: Apache-2.0
//
// Comments, strings and options of authored .proto files.
#include "import/proto_text.h"

#include <string.h>

void rc_authored_comment(struct rc_buf *out, const char *indent, const char *comment)
{
    while (comment) {
        size_t len = strcspn(comment, "\n");
        rc_buf_printf(out, "%s//%s%.*s\n", indent, len > 0 ? " " : "", (int)len, comment);
        comment = comment[len] == '\n' ? comment + len + 1 : NULL;
    }
}

void rc_authored_string(struct rc_buf *out, const char *text)
{
    rc_buf_append_char(out, '"');
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') {
            rc_buf_append_char(out, '\\');
            rc_buf_append_char(out, (char)c);
        } else if (c == '\n') {
            rc_buf_append_text(out, "\\n");
        } else if (c == '\t') {
            rc_buf_append_text(out, "\\t");
        } else if (c < ' ' || c == 0x7f) {
            rc_buf_printf(out, "\\%03o", c);
        } else {
            rc_buf_append_char(out, (char)c);
        }
    }
    rc_buf_append_char(out, '"');
}

// ---- options

struct rc_authored_options *rc_authored_options_new(struct rc_import *session)
{
    struct rc_authored_options *options = rc_import_new(session, struct rc_authored_options);
    options->text = rc_import_buf(session);
    return options;
}

void rc_authored_options_next(struct rc_authored_options *options)
{
    size_t begin = options->count > 0 ? options->ends[options->count - 1] : 0;
    if (options->text->len == begin) {
        return;
    }
    if (options->count == RC_PROTO_OPTIONS_MAX) {
        // More than the array holds become one; they are only laid out together.
        rc_buf_append_char(options->text, ' ');
        options->ends[options->count - 1] = options->text->len;
        return;
    }
    options->ends[options->count++] = options->text->len;
}

void rc_authored_options_flag(struct rc_authored_options *options, const char *name, bool set)
{
    if (set) {
        rc_buf_printf(options->text, "%s: true", name);
        rc_authored_options_next(options);
    }
}

void rc_authored_options_string(struct rc_authored_options *options, const char *name,
                                const char *text)
{
    if (text) {
        rc_buf_printf(options->text, "%s: ", name);
        rc_authored_string(options->text, text);
        rc_authored_options_next(options);
    }
}

static struct rc_view option_at(const struct rc_authored_options *options, size_t at)
{
    size_t begin = at > 0 ? options->ends[at - 1] : 0;
    return (struct rc_view){options->text->data + begin, options->ends[at] - begin};
}

void rc_authored_options_inline(const struct rc_authored_options *options, struct rc_buf *out)
{
    rc_buf_append_char(out, '{');
    for (size_t i = 0; i < options->count && !options->text->broken; i++) {
        rc_buf_append_text(out, i > 0 ? " " : "");
        rc_buf_append_view(out, option_at(options, i));
    }
    rc_buf_append_char(out, '}');
    out->broken |= options->text->broken;
}

void rc_authored_options_lines(const struct rc_authored_options *options, const char *indent,
                               bool together, struct rc_buf *out)
{
    size_t column = 0; // 0: at the beginning of a line
    rc_buf_append_text(out, "{\n");
    for (size_t i = 0; i < options->count && !options->text->broken; i++) {
        struct rc_view option = option_at(options, i);
        bool fits = together && column > 0 && column + 1 + option.len <= RC_PROTO_LINE;
        if (fits) {
            rc_buf_append_char(out, ' ');
            column += 1 + option.len;
        } else {
            rc_buf_append_text(out, column > 0 ? "\n" : "");
            rc_buf_printf(out, "%s  ", indent);
            column = strlen(indent) + 2 + option.len;
        }
        rc_buf_append_view(out, option);
    }
    rc_buf_printf(out, "\n%s}", indent);
    out->broken |= options->text->broken;
}
