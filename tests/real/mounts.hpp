#pragma once

#include <iosfwd>
#include <string>
#include <vector>

// Real file systems, mounted in the mount namespace of a test, and unmounted with it.
namespace real {

/// The shell commands that mount a file system. `$at` is the mount point, `$with` a scratch
/// directory.
struct mount_recipe {
    char const* name;
    char const* commands;
    int rounds; ///< of repeated steps: few with timestamps in whole seconds
};

std::ostream& operator<<(std::ostream& to, mount_recipe const& how);

extern std::vector<mount_recipe> const every_mount;

/// Runs shell commands. Returns true on success.
bool shell(std::string const& commands);

/// A file system, mounted while this object lives.
class mounted {
public:
    explicit mounted(mount_recipe const& how);
    mounted(mounted const&) = delete;
    ~mounted();

    /// Returns the reason why the mount is missing, or an empty string.
    std::string const& reason() const noexcept { return reason_; }
    /// Returns the mount point.
    std::string path() const { return scratch_ + "/at"; }

private:
    std::string scratch_;
    std::string reason_;
};

/// Returns true if the mount is missing, and prints the reason.
bool is_skipped(mounted const& at, mount_recipe const& how);

} // namespace real
