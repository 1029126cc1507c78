// SPDX-License-Identifier: Apache-2.0
//
// Reading libpg-query's trees.
#include "migrate/linter.h"

#include <string.h>

const char *rc_lint_text(const json_t *node, const char *name)
{
    const char *text = json_string_value(json_object_get(node, name));
    return text ? text : "";
}

bool rc_lint_flag(const json_t *node, const char *name)
{
    return json_is_true(json_object_get(node, name));
}

const json_t *rc_lint_node(const json_t *wrapped, const char *kind)
{
    return json_object_get(wrapped, kind);
}

const char *rc_lint_name_at(const json_t *names, size_t at)
{
    return rc_lint_text(rc_lint_node(json_array_get(names, at), "String"), "sval");
}

const char *rc_lint_last_name(const json_t *names)
{
    size_t count = json_array_size(names);
    return count > 0 ? rc_lint_name_at(names, count - 1) : "";
}

const char *rc_lint_qualifier(const json_t *names)
{
    size_t count = json_array_size(names);
    return count > 1 ? rc_lint_name_at(names, count - 2) : "";
}

bool rc_lint_has_option(const json_t *options, const char *name)
{
    for (size_t i = 0; i < json_array_size(options); i++) {
        const json_t *option = rc_lint_node(json_array_get(options, i), "DefElem");
        if (strcmp(rc_lint_text(option, "defname"), name) == 0) {
            return true;
        }
    }
    return false;
}

const char *rc_lint_quote(struct rc_linter *linter, const char *name)
{
    struct rc_buf quoted = {0};
    rc_buf_append_char(&quoted, '"');
    for (const char *at = name; *at; at++) {
        rc_buf_append_text(&quoted, *at == '"' ? "\"" : "");
        rc_buf_append_char(&quoted, *at);
    }
    rc_buf_append_char(&quoted, '"');
    const char *made =
        quoted.broken ? NULL : rc_arena_copy(linter->arena, quoted.data, quoted.len);
    linter->failed |= !made;
    rc_buf_fini(&quoted);
    return made ? made : "";
}

const char *rc_lint_quote_list(struct rc_linter *linter, const json_t *names,
                               const char *prefix)
{
    const char *list = "";
    for (size_t i = 0; i < json_array_size(names); i++) {
        list = rc_lint_print(linter, "%s%s%s%s", list, i ? ", " : "", prefix,
                             rc_lint_quote(linter, rc_lint_name_at(names, i)));
    }
    return list;
}
