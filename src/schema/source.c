// SPDX-License-Identifier: Apache-2.0
//
// Source positions and comments. protoc lists a location for every word of a file, of which few
// are ever asked for; so they are neither unpacked nor decoded. Those of declarations, sorted
// by path, as its bytes, are found by bisection, and what one says is read when it is asked
// for.
#include "schema/loader.h"

#include "wire/reader.h"
#include "wire/writer.h"

#include <stdlib.h>
#include <string.h>

// Field numbers of descriptor.proto.
enum {
    SET_FILE = 1,
    FILE_SOURCE_INFO = 9,
    INFO_LOCATION = 1,
    LOCATION_PATH = 1,
    LOCATION_SPAN = 2,
    LOCATION_LEADING = 3,
    LOCATION_TRAILING = 4
};

enum { PATH_BYTES_MAX = 64 }; // the paths that are asked for have a few numbers

struct rc_location {
    uint64_t key; // the first bytes of path, so that comparing seldom reads it
    const char *path;
    uint32_t path_len;
    uint32_t len;
    const char *bytes; // all of the location
};

static struct rc_location make_location(const char *path, size_t path_len)
{
    struct rc_location location = {.path = path, .path_len = (uint32_t)path_len};
    for (size_t i = 0; i < sizeof(location.key); i++) {
        location.key = location.key << 8 | (i < path_len ? (unsigned char)path[i] : 0);
    }
    return location;
}

// The same order for the same bytes, which is all that bisection needs.
static int compare_locations(const void *a, const void *b)
{
    const struct rc_location *left = a;
    const struct rc_location *right = b;
    if (left->key != right->key) {
        return left->key < right->key ? -1 : 1;
    }
    uint32_t shorter = left->path_len < right->path_len ? left->path_len : right->path_len;
    int order = memcmp(left->path, right->path, shorter);
    return order ? order
                 : (left->path_len > right->path_len) - (left->path_len < right->path_len);
}

// Copies a file but for its source info, which goes to *ret_info.
static bool copy_file(struct rc_view file, struct rc_buf *out, struct rc_view *ret_info)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_wire_reader_init(&reader, file);
    size_t mark = rc_wire_begin(out, SET_FILE);
    for (const unsigned char *begin = reader.at; rc_wire_next(&reader, &value);
         begin = reader.at) {
        if (value.number == FILE_SOURCE_INFO && value.type == RC_WIRE_BYTES) {
            *ret_info = value.bytes;
        } else {
            rc_buf_append(out, begin, (size_t)(reader.at - begin));
        }
    }
    rc_wire_end(out, mark);
    return !reader.broken;
}

static size_t count_fields(struct rc_view message, uint32_t number)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    size_t count = 0;
    rc_wire_reader_init(&reader, message);
    while (rc_wire_next(&reader, &value)) {
        count += value.number == number && value.type == RC_WIRE_BYTES;
    }
    return count;
}

void rc_source_split(struct rc_loader *loader, struct rc_view set, struct rc_view *ret_rest)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    struct rc_view *infos =
        rc_loader_scratch(loader, count_fields(set, SET_FILE), sizeof(*infos));
    size_t count = 0;
    bool is_whole = true;
    rc_wire_reader_init(&reader, set);
    while (is_whole && rc_wire_next(&reader, &value)) {
        if (value.number == SET_FILE && value.type == RC_WIRE_BYTES) {
            is_whole = copy_file(value.bytes, &loader->unsourced, &infos[count++]);
        }
    }
    if (loader->unsourced.broken) {
        rc_loader_must(loader, NULL);
    }
    if (is_whole && !reader.broken) {
        loader->source_infos = infos;
        *ret_rest = rc_buf_view(&loader->unsourced);
    }
}

static struct rc_location read_location(struct rc_view bytes)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    struct rc_location location = make_location("", 0);
    rc_wire_reader_init(&reader, bytes);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == LOCATION_PATH && value.type == RC_WIRE_BYTES) {
            location = make_location(value.bytes.data, value.bytes.len);
            break;
        }
    }
    location.bytes = bytes.data;
    location.len = (uint32_t)bytes.len;
    return location;
}

