# One place for flags and for the shape of a target. Every room says onebudget_room(), every test onebudget_test().
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 99)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# The kernel exports nothing a plugin could bind to.
set(CMAKE_ENABLE_EXPORTS OFF)
set(CMAKE_EXE_LINKER_FLAGS "${CMAKE_EXE_LINKER_FLAGS} -Wl,-z,relro,-z,now")
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
find_program(ONEBUDGET_CCACHE ccache)
if(ONEBUDGET_CCACHE)
  # Paths below the source tree count as relative, so that a second clone finds what the first one compiled.
  set(ONEBUDGET_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros ${ONEBUDGET_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${ONEBUDGET_LAUNCHER})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${ONEBUDGET_LAUNCHER})
endif()
find_program(ONEBUDGET_LLD ld.lld)
if(ONEBUDGET_LLD)
  add_link_options(-fuse-ld=lld)
endif()

set(ONEBUDGET_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror)
# GCC 12 finds overlapping copies in its own std::string where there are none (GCC bug 105329).
list(APPEND ONEBUDGET_WARNINGS $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
set(ONEBUDGET_HARDENING -fstack-protector-strong -D_GLIBCXX_ASSERTIONS)

function(onebudget_target_options target)
  target_compile_options(${target} PRIVATE ${ONEBUDGET_WARNINGS} ${ONEBUDGET_HARDENING})
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR})
endfunction()

# onebudget_room(<name> SOURCES … USES <rooms> LINKS <libraries>): static library onebudget_<name>.
function(onebudget_room name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;LINKS" ${ARGN})
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "onebudget_room(${name}): unknown ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  add_library(onebudget_${name} STATIC ${ARG_SOURCES})
  onebudget_target_options(onebudget_${name})
  list(TRANSFORM ARG_USES PREPEND onebudget_)
  target_link_libraries(onebudget_${name} PUBLIC ${ARG_USES} ${ARG_LINKS})
endfunction()

# What is tested is built as it ships; the tests themselves only need to compile fast. Headers compiled beforehand are taken
# only where every macro they looked at is the same; these come from POCO's targets.
function(onebudget_test_options target)
  target_compile_options(${target} PRIVATE -O0 -fpch-preprocess)
  target_compile_definitions(${target} PRIVATE _FILE_OFFSET_BITS=64 _LARGEFILE64_SOURCE _REENTRANT _THREAD_SAFE
    _XOPEN_SOURCE=500)
  target_link_libraries(${target} PRIVATE fmt::fmt)
endfunction()

# What nearly every test includes, compiled once: a third to a half of a small test's time. Rooms gain a tenth at most and
# would no longer notice a missing include, so they have none.
function(onebudget_test_headers)
  if(TARGET onebudget_test_headers OR CMAKE_DISABLE_PRECOMPILE_HEADERS)
    return()
  endif()
  # A program like the tests: a library's position-independent code would not be taken by them.
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/test_headers.cpp CONTENT "int main() { return 0; }\n")
  add_executable(onebudget_test_headers ${CMAKE_BINARY_DIR}/test_headers.cpp)
  onebudget_target_options(onebudget_test_headers)
  onebudget_test_options(onebudget_test_headers)
  target_link_libraries(onebudget_test_headers PRIVATE nlohmann_json::nlohmann_json GTest::gtest GTest::gmock)
  target_precompile_headers(onebudget_test_headers PRIVATE <gtest/gtest.h> <gmock/gmock.h> <fmt/format.h>
    <nlohmann/json.hpp> <algorithm> <array> <atomic> <functional> <map> <memory> <mutex> <optional> <set> <string>
    <string_view> <thread> <variant> <vector>)
endfunction()

# onebudget_test(<name> SOURCES … USES <rooms> LINKS <libraries>): one test executable, one ctest entry.
function(onebudget_test name)
  if(NOT ONEBUDGET_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;LINKS" ${ARGN})
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "onebudget_test(${name}): unknown ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  add_executable(${name} ${ARG_SOURCES})
  onebudget_target_options(${name})
  onebudget_test_options(${name})
  onebudget_test_headers()
  if(TARGET onebudget_test_headers)
    target_precompile_headers(${name} REUSE_FROM onebudget_test_headers)
  endif()
  list(TRANSFORM ARG_USES PREPEND onebudget_)
  target_link_libraries(${name} PRIVATE ${ARG_USES} ${ARG_LINKS} GTest::gtest_main GTest::gmock)
  add_test(NAME ${name} COMMAND ${name})
endfunction()

# True when the room is asked for by ONEBUDGET_ONLY or stands above one that is.
function(onebudget_needed room result)
  set(order base crypto config observe storage audit identity access events scheduler records host http ctl app)
  list(FIND order ${room} position)
  set(last -1)
  foreach(wanted IN LISTS ONEBUDGET_ONLY)
    list(FIND order ${wanted} index)
    if(index GREATER last)
      set(last ${index})
    endif()
  endforeach()
  if(position LESS_EQUAL last)
    set(${result} TRUE PARENT_SCOPE)
  else()
    set(${result} FALSE PARENT_SCOPE)
  endif()
endfunction()
