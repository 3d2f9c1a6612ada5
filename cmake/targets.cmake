# The few verbs with which every folder declares itself.
#
#   waybill_library(NAME SOURCES a.cpp ... LINKS targets ...)   one layer or part of a layer
#   waybill_test(NAME SOURCES a_test.cpp ... LINKS targets ... [LABELS ...] [TIMEOUT s])
#   waybill_fuzz(NAME SOURCES fuzz_x.cpp LINKS targets ...)     only with the fuzz preset
#
# A *_test.cpp below src/ or tests/ that no call lists stops the configure: an unlisted test is silent.

define_property(GLOBAL PROPERTY WAYBILL_LISTED_TESTS BRIEF_DOCS "tests" FULL_DOCS "test sources named by a target")

function(waybill_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${name} PUBLIC ${ARG_LINKS} PRIVATE waybill_warnings ${ARG_PRIVATE_LINKS})
endfunction()

function(waybill_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LINKS;LABELS;ARGS" ${ARGN})
  if(WAYBILL_FUZZ)
    return()
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} GTest::gtest GTest::gtest_main waybill_warnings)
  target_compile_definitions(${name} PRIVATE WAYBILL_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  foreach(source ${ARG_SOURCES})
    get_filename_component(absolute ${source} ABSOLUTE)
    set_property(GLOBAL APPEND PROPERTY WAYBILL_LISTED_TESTS ${absolute})
  endforeach()
  add_test(NAME ${name} COMMAND ${name} ${ARG_ARGS})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
endfunction()

function(waybill_fuzz name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  if(NOT WAYBILL_FUZZ)
    return()
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} waybill_warnings)
  target_compile_definitions(${name} PRIVATE WAYBILL_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND ${name} -max_total_time=5 -print_final_stats=0)
endfunction()

function(waybill_check_listed_tests)
  file(GLOB_RECURSE found ${PROJECT_SOURCE_DIR}/src/*_test.cpp ${PROJECT_SOURCE_DIR}/tests/*_test.cpp)
  get_property(listed GLOBAL PROPERTY WAYBILL_LISTED_TESTS)
  foreach(source ${found})
    if(NOT source IN_LIST listed AND NOT WAYBILL_FUZZ)
      message(FATAL_ERROR "${source} is listed by no waybill_test(): it would never run")
    endif()
  endforeach()
endfunction()
