// SPDX-License-Identifier: Apache-2.0
//
// A statement with named parameters taken apart: where `$name` stands, outside of strings,
// quoted names and comments, as PostgreSQL's own scanner sees it; and what kind of statement it
// is, as its parser does.
#ifndef RC_SCHEMA_SQL_PIECES_H
#define RC_SCHEMA_SQL_PIECES_H

#include "schema/loader.h"

struct rc_sql_pieces {
    const struct rc_sql_piece *pieces;
    size_t count;
    size_t main;  // rc_sql_method.main_piece
    bool writes;  // INSERT, UPDATE or DELETE, also in a WITH, or a row lock
    bool returns; // the statement itself writes and has RETURNING
    bool selects; // it is a SELECT or VALUES
};

// Reads a statement whose parameters are columns of `parameters`. False after reporting what is
// wrong at position: a name that is no parameter, what is not one statement of these kinds,
// PostgreSQL's own words for what it cannot parse. Memory is the schema's.
bool rc_load_sql_pieces(struct rc_loader *loader, const char *sql,
                        const struct rc_entity *parameters, struct rc_position position,
                        const char *method, struct rc_sql_pieces *ret_pieces);

#endif
