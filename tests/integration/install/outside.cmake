# The CMakeLists.txt of a project outside this repository.
cmake_minimum_required(VERSION 3.25)
project(outside LANGUAGES C)
find_package(rowcall REQUIRED)
add_compile_options(-std=c11 -Wall -Wextra -Wpedantic -Werror)
add_executable(find_user find_user.c)
target_link_libraries(find_user PRIVATE rowcall::rowcall-core)

rowcall_stubs(shop-stubs PROTO_DIR ${CMAKE_CURRENT_SOURCE_DIR}/proto PROTOS api/shop/model.proto api/shop/tea.proto
  api/shop/tea_blend.proto INCLUDES ${ROWCALL_PROTO_DIR} LINK rowcall::rowcall-query)
add_executable(find_tea find_tea.c)
target_link_libraries(find_tea PRIVATE shop-stubs)
