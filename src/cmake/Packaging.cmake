# What `cmake --install` lays down: the headers, the libraries, the program, and what makes them
# found by find_package(restat) and by pkg-config. Nothing of it holds an absolute path, so an
# installed tree may be moved.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/restat")

set(installed_targets restat)
foreach(target IN ITEMS restat_testing restat_program)
    if(TARGET ${target})
        list(APPEND installed_targets ${target})
    endif()
endforeach()
file(RELATIVE_PATH libraries_from_program
    "/${CMAKE_INSTALL_BINDIR}" "/${CMAKE_INSTALL_LIBDIR}")
if(NOT CMAKE_INSTALL_PREFIX STREQUAL "/usr") # where the loader looks by itself
    set_target_properties(${installed_targets} PROPERTIES
        INSTALL_RPATH "$ORIGIN;$ORIGIN/${libraries_from_program}")
endif()
list(REMOVE_ITEM installed_targets restat_program)
list(APPEND installed_targets restat_disabled)
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME development)

install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
    PATTERN testing EXCLUDE)
install(TARGETS ${installed_targets} EXPORT restat
    LIBRARY COMPONENT library NAMELINK_COMPONENT development
    INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
if(TARGET restat_program)
    install(TARGETS restat_program COMPONENT program)
    include(ProgramPages)
endif()
install(EXPORT restat NAMESPACE restat:: FILE restatTargets.cmake DESTINATION "${package_dir}")

get_target_property(library_type restat TYPE)
configure_package_config_file("${PROJECT_SOURCE_DIR}/src/cmake/restatConfig.cmake.in"
    restatConfig.cmake INSTALL_DESTINATION "${package_dir}"
    NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(restatConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/restatConfig.cmake"
    "${CMAKE_CURRENT_BINARY_DIR}/restatConfigVersion.cmake"
    DESTINATION "${package_dir}")
if(RESTAT_WITH_PCRE2)
    install(FILES "${PROJECT_SOURCE_DIR}/src/cmake/FindPCRE2.cmake" DESTINATION "${package_dir}")
endif()

file(RELATIVE_PATH prefix_from_pc "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
if(library_type STREQUAL "STATIC_LIBRARY") # its users link what it needs
    list(TRANSFORM CMAKE_DL_LIBS PREPEND "-l" OUTPUT_VARIABLE pc_libraries)
    list(JOIN pc_libraries " " pc_libraries)
    set(pc_libraries " -pthread ${pc_libraries}")
    set(pc_requires "Requires: libpcre2-8")
else()
    set(pc_libraries "")
    set(pc_requires "Requires.private: libpcre2-8")
endif()
if(NOT RESTAT_WITH_PCRE2)
    set(pc_requires "")
endif()

set(pc_definitions "")
if(NOT RESTAT_BUILD_PROCESSES)
    string(APPEND pc_definitions " -DRESTAT_WITHOUT_PROCESSES")
endif()
if(NOT RESTAT_WITH_PCRE2)
    string(APPEND pc_definitions " -DRESTAT_WITHOUT_PCRE2")
endif()

# install_pc(NAME): what pkg-config reads.
function(install_pc name)
    configure_file("${PROJECT_SOURCE_DIR}/src/cmake/${name}.pc.in" ${name}.pc @ONLY)
    install(FILES "${CMAKE_CURRENT_BINARY_DIR}/${name}.pc"
        DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endfunction()
install_pc(restat)
if(TARGET restat_testing)
    install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/restat/testing"
        DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/restat")
    install_pc(restat-testing)
endif()
if(is_top_level)
    include(DebianPackage)
endif()
