# The page that people read, for the test that compares it with the code.
target_compile_definitions(unit-migrate-lint_page PRIVATE LINT_PAGE="${PROJECT_SOURCE_DIR}/src/migrate/LINT.md")
