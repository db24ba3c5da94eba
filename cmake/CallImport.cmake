# The four kinds of target of this project.
#
#   callimport_proto(NAME ROOT dir [MESSAGES a.proto ...] [SERVICES b.proto ...] [DEPENDS t ...])
#   callimport_library(NAME [SOURCES ...] [DEPENDS ...] [MIGRATIONS dir])
#   callimport_service(NAME MAIN main.cc LIBRARY name [DEPENDS ...])
#   callimport_test(NAME LABEL unit|postgres|e2e [TSAN] SOURCES ... [DEPENDS ...])
#
# A library NAME is linked as callimport::NAME; a proto target as callimport::proto_NAME.
# TSAN: links no gRPC (which ThreadSanitizer misjudges), so the target tsan_tests builds it too.

function(callimport_proto name)
  cmake_parse_arguments(P "" "ROOT" "MESSAGES;SERVICES;DEPENDS" ${ARGN})
  set(generated ${CMAKE_BINARY_DIR}/generated/${name})
  set(sources)
  foreach(proto IN LISTS P_MESSAGES P_SERVICES)
    string(REGEX REPLACE "\\.proto$" "" base ${generated}/${proto})
    get_filename_component(directory ${base} DIRECTORY)
    file(MAKE_DIRECTORY ${directory})
    set(outputs ${base}.pb.cc ${base}.pb.h)
    set(flags --cpp_out=${generated})
    if(proto IN_LIST P_SERVICES)
      # Ninja wants the depfile's first name to be the first output, and that is .grpc.pb.cc.
      list(PREPEND outputs ${base}.grpc.pb.cc ${base}.grpc.pb.h)
      list(APPEND flags --grpc_out=${generated}
           --plugin=protoc-gen-grpc=$<TARGET_FILE:gRPC::grpc_cpp_plugin>)
    endif()
    add_custom_command(OUTPUT ${outputs}
      COMMAND protobuf::protoc -I${P_ROOT} -I${CMAKE_SOURCE_DIR}/proto -I${CMAKE_SOURCE_DIR}
              --dependency_out=${base}.d ${flags} ${P_ROOT}/${proto}
      DEPENDS ${P_ROOT}/${proto} DEPFILE ${base}.d VERBATIM)
    list(APPEND sources ${outputs})
  endforeach()
  add_library(proto_${name} STATIC ${sources})
  add_library(callimport::proto_${name} ALIAS proto_${name})
  target_include_directories(proto_${name} SYSTEM PUBLIC ${generated})
  target_link_libraries(proto_${name} PUBLIC protobuf::libprotobuf ${P_DEPENDS})
  callimport_use_precompiled(proto_${name} precompiled_generated)
  if(P_SERVICES)
    target_link_libraries(proto_${name} PUBLIC gRPC::grpc++)
  endif()
endfunction()

# One C++ file with the SQL of migrations/NNNN_words.sql, in order.
function(callimport_embed_migrations target name directory)
  file(GLOB files CONFIGURE_DEPENDS ${directory}/*.sql)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${name}_migrations.cc)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DOUTPUT=${output} "-DFILES=${files}"
            -P ${CMAKE_SOURCE_DIR}/cmake/EmbedMigrations.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/EmbedMigrations.cmake VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()

function(callimport_library name)
  cmake_parse_arguments(L "" "MIGRATIONS" "SOURCES;DEPENDS" ${ARGN})
  if(L_SOURCES)
    add_library(${name} STATIC ${L_SOURCES})
    set(scope PUBLIC)
    target_link_libraries(${name} PRIVATE callimport_warnings)
    # The libraries below have less to parse than a precompiled header takes to load.
    if(NOT CMAKE_CURRENT_SOURCE_DIR MATCHES "^${CMAKE_SOURCE_DIR}/libs/")
      callimport_use_precompiled(${name} precompiled_product)
    endif()
  else()
    add_library(${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(callimport::${name} ALIAS ${name})
  target_include_directories(${name} ${scope} ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} ${scope} ${L_DEPENDS})
  if(L_MIGRATIONS)
    callimport_embed_migrations(${name} ${name} ${CMAKE_CURRENT_SOURCE_DIR}/${L_MIGRATIONS})
  endif()
endfunction()

function(callimport_service name)
  cmake_parse_arguments(S "" "MAIN;LIBRARY" "DEPENDS" ${ARGN})
  add_executable(${name} ${S_MAIN})
  target_link_libraries(${name} PRIVATE callimport_warnings callimport::${S_LIBRARY} ${S_DEPENDS})
  # Many threads make and free buffers of some hundred KiB, which glibc gives back to the system and
  # takes from it again each time (docs/benchmarks.md). Sanitizers bring an allocator of their own.
  if(NOT CALLIMPORT_SANITIZE)
    target_link_libraries(${name} PRIVATE ${TCMALLOC_LIBRARY})
  endif()
endfunction()

add_custom_target(tsan_tests)

function(callimport_test name)
  cmake_parse_arguments(T "TSAN" "LABEL" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${T_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE callimport_warnings ${T_DEPENDS} GTest::gmock GTest::gtest_main)
  target_compile_options(${name} PRIVATE ${CALLIMPORT_TEST_OPTIONS})
  callimport_use_precompiled(${name} precompiled_tests)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS ${T_LABEL} TIMEOUT 300)
  if(T_TSAN)
    add_dependencies(tsan_tests ${name})
  endif()
endfunction()
