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

# A subproject is compiled as a few units, each of which joins the sources of a folder. That takes
# less than half of the CPU time. Alone, each source is a unit, so an edit compiles only itself.
if(DEFINED CMAKE_UNITY_BUILD)
    set(joins_sources "${CMAKE_UNITY_BUILD}")
elseif(is_top_level)
    set(joins_sources OFF)
else()
    set(joins_sources ON)
endif()
option(RESTAT_JOIN_SOURCES "Compile the sources of a folder as one unit" ${joins_sources})

# A unit for each folder of src.
function(restat_join_folders target)
    get_target_property(sources ${target} SOURCES)
    foreach(source IN LISTS sources)
        if(source MATCHES "/src/(base|clock|file_system|platform)/") # small ones
            set_source_files_properties("${source}" PROPERTIES UNITY_GROUP base)
        elseif(source MATCHES "/src/(restart|run)/")
            set_source_files_properties("${source}" PROPERTIES UNITY_GROUP restart)
        elseif(source MATCHES "/src/matcher/(glob|literal)_") # a long unit is inlined less
            set_source_files_properties("${source}" PROPERTIES UNITY_GROUP glob)
        elseif(source MATCHES "/src/([a-z_]+)/")
            set_source_files_properties("${source}" PROPERTIES UNITY_GROUP ${CMAKE_MATCH_1})
        endif()
    endforeach()
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
    # g++ takes each source of a unit for a header, and warns of its private types.
    target_compile_options(${target} PRIVATE
        $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endfunction()

# restat_compilation(TARGET): private to the target, so that no consumer inherits any of it.
function(restat_compilation target)
    # On a 32-bit system: files of 2 GiB and more, and stamps after 2038.
    target_compile_definitions(${target} PRIVATE _FILE_OFFSET_BITS=64 _TIME_BITS=64)
    # For --gc-sections: see restat_linked_by_need.
    target_compile_options(${target} PRIVATE
        $<$<NOT:$<CONFIG:Debug>>:-ffunction-sections$<SEMICOLON>-fdata-sections>)
    # A unique symbol pins the module that holds it: dlclose would never unload a plug-in.
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
    if(RESTAT_JOIN_SOURCES)
        restat_join_folders(${target})
    else()
        set_target_properties(${target} PROPERTIES UNITY_BUILD OFF)
    endif()
endfunction()

# restat_compiled_small(TARGET): for code whose size counts more than its speed.
function(restat_compiled_small target)
    target_compile_options(${target} PRIVATE $<$<NOT:$<CONFIG:Debug>>:-Os>)
endfunction()

# restat_linked_by_need(TARGET): a program that links the static library keeps only the functions
# that it uses. This holds for release builds of the program; it drops nothing that is referred to.
function(restat_linked_by_need target)
    get_target_property(type ${target} TYPE)
    if(type STREQUAL "STATIC_LIBRARY" AND CMAKE_SYSTEM_NAME STREQUAL "Linux")
        target_link_options(${target} INTERFACE
            $<$<NOT:$<CONFIG:Debug>>:LINKER:--gc-sections>)
    endif()
endfunction()