// Whether it is of the syntax, or of something declared: such a path leads there by pairs of a
// field's number and an index. Those of a declaration's words, which are most, end with the
// number of a field.
static bool may_be_asked_for(const struct rc_location *location)
{
    size_t numbers = 0;
    for (uint32_t i = 0; i < location->path_len; i++) {
        numbers += ((unsigned char)location->path[i] & 0x80) == 0;
    }
    return numbers == 1 || numbers % 2 == 0;
}

void rc_source_index(struct rc_loader *loader, struct rc_loader_file *file)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    size_t count = count_fields(file->source_info, INFO_LOCATION);
    file->locations = rc_loader_scratch(loader, count, sizeof(*file->locations));
    rc_wire_reader_init(&reader, file->source_info);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == INFO_LOCATION && value.type == RC_WIRE_BYTES) {
            struct rc_location *location = &file->locations[file->location_count];
            *location = read_location(value.bytes);
            file->location_count += may_be_asked_for(location);
        }
    }
    qsort(file->locations, file->location_count, sizeof(*file->locations), compare_locations);
}

// A path as protobuf packs it. 0 when it is longer than any that occurs.
static size_t pack_path(const int32_t *path, size_t path_len, char ret_bytes[PATH_BYTES_MAX])
{
    size_t len = 0;
    for (size_t i = 0; i < path_len; i++) {
        uint32_t number = (uint32_t)path[i];
        if (len + 5 > PATH_BYTES_MAX) {
            return 0;
        }
        for (; number >= 0x80; number >>= 7) {
            ret_bytes[len++] = (char)(number | 0x80);
        }
        ret_bytes[len++] = (char)number;
    }
    return len;
}

static const struct rc_location *find_location(const struct rc_loader_file *file,
                                               const int32_t *path, size_t path_len)
{
    char bytes[PATH_BYTES_MAX];
    struct rc_location wanted = make_location(bytes, pack_path(path, path_len, bytes));
    size_t low = 0;
    size_t high = file->location_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_locations(&file->locations[middle], &wanted);
        if (order == 0) {
            return &file->locations[middle];
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

// A field of the location; data is NULL when it has none.
static struct rc_view find_field(const struct rc_location *location, uint32_t number)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_wire_reader_init(&reader, (struct rc_view){location->bytes, location->len});
    while (rc_wire_next(&reader, &value)) {
        if (value.number == number && value.type == RC_WIRE_BYTES) {
            return value.bytes;
        }
    }
    return (struct rc_view){0};
}

struct rc_position rc_source_position(const struct rc_loader_file *file, const int32_t *path,
                                      size_t path_len)
{
    struct rc_position position = {file->name, 0};
    const struct rc_location *location = find_location(file, path, path_len);
    if (location) {
        struct rc_wire_reader span;
        uint64_t line = 0;
        rc_wire_reader_init(&span, find_field(location, LOCATION_SPAN));
        if (rc_wire_next_varint(&span, &line) && line < INT32_MAX) {
            position.line = (int)line + 1;
        }
    }
    return position;
}

const char *rc_source_comment(struct rc_loader *loader, const struct rc_loader_file *file,
                              const int32_t *path, size_t path_len)
{
    const struct rc_location *location = find_location(file, path, path_len);
    struct rc_view text = {0};
    if (location) {
        text = find_field(location, LOCATION_LEADING);
        text = text.data ? text : find_field(location, LOCATION_TRAILING);
    }
    if (!text.data) {
        return NULL;
    }
    // One space after the comment sign belongs to the sign; blanks at line ends to nobody.
    char *source = rc_loader_scratch(loader, text.len + 1, 1);
    char *comment = rc_loader_alloc(loader, text.len + 2, 1);
    memcpy(source, text.data, text.len);
    char *out = comment;
    for (const char *line = source; *line != '\0';) {
        size_t len = strcspn(line, "\n");
        const char *next = line + len + (line[len] == '\n');
        const char *start = line + (*line == ' ');
        const char *end = line + len;
        while (end > start && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r')) {
            end--;
        }
        memmove(out, start, (size_t)(end > start ? end - start : 0));
        out += end > start ? end - start : 0;
        *out++ = '\n';
        line = next;
    }
    while (out > comment && out[-1] == '\n') {
        out--;
    }
    *out = '\0';
    return *comment == '\0' ? NULL : comment;
}
