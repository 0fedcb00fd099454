#pragma once

#include "oracle/configuration.hpp"

#include <cstdint>
#include <string>
#include <vector>

// What a script does, as data: made from a seed, run, printed, and shrunk by leaving steps out.
namespace oracle {

enum class act : unsigned char {
    // By the other process, on the tree:
    write,
    append,
    truncate,
    edit_same_size,
    edit_with_mtime_kept,
    save_by_rename,
    save_with_backup,
    unlink_and_create,
    exchange,
    hard_link,
    unlink,
    link_to_file,
    link_to_directory,
    link_to_loop,
    fill_directory,
    remove_directory,
    rename_directory,
    swap_directories,
    file_to_directory,
    directory_to_file,
    bind_over,
    unbind,
    close_directory, ///< chmod, so that it cannot be listed
    open_directories,
    change_mode,
    change_owner,
    edit_rules,
    touch,
    copy_older,
    punch_hole,
    make_fifo,
    make_socket,
    fill_deep,
    fill_far, ///< at a path longer than PATH_MAX
    make_subvolume,
    copy_tree,
    rename_file,
    move_root,
    return_root,
    replace_root,
    grow,
    mode_and_back,   ///< neutral
    rename_and_back, ///< neutral
    read_all,        ///< neutral
    last_act = read_all,
    // By the host:
    look,       ///< one poll, after a while
    settle,     ///< polls until nothing is pending; then everything is compared
    change_cwd, ///< the host changes its directory, or returns
    root_out,   ///< takes a root out, or puts it back in
    pin,
    during,     ///< the next act happens in the middle of the next poll
    other_verb, ///< the next polls are whole ones, or again slices
};

struct step {
    act kind = act::look;
    std::string a = {}; ///< relative to the directory of the script
    std::string b = {};
    std::uint32_t number = 0;
};

bool is_operation(act kind) noexcept;
char const* name_of(act kind) noexcept;
std::string to_string(step const& of);

std::vector<step> make_steps(configuration const& of, std::uint64_t seed, std::size_t operations);

} // namespace oracle
