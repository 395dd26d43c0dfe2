# onebudget_add_plugin(<id> SOURCES … [DOMAIN …] [TESTS …] [NEEDS …] [LINKS …] [PAGES …])
#
# Builds lib<id>.so from SOURCES and DOMAIN and puts the whole package into ${ONEBUDGET_PLUGIN_DIR}/<id>/<version>/:
# plugin.json, the library, and the folders entities, views, migrations, locales, schemas, data and ui as far as they are there.
# id, version and ABI come from plugin.json; they reach the compiler, the note in the library and the folder's name.
#
# SOURCES   the entry and the services: see the whole kit
# DOMAIN    the rules: also built into the library plugin_<id>_domain, which the tests link without a host.
#           A file <name>_test.cpp beside <name>.cpp is a test.
# TESTS     further tests, beside that of loading, which every plugin has; they link the rules, the fake host and GoogleTest, and know ONEBUDGET_PLUGIN_PACKAGE (the
#           package's folder) and ONEBUDGET_PLUGIN_SOURCE (the source folder, for tests/cases/*.case)
# NEEDS     plugins of the same build whose packages the tests load beside this one: ONEBUDGET_PACKAGE_<ID> is the folder
# LINKS     static libraries that the plugin brings along; a shared one is refused by the validator
# PAGES     Vue components of the folder ui, each built into ui/<name>.js of the package by ui/build.mjs of the kit, with the
#           packages in ONEBUDGET_PAGES_MODULES; without PAGES the folder ui is taken as it is
#
# Works inside the OneBudget tree and after find_package(OneBudget) alike.

get_filename_component(ONEBUDGET_SDK_DIR ${CMAKE_CURRENT_LIST_DIR}/.. ABSOLUTE)
set(ONEBUDGET_PLUGIN_DIR ${CMAKE_BINARY_DIR}/plugins CACHE PATH "where plugin packages are put together: <id>/<version>/")
set(ONEBUDGET_PLUGIN_KEY "" CACHE FILEPATH "key of obsdk keygen that signs the packages; empty = they stay unsigned")
set(ONEBUDGET_PAGES_MODULES "" CACHE PATH "node_modules with vue, vite and @vitejs/plugin-vue; needed where a plugin names PAGES")
set(ONEBUDGET_PLUGIN_FOLDERS entities views migrations locales schemas data ui)

# Sets <prefix>_ID, _VERSION, _ABI and _ABI_MINOR from a manifest; a bad one stops the configuration with its reason.
function(onebudget_read_manifest file prefix)
  if(NOT EXISTS ${file})
    message(FATAL_ERROR "${file} is missing: every plugin has a manifest, see sdk/docs/guide.md")
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} manifest)
  foreach(member IN ITEMS id version)
    string(JSON value ERROR_VARIABLE problem GET "${manifest}" ${member})
    if(problem)
      message(FATAL_ERROR "${file}: ${member}: ${problem}")
    endif()
    string(TOUPPER ${member} upper)
    set(${prefix}_${upper} ${value} PARENT_SCOPE)
  endforeach()
  foreach(member IN ITEMS major min_minor)
    string(JSON ${member} ERROR_VARIABLE problem GET "${manifest}" abi ${member})
    if(problem)
      message(FATAL_ERROR "${file}: abi.${member}: ${problem}")
    endif()
  endforeach()
  set(${prefix}_ABI ${major}.${min_minor} PARENT_SCOPE)
  set(${prefix}_ABI_MINOR ${min_minor} PARENT_SCOPE)
endfunction()

function(onebudget_plugin_options target id)
  target_compile_features(${target} PRIVATE cxx_std_20)
  set_target_properties(${target} PROPERTIES
    CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON SKIP_BUILD_RPATH ON
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -fstack-protector-strong
    $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique> ${ONEBUDGET_WARNINGS})
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(${target} PUBLIC onebudget_sdk)
endfunction()

