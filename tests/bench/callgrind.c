// SPDX-License-Identifier: Apache-2.0
//
// The reader of callgrind's format: lines that name the object, file and function that the
// lines of cost after them belong to. A name stands in full the first time, "(12) name", and
// later as "(12)".
#include "callgrind.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 1 << 16 };

// The names of one kind by their numbers.
struct names {
    char *of[NAMES_MAX];
};

struct reader {
    struct callgrind_profile *profile;
    struct names objects;
    struct names files;
    struct names functions;
    const char *object;
    const char *file;
    struct module_cost *module; // of the function that costs belong to
    bool is_allocation;         // the call that comes next
    bool is_inclusive;          // the next line of cost is a call's, told elsewhere as well
};

// The name that "(12) name" or "(12)" means; "" when it was never told.
static const char *name_of(struct names *names, const char *text)
{
    char *end = NULL;
    unsigned long number = text[0] == '(' ? strtoul(text + 1, &end, 10) : NAMES_MAX;
    if (number >= NAMES_MAX || *end != ')') {
        return "";
    }
    if (end[1] == ' ') {
        free(names->of[number]);
        names->of[number] = strdup(end + 2);
    }
    return names->of[number] ? names->of[number] : "";
}

static void forget(struct names *names)
{
    for (size_t i = 0; i < NAMES_MAX; i++) {
        free(names->of[i]);
    }
}

static struct module_cost *find_module(struct callgrind_profile *profile, const char *name,
                                       size_t len)
{
    for (int i = 0; i < profile->module_count; i++) {
        if (strlen(profile->modules[i].name) == len &&
            strncmp(profile->modules[i].name, name, len) == 0) {
            return &profile->modules[i];
        }
    }
    if (profile->module_count == MODULES_MAX || len >= MODULE_NAME_SIZE) {
        return &profile->modules[MODULES_MAX - 1]; // together with others
    }
    struct module_cost *module = &profile->modules[profile->module_count++];
    snprintf(module->name, sizeof module->name, "%.*s", (int)len, name);
    return module;
}

// The folder after "/src/", where a file is ours; else the library without its versions.
static struct module_cost *choose_module(struct reader *reader, const char *file)
{
    const char *src = strstr(file, "/src/");
    const char *end = src ? strchr(src + 5, '/') : NULL;
    if (end && strstr(reader->object, "/rowcall")) {
        return find_module(reader->profile, src + 5, (size_t)(end - src) - 5);
    }
    const char *slash = strrchr(reader->object, '/');
    const char *name = slash ? slash + 1 : "other";
    return find_module(reader->profile, name, strcspn(name, ".-"));
}

static bool is_allocator(const char *function)
{
    static const char *const names[] = {"malloc",         "calloc",        "realloc",
                                        "posix_memalign", "aligned_alloc", "reallocarray"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(function, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void read_cost(struct reader *reader, const char *line)
{
    const char *cost = strchr(line, ' '); // after the position
    if (cost && reader->module && !reader->is_inclusive) {
        uint64_t instructions = strtoull(cost + 1, NULL, 10);
        reader->module->instructions += instructions;
        reader->profile->instructions += instructions;
    }
    reader->is_inclusive = false;
}

static void read_line(struct reader *reader, const char *line)
{
    if (line[0] == '\0') {
        return;
    }
    if (isdigit((unsigned char)line[0]) || strchr("+-*", line[0])) {
        read_cost(reader, line);
    } else if (strncmp(line, "ob=", 3) == 0) {
        reader->object = name_of(&reader->objects, line + 3);
    } else if (strncmp(line, "cob=", 4) == 0) {
        (void)name_of(&reader->objects, line + 4);
    } else if (strncmp(line, "fl=", 3) == 0) {
        reader->file = name_of(&reader->files, line + 3);
    } else if (strncmp(line, "fi=", 3) == 0 || strncmp(line, "fe=", 3) == 0) {
        (void)name_of(&reader->files, line + 3);
    } else if (strncmp(line, "cfi=", 4) == 0 || strncmp(line, "cfl=", 4) == 0) {
        (void)name_of(&reader->files, line + 4);
    } else if (strncmp(line, "fn=", 3) == 0) {
        (void)name_of(&reader->functions, line + 3);
        reader->module = choose_module(reader, reader->file);
    } else if (strncmp(line, "cfn=", 4) == 0) {
        reader->is_allocation = is_allocator(name_of(&reader->functions, line + 4));
    } else if (strncmp(line, "calls=", 6) == 0) {
        uint64_t calls = strtoull(line + 6, NULL, 10);
        reader->profile->allocations += reader->is_allocation ? calls : 0;
        reader->is_inclusive = true;
    }
}

static int compare(const void *a, const void *b)
{
    uint64_t x = ((const struct module_cost *)a)->instructions;
    uint64_t y = ((const struct module_cost *)b)->instructions;
    return (x < y) - (x > y);
}

bool callgrind_read(const char *path, struct callgrind_profile *ret_profile)
{
    char *line = NULL;
    size_t size = 0;
    FILE *file = fopen(path, "r");
    struct reader *reader = calloc(1, sizeof *reader);
    if (!file || !reader) {
        perror(path);
        free(reader);
        if (file) {
            fclose(file);
        }
        return false;
    }
    *ret_profile = (struct callgrind_profile){.instructions = 0};
    reader->profile = ret_profile;
    reader->object = "";
    reader->file = "";
    while (getline(&line, &size, file) > 0) {
        line[strcspn(line, "\n")] = '\0';
        read_line(reader, line);
    }
    qsort(ret_profile->modules, (size_t)ret_profile->module_count,
          sizeof ret_profile->modules[0], compare);
    free(line);
    fclose(file);
    forget(&reader->objects);
    forget(&reader->files);
    forget(&reader->functions);
    free(reader);
    if (ret_profile->instructions == 0) {
        fprintf(stderr, "bench: %s has no costs\n", path);
    }
    return ret_profile->instructions > 0;
}
