# Makes one C++ source of the numbered migrations, so that the program carries them. Included by CMakeLists.txt.
#
#   waybill_embed_migrations(OUTPUT STORE 0001_x.sql 0002_y.sql ...)
#
# STORE is the folder and the namespace whose schema.hpp declares `migrations()`.

function(waybill_embed_migrations output store)
  set(entries "")
  set(number 0)
  foreach(file ${ARGN})
    math(EXPR number "${number} + 1")
    get_filename_component(name ${file} NAME_WE)
    string(SUBSTRING ${name} 0 4 digits)
    string(REGEX REPLACE "^0+" "" digits ${digits})
    if(NOT digits EQUAL number)
      message(FATAL_ERROR "${file}: migrations are numbered from 1 without gaps, this one is number ${number}")
    endif()
    file(READ ${file} text)
    # As character codes, so that nothing in the SQL has a meaning to CMake or to C++ and no literal is too long.
    file(READ ${file} hex HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
    string(APPEND arrays "constexpr char migration_${number}[] = {${bytes}0};\n")
    string(APPEND entries "    {\"${name}\", migration_${number}},\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  endforeach()
  set(source "// Made by embed_migrations.cmake.\n#include \"storage/${store}/schema.hpp\"\n\n")
  string(APPEND source "namespace waybill::storage::${store} {\n\nnamespace {\n${arrays}")
  string(APPEND source "constexpr Migration all[] = {\n${entries}};\n}  // namespace\n\n")
  string(APPEND source "std::span<const Migration> migrations() { return all; }\n\n")
  string(APPEND source "}  // namespace waybill::storage::${store}\n")
  file(CONFIGURE OUTPUT ${output} CONTENT "${source}" @ONLY)
endfunction()
