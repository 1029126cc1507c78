# Descriptors are compared with protoc's, read by the json module's pool.
foreach(test vocabulary descriptor)
  target_link_libraries(unit-api-${test} PRIVATE rc_json)
endforeach()
target_link_libraries(unit-api-descriptor PRIVATE rc_codegen)
