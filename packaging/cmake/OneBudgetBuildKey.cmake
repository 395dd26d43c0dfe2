# A key of this build alone signs the plugins of the tree; its public half is the ring that servers of this build are given
# as plugins.keys: ${CMAKE_BINARY_DIR}/plugin-keys/build.json. Whoever packages releases sets ONEBUDGET_PLUGIN_KEY instead.
if(NOT ONEBUDGET_PLUGIN_KEY)
  find_program(ONEBUDGET_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)
  find_program(ONEBUDGET_OPENSSL openssl REQUIRED)
  set(keys ${CMAKE_BINARY_DIR}/plugin-keys)
  if(NOT EXISTS ${keys}/build.key)
    execute_process(
      COMMAND ${ONEBUDGET_PYTHON} ${CMAKE_SOURCE_DIR}/sdk/tools/obsdk keygen --id build --out ${keys}
      OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
  endif()
  set(ONEBUDGET_PLUGIN_KEY ${keys}/build.key)
  install(FILES ${keys}/build.json DESTINATION share/onebudget/plugin-keys COMPONENT plugins)
endif()
