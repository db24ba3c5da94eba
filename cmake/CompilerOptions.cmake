# How every target is compiled. Sanitizers come from the presets.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

# Some libraries ask for it; all or none, since a precompiled header is for one set of flags.
add_compile_options(-pthread)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

set(CALLIMPORT_SANITIZE "" CACHE STRING "What -fsanitize is given: address,undefined or thread")
if(CALLIMPORT_SANITIZE)
  add_compile_options(-fsanitize=${CALLIMPORT_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${CALLIMPORT_SANITIZE})
endif()
# Without it, libFuzzer does not see what an input reaches, and tries blindly.
if(CALLIMPORT_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Debian's Abseil is built by g++ 12; newer Clang would look for some of it under other names.
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_compile_options(-fclang-abi-compat=17)
endif()

add_library(callimport_warnings INTERFACE)
target_compile_options(callimport_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
