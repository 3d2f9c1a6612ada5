# The few verbs with which every folder declares itself.
#
#   waybill_library(NAME SOURCES a.cpp ... LINKS targets ...)   one layer or part of a layer
#   waybill_test(NAME SOURCES a_test.cpp ... LINKS targets ... [LABELS ...] [TIMEOUT s] [ONE_THREAD])
#                    ONE_THREAD: of code that has no threads; the thread sanitizer has nothing to see there
#   waybill_fuzz(NAME SOURCES fuzz_x.cpp LINKS targets ... [DICTIONARY d])   fuzzed with the fuzz preset
#
# A *_test.cpp below src/, tests/ or sim/ that no call lists stops the configure: an unlisted test is silent.

define_property(GLOBAL PROPERTY WAYBILL_LISTED_TESTS BRIEF_DOCS "tests" FULL_DOCS "test sources named by a target")

function(waybill_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${name} PUBLIC ${ARG_LINKS} PRIVATE waybill_warnings ${ARG_PRIVATE_LINKS})
endfunction()

function(waybill_test name)
  cmake_parse_arguments(ARG "ONE_THREAD" "TIMEOUT" "SOURCES;LINKS;LABELS;ARGS" ${ARGN})
  if(WAYBILL_FUZZ)
    return()
  endif()
  foreach(source ${ARG_SOURCES})
    get_filename_component(absolute ${source} ABSOLUTE)
    set_property(GLOBAL APPEND PROPERTY WAYBILL_LISTED_TESTS ${absolute})
  endforeach()
  if(ARG_ONE_THREAD AND WAYBILL_SANITIZE MATCHES "thread")
    return()
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} GTest::gtest GTest::gtest_main waybill_warnings)
  add_test(NAME ${name} COMMAND ${name} ${ARG_ARGS})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
endfunction()

# Seeds are the files of tests/fuzz/NAME, the dictionary is tests/fuzz/DICTIONARY.dict. Each seed was written by hand or
# is what once broke something. In a build with the address sanitizer and any compiler the seeds are replayed.
function(waybill_fuzz name)
  cmake_parse_arguments(ARG "" "DICTIONARY" "SOURCES;LINKS" ${ARGN})
  set(seeds ${PROJECT_SOURCE_DIR}/tests/fuzz/${name})
  if(NOT WAYBILL_FUZZ)
    if(WAYBILL_SANITIZE MATCHES "address")
      add_executable(${name}_replay ${ARG_SOURCES} ${PROJECT_SOURCE_DIR}/tests/fuzz/replay.cpp)
      target_link_libraries(${name}_replay PRIVATE ${ARG_LINKS} waybill_warnings)
      # Two or three sources, of which one is some other target's, too.
      set_target_properties(${name}_replay PROPERTIES UNITY_BUILD OFF)
      add_test(NAME ${name}_replay COMMAND ${name}_replay ${seeds})
    endif()
    return()
  endif()
  add_executable(${name} ${ARG_SOURCES})
  if(NOT TARGET fuzz_targets)
    add_custom_target(fuzz_targets)
  endif()
  add_dependencies(fuzz_targets ${name})
  target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} waybill_warnings)
  set(found ${CMAKE_CURRENT_BINARY_DIR}/${name}_found)
  file(MAKE_DIRECTORY ${found})
  set(options -max_total_time=5 -print_final_stats=0 -timeout=10 -rss_limit_mb=2048)
  if(ARG_DICTIONARY)
    list(APPEND options -dict=${PROJECT_SOURCE_DIR}/tests/fuzz/${ARG_DICTIONARY}.dict)
  endif()
  add_test(NAME ${name} COMMAND ${name} ${options} ${found} ${seeds})
endfunction()

function(waybill_check_listed_tests)
  file(GLOB_RECURSE found ${PROJECT_SOURCE_DIR}/src/*_test.cpp ${PROJECT_SOURCE_DIR}/tests/*_test.cpp
    ${PROJECT_SOURCE_DIR}/sim/*_test.cpp)
  get_property(listed GLOBAL PROPERTY WAYBILL_LISTED_TESTS)
  foreach(source ${found})
    if(NOT source IN_LIST listed AND NOT WAYBILL_FUZZ)
      message(FATAL_ERROR "${source} is listed by no waybill_test(): it would never run")
    endif()
  endforeach()
endfunction()
