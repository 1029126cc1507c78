// SPDX-License-Identifier: Apache-2.0
//
// Names that a database cannot have, by the reason why.
#include "bin/database_name.h"

#include "schema/names.h"

#include <string.h>

// Packages and folders that Rowcall and protobuf use themselves.
static const char *const taken[] = {"api", "google", "rowcall", "schema", "shared", NULL};

// PostgreSQL makes these databases itself.
static const char *const of_postgresql[] = {"postgres", "template0", "template1", NULL};

// <name>.h is the header of the stubs: it must not stand before one of C or POSIX.
static const char *const headers[] = {
    "aio",    "assert", "complex",  "ctype",    "dirent",      "dlfcn",     "errno",
    "error",  "fcntl",  "features", "fenv",     "float",       "fnmatch",   "ftw",
    "glob",   "grp",    "iconv",    "inttypes", "langinfo",    "libgen",    "limits",
    "link",   "locale", "malloc",   "math",     "memory",      "monetary",  "mqueue",
    "netdb",  "poll",   "pthread",  "pwd",      "regex",       "sched",     "search",
    "setjmp", "signal", "spawn",    "stdalign", "stdarg",      "stdatomic", "stdbool",
    "stddef", "stdint", "stdio",    "stdlib",   "stdnoreturn", "string",    "strings",
    "syslog", "tar",    "termios",  "tgmath",   "threads",     "time",      "uchar",
    "unistd", "utime",  "wchar",    "wctype",   "wordexp",     NULL};

// Keywords of languages that clients are written in: a package of that name is a syntax error.
static const char *const keywords[] = {
    "and",      "as",       "async",     "auto",     "await",     "bool",     "break",
    "case",     "catch",    "char",      "class",    "const",     "continue", "def",
    "default",  "del",      "delete",    "do",       "double",    "elif",     "else",
    "enum",     "except",   "export",    "extern",   "false",     "finally",  "for",
    "from",     "func",     "function",  "global",   "go",        "goto",     "if",
    "import",   "in",       "inline",    "int",      "interface", "is",       "lambda",
    "long",     "map",      "namespace", "new",      "none",      "nonlocal", "not",
    "null",     "operator", "or",        "package",  "pass",      "private",  "protected",
    "public",   "raise",    "range",     "register", "restrict",  "return",   "select",
    "short",    "signed",   "sizeof",    "static",   "struct",    "super",    "switch",
    "template", "this",     "throw",     "true",     "try",       "type",     "typedef",
    "typename", "union",    "unsigned",  "using",    "var",       "virtual",  "void",
    "volatile", "while",    "with",      "yield",    NULL};

static bool is_listed(const char *name, const char *const *list)
{
    while (*list && strcmp(*list, name) != 0) {
        list++;
    }
    return *list != NULL;
}

static rowcall_status refuse(const char *name, const char *why, rowcall_error *err)
{
    return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "a database cannot be called \"%s\": %s",
                        name, why);
}

rowcall_status rc_database_name_check(const char *name, rowcall_error *err)
{
    if (!rc_name_is_field(name)) {
        return refuse(
            name, "write it in lower_snake_case (letters, digits and _, a letter first)", err);
    }
    if (strlen(name) > RC_NAME_MAX) {
        return refuse(name, "PostgreSQL cuts names after 63 bytes", err);
    }
    if (is_listed(name, taken)) {
        return refuse(name, "Rowcall uses that name itself", err);
    }
    if (is_listed(name, of_postgresql)) {
        return refuse(name, "PostgreSQL has a database of that name of its own", err);
    }
    if (is_listed(name, headers)) {
        return refuse(name, "the header of its stubs would hide one of the system", err);
    }
    if (is_listed(name, keywords)) {
        return refuse(name, "it is a keyword in languages that clients are written in", err);
    }
    return ROWCALL_OK;
}
