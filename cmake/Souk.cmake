# What every target of souk shares: warnings, sanitizers, ccache, precompiled headers, and where the libraries are.

find_program(SOUK_CCACHE ccache)
if(SOUK_CCACHE)
  # Precompiled headers make ccache miss unless it ignores the time macros and the pch's own defines.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${SOUK_CCACHE})
endif()

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(CapnProto REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(RocksDB REQUIRED)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(TOMLPLUSPLUS REQUIRED IMPORTED_TARGET tomlplusplus)

# CAF 0.17.6 has no CMake package in Debian.
add_library(souk_caf INTERFACE)
find_library(CAF_CORE caf_core REQUIRED)
target_link_libraries(souk_caf INTERFACE ${CAF_CORE} Threads::Threads)

add_library(souk_options INTERFACE)
# g++ 12's -Wrestrict is wrong about `"text" + std::to_string(n)` (GCC bug 105651).
target_compile_options(souk_options INTERFACE -Wall -Wextra -Wno-missing-field-initializers
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(SOUK_WERROR)
  target_compile_options(souk_options INTERFACE -Werror)
endif()
target_compile_definitions(souk_options INTERFACE SOUK_VERSION="${PROJECT_VERSION}")
target_include_directories(souk_options INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
target_link_libraries(souk_options INTERFACE Threads::Threads)
if(SOUK_SANITIZE)
  # CAF's headers form references to null on purpose; nothing of ours does.
  add_compile_options(-fsanitize=${SOUK_SANITIZE} -fno-omit-frame-pointer -fno-sanitize=null)
  add_link_options(-fsanitize=${SOUK_SANITIZE})
endif()

if(SOUK_FUZZ)
  # Every find ends the program, assertions of ours and of the C++ library included.
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
  add_link_options(-fsanitize=address,undefined)
endif()

# souk_precompile(TARGET HEADER ...): parses these headers once for the whole target. ccache needs -fpch-preprocess to see
# through a precompiled header.
function(souk_precompile target)
  if(SOUK_PCH)
    target_precompile_headers(${target} PRIVATE ${ARGN})
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
  endif()
endfunction()

# souk_library(NAME SOURCES ... DEPENDS ...): a static library of ours.
function(souk_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC souk_options ${ARG_DEPENDS})
endfunction()

# souk_test(NAME SOURCES ... DEPENDS ... [LABELS ...]): one GoogleTest program, every case a CTest test.
function(souk_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE souk_options ${ARG_DEPENDS} GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE SOUK_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
    SOUK_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
  # Tests are compiled far more often than they run.
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  add_test(NAME ${name} COMMAND ${name} --gtest_brief=0)
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 900)
endfunction()
