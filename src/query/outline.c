// SPDX-License-Identifier: Apache-2.0
//
// Tokens into nodes. Iterative: an open node is the parent of what follows until its end.
#include "query/outline.h"

#include <stdarg.h>
#include <stdio.h>

struct cursor {
    const unsigned char *at;
    const unsigned char *end;
};

static bool take_varint(struct cursor *cursor, uint64_t *ret_value)
{
    uint64_t value = 0;
    for (unsigned shift = 0; cursor->at < cursor->end && shift < 64; shift += 7) {
        unsigned char byte = *cursor->at++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *ret_value = value;
            return true;
        }
    }
    return false;
}

static struct rc_node *add_node(struct rc_node *parent, struct rc_node *previous,
                                struct rc_arena *arena)
{
    struct rc_node *node = rc_arena_new(arena, struct rc_node);
    if (node) {
        node->parent = parent;
        if (previous) {
            previous->next = node;
        } else {
            parent->first = node;
        }
    }
    return node;
}

// How far slots and groups are counted.
struct counts {
    size_t slots;
    size_t row_slots; // of the row group that is open
    size_t groups;
    bool in_rows;
};

// What follows a token's tag. False when the shape ends too early.
static bool take_rest(struct cursor *cursor, struct rc_node *node, struct counts *counts)
{
    uint64_t len;
    switch (node->kind) {
    case RC_TOKEN_SLOT:
        node->slot = counts->in_rows ? counts->row_slots++ : counts->slots++;
        return true;
    case RC_TOKEN_ROWS:
        node->group = counts->groups++;
        node->message = rc_wire_message_ready(node->field->message);
        counts->in_rows = true;
        counts->row_slots = 0;
        return node->message != NULL;
    case RC_TOKEN_FLAG:
        return take_varint(cursor, &node->flag);
    case RC_TOKEN_OPEN:
        node->message = rc_wire_message_ready(node->field->message);
        return node->message != NULL;
    case RC_TOKEN_TEXT:
        if (!take_varint(cursor, &len) || len > (uint64_t)(cursor->end - cursor->at)) {
            return false;
        }
        node->text = (struct rc_view){(const char *)cursor->at, (size_t)len};
        cursor->at += len;
        return true;
    }
    return false;
}

rowcall_status rc_outline_read(const struct rc_wire_message *message, struct rc_view shape,
                               struct rc_arena *arena, struct rc_node **ret_root,
                               rowcall_error *err)
{
    const unsigned char *start = (const unsigned char *)shape.data;
    struct cursor cursor = {start, start + shape.len};
    struct rc_node *root = rc_arena_new(arena, struct rc_node);
    if (!root) {
        return rc_error_oom(err);
    }
    root->kind = RC_TOKEN_OPEN;
    root->message = message;
    struct rc_node *parent = root;
    struct rc_node *previous = NULL;
    struct counts counts = {0};
    uint64_t tag;
    bool is_whole = take_varint(&cursor, &root->flag);
    while (is_whole && cursor.at < cursor.end && take_varint(&cursor, &tag)) {
        if (tag == 0) {
            previous = parent;
            is_whole = parent != root;
            counts.in_rows = counts.in_rows && parent->kind != RC_TOKEN_ROWS;
            parent = (struct rc_node *)parent->parent;
            continue;
        }
        struct rc_node *node = add_node(parent, previous, arena);
        if (!node) {
            return rc_error_oom(err);
        }
        node->kind = (enum rc_token_kind)(tag & ((1u << RC_TOKEN_KIND_BITS) - 1));
        node->field =
            rc_wire_field_by_number(parent->message, (uint32_t)(tag >> RC_TOKEN_KIND_BITS));
        is_whole = node->field && take_rest(&cursor, node, &counts);
        previous = node;
        if (is_whole && (node->kind == RC_TOKEN_OPEN || node->kind == RC_TOKEN_ROWS)) {
            parent = node;
            previous = NULL;
        }
    }
    if (!is_whole || parent != root) {
        return rc_error_set(err, ROWCALL_INTERNAL, "the shape of the request is damaged");
    }
    *ret_root = root;
    return ROWCALL_OK;
}

const struct rc_node *rc_node_child(const struct rc_node *node, enum rc_api_role role)
{
    const struct rc_node *child = node ? node->first : NULL;
    while (child && child->field->role != (uint32_t)role) {
        child = child->next;
    }
    return child;
}

const struct rc_node *rc_node_slot(const struct rc_node *node, enum rc_api_role role)
{
    const struct rc_node *child = rc_node_child(node, role);
    while (child && (child->field->role != (uint32_t)role || child->kind != RC_TOKEN_SLOT)) {
        child = child->next;
    }
    return child;
}

bool rc_node_has_flag(const struct rc_node *node, enum rc_api_role role)
{
    const struct rc_node *child = rc_node_child(node, role);
    return child && child->kind == RC_TOKEN_FLAG && child->flag != 0;
}

const struct rc_column *rc_node_column(const struct rc_node *node,
                                       const struct rc_entity *entity)
{
    return node->flag > UINT32_MAX ? NULL
                                   : rc_entity_column_by_number(entity, (uint32_t)node->flag);
}

// How many fields like this one came before it, beside it.
static size_t index_of(const struct rc_node *node)
{
    size_t count = 0;
    for (const struct rc_node *at = node->parent->first; at != node; at = at->next) {
        count += at->field == node->field;
    }
    return count;
}

size_t rc_node_path(const struct rc_node *node, char *path, size_t size)
{
    if (!node || !node->field) {
        return 0;
    }
    size_t len = rc_node_path(node->parent, path, size);
    if (len >= size) {
        return len;
    }
    int part = snprintf(path + len, size - len, "%s%s", len ? "." : "", node->field->name);
    len += part > 0 ? (size_t)part : 0;
    if (node->field->repeated && len < size) {
        part = node->kind == RC_TOKEN_ROWS
                   ? snprintf(path + len, size - len, "[]")
                   : snprintf(path + len, size - len, "[%zu]", index_of(node));
        len += part > 0 ? (size_t)part : 0;
    }
    return len;
}

rowcall_status rc_node_refuse(const struct rc_node *node, rowcall_status status,
                              rowcall_error *err, const char *format, ...)
{
    char path[256] = "request";
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    (void)rc_node_path(node, path, sizeof path);
    return rc_error_set(err, status, "%s: %s", path, text);
}
