// SPDX-License-Identifier: Apache-2.0
//
// Walking the older pool, file by file, and looking everything up in the newer one.
#include "json/compatibility.h"

#include "base/buf.h"

#include <stdio.h>
#include <string.h>

enum { TOLD_MAX = 256 };

struct comparison {
    const struct rc_pool *after;
    const struct rc_pool_file *file; // of before
    rc_incompatibility_fn report;
    void *context;
    const char *told[TOLD_MAX]; // fields of this file
    size_t told_count;
};

static void tell(struct comparison *comparison, bool wire, const char *text)
{
    comparison->report(comparison->context, wire, text);
}

// Whether a field of this name has been told; from now on it has.
static bool was_told(struct comparison *comparison, const char *name)
{
    for (size_t i = 0; i < comparison->told_count; i++) {
        if (strcmp(comparison->told[i], name) == 0) {
            return true;
        }
    }
    if (comparison->told_count < TOLD_MAX) {
        comparison->told[comparison->told_count++] = name;
    }
    return false;
}

// ---- fields

static const char *type_name(const struct rc_wire_field *field)
{
    static const char *const names[] = {"",         "double",   "float",   "int64",  "uint64",
                                        "int32",    "fixed64",  "fixed32", "bool",   "string",
                                        "group",    "message",  "bytes",   "uint32", "enum",
                                        "sfixed32", "sfixed64", "sint32",  "sint64"};
    return field->message       ? field->message->name
           : field->enumeration ? field->enumeration->name
                                : names[field->type];
}

static bool same_type(const struct rc_wire_field *a, const struct rc_wire_field *b)
{
    return a->type == b->type && a->repeated == b->repeated &&
           strcmp(type_name(a), type_name(b)) == 0;
}

static void tell_field(struct comparison *comparison, bool wire,
                       const struct rc_wire_message *message, const struct rc_wire_field *field,
                       const char *what)
{
    struct rc_buf text = {0};
    if (was_told(comparison, field->name)) {
        return;
    }
    rc_buf_printf(&text, "field %s (number %u) of %s %s", field->name, field->number,
                  message->name, what);
    if (text.data) {
        tell(comparison, wire, text.data);
    }
    rc_buf_fini(&text);
}

static void compare_field(struct comparison *comparison, const struct rc_wire_message *before,
                          const struct rc_wire_message *after,
                          const struct rc_wire_field *field)
{
    char what[320];
    const struct rc_wire_field *now = rc_wire_field_by_number(after, field->number);
    const struct rc_wire_field *moved = rc_wire_field_by_name(after, rc_view_of(field->name));
    if (!now && moved) {
        (void)snprintf(what, sizeof(what), "has number %u now", moved->number);
    } else if (!now) {
        (void)snprintf(what, sizeof(what), "is gone");
    } else if (!same_type(field, now)) {
        (void)snprintf(what, sizeof(what), "was %s%s and is %s%s%s%s",
                       field->repeated ? "repeated " : "", type_name(field),
                       now->repeated ? "repeated " : "", type_name(now),
                       strcmp(field->name, now->name) ? ", called " : "",
                       strcmp(field->name, now->name) ? now->name : "");
    } else if (strcmp(field->name, now->name) != 0) {
        (void)snprintf(what, sizeof(what), "is called %s now", now->name);
        tell_field(comparison, false, before, field, what);
        return;
    } else {
        return;
    }
    tell_field(comparison, true, before, field, what);
}

static void compare_message(struct comparison *comparison,
                            const struct rc_wire_message *message)
{
    const struct rc_wire_message *before = rc_wire_message_ready(message);
    const struct rc_wire_message *after =
        rc_pool_message(comparison->after, rc_view_of(message->full_name));
    after = after ? rc_wire_message_ready(after) : NULL;
    // One that is gone was used by a field or a method, which is told.
    for (size_t i = 0; before && after && i < before->field_count; i++) {
        compare_field(comparison, before, after, &before->fields[i]);
    }
}

// ---- enums

static void compare_enum(struct comparison *comparison, const struct rc_wire_enum *before)
{
    char text[320];
    const struct rc_wire_enum *after =
        rc_pool_enum(comparison->after, rc_view_of(before->full_name));
    for (size_t i = 0; after && i < before->value_count; i++) {
        const struct rc_wire_enum_value *value = &before->values[i];
        const struct rc_wire_enum_value *now = rc_wire_enum_by_number(after, value->number);
        if (!now) {
            (void)snprintf(text, sizeof(text), "value %s (number %d) of enum %s is gone",
                           value->name, (int)value->number, before->name);
            tell(comparison, true, text);
        } else if (strcmp(now->name, value->name) != 0) {
            (void)snprintf(text, sizeof(text),
                           "value %s (number %d) of enum %s is called %s now", value->name,
                           (int)value->number, before->name, now->name);
            tell(comparison, false, text);
        }
    }
}

// ---- services

static void compare_method(struct comparison *comparison, const struct rc_pool_service *service,
                           const struct rc_pool_method *method)
{
    char text[320];
    const struct rc_pool_method *now =
        rc_pool_method(comparison->after, rc_view_of(comparison->file->package),
                       rc_view_of(service->name), rc_view_of(method->name));
    if (!now) {
        (void)snprintf(text, sizeof(text), "method %s of %s is gone", method->name,
                       service->name);
        tell(comparison, true, text);
    } else if (strcmp(now->input->full_name, method->input->full_name) != 0 ||
               strcmp(now->output->full_name, method->output->full_name) != 0) {
        (void)snprintf(text, sizeof(text), "method %s of %s takes %s and returns %s now",
                       method->name, service->name, now->input->name, now->output->name);
        tell(comparison, true, text);
    }
}

static void compare_service(struct comparison *comparison,
                            const struct rc_pool_service *service)
{
    char text[320];
    if (!rc_pool_service(comparison->after, rc_view_of(comparison->file->package),
                         rc_view_of(service->name))) {
        (void)snprintf(text, sizeof(text), "service %s is gone", service->name);
        tell(comparison, true, text);
        return;
    }
    for (size_t i = 0; i < service->method_count; i++) {
        compare_method(comparison, service, &service->methods[i]);
    }
}

static void compare_file(struct comparison *comparison)
{
    const struct rc_pool_file *file = comparison->file;
    comparison->told_count = 0;
    for (size_t i = 0; i < file->service_count; i++) {
        compare_service(comparison, &file->services[i]);
    }
    for (size_t i = 0; i < file->message_count; i++) {
        compare_message(comparison, &file->messages[i]);
    }
    for (size_t i = 0; i < file->enum_count; i++) {
        compare_enum(comparison, &file->enums[i]);
    }
}

void rc_pool_compare(const struct rc_pool *before, const struct rc_pool *after,
                     const char *package, rc_incompatibility_fn report, void *context)
{
    struct comparison comparison = {.after = after, .report = report, .context = context};
    for (size_t i = 0; i < rc_pool_file_count(before); i++) {
        comparison.file = rc_pool_file_at(before, i);
        if (strcmp(comparison.file->package, package) == 0) {
            compare_file(&comparison);
        }
    }
}
