# test_ipc kills nng listeners, and those leak; a dialer's connection that broke may be being made anew when the dialer
# closes, and leaks then.
set_tests_properties(unit-transport-ipc unit-transport-dialer PROPERTIES
  ENVIRONMENT "LSAN_OPTIONS=suppressions=${CMAKE_CURRENT_SOURCE_DIR}/support/lsan.supp")
