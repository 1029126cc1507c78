// SPDX-License-Identifier: Apache-2.0
//
// Showing values.
#include "transcode/show.h"

#include "schema/schema.h"
#include "wire/timestamp.h"

#include <inttypes.h>

static void show_bytes(const struct rc_type *type, struct rc_view bytes, struct rc_buf *out)
{
    if (type->kind != RC_TYPE_BYTEA) {
        rc_buf_append_view(out, bytes);
        return;
    }
    rc_buf_append_text(out, "\\x");
    for (size_t i = 0; i < bytes.len; i++) {
        rc_buf_printf(out, "%02x", (unsigned char)bytes.data[i]);
    }
}

static void show_label(const struct rc_type *type, int64_t number, struct rc_buf *out)
{
    const struct rc_enum_label *label =
        type->enumeration ? rc_enum_by_number(type->enumeration, (int32_t)number) : NULL;
    if (label) {
        rc_buf_append_text(out, label->label);
    } else {
        rc_buf_printf(out, "%" PRId64, number);
    }
}

// In quotes, whatever it is: numbers do not mind.
static void show_element(const struct rc_type *type, const struct rc_value *value,
                         struct rc_buf *out)
{
    if (value->kind == RC_VALUE_NULL) {
        rc_buf_append_text(out, "NULL");
        return;
    }
    struct rc_buf text = {0};
    rc_show_value(type, value, &text);
    rc_buf_append_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '"' || text.data[i] == '\\') {
            rc_buf_append_char(out, '\\');
        }
        rc_buf_append_char(out, text.data[i]);
    }
    rc_buf_append_char(out, '"');
    out->broken |= text.broken;
    rc_buf_fini(&text);
}

static void show_list(const struct rc_type *type, struct rc_value_list list, struct rc_buf *out)
{
    rc_buf_append_char(out, '{');
    for (size_t i = 0; i < list.count; i++) {
        rc_buf_append_text(out, i > 0 ? "," : "");
        show_element(type, &list.values[i], out);
    }
    rc_buf_append_char(out, '}');
}

void rc_show_value(const struct rc_type *type, const struct rc_value *value, struct rc_buf *out)
{
    switch (value->kind) {
    case RC_VALUE_NULL:
        break;
    case RC_VALUE_BOOL:
        rc_buf_append_char(out, value->integer ? 't' : 'f');
        break;
    case RC_VALUE_INT:
        rc_buf_printf(out, "%" PRId64, value->integer);
        break;
    case RC_VALUE_ENUM:
        show_label(type, value->integer, out);
        break;
    case RC_VALUE_FLOAT:
        rc_buf_printf(out, "%.9g", (double)value->single);
        break;
    case RC_VALUE_DOUBLE:
        rc_buf_printf(out, "%.17g", value->number);
        break;
    case RC_VALUE_BYTES:
        show_bytes(type, value->bytes, out);
        break;
    case RC_VALUE_TIMESTAMP:
        (void)rc_timestamp_format(value->timestamp.seconds, value->timestamp.nanos, out);
        break;
    case RC_VALUE_LIST:
        show_list(type, value->list, out);
        break;
    }
}
