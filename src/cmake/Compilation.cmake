# How the targets of restat are compiled in every build: alone or as a part of another project.

# Without a build type a compiler does not optimize, and a scan takes several times as long. A
# subproject sets the type for its own folders only.
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    if(is_top_level)
        set(CMAKE_BUILD_TYPE Release CACHE STRING "Type of build" FORCE)
    else()
        set(CMAKE_BUILD_TYPE Release)
    endif()
endif()

# restat_compilation(TARGET): private to the target, so that no consumer inherits any of it.
function(restat_compilation target)
    # On a 32-bit system: files of 2 GiB and more, and stamps after 2038.
    target_compile_definitions(${target} PRIVATE _FILE_OFFSET_BITS=64 _TIME_BITS=64)
    # In a joined translation unit, g++ takes each source for a header, and warns of its private types.
    target_compile_options(${target} PRIVATE
        $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>>:-Wno-subobject-linkage>)
    # A program that is linked with --gc-sections keeps only the functions that it uses.
    target_compile_options(${target} PRIVATE
        $<$<NOT:$<CONFIG:Debug>>:-ffunction-sections$<SEMICOLON>-fdata-sections>)
    # A unique symbol pins the module that holds it: dlclose would never unload a plug-in.
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
endfunction()
