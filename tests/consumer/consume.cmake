# cmake -D WAY=... -D SOURCE=... -D OUT=... -D CXX=... -P consume.cmake
# Takes restat in one way, builds project/ with it and runs what comes out.
set(settings "${OUT}/settings.cmake")
set(work "${OUT}/${WAY}")

function(run)
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE text
        ERROR_VARIABLE text)
    if(NOT status EQUAL 0)
        list(JOIN ARGN " " command)
        message(FATAL_ERROR "${command}\nended with ${status}:\n${text}")
    endif()
endfunction()

# Builds restat on its own, installs it, and moves what was installed: it must not mind.
function(install_restat shared prefix)
    run(${CMAKE_COMMAND} -S "${SOURCE}" -B "${work}/build" -G Ninja -C "${settings}"
        -D BUILD_SHARED_LIBS=${shared} -D RESTAT_BUILD_TESTS=OFF -D CMAKE_INSTALL_PREFIX=/nowhere)
    run(${CMAKE_COMMAND} --build "${work}/build")
    file(REMOVE_RECURSE "${work}/installed" "${prefix}")
    run(${CMAKE_COMMAND} --install "${work}/build" --prefix "${work}/installed")
    file(RENAME "${work}/installed" "${prefix}")
    if(EXISTS "${prefix}/bin/restat")
        run("${prefix}/bin/restat" --version)
    endif()
endfunction()

# No warning and no sanitizer of ours may be among the flags of a consumer.
function(refuse_our_flags)
    file(READ "${work}/project/compile_commands.json" commands)
    if(commands MATCHES "( -W[a-z][^ ]*| -pedantic| -fsanitize[^ ]*)")
        message(FATAL_ERROR "consumers are compiled with${CMAKE_MATCH_1}")
    endif()
endfunction()

function(build_project how)
    run(${CMAKE_COMMAND} -S "${SOURCE}/tests/consumer/project" -B "${work}/project" -G Ninja
        -C "${settings}" -D HOW=${how} ${ARGN})
    run(${CMAKE_COMMAND} --build "${work}/project")
    run(${CMAKE_CTEST_COMMAND} --test-dir "${work}/project" --output-on-failure)
    refuse_our_flags()
endfunction()

function(build_by_pkg_config prefix)
    file(GLOB_RECURSE pc "${prefix}/*/restat.pc")
    get_filename_component(folder "${pc}" DIRECTORY)
    set(ENV{PKG_CONFIG_PATH} "${folder}")
    execute_process(COMMAND "${PKG_CONFIG}" --static --cflags --libs restat
        OUTPUT_VARIABLE flags COMMAND_ERROR_IS_FATAL ANY)
    separate_arguments(flags UNIX_COMMAND "${flags}")
    file(MAKE_DIRECTORY "${work}")
    run("${CXX}" -std=c++20 "${SOURCE}/tests/consumer/project/main.cpp" ${flags}
        -o "${work}/consumer")
    run("${work}/consumer")
endfunction()

if(WAY STREQUAL "package_static")
    install_restat(OFF "${OUT}/static tree")
    build_project(package "-D" "CMAKE_PREFIX_PATH=${OUT}/static tree")
elseif(WAY STREQUAL "package_shared")
    install_restat(ON "${OUT}/shared tree")
    build_project(package "-D" "CMAKE_PREFIX_PATH=${OUT}/shared tree")
elseif(WAY STREQUAL "pkgconfig")
    build_by_pkg_config("${OUT}/static tree")
else()
    build_project(${WAY})
endif()
