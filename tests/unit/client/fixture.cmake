# The fake server, and stubs to call it by: the golden files' shop. The client's objects come with what is beneath them.
add_library(rc_client_fake STATIC ${CMAKE_CURRENT_LIST_DIR}/fake.c)
target_include_directories(rc_client_fake PUBLIC ${PROJECT_SOURCE_DIR}/tests ${PROJECT_SOURCE_DIR}/clients/c)
target_link_libraries(rc_client_fake PUBLIC golden-stubs rc_transport rc_wire rc_base Threads::Threads PRIVATE PkgConfig::CMOCKA)
file(GLOB client_tests RELATIVE ${CMAKE_CURRENT_LIST_DIR} ${CMAKE_CURRENT_LIST_DIR}/test_*.c)
foreach(test ${client_tests})
  get_filename_component(stem ${test} NAME_WE)
  string(REGEX REPLACE "^test_" "" stem ${stem})
  target_link_libraries(unit-client-${stem} PRIVATE rc_client_fake)
endforeach()
# nng leaks a connection that a client closed while it was being made.
set_tests_properties(unit-client-async unit-client-sharing unit-client-call unit-client-batch unit-client-transaction PROPERTIES
  ENVIRONMENT "LSAN_OPTIONS=suppressions=${CMAKE_CURRENT_SOURCE_DIR}/support/lsan.supp")
