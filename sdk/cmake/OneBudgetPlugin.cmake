# onebudget_add_plugin(<id> SOURCES … [TESTS …]): builds lib<id>.so and stages the package folder.
#   SOURCES  the plugin's sources, plugin.cpp among them
#   TESTS    GoogleTest sources of the pure rules (domain/*_test.cpp), with the sources they need from SOURCES
# Works in the tree and after find_package(OneBudget). id and version come from plugin.json beside the CMakeLists.txt; the
# package lands in ${CMAKE_BINARY_DIR}/plugins/<id>/<version>/ (or ONEBUDGET_STAGE).
set(ONEBUDGET_SDK_CMAKE_DIR ${CMAKE_CURRENT_LIST_DIR})

function(onebudget_add_plugin id)
  cmake_parse_arguments(ARG "" "" "SOURCES;TESTS" ${ARGN})
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "onebudget_add_plugin(${id}): unknown ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  set(manifest ${CMAKE_CURRENT_SOURCE_DIR}/plugin.json)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${manifest})
  file(READ ${manifest} json)
  string(JSON declared GET "${json}" id)
  string(JSON version GET "${json}" version)
  string(JSON major GET "${json}" abi major)
  string(JSON minor GET "${json}" abi min_minor)
  if(NOT declared STREQUAL id)
    message(FATAL_ERROR "onebudget_add_plugin(${id}): plugin.json says id ${declared}")
  endif()

  # The ELF note repeats what the manifest says, so that the host can compare both before any code runs.
  set(note_text "${id} ${version} ${major}.${minor}")
  string(LENGTH "${note_text}" note_length)
  set(note ${CMAKE_CURRENT_BINARY_DIR}/${id}_note.c)
  file(WRITE ${note}.new "#include <stdint.h>
__attribute__((section(\".note.onebudget\"), used, aligned(4))) static const struct {
  uint32_t name_size, text_size, type;
  char name[12];
  char text[${note_length}];
} onebudget_note = {10, ${note_length}, 1, \"OneBudget\", \"${note_text}\"};
")
  execute_process(COMMAND ${CMAKE_COMMAND} -E copy_if_different ${note}.new ${note})
  set(exports ${CMAKE_CURRENT_BINARY_DIR}/${id}.map)
  file(WRITE ${exports} "{ global: ob_plugin_entry_v0; local: *; };\n")

  add_library(plugin_${id} MODULE ${ARG_SOURCES} ${note})
  onebudget_plugin_options(plugin_${id})
  set(stage ${CMAKE_BINARY_DIR}/plugins/${id}/${version})
  if(ONEBUDGET_STAGE)
    set(stage ${ONEBUDGET_STAGE}/${id}/${version})
  endif()
  set_target_properties(plugin_${id} PROPERTIES OUTPUT_NAME ${id} PREFIX lib SUFFIX .so NO_SONAME ON LIBRARY_OUTPUT_DIRECTORY ${stage}
    SKIP_BUILD_RPATH ON CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON)
  target_compile_definitions(plugin_${id} PRIVATE ONEBUDGET_PLUGIN_ID="${id}" ONEBUDGET_PLUGIN_VERSION="${version}")
  target_link_options(plugin_${id} PRIVATE -Wl,--no-undefined -Wl,-z,now -Wl,-z,relro -Wl,-z,noexecstack -Wl,--exclude-libs,ALL
    -Wl,--build-id -Wl,--version-script=${exports})
  set_property(TARGET plugin_${id} APPEND PROPERTY LINK_DEPENDS ${exports})

  # Everything beside the library is copied when it changes.
  set(copied)
  foreach(part plugin.json entities views migrations locales data)
    if(IS_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/${part})
      file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} ${part}/*)
    elseif(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${part})
      set(files ${part})
    else()
      set(files)
    endif()
    foreach(file IN LISTS files)
      add_custom_command(OUTPUT ${stage}/${file} DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${file}
        COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_CURRENT_SOURCE_DIR}/${file} ${stage}/${file})
      list(APPEND copied ${stage}/${file})
    endforeach()
  endforeach()
  add_custom_target(plugin_${id}_package ALL DEPENDS plugin_${id} ${copied})

  if(ARG_TESTS AND ONEBUDGET_TESTS)
    list(FILTER ARG_SOURCES INCLUDE REGEX "domain/")
    add_executable(plugin_${id}_domain_test ${ARG_SOURCES} ${ARG_TESTS})
    onebudget_plugin_options(plugin_${id}_domain_test)
    target_link_libraries(plugin_${id}_domain_test PRIVATE GTest::gtest_main)
    add_test(NAME plugin_${id}_domain_test COMMAND plugin_${id}_domain_test)
  endif()
endfunction()

# Flags that keep a library unloadable by accident and deaf to the host's own symbols: hidden visibility, no unique symbols.
function(onebudget_plugin_options target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror
    -fvisibility=hidden -fno-gnu-unique -fstack-protector-strong -D_GLIBCXX_ASSERTIONS $<$<COMPILE_LANGUAGE:CXX>:-fvisibility-inlines-hidden>)
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF)
  target_link_libraries(${target} PRIVATE OneBudget::sdk)
endfunction()
