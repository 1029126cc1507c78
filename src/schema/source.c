// SPDX-License-Identifier: Apache-2.0
//
// Source positions and comments. protoc lists locations in file order; sorted by path they are
// found by bisection, so a schema of a thousand entities loads in linear time.
#include "schema/loader.h"

#include <stdlib.h>
#include <string.h>

static int compare_paths(const int32_t *a, size_t a_len, const int32_t *b, size_t b_len)
{
    for (size_t i = 0; i < a_len && i < b_len; i++) {
        if (a[i] != b[i]) {
            return a[i] < b[i] ? -1 : 1;
        }
    }
    return (a_len > b_len) - (a_len < b_len);
}

static int compare_locations(const void *a, const void *b)
{
    const rc_location_proto *left = *(const rc_location_proto *const *)a;
    const rc_location_proto *right = *(const rc_location_proto *const *)b;
    return compare_paths(left->path, left->n_path, right->path, right->n_path);
}

void rc_source_index(struct rc_loader *loader, struct rc_loader_file *file)
{
    const Google__Protobuf__SourceCodeInfo *info = file->proto->source_code_info;
    size_t count = info ? info->n_location : 0;
    file->locations = rc_loader_scratch(loader, count, sizeof(*file->locations));
    for (size_t i = 0; i < count; i++) {
        file->locations[i] = info->location[i];
    }
    file->location_count = count;
    qsort(file->locations, count, sizeof(*file->locations), compare_locations);
}

static const rc_location_proto *find_location(const struct rc_loader_file *file,
                                              const int32_t *path, size_t path_len)
{
    size_t low = 0;
    size_t high = file->location_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const rc_location_proto *location = file->locations[middle];
        int order = compare_paths(location->path, location->n_path, path, path_len);
        if (order == 0) {
            return location;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

struct rc_position rc_source_position(const struct rc_loader_file *file, const int32_t *path,
                                      size_t path_len)
{
    struct rc_position position = {file->name, 0};
    const rc_location_proto *location = find_location(file, path, path_len);
    if (location && location->n_span > 0 && location->span[0] >= 0) {
        position.line = location->span[0] + 1;
    }
    return position;
}

const char *rc_source_comment(struct rc_loader *loader, const struct rc_loader_file *file,
                              const int32_t *path, size_t path_len)
{
    const rc_location_proto *location = find_location(file, path, path_len);
    const char *text =
        location ? rc_text_or(location->leading_comments, location->trailing_comments) : NULL;
    if (!text) {
        return NULL;
    }
    // One space after the comment sign belongs to the sign; blanks at line ends to nobody.
    char *comment = rc_loader_copy(loader, text);
    char *out = comment;
    for (const char *line = text; *line != '\0';) {
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
