#include "own_output.hpp"

#include <restat/file_system/native_file_system.hpp>

#include <array>
#include <climits>
#include <new>
#include <unistd.h>

namespace restat::cli {
namespace {

constexpr char const* default_origin = "a default, see --no-default-ignores";

std::string link_of(int descriptor) { return "/proc/self/fd/" + std::to_string(descriptor); }

/// Returns the last component of the path of an open file; empty if the kernel does not know the
/// path.
std::string open_file_name(int descriptor) {
    std::array<char, PATH_MAX> path{};
    auto const link = link_of(descriptor);
    auto const size = ::readlink(link.c_str(), path.data(), path.size());
    if (size <= 0) return {};
    std::string_view const target{path.data(), static_cast<std::size_t>(size)};
    return std::string{target.substr(target.find_last_of('/') + 1)};
}

} // namespace

own_output::own_output() {
    add(STDOUT_FILENO, "standard output of restat");
    add(STDERR_FILENO, "standard error of restat");
}

void own_output::add(int descriptor, char const* stream) {
    std::error_code error;
    auto const link = link_of(descriptor);
    auto const seen = native_file_system{}.stat(link.c_str(), last_link::follow, error);
    if (error || seen.type != file_type::regular) return;
    auto name = open_file_name(descriptor);
    if (name.empty()) return;
    files_.push_back({std::move(name), seen.device, seen.inode, stream});
}

own_output::file const* own_output::find(candidate const& path) const noexcept {
    for (auto const& one : files_) {
        if (path.name() != one.name || path.is_directory()) continue;
        try {
            std::error_code error;
            std::string const path_of_file{path.path};
            auto const seen =
                native_file_system{}.stat(path_of_file.c_str(), last_link::follow, error);
            if (!error && seen.device == one.device && seen.inode == one.inode) return &one;
        } catch (std::bad_alloc const&) { // no memory: treated as another file
        }
    }
    return nullptr;
}

verdict own_output::operator()(candidate const& path) const noexcept {
    return find(path) != nullptr ? verdict::exclude : verdict::none;
}

explanation own_output::explain(candidate const& path) const {
    auto const* const found = find(path);
    if (found == nullptr) return {};
    return {verdict::exclude, found->stream, default_origin};
}

verdict special_files::operator()(candidate const& path) const noexcept {
    switch (path.type) {
    case file_type::socket:
    case file_type::fifo:
    case file_type::character:
    case file_type::block: return verdict::exclude;
    default: return verdict::none;
    }
}

explanation special_files::explain(candidate const& path) const {
    if ((*this)(path) == verdict::none) return {};
    return {verdict::exclude, "sockets, FIFOs and devices", default_origin};
}

} // namespace restat::cli
