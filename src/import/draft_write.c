// SPDX-License-Identifier: Apache-2.0
//
// Files, enums and entities of a draft as .proto text; columns, relations and keys have files
// of their own.
#include "import/draft_write.h"

#include "import/draft_text.h"
#include "import/proto_text.h"

#include <string.h>
#include <utlist.h>

// ---- what a message or enum keeps free

static void write_reserved(const struct rc_draft_reserved *reserved, struct rc_buf *out)
{
    const struct rc_draft_reserved *item = NULL;
    const char *separator = "  reserved ";
    LL_FOREACH (reserved, item) {
        if (item->first > 0) {
            rc_buf_printf(out, "%s%u", separator, item->first);
            if (item->last > item->first) {
                rc_buf_printf(out, " to %u", item->last);
            }
            separator = ", ";
        }
    }
    rc_buf_append_text(out, *separator == ',' ? ";\n" : "");
    separator = "  reserved ";
    LL_FOREACH (reserved, item) {
        if (item->name) {
            rc_buf_printf(out, "%s\"%s\"", separator, item->name);
            separator = ", ";
        }
    }
    rc_buf_append_text(out, *separator == ',' ? ";\n" : "");
}

// ---- enums

static void write_enum_options(struct rc_import *session,
                               const struct rc_draft_enum *enumeration, struct rc_buf *out)
{
    struct rc_authored_options *options = rc_authored_options_new(session);
    bool named = strcmp(enumeration->sql_name, enumeration->name) != 0;
    bool placed = strcmp(enumeration->sql_schema, "public") != 0;
    rc_authored_options_string(options, "name", named ? enumeration->sql_name : NULL);
    rc_authored_options_string(options, "schema", placed ? enumeration->sql_schema : NULL);
    rc_authored_options_string(options, "renamed_from", enumeration->renamed_from);
    if (options->count > 0) {
        rc_buf_append_text(out, "  option (rowcall.enum) = ");
        rc_authored_options_inline(options, out);
        rc_buf_append_text(out, ";\n\n");
    }
}

static void write_value(struct rc_import *session, const struct rc_draft_value *value,
                        const char *prefix, struct rc_buf *out)
{
    struct rc_authored_options *options = rc_authored_options_new(session);
    size_t len = strlen(prefix);
    const char *label = strncmp(value->name, prefix, len) == 0 && value->name[len] != '\0'
                            ? value->name + len
                            : value->name;
    rc_authored_comment(out, "  ", value->comment);
    rc_buf_printf(out, "  %s = %u", value->name, value->number);
    rc_authored_options_string(options, "name",
                               strcmp(label, value->label) != 0 ? value->label : NULL);
    rc_authored_options_string(options, "renamed_from", value->renamed_from);
    if (options->count > 0) {
        rc_buf_append_text(out, " [(rowcall.label) = ");
        rc_authored_options_inline(options, out);
        rc_buf_append_char(out, ']');
    }
    rc_buf_append_text(out, ";\n");
}

static void write_enum(struct rc_import *session, const struct rc_draft_enum *enumeration,
                       struct rc_buf *out)
{
    const char *prefix = rc_draft_value_prefix(session, enumeration->name);
    const struct rc_draft_value *value = NULL;
    rc_authored_comment(out, "", enumeration->comment);
    rc_buf_printf(out, "enum %s {\n", enumeration->name);
    write_enum_options(session, enumeration, out);
    write_reserved(enumeration->reserved, out);
    if (enumeration->unspecified) {
        rc_buf_printf(out, "  %s = 0;\n", enumeration->unspecified);
    }
    LL_FOREACH (enumeration->values, value) {
        write_value(session, value, prefix, out);
    }
    rc_buf_append_text(out, "}\n");
}

// ---- entities

static void write_entity(struct rc_import *session, const struct rc_draft_entity *entity,
                         struct rc_buf *out)
{
    const struct rc_draft_column *column = NULL;
    const struct rc_draft_relation *relation = NULL;
    rc_authored_comment(out, "", entity->comment);
    rc_buf_printf(out, "message %s {\n", entity->name);
    rc_draft_text_table(session, entity, out);
    rc_buf_append_char(out, '\n');
    if (entity->reserved) {
        write_reserved(entity->reserved, out);
        rc_buf_append_char(out, '\n');
    }
    LL_FOREACH (entity->columns, column) {
        rc_draft_text_column(session, entity, column, out);
    }
    if (entity->columns && entity->relations) {
        rc_buf_append_char(out, '\n');
    }
    LL_FOREACH (entity->relations, relation) {
        rc_draft_text_relation(session, entity, relation, out);
    }
    rc_buf_append_text(out, "}\n");
}

static bool needs_timestamp(const struct rc_draft *draft, const struct rc_draft_file *file)
{
    const struct rc_draft_entity *entity = NULL;
    const struct rc_draft_column *column = NULL;
    LL_FOREACH (draft->entities, entity) {
        LL_FOREACH (entity->columns, column) {
            if (entity->file == file &&
                rc_type_info(column->type.kind)->field == RC_FIELD_MESSAGE) {
                return true;
            }
        }
    }
    return false;
}

void rc_draft_write_file(struct rc_import *session, const struct rc_draft *draft,
                         const struct rc_draft_file *file, struct rc_buf *out)
{
    const struct rc_draft_enum *enumeration = NULL;
    const struct rc_draft_entity *entity = NULL;
    const struct rc_draft_name *import = NULL;
    rc_authored_comment(out, "", file->comment);
    rc_buf_printf(out, "syntax = \"proto3\";\n\npackage schema.%s;\n\n", file->folder);
    if (needs_timestamp(draft, file)) {
        rc_buf_append_text(out, "import \"google/protobuf/timestamp.proto\";\n");
    }
    rc_buf_append_text(out, "import \"rowcall/schema.proto\";\n");
    LL_FOREACH (file->imports, import) {
        rc_buf_printf(out, "import \"%s\";\n", import->text);
    }
    LL_FOREACH (draft->enums, enumeration) {
        if (enumeration->file == file) {
            rc_buf_append_char(out, '\n');
            write_enum(session, enumeration, out);
        }
    }
    LL_FOREACH (draft->entities, entity) {
        if (entity->file == file) {
            rc_buf_append_char(out, '\n');
            write_entity(session, entity, out);
        }
    }
}

// ---- databases

void rc_draft_write_database(const struct rc_draft_database *database, struct rc_buf *out)
{
    const struct rc_draft_name *name = NULL;
    rc_authored_comment(out, "", database->comment);
    rc_buf_printf(out,
                  "syntax = \"proto3\";\n\npackage schema.%s;\n\nimport "
                  "\"rowcall/schema.proto\";\n",
                  database->name);
    LL_FOREACH (database->imports, name) {
        rc_buf_printf(out, "import public \"%s\";\n", name->text);
    }
    rc_buf_append_text(out, "\noption (rowcall.database) = {\n  name: ");
    rc_authored_string(out, database->name);
    rc_buf_append_text(out, "\n  url_env: ");
    rc_authored_string(out, database->url_env);
    LL_FOREACH (database->extensions, name) {
        rc_buf_append_text(out, "\n  extensions: ");
        rc_authored_string(out, name->text);
    }
    rc_buf_append_text(out, "\n};\n");
}
