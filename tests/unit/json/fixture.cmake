# The descriptor set of fixture.proto, for the tests of this folder; and our mapping against Python's.
set(json_fixture ${CMAKE_BINARY_DIR}/tests/json_fixture.binpb)
add_custom_command(OUTPUT ${json_fixture}
  COMMAND ${PROTOC} --proto_path=${CMAKE_CURRENT_LIST_DIR} --include_imports --include_source_info
          --descriptor_set_out=${json_fixture} fixture.proto
  DEPENDS ${CMAKE_CURRENT_LIST_DIR}/fixture.proto VERBATIM)
add_custom_target(json_fixture DEPENDS ${json_fixture})
foreach(test encode decode pool)
  add_dependencies(unit-json-${test} json_fixture)
  target_compile_definitions(unit-json-${test} PRIVATE JSON_FIXTURE="${json_fixture}")
endforeach()

add_executable(json_filter ${CMAKE_CURRENT_LIST_DIR}/json_filter.c)
target_include_directories(json_filter PRIVATE ${PROJECT_SOURCE_DIR}/tests)
target_link_libraries(json_filter PRIVATE rc_json)
set_target_properties(json_filter PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
add_dependencies(json_filter json_fixture)
# The system's Python has python3-protobuf; another one, first in PATH, may not.
find_program(SYSTEM_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
find_program(SYSTEM_PYTHON python3 REQUIRED)
add_test(NAME unit-json-python
  COMMAND ${SYSTEM_PYTHON} ${CMAKE_CURRENT_LIST_DIR}/compare_python.py $<TARGET_FILE:json_filter> ${json_fixture})
set_tests_properties(unit-json-python PROPERTIES TIMEOUT 60 LABELS unit SKIP_RETURN_CODE 77)
