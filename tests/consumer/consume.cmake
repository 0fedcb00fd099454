# cmake -D WAY=... -D SOURCE=... -D BUILD=... -D OUT=... -D CXX=... -P consume.cmake
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

# Moves an installed tree: the package must not mind.
function(move_installed prefix)
    file(REMOVE_RECURSE "${prefix}")
    file(RENAME "${work}/installed" "${prefix}")
    if(EXISTS "${prefix}/bin/restat")
        run("${prefix}/bin/restat" --version)
    endif()
endfunction()

# Installs what the surrounding build has built, with the test kit.
function(install_build prefix)
    file(REMOVE_RECURSE "${work}/installed")
    run(${CMAKE_COMMAND} --install "${BUILD}" --prefix "${work}/installed")
    move_installed("${prefix}")
endfunction()

# install_without_kit(SHARED PREFIX SETTING...): builds restat alone, without the test kit, and
# installs it.
function(install_without_kit shared prefix)
    run(${CMAKE_COMMAND} -S "${SOURCE}" -B "${work}/build" -G Ninja -C "${settings}"
        -D BUILD_SHARED_LIBS=${shared} -D RESTAT_BUILD_TESTS=OFF -D RESTAT_BUILD_TESTING_KIT=OFF
        -D RESTAT_JOIN_SOURCES=ON -D CMAKE_INSTALL_PREFIX=/nowhere
        ${ARGN})
    run(${CMAKE_COMMAND} --build "${work}/build")
    file(REMOVE_RECURSE "${work}/installed")
    run(${CMAKE_COMMAND} --install "${work}/build" --prefix "${work}/installed")
    move_installed("${prefix}")
    file(GLOB_RECURSE kit RELATIVE "${prefix}" "${prefix}/*")
    list(FILTER kit INCLUDE REGEX "testing")
    if(kit)
        message(FATAL_ERROR "installed without the test kit: ${kit}")
    endif()
endfunction()

# Neither a warning nor a sanitizer of the project is among the flags of a consumer. (Unity builds
# of the library turn a warning of g++ off.)
function(refuse_our_flags)
    file(READ "${work}/project/compile_commands.json" commands)
    if(commands MATCHES "( -W([a-mo-z]|n[^o])[^ ]*| -pedantic| -fsanitize[^ ]*)")
        message(FATAL_ERROR "consumers are compiled with${CMAKE_MATCH_1}")
    endif()
endfunction()

# build_tree(FOLDER SETTING...): a project of this directory.
function(build_tree folder)
    run(${CMAKE_COMMAND} -S "${SOURCE}/tests/consumer/${folder}" -B "${work}/project" -G Ninja
        -D CMAKE_CXX_COMPILER=${CXX} -C "${settings}" ${ARGN})
    run(${CMAKE_COMMAND} --build "${work}/project")
    run(${CMAKE_CTEST_COMMAND} --test-dir "${work}/project" --output-on-failure)
    refuse_our_flags()
endfunction()

function(build_project how)
    build_tree(project -D HOW=${how} ${ARGN})
endfunction()

# Without a build type the library is optimized and its user's project left alone.
function(check_default_build_type)
    file(REMOVE_RECURSE "${work}/configured")
    run(${CMAKE_COMMAND} -E env --unset=CMAKE_BUILD_TYPE ${CMAKE_COMMAND}
        -S "${SOURCE}/tests/consumer/project" -B "${work}/configured" -G Ninja
        -D CMAKE_CXX_COMPILER=${CXX} -D HOW=subdirectory -D KIT=OFF -D RESTAT_SOURCE=${SOURCE})
    file(STRINGS "${work}/configured/compile_commands.json" commands REGEX "\"command\"")
    set(seen "")
    foreach(command IN LISTS commands)
        if(command MATCHES "consumer/project/main.cpp")
            list(APPEND seen project)
            if(command MATCHES " -O")
                message(FATAL_ERROR "a project is optimized by its subproject: ${command}")
            endif()
        elseif(command MATCHES "/(restat|restat_fast).dir/Unity/unity_values_cxx.cxx.o")
            list(APPEND seen ${CMAKE_MATCH_1})
            if(NOT command MATCHES " -O3 -DNDEBUG ")
                message(FATAL_ERROR "not optimized: ${command}")
            endif()
        endif()
    endforeach()
    list(REMOVE_DUPLICATES seen)
    list(SORT seen)
    if(NOT seen STREQUAL "project;restat;restat_fast")
        message(FATAL_ERROR "a subproject is not joined into units, each for a folder: ${seen}")
    endif()
endfunction()

# compile_by_pkg_config(PACKAGE SOURCE): with no other flags than those of pkg-config.
function(compile_by_pkg_config package source)
    execute_process(COMMAND "${PKG_CONFIG}" --cflags --libs ${package}
        OUTPUT_VARIABLE flags COMMAND_ERROR_IS_FATAL ANY)
    separate_arguments(flags UNIX_COMMAND "${flags}")
    run("${CXX}" -std=c++20 "${SOURCE}/tests/consumer/${source}" ${flags}
        -o "${work}/consumer")
    run("${work}/consumer")
