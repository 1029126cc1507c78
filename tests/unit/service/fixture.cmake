# The tables that people read, for the test that compares them with the code.
target_compile_definitions(unit-service-errors_page PRIVATE
  ERRORS_PAGE="${PROJECT_SOURCE_DIR}/src/service/ERRORS.md")
