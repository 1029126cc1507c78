# The CMakeLists.txt of a project outside this repository.
cmake_minimum_required(VERSION 3.25)
project(outside LANGUAGES C)
find_package(rowcall REQUIRED)
add_compile_options(-std=c11 -Wall -Wextra -Wpedantic -Werror)
add_executable(find_user find_user.c)
target_link_libraries(find_user PRIVATE rowcall::rowcall-core)

rowcall_scope_stubs(scopes PROTO_DIR ${CMAKE_CURRENT_SOURCE_DIR}/proto PREFIX my- INCLUDES ${ROWCALL_PROTO_DIR}
  LINK rowcall::rowcall-query)
add_executable(find_tea find_tea.c)
target_link_libraries(find_tea PRIVATE my-shop)
