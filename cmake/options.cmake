# Compiler settings shared by every target: warnings as errors, sanitizers by one option, ccache when present.

option(WAYBILL_FUZZ "Build the libFuzzer targets (clang only)" OFF)
option(WAYBILL_TIDY "Run clang-tidy on every source as it compiles" OFF)
option(WAYBILL_MUTANTS "Build planted defects in, for the simulator to find; never for anything else" OFF)
set(WAYBILL_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

find_program(WAYBILL_CCACHE ccache)
if(WAYBILL_CCACHE)
  # Paths are hashed as seen from the project, so that a clone in another folder finds what this one compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${WAYBILL_CCACHE})
endif()

find_program(WAYBILL_LLD ld.lld)
if(WAYBILL_LLD)
  add_link_options(-fuse-ld=lld)
endif()

# RelWithDebInfo is what is shipped: optimised, with line tables only so that objects stay small.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")

add_library(waybill_warnings INTERFACE)
target_compile_options(waybill_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wswitch-enum -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(waybill_warnings INTERFACE -Wduplicated-cond -Wduplicated-branches -Wlogical-op)
endif()

if(WAYBILL_SANITIZE OR (CMAKE_UNITY_BUILD AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug"))
  # dev, release and fuzz stop at warnings. Where several sources are optimised as one, or instrumented, the compiler
  # guesses more of what may not be initialised.
  target_compile_options(waybill_warnings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-error>)
endif()

if(WAYBILL_SANITIZE OR WAYBILL_MUTANTS)
  # What is built to be run once or twice: a lower level costs less in all.
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1")
endif()

if(WAYBILL_SANITIZE)
  add_compile_options(-fsanitize=${WAYBILL_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${WAYBILL_SANITIZE})
  if(WAYBILL_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      # Asked at every access, they take a third of the time to compile, and the address sanitizer stops at most of what
      # they would find. The fuzz build, of another compiler, has them.
      add_compile_options(-fno-sanitize=null,alignment,object-size,vptr)
    endif()
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC reports false maybe-uninitialized findings in instrumented Boost code.
    add_compile_options(-Wno-maybe-uninitialized)
  endif()
endif()
if(WAYBILL_FUZZ)
  # The libraries, too, report which of their branches an input reaches: without that a fuzzer only guesses.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(WAYBILL_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wno-tsan)
endif()

if(WAYBILL_MUTANTS)
  add_compile_definitions(WAYBILL_MUTANTS)
endif()

if(WAYBILL_TIDY)
  find_program(WAYBILL_CLANG_TIDY NAMES clang-tidy-14 clang-tidy REQUIRED)
  set(CMAKE_CXX_CLANG_TIDY ${WAYBILL_CLANG_TIDY} --quiet)
endif()
