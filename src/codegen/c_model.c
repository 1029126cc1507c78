// SPDX-License-Identifier: Apache-2.0
//
// One package of API protos as C sees it.
#include "codegen/c_model.h"

#include "codegen/c_names.h"
#include "schema/schema.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef Google__Protobuf__SourceCodeInfo__Location location_proto;

// Field numbers of descriptor.proto, as they stand in the paths of source locations.
enum {
    FILE_MESSAGE = 4,
    FILE_ENUM = 5,
    FILE_SERVICE = 6,
    MESSAGE_FIELD = 2,
    SERVICE_METHOD = 2
};

// Where the things of one file begin in the package's arrays.
struct base {
    size_t message;
    size_t enumeration;
    size_t service;
};

static const char *entity_of(struct rc_arena *arena, const char *service)
{
    static const char suffix[] = "Service";
    size_t len = strlen(service);
    size_t suffix_len = sizeof(suffix) - 1;
    bool has = len > suffix_len && strcmp(service + len - suffix_len, suffix) == 0;
    return rc_arena_copy(arena, service, has ? len - suffix_len : len);
}

// Whether name is word, or begins with it and a new word follows.
static bool begins_with_word(const char *name, const char *word)
{
    size_t len = strlen(word);
    return strncmp(name, word, len) == 0 && !islower((unsigned char)name[len]);
}

// The service whose entity's name is the longest that the message's begins with; none when an
// enum's is longer: then the message is the enum's.
static int find_service(const struct rc_c_package *package, const char *message)
{
    int best = RC_C_NO_SERVICE;
    size_t best_len = 0;
    for (size_t i = 0; i < package->service_count; i++) {
        const char *entity = package->services[i].entity;
        if (begins_with_word(message, entity) && strlen(entity) > best_len) {
            best = (int)i;
            best_len = strlen(entity);
        }
    }
    for (size_t i = 0; i < package->enum_count; i++) {
        const char *enumeration = package->enums[i].proto->name;
        if (begins_with_word(message, enumeration) && strlen(enumeration) > best_len) {
            best = RC_C_NO_SERVICE;
            best_len = strlen(enumeration);
        }
    }
    return best;
}

// Whether a call of the package has this name: the message of a create and the call to create
// would collide.
static bool is_call(struct rc_arena *arena, const struct rc_c_package *package, const char *own)
{
    for (size_t i = 0; i < package->service_count; i++) {
        const struct rc_c_service *service = &package->services[i];
        size_t len = strlen(service->own);
        if (strncmp(own, service->own, len) != 0) {
            continue;
        }
        for (size_t m = 0; m < service->proto->n_method; m++) {
            char *method = rc_snake_case(arena, service->proto->method[m]->name);
            if (method && own[len] == '_' && strcmp(own + len + 1, method) == 0) {
                return true;
            }
        }
    }
    return false;
}

static bool add_services(struct rc_arena *arena, struct rc_c_package *package,
                         const rc_c_file_proto *file)
{
    for (size_t i = 0; i < file->n_service; i++) {
        struct rc_c_service *service = &package->services[package->service_count++];
        service->proto = file->service[i];
        service->entity = entity_of(arena, service->proto->name);
        service->method_comments =
            rc_arena_new_array(arena, service->proto->n_method + 1, const char *);
        if (!service->entity || !service->method_comments) {
            return false;
        }
        service->own = rc_c_own(arena, package->name, service->entity);
        service->file = rc_snake_case(arena, service->entity);
        if (!service->own || !service->file) {
            return false;
        }
    }
    return true;
}

static char *qualify(struct rc_arena *arena, const struct rc_c_package *package,
                     const char *name)
{
    return rc_arena_printf(arena, "%s%s%s", package->name, *package->name ? "." : "", name);
}