# One test executable. It sees the rules and the fake host.
function(onebudget_plugin_test id source)
  get_filename_component(name ${source} NAME_WE)
  set(target plugin_${id}_${name})
  add_executable(${target} ${source})
  target_compile_options(${target} PRIVATE ${ONEBUDGET_WARNINGS})
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_compile_definitions(${target} PRIVATE
    ONEBUDGET_PLUGIN_PACKAGE="${PLUGIN_STAGE}" ONEBUDGET_PLUGIN_SOURCE="${CMAKE_CURRENT_SOURCE_DIR}")
  target_link_libraries(${target} PRIVATE onebudget_testing GTest::gtest_main)
  if(TARGET plugin_${id}_domain)
    target_link_libraries(${target} PRIVATE plugin_${id}_domain)
  endif()
  add_dependencies(${target} plugin_${id}_package)
  foreach(needed IN LISTS PLUGIN_NEEDS)
    string(TOUPPER ${needed} upper)
    target_compile_definitions(${target} PRIVATE
      ONEBUDGET_PACKAGE_${upper}="$<TARGET_PROPERTY:plugin_${needed}_package,ONEBUDGET_PACKAGE>")
    add_dependencies(${target} plugin_${needed}_package)
  endforeach()
  add_test(NAME ${target} COMMAND ${target} WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
endfunction()

function(onebudget_add_plugin id)
  cmake_parse_arguments(PLUGIN "" "" "SOURCES;DOMAIN;TESTS;NEEDS;LINKS;PAGES" ${ARGN})
  if(PLUGIN_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "onebudget_add_plugin(${id}): unknown ${PLUGIN_UNPARSED_ARGUMENTS}")
  endif()
  onebudget_read_manifest(${CMAKE_CURRENT_SOURCE_DIR}/plugin.json MANIFEST)
  if(NOT MANIFEST_ID STREQUAL id)
    message(FATAL_ERROR "onebudget_add_plugin(${id}): plugin.json says its id is '${MANIFEST_ID}'")
  endif()
  set(PLUGIN_STAGE ${ONEBUDGET_PLUGIN_DIR}/${id}/${MANIFEST_VERSION})

  if(PLUGIN_DOMAIN)
    add_library(plugin_${id}_domain STATIC ${PLUGIN_DOMAIN})
    onebudget_plugin_options(plugin_${id}_domain ${id})
    target_include_directories(plugin_${id}_domain PUBLIC ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR}/domain)
  endif()

  add_library(plugin_${id} MODULE ${PLUGIN_SOURCES})
  onebudget_plugin_options(plugin_${id} ${id})
  target_compile_definitions(plugin_${id} PRIVATE
    ONEBUDGET_PLUGIN_ID="${id}" ONEBUDGET_PLUGIN_VERSION="${MANIFEST_VERSION}"
    ONEBUDGET_PLUGIN_ABI="${MANIFEST_ABI}" ONEBUDGET_PLUGIN_ABI_MINOR=${MANIFEST_ABI_MINOR}u)
  set_target_properties(plugin_${id} PROPERTIES PREFIX lib OUTPUT_NAME ${id} LIBRARY_OUTPUT_DIRECTORY ${PLUGIN_STAGE}
    LINK_DEPENDS ${ONEBUDGET_SDK_DIR}/cmake/plugin.map)
  target_link_options(plugin_${id} PRIVATE -Wl,--no-undefined -Wl,-z,now -Wl,-z,relro -Wl,-z,noexecstack -Wl,-z,text
    -Wl,--exclude-libs,ALL -Wl,--build-id=sha1 -Wl,--as-needed
    -Wl,--version-script=${ONEBUDGET_SDK_DIR}/cmake/plugin.map)
  target_link_libraries(plugin_${id} PRIVATE ${PLUGIN_LINKS})
  if(PLUGIN_DOMAIN)
    target_link_libraries(plugin_${id} PRIVATE plugin_${id}_domain)
  endif()

  # The package: everything that is data, copied when it changes. What was removed from the source disappears here too.
  set(data ${CMAKE_CURRENT_SOURCE_DIR}/plugin.json)
  set(copies COMMAND ${CMAKE_COMMAND} -E copy_if_different ${CMAKE_CURRENT_SOURCE_DIR}/plugin.json ${PLUGIN_STAGE}/plugin.json)
  foreach(folder IN LISTS ONEBUDGET_PLUGIN_FOLDERS)
    file(GLOB_RECURSE files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*)
    list(APPEND copies COMMAND ${CMAKE_COMMAND} -E rm -rf ${PLUGIN_STAGE}/${folder})
    if(files AND folder STREQUAL "ui" AND PLUGIN_PAGES)
      list(APPEND data ${files} ${ONEBUDGET_SDK_DIR}/ui/build.mjs ${ONEBUDGET_SDK_DIR}/ui/vite.mjs)
      list(APPEND copies COMMAND node ${ONEBUDGET_SDK_DIR}/ui/build.mjs ${ONEBUDGET_PAGES_MODULES}
        ${CMAKE_CURRENT_SOURCE_DIR}/ui ${PLUGIN_STAGE}/ui ${PLUGIN_PAGES})
    elseif(files)
      list(APPEND data ${files})
      list(APPEND copies COMMAND ${CMAKE_COMMAND} -E copy_directory ${CMAKE_CURRENT_SOURCE_DIR}/${folder} ${PLUGIN_STAGE}/${folder})
    endif()
  endforeach()
  set(stamp ${CMAKE_CURRENT_BINARY_DIR}/plugin_${id}.stamp)
  add_custom_command(OUTPUT ${stamp} ${copies} COMMAND ${CMAKE_COMMAND} -E touch ${stamp} DEPENDS ${data}
    COMMENT "Packing plugin ${id} ${MANIFEST_VERSION}" VERBATIM)
  if(ONEBUDGET_PLUGIN_KEY)
    # Whatever changed, data or library, the package is signed anew as a whole.
    set(sealed ${CMAKE_CURRENT_BINARY_DIR}/plugin_${id}.signed)
    add_custom_command(OUTPUT ${sealed}
      COMMAND ${ONEBUDGET_PYTHON} ${ONEBUDGET_SDK_DIR}/tools/obsdk sign ${PLUGIN_STAGE} --key ${ONEBUDGET_PLUGIN_KEY}
      COMMAND ${CMAKE_COMMAND} -E touch ${sealed} DEPENDS ${stamp} plugin_${id} ${ONEBUDGET_PLUGIN_KEY}
      COMMENT "Signing plugin ${id} ${MANIFEST_VERSION}" VERBATIM)
    set(stamp ${sealed})
  endif()
  add_custom_target(plugin_${id}_package ALL DEPENDS ${stamp})
  add_dependencies(plugin_${id}_package plugin_${id})
  if(PLUGIN_PAGES AND TARGET onebudget_pages_modules)
    add_dependencies(plugin_${id}_package onebudget_pages_modules)
  endif()
  set_target_properties(plugin_${id}_package PROPERTIES ONEBUDGET_PACKAGE ${PLUGIN_STAGE})
  if(NOT ONEBUDGET_PLUGIN_NOT_SHIPPED)
    install(DIRECTORY ${PLUGIN_STAGE}/ DESTINATION lib/onebudget/plugins/${id}/${MANIFEST_VERSION} COMPONENT plugins)
  endif()

  onebudget_plugin_tests(${id})
endfunction()

# What every plugin must do when it is loaded, the tests beside the rules and those that were named; only where tests are wanted and GoogleTest is there.
macro(onebudget_plugin_tests id)
  set(tests ${ONEBUDGET_SDK_DIR}/testing/battery/load.cpp ${PLUGIN_TESTS})
  foreach(source IN LISTS PLUGIN_DOMAIN)
    string(REGEX REPLACE "\\.cpp$" "_test.cpp" beside ${source})
    if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${beside})
      list(APPEND tests ${beside})
    endif()
  endforeach()
  list(REMOVE_DUPLICATES tests)
  if(ONEBUDGET_TESTS AND TARGET GTest::gtest_main)
    foreach(source IN LISTS tests)
      onebudget_plugin_test(${id} ${source})
    endforeach()
  endif()

  # The validator reads the finished package without running it.
  if(ONEBUDGET_TESTS)
    add_test(NAME plugin_${id}_check COMMAND ${ONEBUDGET_PYTHON} ${ONEBUDGET_SDK_DIR}/tools/obsdk check ${PLUGIN_STAGE})
  endif()
endmacro()
