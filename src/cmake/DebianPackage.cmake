# What `cpack` packs: a Debian package of the program, one of the library and one for developers.
# Configure with CMAKE_INSTALL_PREFIX=/usr, BUILD_SHARED_LIBS=ON, RESTAT_BUILD_TESTING_KIT=OFF.
set(RESTAT_MAINTAINER "restat developers <root@localhost>" CACHE STRING
    "Maintainer of the Debian packages")
set(version_of_library "${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}")
set(library_package "librestat${version_of_library}")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "${RESTAT_MAINTAINER}")
set(CPACK_PACKAGING_INSTALL_PREFIX "${CMAKE_INSTALL_PREFIX}")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL development)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
    GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
find_program(shlibdeps_program dpkg-shlibdeps)
if(shlibdeps_program)
    set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
    set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${CMAKE_CURRENT_BINARY_DIR}")
endif()

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME librestat-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "restart when files change (development files)
 Headers of a C++20 library that detects changed files by their status, and
 restarts the program or calls it back. For CMake and pkg-config.")
if(RESTAT_WITH_PCRE2)
    set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS libpcre2-dev)
endif()

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME "${library_package}")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON) # only the library has any
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA "${CMAKE_CURRENT_BINARY_DIR}/triggers")
file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/triggers" "activate-noawait ldconfig\n")
# Without such scripts, CPack makes scripts that call ldconfig beside the trigger.
foreach(script IN ITEMS postinst postrm)
    file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/${script}" "#!/bin/sh\nset -e\ntrue # by the trigger\n")
    list(APPEND CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA "${CMAKE_CURRENT_BINARY_DIR}/${script}")
endforeach()
set(CPACK_DEBIAN_LIBRARY_DESCRIPTION "restart when files change (library)
 A library that detects changed files by their status, and restarts the program
 or calls it back.")

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME restat)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PROGRAM_DESCRIPTION "run a command again when files change
 Watches files by their status, and runs a command again after each change. It
 knows .gitignore, keeps sockets open during a restart, and leaves no process.")

if(BUILD_SHARED_LIBS)
    list(APPEND CPACK_COMPONENTS_ALL library)
    set(CPACK_COMPONENT_DEVELOPMENT_DEPENDS library)
    set(CPACK_COMPONENT_PROGRAM_DEPENDS library)
endif()
if(TARGET restat_program)
    list(APPEND CPACK_COMPONENTS_ALL program)
endif()

# Each package has the changelog and the copyright that Debian asks for.
file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/copyright" "restat is written by the restat developers.

Copyright 2026 the restat developers

The owner has not chosen a license yet. Without a license, nobody else may copy, change or
distribute restat.
")
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(CONFIGURE OUTPUT changelog @ONLY CONTENT "restat (@PROJECT_VERSION@) unstable; urgency=medium

  * Version @PROJECT_VERSION@.

 -- @RESTAT_MAINTAINER@  @date@
")
file(ARCHIVE_CREATE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/changelog.gz" FORMAT raw
    COMPRESSION GZip COMPRESSION_LEVEL 9 PATHS "${CMAKE_CURRENT_BINARY_DIR}/changelog")
foreach(part IN ITEMS development library program)
    string(TOUPPER "${part}" upper)
    install(FILES "${CMAKE_CURRENT_BINARY_DIR}/changelog.gz"
        "${CMAKE_CURRENT_BINARY_DIR}/copyright" COMPONENT ${part} EXCLUDE_FROM_ALL
        DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/${CPACK_DEBIAN_${upper}_PACKAGE_NAME}")
endforeach()
include(CPack)
