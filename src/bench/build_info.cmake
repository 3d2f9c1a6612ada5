# Writes the header that says which commit was built and how: cmake -DOUT=.. -DSOURCE=.. -DTYPE=.. -P build_info.cmake
execute_process(
  COMMAND git -C ${SOURCE} describe --always --abbrev=12 --dirty --exclude=*
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT commit)
  set(commit unknown)
endif()
set(text "#pragma once
// Written by build_info.cmake.

namespace waybill::bench {
inline constexpr const char* commit = \"${commit}\";
inline constexpr const char* type = \"${TYPE}\";
}  // namespace waybill::bench
")
set(before "")
if(EXISTS ${OUT})
  file(READ ${OUT} before)
endif()
if(NOT before STREQUAL text)
  file(WRITE ${OUT} "${text}")
endif()
