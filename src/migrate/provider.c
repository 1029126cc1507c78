// SPDX-License-Identifier: Apache-2.0
//
// The one key of the lock file that matters, line by line: TOML's strings on one line are
// enough, as nothing else is ever written there.
#include "migrate/provider.h"

static const char *skip_space(const char *at)
{
    return at + strspn(at, " \t");
}

// The value of `provider = "..."` or '...' on this line; empty when it is another line.
static struct rc_view value_of(const char *line)
{
    static const char key[] = "provider";
    struct rc_view none = {0};
    const char *at = skip_space(line);
    size_t len = sizeof key - 1;
    bool is_quoted = *at == '"' || *at == '\'';
    const char *name = at + is_quoted;
    if (strncmp(name, key, len) != 0 || (is_quoted && name[len] != *at)) {
        return none;
    }
    at = skip_space(name + len + is_quoted);
    if (*at != '=') {
        return none;
    }
    at = skip_space(at + 1);
    if (*at != '"' && *at != '\'') {
        return none;
    }
    size_t value_len = strcspn(at + 1, *at == '"' ? "\"\r\n" : "'\r\n");
    return (struct rc_view){at + 1, value_len};
}

struct rc_view rc_migration_provider(const char *toml)
{
    struct rc_view value = {0};
    const char *line = toml;
    while (!value.data && *line && *skip_space(line) != '[') {
        value = value_of(line);
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    return value;
}
