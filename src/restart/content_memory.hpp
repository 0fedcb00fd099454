#pragma once

#include <restat/change_set.hpp>
#include <restat/detail/start_directory.hpp>
#include <restat/options.hpp>
#include <restat/restart/inheritance.hpp>
#include <restat/snapshot.hpp>

#include <map>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace restat::detail {

/// The process whose content is compared.
enum class compared_process : bool {
    this_one, ///< a file loaded or run by this process is known
    a_child,
};

/// Remembers the content of files, and so distinguishes an edit from a new timestamp on the same
/// content. A file without a remembered content counts as edited.
class content_memory {
public:
    /// Relative paths keep the meaning that they have now, wherever this process goes later.
    explicit content_memory(comparison counts = comparison::any,
                            compared_process of = compared_process::this_one);

    /// Learns the files of a baseline: all files if content counts, otherwise possible binaries.
    /// Call it before the start of the program under comparison.
    void learn(snapshot const& baseline);
    /// Returns the changes with an actual difference.
    /// \errors `errc::program_truncated` if a changed binary, named by `incomplete`, is incomplete
    change_set changed(change_set const& changes, std::error_code& error);
    std::string const& incomplete() const noexcept { return incomplete_; }
    /// Adopts the contents seen by the last `changed`: the program has them, or will have them.
    void adopt();

    /// Returns the whole memory for the next run of the program.
    std::vector<inheritance::blob> list() const;
    void restore(std::vector<inheritance::blob> list);

private:
    bool differs(change const& what, std::error_code& error);
    bool is_loaded(std::string const& identity, std::string const& from = {}) const noexcept;
    bool runs_instead(change const& what, std::string const& path) const noexcept;

    comparison comparison_;
    compared_process compared_;
    start_directory start_directory_;
    std::map<std::string, std::string, std::less<>> known_; // by path
    std::string incomplete_;
    std::map<std::string, std::string, std::less<>> pending_; // contents of the current decision
};

} // namespace restat::detail
