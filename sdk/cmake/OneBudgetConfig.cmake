# find_package(OneBudget): onebudget_values, onebudget_sdk, the libraries onebudget_text, onebudget_query,
# onebudget_declarations and onebudget_tables (compiled from their sources when something links them), onebudget_testing and
# onebudget_add_plugin(). onebudget_tables needs expat, libzip and libxlsxwriter only where workbooks are read or written.
# Tests are built when GoogleTest is there and ONEBUDGET_TESTS is on.
include(CMakeFindDependencyMacro)
find_dependency(nlohmann_json)
find_dependency(fmt)

get_filename_component(onebudget_prefix ${CMAKE_CURRENT_LIST_DIR}/../../.. ABSOLUTE)
set(OneBudget_INCLUDE_DIR ${onebudget_prefix}/share/onebudget)

if(NOT TARGET onebudget_values)
  add_library(onebudget_values INTERFACE IMPORTED)
  target_include_directories(onebudget_values INTERFACE ${OneBudget_INCLUDE_DIR})
  add_library(onebudget_sdk INTERFACE IMPORTED)
  target_include_directories(onebudget_sdk INTERFACE ${OneBudget_INCLUDE_DIR}/sdk/include)
  target_link_libraries(onebudget_sdk INTERFACE onebudget_values nlohmann_json::nlohmann_json)
  foreach(library IN ITEMS text query declarations tables)
    file(GLOB_RECURSE sources ${OneBudget_INCLUDE_DIR}/sdk/${library}/*.cpp)
    add_library(onebudget_${library} STATIC EXCLUDE_FROM_ALL ${sources})
    target_compile_features(onebudget_${library} PUBLIC cxx_std_20)
    set_target_properties(onebudget_${library} PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden
      VISIBILITY_INLINES_HIDDEN ON)
    target_link_libraries(onebudget_${library} PUBLIC onebudget_values nlohmann_json::nlohmann_json
      PRIVATE fmt::fmt-header-only)
  endforeach()
  target_link_libraries(onebudget_query PUBLIC onebudget_text)
  target_link_libraries(onebudget_declarations PUBLIC onebudget_text)
  target_link_libraries(onebudget_tables PUBLIC onebudget_text expat zip xlsxwriter)
  file(GLOB onebudget_testing_sources ${OneBudget_INCLUDE_DIR}/sdk/testing/*.cpp ${OneBudget_INCLUDE_DIR}/sdk/testing/fake/*.cpp)
  add_library(onebudget_testing STATIC EXCLUDE_FROM_ALL ${onebudget_testing_sources})
  target_compile_features(onebudget_testing PUBLIC cxx_std_20)
  target_link_libraries(onebudget_testing PUBLIC onebudget_sdk onebudget_declarations onebudget_query ${CMAKE_DL_LIBS})
endif()

option(ONEBUDGET_TESTS "build the tests of plugins" ON)
find_program(ONEBUDGET_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(ONEBUDGET_TESTS)
  find_package(GTest QUIET)
  enable_testing()
endif()
include(${OneBudget_INCLUDE_DIR}/sdk/cmake/OneBudgetPlugin.cmake)
