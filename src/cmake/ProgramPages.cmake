# The manual page and the completions of the program. The program prints them itself, so they exist
# wherever it was built and can run.
if(CMAKE_CROSSCOMPILING AND NOT CMAKE_CROSSCOMPILING_EMULATOR)
    return()
endif()
set(pages "${CMAKE_CURRENT_BINARY_DIR}/pages")
file(MAKE_DIRECTORY "${pages}")
set(runs_program ${CMAKE_CROSSCOMPILING_EMULATOR} $<TARGET_FILE:restat_program>)
set(page "${pages}/restat.1")
set(pack_page "")
set(zsh_folder "${CMAKE_INSTALL_DATADIR}/zsh/site-functions")
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr" AND EXISTS "/etc/debian_version")
    find_program(gzip_program gzip REQUIRED)
    set(pack_page COMMAND ${gzip_program} -9nf "${page}")
    set(page "${page}.gz")
    set(zsh_folder "${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions")
endif()
add_custom_command(TARGET restat_program POST_BUILD
    COMMAND ${runs_program} --manual-page > "${pages}/restat.1"
    COMMAND ${runs_program} --completion bash > "${pages}/restat"
    COMMAND ${runs_program} --completion zsh > "${pages}/_restat"
    COMMAND ${runs_program} --completion fish > "${pages}/restat.fish"
    ${pack_page} VERBATIM)
install(FILES "${page}" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1" COMPONENT program)
install(FILES "${pages}/restat" COMPONENT program
    DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions")
install(FILES "${pages}/_restat" COMPONENT program DESTINATION "${zsh_folder}")
install(FILES "${pages}/restat.fish" COMPONENT program
    DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")
