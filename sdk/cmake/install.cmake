# Everything a plugin author needs, in the same folders as in the tree, so that includes read alike: share/onebudget/sdk.
set(kit share/onebudget/sdk)
install(DIRECTORY include cpp values text query declarations tables testing cmake spec templates examples docs DESTINATION ${kit} COMPONENT sdk
  PATTERN "*_test.cpp" EXCLUDE PATTERN "testdata" EXCLUDE PATTERN "CMakeLists.txt" EXCLUDE PATTERN "install.cmake" EXCLUDE PATTERN "abi" EXCLUDE PATTERN "probe" EXCLUDE
  PATTERN "plain_c" EXCLUDE PATTERN "*_test.py" EXCLUDE
  PATTERN "OneBudgetConfig.cmake" EXCLUDE)
# Examples and templates are whole projects: their build files and tests belong to them.
install(DIRECTORY templates examples DESTINATION ${kit} COMPONENT sdk)
install(PROGRAMS tools/obsdk tools/abi-gen DESTINATION ${kit}/tools COMPONENT sdk)
install(DIRECTORY tools/kit DESTINATION ${kit}/tools COMPONENT sdk PATTERN "__pycache__" EXCLUDE)
install(FILES README.md DESTINATION ${kit} COMPONENT sdk)
install(DIRECTORY DESTINATION bin COMPONENT sdk)
install(CODE "file(CREATE_LINK ../share/onebudget/sdk/tools/obsdk \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/bin/obsdk\" SYMBOLIC)"
  COMPONENT sdk)
install(FILES cmake/OneBudgetConfig.cmake DESTINATION lib/cmake/OneBudget COMPONENT sdk)
