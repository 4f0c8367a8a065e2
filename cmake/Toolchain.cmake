# Warnings are errors for our own code; libraries come in as SYSTEM.
add_library(fleetwatch_warnings INTERFACE)
target_compile_options(fleetwatch_warnings INTERFACE -Wall -Wextra -Wconversion -Wshadow -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports false positives inside std::string, std::optional and coroutine frames (and their operator delete) at -O2.
  target_compile_options(fleetwatch_warnings INTERFACE -Wno-maybe-uninitialized -Wno-restrict -Wno-mismatched-new-delete -fcoroutines)
endif()

if(FLEETWATCH_SANITIZE)
  # Clang 14 cannot place the function sanitizer's data beside coroutines.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=function -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
if(FLEETWATCH_TSAN)
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
endif()
if(FLEETWATCH_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Faster links and rebuilds where the tools exist; the build needs neither.
find_program(FLEETWATCH_CCACHE ccache)
if(FLEETWATCH_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The same sources in another folder (a fresh clone) are found in the cache as well.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      ${FLEETWATCH_CCACHE})
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_link_options(-fuse-ld=lld)
else()
  find_program(FLEETWATCH_MOLD mold)
  if(FLEETWATCH_MOLD)
    add_link_options(-fuse-ld=mold)
  endif()
endif()
add_compile_options(-ffunction-sections -fdata-sections)
add_link_options(-Wl,--gc-sections)
