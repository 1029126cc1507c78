// SPDX-License-Identifier: Apache-2.0
//
// A list with groups is an object with one member of a name that no message has.
#include "match.h"

#include "support/check.h"

#include <string.h>

#define GROUPS "$groups"
enum { GROUP_MAX = 256 };

json_t *match_groups(json_t *groups)
{
    json_t *list = json_object();
    json_object_set_new(list, GROUPS, groups);
    return list;
}

static bool is_among(const json_t *list, const json_t *value)
{
    size_t i;
    const json_t *element;
    json_array_foreach(list, i, element)
    {
        if (json_equal(element, value)) {
            return true;
        }
    }
    return false;
}

bool match_has_stand_in(const json_t *json, const json_t *stand_ins)
{
    const char *name;
    json_t *member;
    json_object_foreach((json_t *)(uintptr_t)json, name, member)
    {
        if (is_among(stand_ins, member) || match_has_stand_in(member, stand_ins)) {
            return true;
        }
    }
    return false;
}

static bool match_scalar(const json_t *pattern, const json_t *actual, struct bindings *bindings)
{
    if (!bindings || !is_among(bindings->stand_ins, pattern)) {
        return json_equal(pattern, actual);
    }
    for (size_t i = 0; i < bindings->count; i++) {
        if (json_equal(bindings->from[i], pattern)) {
            return json_equal(bindings->to[i], actual);
        }
    }
    if (json_typeof(pattern) != json_typeof(actual)) {
        return false;
    }
    assert_in_range(bindings->count, 0, BINDINGS_MAX - 1);
    bindings->from[bindings->count] = pattern;
    bindings->to[bindings->count] = actual;
    bindings->count++;
    return true;
}

// Whether the elements of actual from `start` on can be dealt to the group's patterns from
// `next` on. Patterns may overlap, so a choice that leads nowhere is taken back.
static bool deal(const json_t *group, size_t next, const json_t *actual, size_t start,
                 bool *is_dealt, struct bindings *bindings)
{
    size_t before = bindings ? bindings->count : 0;
    if (next == json_array_size(group)) {
        return true;
    }
    for (size_t i = 0; i < json_array_size(group); i++) {
        if (!is_dealt[i] &&
            match(json_array_get(group, next), json_array_get(actual, start + i), bindings)) {
            is_dealt[i] = true;
            if (deal(group, next + 1, actual, start, is_dealt, bindings)) {
                return true;
            }
            is_dealt[i] = false;
        }
        if (bindings) {
            bindings->count = before;
        }
    }
    return false;
}

static bool match_groups_with(const json_t *groups, const json_t *actual,
                              struct bindings *bindings)
{
    size_t start = 0;
    size_t i;
    const json_t *group;
    json_array_foreach(groups, i, group)
    {
        bool is_dealt[GROUP_MAX] = {false};
        size_t size = json_array_size(group);
        assert_in_range(size, 0, GROUP_MAX);
        if (start + size > json_array_size(actual) ||
            !deal(group, 0, actual, start, is_dealt, bindings)) {
            return false;
        }
        start += size;
    }
    return start == json_array_size(actual);
}

static bool match_object(json_t *pattern, const json_t *actual, struct bindings *bindings)
{
    const char *name;
    json_t *member;
    if (json_object_size(pattern) != json_object_size(actual)) {
        return false;
    }
    json_object_foreach(pattern, name, member)
    {
        const json_t *other = json_object_get(actual, name);
        if (!other || !match(member, other, bindings)) {
            return false;
        }
    }
    return true;
}

static bool match_array(const json_t *pattern, const json_t *actual, struct bindings *bindings)
{
    size_t i;
    const json_t *element;
    if (json_array_size(actual) != json_array_size(pattern)) {
        return false;
    }
    json_array_foreach(pattern, i, element)
    {
        if (!match(element, json_array_get(actual, i), bindings)) {
            return false;
        }
    }
    return true;
}

bool match(const json_t *pattern, const json_t *actual, struct bindings *bindings)
{
    const json_t *groups = json_object_get(pattern, GROUPS);
    size_t before = bindings ? bindings->count : 0;
    bool is_match;
    if (groups) {
        is_match = json_is_array(actual) && match_groups_with(groups, actual, bindings);
    } else if (json_is_object(pattern)) {
        is_match = json_is_object(actual) &&
                   match_object((json_t *)(uintptr_t)pattern, actual, bindings);
    } else if (json_is_array(pattern)) {
        is_match = json_is_array(actual) && match_array(pattern, actual, bindings);
    } else {
        is_match = match_scalar(pattern, actual, bindings);
    }
    if (!is_match && bindings) {
        bindings->count = before;
    }
    return is_match;
}

// What stands in its place; NULL when it is no stand-in that was found to be something.
static const json_t *found_for(const json_t *value, const struct bindings *bindings)
{
    for (size_t i = 0; i < bindings->count; i++) {
        if (json_equal(bindings->from[i], value)) {
            return bindings->to[i];
        }
    }
    return NULL;
}

void match_replace(json_t *json, const struct bindings *bindings)
{
    const char *name;
    json_t *member;
    void *next;
    size_t i;
    json_object_foreach_safe(json, next, name, member)
    {
        const json_t *found = found_for(member, bindings);
        if (found) {
            json_object_set_new(json, name, json_deep_copy(found));
        } else {
            match_replace(member, bindings);
        }
    }
    json_array_foreach(json, i, member)
    {
        match_replace(member, bindings);
    }
}

json_t *match_example(const json_t *pattern)
{
    size_t i;
    size_t k;
    const char *name;
    json_t *member;
    const json_t *groups = json_object_get(pattern, GROUPS);
    json_t *example;
    if (groups) {
        const json_t *group;
        example = json_array();
        json_array_foreach(groups, i, group)
        {
            json_array_foreach(group, k, member)
            {
                json_array_append_new(example, match_example(member));
            }
        }
        return example;
    }
    if (json_is_array(pattern)) {
        example = json_array();
        json_array_foreach(pattern, i, member)
        {
            json_array_append_new(example, match_example(member));
        }
        return example;
    }
    if (json_is_object(pattern)) {
        example = json_object();
        json_object_foreach((json_t *)(uintptr_t)pattern, name, member)
        {
            json_object_set_new(example, name, match_example(member));
        }
        return example;
    }
    return json_deep_copy(pattern);
}
