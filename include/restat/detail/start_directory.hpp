#pragma once

#include <restat/export.hpp>

#include <string>
#include <string_view>

namespace restat::detail {

/// Returns the path from a directory; the path alone if the path is absolute or the directory is
/// empty.
inline std::string from_directory(std::string const& directory, std::string_view path) {
    if (path.starts_with('/') || directory.empty()) return std::string{path};
    std::string all = directory;
    if (!all.ends_with('/')) all += '/';
    return all.append(path);
}

#ifdef RESTAT_DISABLED
struct start_directory {};
#else
/// The working directory at the construction of a policy. Relative paths keep the meaning that
/// they have then, even if the process changes its working directory.
class RESTAT_EXPORT start_directory {
public:
    start_directory();

    /// Returns the absolute path; relative if the directory was gone already.
    std::string whole(std::string_view path) const { return from_directory(path_, path); }

private:
    std::string path_;
};
#endif

} // namespace restat::detail
