// SPDX-License-Identifier: Apache-2.0
//
// A world as a script.
#include "world.h"

enum { FIRST_FREE = 1000 }; // where sequences go on

static void put_table_name(struct rc_buf *sql, const struct rc_entity *entity)
{
    rc_sql_identifier(sql, entity->sql_schema);
    rc_buf_append_char(sql, '.');
    rc_sql_identifier(sql, entity->sql_name);
}

static void put_row(struct rc_buf *sql, const struct rc_entity *entity, const json_t *row)
{
    rc_buf_append_text(sql, "insert into ");
    put_table_name(sql, entity);
    for (size_t i = 0; i < entity->column_count; i++) {
        rc_buf_append_text(sql, i > 0 ? ", " : " (");
        rc_sql_identifier(sql, entity->columns[i].sql_name);
    }
    for (size_t i = 0; i < entity->column_count; i++) {
        rc_buf_append_text(sql, i > 0 ? ", " : ") values (");
        value_put_sql(sql, &entity->columns[i], json_object_get(row, entity->columns[i].name));
    }
    rc_buf_append_text(sql, ");\n");
}

static void put_sequences(struct rc_buf *sql, const struct rc_entity *entity)
{
    for (size_t i = 0; i < entity->column_count; i++) {
        if (entity->columns[i].autoincrement) {
            struct rc_buf name = {0};
            put_table_name(&name, entity);
            rc_buf_append_text(sql, "select setval(pg_get_serial_sequence(");
            rc_sql_literal(sql, name.data);
            rc_buf_append_text(sql, ", ");
            rc_sql_literal(sql, entity->columns[i].sql_name);
            rc_buf_printf(sql, "), %d, false);\n", FIRST_FREE);
            rc_buf_fini(&name);
        }
    }
}

void world_put_sql(const struct world *world, struct rc_buf *sql)
{
    size_t row_index;
    const json_t *row;
    rc_buf_append_text(sql, "begin;\nset local session_replication_role = replica;\n");
    for (size_t i = 0; i < world->entity_count; i++) {
        rc_buf_append_text(sql, "delete from ");
        put_table_name(sql, world->entities[i]);
        rc_buf_append_text(sql, ";\n");
    }
    for (size_t i = 0; i < world->entity_count; i++) {
        json_array_foreach(world_table(world, world->entities[i]), row_index, row)
        {
            put_row(sql, world->entities[i], row);
        }
        put_sequences(sql, world->entities[i]);
    }
    rc_buf_append_text(sql, "commit;\n");
}
