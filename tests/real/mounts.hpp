#pragma once

#include <iosfwd>
#include <string>
#include <vector>

// Real file systems, mounted for a test in a mount namespace of its own and gone with it.
namespace real {

/// How to mount a file system, by commands of the shell: `$at` is where, `$with` a directory for
/// what it needs.
struct mount_recipe {
    char const* name;
    char const* commands;
    int rounds; ///< of what is done again and again: few where stamps are of whole seconds
};

std::ostream& operator<<(std::ostream& to, mount_recipe const& how);

extern std::vector<mount_recipe> const every_mount;

/// Runs commands of the shell; whether they went well.
bool shell(std::string const& commands);

/// A file system that is mounted for as long as this lives.
class mounted {
public:
    explicit mounted(mount_recipe const& how);
    mounted(mounted const&) = delete;
    ~mounted();

    /// Why there is none; empty if there is one.
    std::string const& reason() const noexcept { return reason_; }
    /// The directory at which it is mounted.
    std::string path() const { return scratch_ + "/at"; }

private:
    std::string scratch_;
    std::string reason_;
};

/// Whether there is none; a message says why.
bool is_skipped(mounted const& at, mount_recipe const& how);

} // namespace real
