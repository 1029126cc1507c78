// SPDX-License-Identifier: Apache-2.0
//
// Full-text queries: as a filter, and as an order by relevance.
#include "api/api_internal.h"

bool rc_api_has_searchable(const struct rc_model *model)
{
    for (size_t i = 0; i < model->entity->column_count; i++) {
        if (rc_type_is_searchable(&model->entity->columns[i].type)) {
            return true;
        }
    }
    return false;
}

void rc_api_build_search(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    rc_api_add_field_list(builder, 1, "fields", RC_ROLE_SEARCH_FIELDS)->comment =
        "Columns of text, or of type tsvector.";
    rc_api_add_optional(builder, 2, "query", RC_FIELD_STRING, RC_ROLE_SEARCH_QUERY);
    rc_api_add_scalar(builder, 3, "language", RC_FIELD_STRING, RC_ROLE_SEARCH_LANGUAGE)
        ->comment =
        "A text search configuration of PostgreSQL: \"english\"; default: \"simple\", "
        "words as they are.";
    rc_api_add_scalar(builder, 4, "syntax", RC_FIELD_ENUM, RC_ROLE_SEARCH_SYNTAX)->enumeration =
        &rc_vocabulary_search_syntax;
}

void rc_api_build_relevance(struct rc_api_builder *builder, enum rc_verb verb)
{
    rc_api_build_search(builder, verb);
    rc_api_add_scalar(builder, 5, "direction", RC_FIELD_ENUM, RC_ROLE_DIRECTION)->enumeration =
        &rc_vocabulary_direction;
}