static bool add_enums(struct rc_arena *arena, struct rc_c_package *package,
                      const rc_c_file_proto *file)
{
    for (size_t i = 0; i < file->n_enum_type; i++) {
        struct rc_c_enum *enumeration = &package->enums[package->enum_count++];
        enumeration->proto = file->enum_type[i];
        enumeration->file = file;
        enumeration->service = RC_C_NO_SERVICE;
        char *full = qualify(arena, package, enumeration->proto->name);
        if (!full) {
            return false;
        }
        enumeration->own = rc_c_own(arena, package->name, enumeration->proto->name);
        enumeration->type = rc_c_foreign_type(arena, full);
        enumeration->upper = rc_c_foreign_upper(arena, full);
        if (!enumeration->own || !enumeration->type || !enumeration->upper) {
            return false;
        }
        for (size_t s = 0; s < package->service_count; s++) {
            size_t len = strlen(package->services[s].entity);
            if (strncmp(enumeration->proto->name, package->services[s].entity, len) == 0 &&
                strcmp(enumeration->proto->name + len, "Field") == 0) {
                enumeration->service = (int)s;
            }
        }
    }
    return true;
}

static bool add_messages(struct rc_arena *arena, struct rc_c_package *package,
                         const rc_c_file_proto *file)
{
    for (size_t i = 0; i < file->n_message_type; i++) {
        struct rc_c_message *message = &package->messages[package->message_count++];
        message->proto = file->message_type[i];
        message->file = file;
        message->field_comments =
            rc_arena_new_array(arena, message->proto->n_field + 1, const char *);
        char *full = qualify(arena, package, message->proto->name);
        char *own = rc_c_own(arena, package->name, message->proto->name);
        if (!full || !own || !message->field_comments) {
            return false;
        }
        message->own =
            is_call(arena, package, own) ? rc_arena_printf(arena, "%s_data", own) : own;
        message->type = rc_c_foreign_type(arena, full);
        message->lower = rc_c_foreign_lower(arena, full);
        message->upper = rc_c_foreign_upper(arena, full);
        message->service = find_service(package, message->proto->name);
        if (!message->own || !message->type || !message->lower || !message->upper) {
            return false;
        }
    }
    return true;
}

// Puts the comment of one location where it belongs.
static void place_comment(struct rc_c_package *package, const rc_c_file_proto *file,
                          const struct base *base, const location_proto *location,
                          const char *comment)
{
    const int32_t *path = location->path;
    size_t len = location->n_path;
    size_t index = len > 1 && path[1] >= 0 ? (size_t)path[1] : SIZE_MAX;
    size_t inner = len == 4 && path[3] >= 0 ? (size_t)path[3] : SIZE_MAX;
    if (len == 2 && path[0] == FILE_ENUM && index < file->n_enum_type) {
        package->enums[base->enumeration + index].comment = comment;
    } else if (path[0] == FILE_MESSAGE && index < file->n_message_type) {
        struct rc_c_message *message = &package->messages[base->message + index];
        if (len == 2) {
            message->comment = comment;
        } else if (len == 4 && path[2] == MESSAGE_FIELD && inner < message->proto->n_field) {
            message->field_comments[inner] = comment;
        }
    } else if (path[0] == FILE_SERVICE && index < file->n_service) {
        struct rc_c_service *service = &package->services[base->service + index];
        if (len == 2) {
            service->comment = comment;
        } else if (len == 4 && path[2] == SERVICE_METHOD && inner < service->proto->n_method) {
            service->method_comments[inner] = comment;
        }
    }
}

static void add_comments(struct rc_c_package *package, const rc_c_file_proto *file,
                         const struct base *base)
{
    size_t count = file->source_code_info ? file->source_code_info->n_location : 0;
    for (size_t i = 0; i < count; i++) {
        const location_proto *location = file->source_code_info->location[i];
        const char *comment = location->leading_comments ? location->leading_comments
                                                         : location->trailing_comments;
        if (comment && location->n_path >= 2) {
            place_comment(package, file, base, location, comment);
        }
    }
}

// Files of data before files with services, by name within: output does not depend on the order
// of a command line.
static int compare_files(const void *a, const void *b)
{
    const rc_c_file_proto *left = *(const rc_c_file_proto *const *)a;
    const rc_c_file_proto *right = *(const rc_c_file_proto *const *)b;
    int order = (left->n_service > 0) - (right->n_service > 0);
    return order ? order : strcmp(left->name, right->name);
}

