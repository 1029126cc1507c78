foreach(test prisma_type prisma_default prisma_key prisma_index prisma_relation naming plan share)
  target_sources(unit-import-${test} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/unit/import/fixture.c)
endforeach()
