// SPDX-License-Identifier: Apache-2.0
//
// Spellings of names, and the closest one by edit distance (insert, delete, replace, swap of
// neighbours).
#include "json/names.h"

#define MAX_COMPARED ((size_t)63) // longer names are never suggested
#define MAX_DISTANCE 2u

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

void rc_json_append_camel(struct rc_buf *buf, const char *name)
{
    bool raise = false;
    for (; *name; name++) {
        if (*name == '_') {
            raise = true;
        } else {
            rc_buf_append_char(buf, raise ? upper(*name) : *name);
            raise = false;
        }
    }
}

static bool is_camel_of(const char *name, const char *key)
{
    bool raise = false;
    for (; *name; name++) {
        if (*name == '_') {
            raise = true;
        } else {
            if (*key++ != (raise ? upper(*name) : *name)) {
                return false;
            }
            raise = false;
        }
    }
    return *key == '\0';
}

const struct rc_wire_field *rc_json_field(const struct rc_wire_message *message,
                                          const char *key)
{
    const struct rc_wire_field *field = rc_wire_field_by_name(message, rc_view_of(key));
    for (size_t i = 0; !field && i < message->field_count; i++) {
        if (is_camel_of(message->fields[i].name, key)) {
            field = &message->fields[i];
        }
    }
    return field;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

// Edit distance of two texts of at most MAX_COMPARED bytes; three rows of the usual table are
// kept.
static unsigned distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    unsigned rows[3][MAX_COMPARED + 1];
    for (unsigned j = 0; j <= b_len; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= a_len; i++) {
        unsigned *row = rows[i % 3];
        const unsigned *above = rows[(i + 2) % 3];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_len; j++) {
            unsigned replaced = above[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = least(replaced, least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = least(row[j], rows[(i + 1) % 3][j - 2] + 1);
            }
        }
    }
    return rows[a_len % 3][b_len];
}

// Keeps name in *closest when it is nearer to key than what was found before.
static void consider(const char *key, const char *name, const char **closest, unsigned *nearest)
{
    size_t key_len = strlen(key);
    size_t name_len = strlen(name);
    if (key_len > MAX_COMPARED || name_len > MAX_COMPARED) {
        return;
    }
    unsigned found = distance(key, key_len, name, name_len);
    if (found < *nearest && found < name_len && found < key_len) {
        *nearest = found;
        *closest = name;
    }
}

const char *rc_json_closest_field(const struct rc_wire_message *message, const char *key)
{
    const char *closest = NULL;
    unsigned nearest = MAX_DISTANCE + 1;
    for (size_t i = 0; i < message->field_count; i++) {
        consider(key, message->fields[i].name, &closest, &nearest);
    }
    return closest;
}

const char *rc_json_closest_value(const struct rc_wire_enum *enumeration, const char *key)
{
    const char *closest = NULL;
    unsigned nearest = MAX_DISTANCE + 1;
    for (size_t i = 0; i < enumeration->value_count; i++) {
        consider(key, enumeration->values[i].name, &closest, &nearest);
    }
    return closest;
}

bool rc_json_is_timestamp(const struct rc_wire_message *message)
{
    return message->full_name && strcmp(message->full_name, "google.protobuf.Timestamp") == 0;
}
