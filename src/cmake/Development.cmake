# What only those who work on restat need: warnings and sanitizers. It hangs on a target that is
# linked privately and never installed, so no consumer inherits any of it.
set(RESTAT_SANITIZE "" CACHE STRING "Sanitizers, separated by commas: address,undefined or thread")
option(RESTAT_WARNINGS_AS_ERRORS "Treat warnings as errors" OFF)

set(CMAKE_CXX_EXTENSIONS OFF)

find_program(ccache_program ccache)
if(ccache_program AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        ${ccache_program})
endif()

add_library(restat_development INTERFACE)
target_compile_options(restat_development INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wold-style-cast -Wnon-virtual-dtor
    # In a unit of several sources, a local name may be that of a constant in another source.
    $<$<NOT:$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>>:-Wshadow>
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> # wrong about std::string in g++ 12: GCC bug 105651
    $<$<BOOL:${RESTAT_WARNINGS_AS_ERRORS}>:-Werror>)
if(RESTAT_SANITIZE)
    add_compile_options(-fsanitize=${RESTAT_SANITIZE} -fno-sanitize-recover=all
        -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${RESTAT_SANITIZE})
    # g++ sees uses of what is not initialised in the instrumented code that are not there.
    add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()
