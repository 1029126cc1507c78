// SPDX-License-Identifier: Apache-2.0
//
// Injection: the tree is walked along with the bytes. Depth is bounded by that of paths.
#include "service/injection.h"

#include "wire/writer.h"

struct rc_injection_node {
    struct rc_injection_node *next;
    struct rc_injection_node *children; // of a message
    struct rc_path_step step;
    const struct rc_injection_value *value; // of a leaf
    size_t index;                           // of the reference that it is there for
    size_t met;                             // while walking: how often its field came
    bool done;                              // ... and whether it was written
};

// ---- the tree

static struct rc_injection_node *find_node(struct rc_injection_node *list,
                                           const struct rc_path_step *step)
{
    while (list && (list->step.field != step->field || list->step.index != step->index)) {
        list = list->next;
    }
    return list;
}

// Behind the others, so that values of one list keep their order.
static struct rc_injection_node *add_node(struct rc_injection_node **list,
                                          const struct rc_path_step *step, size_t index,
                                          struct rc_arena *arena)
{
    struct rc_injection_node *node = rc_arena_new(arena, struct rc_injection_node);
    if (!node) {
        return NULL;
    }
    node->step = *step;
    node->index = index;
    while (*list) {
        list = &(*list)->next;
    }
    *list = node;
    return node;
}

rowcall_status rc_injection_add(struct rc_injection *injection, const struct rc_path *to,
                                const struct rc_injection_value *value, struct rc_arena *arena,
                                rowcall_error *err)
{
    struct rc_injection_node **list = &injection->roots;
    for (size_t i = 0; i < to->count; i++) {
        const struct rc_path_step *step = &to->steps[i];
        bool last = i + 1 == to->count;
        struct rc_injection_node *node = find_node(*list, step);
        if (node && (last || node->value) && !(last && step->field->repeated)) {
            return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                                "%s: another reference goes there, too", step->field->name);
        }
        if (!node || last) {
            node = add_node(list, step, value->index, arena);
        }
        if (!node) {
            return rc_error_oom(err);
        }
        if (last) {
            node->value = value;
        }
        list = &node->children;
    }
    return ROWCALL_OK;
}

// ---- the walk

struct walk {
    bool known;
    struct rc_buf *out;
    rowcall_error *err;
};

static rowcall_status write_message(struct walk *walk, struct rc_injection_node *nodes,
                                    struct rc_view bytes);

// The error is about the node's reference.
static rowcall_status blame(const struct walk *walk, const struct rc_injection_node *node)
{
    return rc_error_wrap(walk->err, "references[%zu].to", node->index);
}

static rowcall_status write_leaf(struct walk *walk, const struct rc_injection_node *node)
{
    const struct rc_wire_field *to = node->step.field;
    if (!walk->known) {
        rc_path_write_any(to, walk->out);
        return ROWCALL_OK;
    }
    rowcall_status st =
        rc_path_write(node->value->from, &node->value->value, to, walk->out, walk->err);
    return st == ROWCALL_OK ? st : blame(walk, node);
}

static rowcall_status write_nested(struct walk *walk, struct rc_injection_node *node,
                                   struct rc_view bytes)
{
    size_t mark = rc_wire_begin(walk->out, node->step.field->number);
    rowcall_status st = write_message(walk, node->children, bytes);
    rc_wire_end(walk->out, mark);
    node->done = true;
    return st;
}

// The node that this occurrence of a field is for; NULL: none.
static struct rc_injection_node *match(struct rc_injection_node *nodes,
                                       const struct rc_wire_value *value)
{
    struct rc_injection_node *found = NULL;
    for (struct rc_injection_node *at = nodes; at; at = at->next) {
        const struct rc_wire_field *field = at->step.field;
        if (field->number != value->number || (at->value && field->repeated)) {
            continue; // one that is appended to an occurrence changes none
        }
        if (!field->repeated || at->met == at->step.index) {
            found = at;
        }
        at->met++;
    }
    return found;
}

// What is in the message stays, changed where a node says so.
static rowcall_status write_fields(struct walk *walk, struct rc_injection_node *nodes,
                                   struct rc_view bytes)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rowcall_status st = ROWCALL_OK;
    rc_wire_reader_init(&reader, bytes);
    const unsigned char *begin = reader.at;
    for (; st == ROWCALL_OK && rc_wire_next(&reader, &value); begin = reader.at) {
        struct rc_injection_node *node = match(nodes, &value);
        if (!node) {
            rc_buf_append(walk->out, begin, (size_t)(reader.at - begin));
        } else if (node->value) {
            rc_error_set(walk->err, ROWCALL_INVALID_ARGUMENT,
                         "%s: the request has a value there already", node->step.field->name);
            st = blame(walk, node);
        } else {
            st = write_nested(walk, node, value.bytes);
        }
    }
    return st;
}

static rowcall_status write_message(struct walk *walk, struct rc_injection_node *nodes,
                                    struct rc_view bytes)
{
    for (struct rc_injection_node *at = nodes; at; at = at->next) {
        at->met = 0;
        at->done = false;
    }
    rowcall_status st = write_fields(walk, nodes, bytes);
    for (struct rc_injection_node *at = nodes; at && st == ROWCALL_OK; at = at->next) {
        if (at->value) {
            st = write_leaf(walk, at);
        } else if (!at->done && at->step.field->repeated) {
            rc_error_set(walk->err, ROWCALL_INVALID_ARGUMENT,
                         "%s[%zu]: the request has %zu of them", at->step.field->name,
                         at->step.index, at->met);
            st = blame(walk, at);
        } else if (!at->done) {
            st = write_nested(walk, at, (struct rc_view){NULL, 0});
        }
    }
    return st;
}

rowcall_status rc_injection_apply(const struct rc_injection *injection, struct rc_view bytes,
                                  bool known, struct rc_buf *out, rowcall_error *err)
{
    struct walk walk = {known, out, err};
    return write_message(&walk, injection->roots, bytes);
}
