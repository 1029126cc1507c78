# The shop and its requests, for all tests of this folder.
add_library(rc_query_fixture STATIC ${CMAKE_CURRENT_LIST_DIR}/fixture.c ${PROJECT_SOURCE_DIR}/tests/support/shop.c
  ${PROJECT_SOURCE_DIR}/tests/support/blog.c ${PROJECT_SOURCE_DIR}/tests/support/request.c)
target_include_directories(rc_query_fixture PRIVATE ${PROJECT_SOURCE_DIR}/tests)
target_link_libraries(rc_query_fixture PUBLIC rc_query rc_json PRIVATE rc_test_protoc PkgConfig::CMOCKA)
file(GLOB query_tests RELATIVE ${CMAKE_CURRENT_LIST_DIR} ${CMAKE_CURRENT_LIST_DIR}/test_*.c)
foreach(test ${query_tests})
  get_filename_component(stem ${test} NAME_WE)
  string(REGEX REPLACE "^test_" "" stem ${stem})
  target_link_libraries(unit-query-${stem} PRIVATE rc_query_fixture Threads::Threads)
endforeach()