static bool reserve(struct rc_arena *arena, struct rc_c_package *package,
                    const rc_c_file_proto *const *files, size_t count)
{
    size_t messages = 0;
    size_t enums = 0;
    size_t services = 0;
    package->files = rc_arena_new_array(arena, count + 1, const rc_c_file_proto *);
    for (size_t i = 0; package->files && i < count; i++) {
        const char *of = files[i]->package ? files[i]->package : "";
        if (strcmp(of, package->name) == 0) {
            package->files[package->file_count++] = files[i];
            messages += files[i]->n_message_type;
            enums += files[i]->n_enum_type;
            services += files[i]->n_service;
        }
    }
    if (package->files) {
        qsort(package->files, package->file_count, sizeof(*package->files), compare_files);
    }
    package->messages = rc_arena_new_array(arena, messages + 1, struct rc_c_message);
    package->enums = rc_arena_new_array(arena, enums + 1, struct rc_c_enum);
    package->services = rc_arena_new_array(arena, services + 1, struct rc_c_service);
    char *own = rc_arena_strdup(arena, package->name);
    char *folder = rc_arena_strdup(arena, package->name);
    for (size_t i = 0; own && folder && own[i] != '\0'; i++) {
        own[i] = own[i] == '.' ? '_' : own[i];
        folder[i] = folder[i] == '.' ? '/' : folder[i];
    }
    package->own = own;
    package->folder = folder;
    return package->files && package->messages && package->enums && package->services && own &&
           folder;
}

rowcall_status rc_c_package_build(struct rc_arena *arena, const char *name,
                                  const rc_c_file_proto *const *files, size_t count,
                                  struct rc_c_package *ret_package, rowcall_error *err)
{
    struct rc_c_package package = {.name = name};
    if (!reserve(arena, &package, files, count)) {
        return rc_error_oom(err);
    }
    // Names of messages depend on all services and enums: those come first.
    struct base *bases = rc_arena_new_array(arena, package.file_count + 1, struct base);
    bool ok = bases != NULL;
    for (size_t i = 0; ok && i < package.file_count; i++) {
        bases[i].service = package.service_count;
        ok = add_services(arena, &package, package.files[i]);
    }
    for (size_t i = 0; ok && i < package.file_count; i++) {
        bases[i].enumeration = package.enum_count;
        ok = add_enums(arena, &package, package.files[i]);
    }
    for (size_t i = 0; ok && i < package.file_count; i++) {
        bases[i].message = package.message_count;
        ok = add_messages(arena, &package, package.files[i]);
    }
    if (!ok) {
        return rc_error_oom(err);
    }
    for (size_t i = 0; i < package.file_count; i++) {
        add_comments(&package, package.files[i], &bases[i]);
    }
    *ret_package = package;
    return ROWCALL_OK;
}

const struct rc_c_message *rc_c_package_message(const struct rc_c_package *package,
                                                const char *full_name)
{
    size_t len = strlen(package->name);
    const char *name = full_name + (*full_name == '.');
    if (strncmp(name, package->name, len) != 0 || name[len] != '.') {
        return NULL;
    }
    for (size_t i = 0; i < package->message_count; i++) {
        if (strcmp(package->messages[i].proto->name, name + len + 1) == 0) {
            return &package->messages[i];
        }
    }
    return NULL;
}

const char *rc_c_package_name_of(struct rc_arena *arena, const struct rc_c_package *package,
                                 const char *full_name)
{
    const struct rc_c_message *message = rc_c_package_message(package, full_name);
    if (message) {
        return message->own;
    }
    const char *name = full_name + (*full_name == '.');
    const char *dot = strrchr(name, '.');
    char *of = rc_arena_copy(arena, name, dot ? (size_t)(dot - name) : 0);
    return of ? rc_c_own(arena, of, dot ? dot + 1 : name) : NULL;
}
