# How everything of ours is compiled. Third-party headers come in as system headers.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE OFF)

find_program(CCACHE ccache)
if(CCACHE)
  # The same object serves every build folder of a checkout.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
      CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

add_library(spindle_options INTERFACE)
target_compile_options(spindle_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  -Wimplicit-fallthrough -Wswitch-enum -Werror
  # std::stable_sort of libstdc++ 12 uses what C++17 deprecates; clang 19 blames the caller.
  -Wno-deprecated-declarations)
target_compile_definitions(spindle_options INTERFACE
  BOOST_ASIO_NO_DEPRECATED)

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
if(SPINDLE_SANITIZE)
  add_compile_options(-fsanitize=${SPINDLE_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all -O1 -gline-tables-only)
  add_link_options(-fsanitize=${SPINDLE_SANITIZE})
endif()
if(SPINDLE_FUZZ)
  # Fuzz targets steer by which branches of the rooms they reach.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
