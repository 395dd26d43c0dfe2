# find_package(OneBudget): the target OneBudget::sdk and onebudget_add_plugin().
include(CMakeFindDependencyMacro)
find_dependency(nlohmann_json)
get_filename_component(onebudget_root ${CMAKE_CURRENT_LIST_DIR}/../../.. ABSOLUTE)
if(NOT TARGET OneBudget::sdk)
  add_library(OneBudget::sdk INTERFACE IMPORTED)
  set_target_properties(OneBudget::sdk PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${onebudget_root}/include;${onebudget_root}/include/onebudget-cpp"
    INTERFACE_LINK_LIBRARIES nlohmann_json::nlohmann_json)
endif()
include(${CMAKE_CURRENT_LIST_DIR}/OneBudgetPlugin.cmake)
