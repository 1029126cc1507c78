# The blog has every kind of relation.
target_sources(unit-schema-join_table PRIVATE ${PROJECT_SOURCE_DIR}/tests/support/blog.c)
