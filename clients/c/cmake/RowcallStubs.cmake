# rowcall_stubs(<target> PROTO_DIR <dir> PROTOS <file>... [INCLUDES <dir>...] [LINK <target>...])
#
# A static library of the typed calls that PROTOS describe: API protos as `rowcall generate` writes them, named relative to
# PROTO_DIR ("api/core/product.proto"); INCLUDES are further folders of protos that they import. Needs protoc, protoc-gen-c
# and protoc-gen-rowcall; C is generated at build time. With an installed Rowcall:
#
#   find_package(rowcall REQUIRED)
#   rowcall_stubs(core-stubs PROTO_DIR ${PROJECT_SOURCE_DIR}/proto PROTOS api/core/model.proto api/core/product.proto
#     INCLUDES ${ROWCALL_PROTO_DIR} LINK rowcall::rowcall-query)
#   target_link_libraries(app PRIVATE core-stubs)      # and: #include <core.h>
include_guard()

# "TeaBlend" -> "tea_blend", as the generator names files.
function(_rowcall_snake_case name ret)
  string(REGEX REPLACE "([A-Z]+)([A-Z][a-z])" "\\1_\\2" name "${name}")
  string(REGEX REPLACE "([a-z0-9])([A-Z])" "\\1_\\2" name "${name}")
  string(TOLOWER "${name}" name)
  set(${ret} ${name} PARENT_SCOPE)
endfunction()

# The C sources that one proto file becomes, relative to the output folder.
function(_rowcall_sources file ret)
  file(READ ${file} text)
  string(REGEX MATCH "\npackage ([a-z0-9_.]+);" unused "${text}")
  string(REPLACE "." "/" folder "${CMAKE_MATCH_1}")
  get_filename_component(stem ${file} NAME_WE)
  set(sources ${folder}/${stem}.pb-c.c)
  string(REGEX MATCHALL "\nservice [A-Za-z0-9]+Service" services "${text}")
  if(NOT folder STREQUAL "rowcall")
    foreach(service ${services})
      string(REGEX REPLACE "\nservice ([A-Za-z0-9]+)Service" "\\1" entity "${service}")
      _rowcall_snake_case(${entity} name)
      list(APPEND sources ${folder}/${name}.c)
    endforeach()
  endif()
  set(${ret} ${sources} PARENT_SCOPE)
endfunction()

function(rowcall_stubs target)
  cmake_parse_arguments(arg "" "PROTO_DIR" "PROTOS;INCLUDES;LINK" ${ARGN})
  find_program(ROWCALL_PROTOC protoc REQUIRED)
  find_program(ROWCALL_PROTOC_GEN_C protoc-gen-c REQUIRED)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${target})
  set(sources)
  set(files)
  foreach(proto ${arg_PROTOS})
    set(file ${arg_PROTO_DIR}/${proto})
    _rowcall_sources(${file} names)
    list(TRANSFORM names PREPEND ${out}/)
    list(APPEND sources ${names})
    list(APPEND files ${file})
  endforeach()
  # Which services a file has decides what is generated.
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${files})
  set(includes -I${arg_PROTO_DIR})
  foreach(dir ${arg_INCLUDES})
    list(APPEND includes -I${dir})
  endforeach()
  if(TARGET protoc-gen-rowcall)
    set(plugin $<TARGET_FILE:protoc-gen-rowcall>)
    set(plugin_depends protoc-gen-rowcall)
  else()
    find_program(ROWCALL_PROTOC_GEN_ROWCALL protoc-gen-rowcall REQUIRED)
    set(plugin ${ROWCALL_PROTOC_GEN_ROWCALL})
    set(plugin_depends)
  endif()
  add_custom_command(
    OUTPUT ${sources}
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${out}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${out}
    COMMAND ${CMAKE_COMMAND} -E env PROTOC_GEN_C=${ROWCALL_PROTOC_GEN_C} ${ROWCALL_PROTOC}
            --plugin=protoc-gen-rowcall=${plugin} ${includes} --rowcall_out=${out} ${arg_PROTOS}
    DEPENDS ${files} ${plugin_depends}
    COMMENT "Generating C of ${target}"
    VERBATIM)
  add_library(${target} STATIC ${sources})
  target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${out}>)
  target_link_libraries(${target} PUBLIC ${arg_LINK})
endfunction()

# rowcall_scope_stubs(<ret> PROTO_DIR <dir> [PREFIX <prefix>] [INCLUDES <dir>...] [LINK <target>...])
#
# The same for every scope that PROTO_DIR/api has a folder of, now and after `rowcall db add` and `rowcall generate`: libraries named
# <prefix><scope>. <ret> is set to the scopes.
#
#   rowcall_scope_stubs(scopes PROTO_DIR ${PROJECT_SOURCE_DIR}/proto PREFIX stubs- INCLUDES ${ROWCALL_PROTO_DIR}
#     LINK rowcall::rowcall-query)
#   target_link_libraries(app PRIVATE stubs-core)
function(rowcall_scope_stubs ret)
  cmake_parse_arguments(arg "" "PROTO_DIR;PREFIX" "INCLUDES;LINK" ${ARGN})
  file(GLOB scopes RELATIVE ${arg_PROTO_DIR}/api CONFIGURE_DEPENDS ${arg_PROTO_DIR}/api/*)
  foreach(scope ${scopes})
    file(GLOB protos RELATIVE ${arg_PROTO_DIR} CONFIGURE_DEPENDS ${arg_PROTO_DIR}/api/${scope}/*.proto)
    rowcall_stubs(${arg_PREFIX}${scope} PROTO_DIR ${arg_PROTO_DIR} PROTOS ${protos}
      INCLUDES ${arg_INCLUDES} LINK ${arg_LINK})
  endforeach()
  set(${ret} ${scopes} PARENT_SCOPE)
endfunction()
