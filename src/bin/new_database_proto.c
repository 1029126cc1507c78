// SPDX-License-Identifier: Apache-2.0
//
// Printing them. Comments in them are for whoever edits them next.
#include "bin/new_database_proto.h"

static const char guide[] =
    "// Entities of its own go into files beside this one, of the same package, each imported "
    "here like those below. A relation\n"
    "// to a shared entity is declared on this side, with its inverse: the shared file stays "
    "as it is, and other databases do\n"
    "// not have the inverse. Inverses that a database adds are numbered from 301 on.\n"
    "//\n"
    "// After a change: rowcall check, rowcall generate, and\n"
    "//   rowcall migrate dev --db %s\n";

static void print_extensions(const struct rc_database_proto *database, struct rc_buf *out)
{
    for (size_t i = 0; i < database->extension_count; i++) {
        rc_buf_printf(out, "  extensions: \"%s\"\n", database->extensions[i]);
    }
}

void rc_database_proto_print(const struct rc_database_proto *database, struct rc_buf *out)
{
    rc_buf_printf(out,
                  "// The database %s: the shared entities and its own.\n"
                  "syntax = \"proto3\";\n\n"
                  "package schema.%s;\n\n",
                  database->name, database->name);
    rc_buf_printf(out, guide, database->name);
    rc_buf_append_text(out, "import \"rowcall/schema.proto\";\n");
    for (size_t i = 0; i < database->import_count; i++) {
        rc_buf_printf(out, "import public \"%s\";\n", database->imports[i]);
    }
    rc_buf_printf(out,
                  "\noption (rowcall.database) = {\n"
                  "  name: \"%s\"\n"
                  "  url_env: \"%s\"\n",
                  database->name, database->url_env);
    print_extensions(database, out);
    rc_buf_append_text(out, "};\n");
}

void rc_entity_proto_print(const char *database, const char *entity, struct rc_buf *out)
{
    rc_buf_printf(out,
                  "// Numbers: columns from 1, relations from 101.\n"
                  "syntax = \"proto3\";\n\n"
                  "package schema.%s;\n\n"
                  "import \"google/protobuf/timestamp.proto\";\n"
                  "import \"rowcall/schema.proto\";\n\n"
                  "message %s {\n"
                  "  option (rowcall.table) = {};\n\n"
                  "  int32 id = 1 [(rowcall.column) = {id: true autoincrement: true}];\n"
                  "  google.protobuf.Timestamp created_at = 2\n"
                  "      [(rowcall.column) = {type: \"timestamp(3)\" default_sql: "
                  "\"CURRENT_TIMESTAMP\"}];\n"
                  "}\n",
                  database, entity);
}
