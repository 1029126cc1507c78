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

// Whether the elements of actual from `start` on can be dealt to the group's patterns from
// `next` on. Patterns may overlap, so a choice that leads nowhere is taken back.
static bool deal(const json_t *group, size_t next, const json_t *actual, size_t start,
                 bool *is_dealt)
{
    if (next == json_array_size(group)) {
        return true;
    }
    for (size_t i = 0; i < json_array_size(group); i++) {
        if (!is_dealt[i] &&
            match(json_array_get(group, next), json_array_get(actual, start + i))) {
            is_dealt[i] = true;
            if (deal(group, next + 1, actual, start, is_dealt)) {
                return true;
            }
            is_dealt[i] = false;
        }
    }
    return false;
}

static bool match_list(const json_t *groups, const json_t *actual)
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
            !deal(group, 0, actual, start, is_dealt)) {
            return false;
        }
        start += size;
    }
    return start == json_array_size(actual);
}

static bool match_object(json_t *pattern, const json_t *actual)
{
    const char *name;
    json_t *member;
    if (json_object_size(pattern) != json_object_size(actual)) {
        return false;
    }
    json_object_foreach(pattern, name, member)
    {
        const json_t *other = json_object_get(actual, name);
        if (!other || !match(member, other)) {
            return false;
        }
    }
    return true;
}

bool match(const json_t *pattern, const json_t *actual)
{
    const json_t *groups = json_object_get(pattern, GROUPS);
    if (groups) {
        return json_is_array(actual) && match_list(groups, actual);
    }
    if (json_is_object(pattern)) {
        return json_is_object(actual) && match_object((json_t *)(uintptr_t)pattern, actual);
    }
    if (!json_is_array(pattern)) {
        return json_equal(pattern, actual);
    }
    size_t i;
    const json_t *element;
    if (!json_is_array(actual) || json_array_size(actual) != json_array_size(pattern)) {
        return false;
    }
    json_array_foreach(pattern, i, element)
    {
        if (!match(element, json_array_get(actual, i))) {
            return false;
        }
    }
    return true;
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
