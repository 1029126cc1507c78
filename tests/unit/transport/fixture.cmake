# test_ipc kills nng listeners, and those leak.
set_tests_properties(unit-transport-ipc PROPERTIES
  ENVIRONMENT "LSAN_OPTIONS=suppressions=${CMAKE_CURRENT_SOURCE_DIR}/support/lsan.supp")
