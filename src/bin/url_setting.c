// SPDX-License-Identifier: Apache-2.0
//
// Finding the place for a line, and a URL to model it on.
#include "bin/url_setting.h"

#include <ctype.h>

// The line that text begins with, without its line end; text goes on behind it. False at the
// end.
static bool next_line(struct rc_view *text, struct rc_view *ret_line)
{
    if (text->len == 0) {
        return false;
    }
    const char *end = memchr(text->data, '\n', text->len);
    size_t len = end ? (size_t)(end - text->data) : text->len;
    size_t taken = end ? len + 1 : len;
    *ret_line = (struct rc_view){text->data, len};
    if (len > 0 && text->data[len - 1] == '\r') {
        ret_line->len--;
    }
    *text = (struct rc_view){text->data + taken, text->len - taken};
    return true;
}

static struct rc_view trim_start(struct rc_view text)
{
    while (text.len > 0 && isspace((unsigned char)*text.data)) {
        text = (struct rc_view){text.data + 1, text.len - 1};
    }
    return text;
}

static bool begins(struct rc_view text, const char *with)
{
    size_t len = strlen(with);
    return text.len >= len && memcmp(text.data, with, len) == 0;
}

static struct rc_view skip(struct rc_view text, size_t len)
{
    return (struct rc_view){text.data + len, text.len - len};
}

// KEY and what follows the separator. False when the line is no such pair.
static bool split(struct rc_view line, char separator, struct rc_view *ret_key,
                  struct rc_view *ret_value)
{
    line = trim_start(line);
    if (begins(line, "export ")) {
        line = trim_start(skip(line, strlen("export ")));
    }
    size_t len = 0;
    while (len < line.len &&
           (isalnum((unsigned char)line.data[len]) || line.data[len] == '_')) {
        len++;
    }
    struct rc_view rest = trim_start(skip(line, len));
    if (len == 0 || rest.len == 0 || *rest.data != separator) {
        return false;
    }
    *ret_key = (struct rc_view){line.data, len};
    *ret_value = trim_start(skip(rest, 1));
    return true;
}

static bool is_url(struct rc_view value)
{
    if (value.len > 0 && (*value.data == '"' || *value.data == '\'')) {
        value = skip(value, 1);
    }
    return begins(value, "postgresql://") || begins(value, "postgres://");
}

// Whether a line may be copied for another database. Poolers and shadows are something else.
static bool is_model(struct rc_view key, struct rc_view value)
{
    return is_url(value) && !begins(key, "DIRECT_") && !begins(key, "SHADOW_");
}

// The end of what is neither part of `stops` nor blank; "${...}" is passed over whole.
static size_t find_end(struct rc_view url, size_t at, const char *stops)
{
    while (at < url.len && !strchr(stops, url.data[at]) &&
           !isspace((unsigned char)url.data[at])) {
        if (url.data[at] == '$' && at + 1 < url.len && url.data[at + 1] == '{') {
            const char *close = memchr(url.data + at, '}', url.len - at);
            at = close ? (size_t)(close - url.data) : at;
        }
        at++;
    }
    return at;
}

// The URL with another database, and without a comment behind it.
static void append_url(struct rc_buf *out, struct rc_view model, const char *database)
{
    const char *scheme = memmem(model.data, model.len, "://", 3);
    size_t host = scheme ? (size_t)(scheme - model.data) + 3 : 0;
    size_t path = find_end(model, host, "/?\"'");
    size_t options = find_end(model, path, "?\"'");
    size_t end = find_end(model, options, "");
    rc_buf_append(out, model.data, path);
    rc_buf_printf(out, "/%s", database);
    rc_buf_append(out, model.data + options, end - options);
}

static const char *line_end(struct rc_view text)
{
    return memmem(text.data ? text.data : "", text.len, "\r\n", 2) ? "\r\n" : "\n";
}

enum rc_setting_place rc_url_setting_env(const struct rc_url_setting *setting,
                                         struct rc_view text, struct rc_buf *ret_text)
{
    struct rc_view rest = text;
    struct rc_view line;
    struct rc_view key;
    struct rc_view value;
    struct rc_view model = rc_view_of("postgresql://localhost/");
    while (next_line(&rest, &line)) {
        if (!split(line, '=', &key, &value)) {
            continue;
        }
        if (rc_view_is(key, setting->variable)) {
            return RC_SETTING_PRESENT;
        }
        model = is_model(key, value) ? value : model;
    }
    const char *end = line_end(text);
    rc_buf_append_view(ret_text, text);
    if (text.len == 0) {
        rc_buf_append_text(ret_text, "# One URL a database. Rowcall reads these from the "
                                     "environment, or from a .env file beside this one.\n");
    } else if (text.data[text.len - 1] != '\n') {
        rc_buf_append_text(ret_text, end);
    }
    rc_buf_printf(ret_text, "%s=", setting->variable);
    append_url(ret_text, model, setting->database);
    rc_buf_append_text(ret_text, end);
    return RC_SETTING_ADDED;
}

// What is found of the mapping.
struct mapping {
    bool present;          // the variable is in it
    struct rc_view indent; // of its entries
    struct rc_view model;
    size_t end; // behind its last entry; 0: there is no mapping with entries
};

static struct mapping find_mapping(const struct rc_url_setting *setting, struct rc_view text)
{
    struct mapping mapping = {.model = rc_view_of("postgresql://postgres@postgres/")};
    struct rc_view rest = text;
    struct rc_view line;
    struct rc_view key;
    struct rc_view value;
    bool inside = false;
    while (next_line(&rest, &line)) {
        struct rc_view words = trim_start(line);
        if (words.len == 0 || *words.data == '#') {
            continue;
        }
        if (words.data == line.data) {
            inside = begins(line, "x-databases:");
        } else if (inside && split(line, ':', &key, &value)) {
            mapping.present |= rc_view_is(key, setting->variable);
            mapping.indent = (struct rc_view){line.data, line.len - words.len};
            mapping.model = is_model(key, value) ? value : mapping.model;
            mapping.end = text.len - rest.len;
        }
    }
    return mapping;
}

enum rc_setting_place rc_url_setting_compose(const struct rc_url_setting *setting,
                                             struct rc_view text, struct rc_buf *ret_text)
{
    struct mapping mapping = find_mapping(setting, text);
    if (mapping.present || mapping.end == 0) {
        return mapping.present ? RC_SETTING_PRESENT : RC_SETTING_NO_PLACE;
    }
    const char *end = line_end(text);
    rc_buf_append(ret_text, text.data, mapping.end);
    if (text.data[mapping.end - 1] != '\n') {
        rc_buf_append_text(ret_text, end);
    }
    rc_buf_append_view(ret_text, mapping.indent);
    rc_buf_printf(ret_text, "%s: ", setting->variable);
    append_url(ret_text, mapping.model, setting->database);
    rc_buf_append_text(ret_text, end);
    rc_buf_append(ret_text, text.data + mapping.end, text.len - mapping.end);
    return RC_SETTING_ADDED;
}