endfunction()

function(build_by_pkg_config prefix)
    file(GLOB_RECURSE pc "${prefix}/*/restat.pc")
    get_filename_component(folder "${pc}" DIRECTORY)
    set(ENV{PKG_CONFIG_PATH} "${folder}")
    file(MAKE_DIRECTORY "${work}")
    compile_by_pkg_config(restat project/main.cpp)
    compile_by_pkg_config(restat-testing project/fakes.cpp)
endfunction()

# expect(STATUS TEXT COMMAND...): runs a command that ends with this status and prints the text.
function(expect status text)
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE found OUTPUT_VARIABLE output
        ERROR_VARIABLE output)
    string(REGEX REPLACE "[ \n]+" " " output "${output}") # as help is broken into lines
    string(FIND "${output}" "${text}" position)
    if(NOT found STREQUAL status OR position EQUAL -1)
        list(JOIN ARGN " " command)
        message(FATAL_ERROR "${command}\nended with ${found}:\n${output}\nexpected: ${text}")
    endif()
endfunction()

# The program, the package and pkg-config where CMake finds no PCRE2.
function(check_without_pcre2 prefix)
    set(hidden -D CMAKE_DISABLE_FIND_PACKAGE_PCRE2=ON)
    install_without_kit(OFF "${prefix}" -D RESTAT_WITH_PCRE2=OFF ${hidden})
    foreach(option IN ITEMS regex ignore-regex)
        expect(2 "restat: --${option}: cannot use the pattern 'a$': this build has no regular \
expressions; build restat with the CMake option RESTAT_WITH_PCRE2=ON"
            "${prefix}/bin/restat" --${option} a$ --list /dev/null)
    endforeach()
    expect(0 "Refused: this program is built without regular expressions"
        "${prefix}/bin/restat" --help)
    expect(0 "/dev/null" "${prefix}/bin/restat" --glob nul* --list /dev/null)
    file(GLOB_RECURSE texts "${prefix}/*.pc" "${prefix}/*.cmake")
    foreach(text IN LISTS texts)
        file(READ "${text}" content)
        if(content MATCHES "pcre2-8|PCRE2::8bit")
            message(FATAL_ERROR "${text} asks for PCRE2: ${content}")
        endif()
    endforeach()
    build_tree(without_pcre2 ${hidden} -D "CMAKE_PREFIX_PATH=${prefix}")
    if(PKG_CONFIG)
        file(GLOB_RECURSE pc "${prefix}/*/restat.pc")
        get_filename_component(folder "${pc}" DIRECTORY)
        set(ENV{PKG_CONFIG_PATH} "${folder}")
        compile_by_pkg_config(restat without_pcre2/main.cpp)
    endif()
endfunction()

# The program is installed with its manual page and its completions.
function(check_pages prefix)
    foreach(page IN ITEMS man/man1/restat.1 bash-completion/completions/restat
            zsh/site-functions/_restat fish/vendor_completions.d/restat.fish)
        file(READ "${prefix}/share/${page}" text)
        if(NOT text MATCHES "quiet.?-period")
            message(FATAL_ERROR "${page} lacks an option")
        endif()
    endforeach()
endfunction()

if(WAY STREQUAL "package_static")
    install_build("${OUT}/static tree")
    check_pages("${OUT}/static tree")
    build_project(package -D KIT=ON -D "CMAKE_PREFIX_PATH=${OUT}/static tree")
elseif(WAY STREQUAL "package_shared")
    install_without_kit(ON "${OUT}/shared tree")
    build_project(package -D KIT=OFF -D "CMAKE_PREFIX_PATH=${OUT}/shared tree")
elseif(WAY STREQUAL "pkgconfig")
    build_by_pkg_config("${OUT}/static tree")
elseif(WAY STREQUAL "subdirectory")
    check_default_build_type()
    build_project(subdirectory -D KIT=ON -D RESTAT_BUILD_TESTING_KIT=ON
        -D CMAKE_UNITY_BUILD=ON)
elseif(WAY STREQUAL "fetch")
    build_project(fetch -D KIT=OFF)
elseif(WAY STREQUAL "without_processes")
    build_tree(without_processes)
elseif(WAY STREQUAL "without_pcre2")
    check_without_pcre2("${OUT}/tree without pcre2")
elseif(WAY STREQUAL "libcxx") # static: Debian 12 ships an older shared library with the headers
    build_project(subdirectory -D KIT=ON -D RESTAT_BUILD_TESTING_KIT=ON
        -D CMAKE_CXX_FLAGS=-stdlib=libc++ -D CMAKE_EXE_LINKER_FLAGS=-static-libstdc++)
endif()
