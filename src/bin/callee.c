// SPDX-License-Identifier: Apache-2.0
//
// Finding methods by name, and what a name was probably meant to be.
#include "bin/callee.h"

#include "bin/cli.h"
#include "bin/file.h"
#include "json/encode.h"

#include <string.h>

#define OWN_PACKAGE "rowcall" // of the server's own services

enum { NAMES_MAX = 512, NAME_SIZE = 128 };

// Names to suggest from, as rc_cli_suggest takes them.
struct names {
    char texts[NAMES_MAX][NAME_SIZE];
    const char *items[NAMES_MAX + 1];
    size_t count;
};

static void add_name(struct names *names, const char *name, size_t len)
{
    if (names->count < NAMES_MAX && len < NAME_SIZE) {
        char *text = names->texts[names->count];
        memcpy(text, name, len);
        text[len] = '\0';
        names->items[names->count++] = text;
        names->items[names->count] = NULL;
    }
}

static rowcall_status refuse(const char *what, struct rc_view name, const struct names *names,
                             rowcall_error *err)
{
    char text[NAME_SIZE];
    snprintf(text, sizeof text, "%.*s", rc_view_arg(name));
    const char *near = rc_cli_suggest(text, names->items);
    return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "no %s '%s'%s%s%s", what, text,
                        near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

static void refuse_service(const struct rc_pool *pool, const char *database,
                           struct rc_view name, rowcall_error *err)
{
    static const char suffix[] = "Service";
    struct names names = {.count = 0};
    char what[NAME_SIZE];
    for (size_t i = 0; i < rc_pool_file_count(pool); i++) {
        const struct rc_pool_file *file = rc_pool_file_at(pool, i);
        bool own = strcmp(file->package, OWN_PACKAGE) == 0;
        if (!own && strcmp(file->package, database) != 0) {
            continue;
        }
        for (size_t k = 0; k < file->service_count; k++) {
            const char *service = file->services[k].name;
            size_t len = strlen(service);
            add_name(&names, service, own ? len : len - (sizeof suffix - 1));
        }
    }
    snprintf(what, sizeof what, "entity in %s", database);
    refuse(what, name, &names, err);
}

static void refuse_method(const struct rc_pool_service *service, struct rc_view entity,
                          struct rc_view name, rowcall_error *err)
{
    struct names names = {.count = 0};
    char what[NAME_SIZE];
    for (size_t i = 0; i < service->method_count; i++) {
        add_name(&names, service->methods[i].name, strlen(service->methods[i].name));
    }
    snprintf(what, sizeof what, "method of %.*s", rc_view_arg(entity));
    refuse(what, name, &names, err);
}

const struct rc_pool_service *rc_callee_service(const struct rc_pool *pool,
                                                const char *database, struct rc_view name,
                                                rowcall_error *err)
{
    const struct rc_pool_service *service = rc_pool_service(pool, rc_view_of(database), name);
    if (!service) {
        service = rc_pool_service(pool, rc_view_of(OWN_PACKAGE), name);
    }
    if (!service) {
        refuse_service(pool, database, name, err);
    }
    return service;
}

const struct rc_pool_method *rc_callee_find(const struct rc_pool *pool, const char *database,
                                            const char *method, rowcall_error *err)
{
    const char *slash = strchr(method, '/');
    if (!slash) {
        rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                     "'%s' is no method: expected ENTITY/METHOD, such as %s/FindMany", method,
                     method);
        return NULL;
    }
    struct rc_view entity = {method, (size_t)(slash - method)};
    struct rc_view name = rc_view_of(slash + 1);
    const struct rc_pool_service *service = rc_callee_service(pool, database, entity, err);
    for (size_t i = 0; service && i < service->method_count; i++) {
        if (rc_view_is(name, service->methods[i].name)) {
            return &service->methods[i];
        }
    }
    if (service) {
        refuse_method(service, entity, name, err);
    }
    return NULL;
}

static rowcall_status read_stdin(struct rc_buf *ret_text, rowcall_error *err)
{
    char block[4096];
    size_t got;
    while ((got = fread(block, 1, sizeof block, stdin)) > 0) {
        rc_buf_append(ret_text, block, got);
    }
    if (ferror(stdin)) {
        return rc_error_set(err, ROWCALL_FAILED_PRECONDITION, "cannot read standard input");
    }
    return rc_buf_status(ret_text, err);
}

rowcall_status rc_callee_read_argument(const char *argument, struct rc_buf *ret_text,
                                       rowcall_error *err)
{
    if (argument && strcmp(argument, "-") == 0) {
        return read_stdin(ret_text, err);
    }
    if (argument && *argument == '@') {
        rowcall_error cause = {0};
        return rc_file_read(argument + 1, ret_text, &cause) == ROWCALL_OK
                   ? ROWCALL_OK
                   : rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "%s", cause.message);
    }
    rc_buf_append_text(ret_text, argument ? argument : "{}");
    return rc_buf_status(ret_text, err);
}

rowcall_status rc_callee_encode(const struct rc_pool_method *method, const char *argument,
                                struct rc_buf *ret_request, rowcall_error *err)
{
    struct rc_buf json = {0};
    rowcall_status st = rc_callee_read_argument(argument, &json, err);
    if (st == ROWCALL_OK) {
        st = rc_json_encode(method->input, rc_buf_view(&json), ret_request, err);
    }
    rc_buf_fini(&json);
    return st;
}
