#include "platform/files/replace_file.hpp"

#include "platform/files/descriptor.hpp"
#include "platform/files/file_calls.hpp"
#include "platform/files/seed.hpp"
#include "platform/files/signal_hold.hpp"
#include "platform/files/system_error.hpp"

#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <unistd.h>

namespace restat::detail {
namespace {

// Returns a path beside the file. Of a very long name, only the start is used.
std::string path_beside(std::string const& path) {
    constexpr std::size_t longest = 200;
    auto const name = path.find_last_of('/') + 1;
    return path.substr(0, name) + '.' + path.substr(name, longest) + '.' +
           std::to_string(new_seed()) + '~';
}

bool write_all_bytes(int file, std::string_view bytes) noexcept {
    file_size_signal_held const held;
    while (!bytes.empty()) {
        auto const count = ::write(file, bytes.data(), bytes.size());
        if (count < 0 && errno != EINTR) return false;
        if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

bool reach_device(int file) noexcept {
    while (::fsync(file) != 0) {
        if (errno != EINTR) return false;
    }
    return true;
}

} // namespace

void replace_file(std::string const& path, std::string_view bytes, std::error_code& error) {
    auto const old = stat(current_directory, path.c_str(), last_link::follow, error);
    bool const is_special =
        old.type != file_type::regular && old.type != file_type::directory; // the rename refuses
    if (!error && is_special) {
        error = std::make_error_code(std::errc::invalid_argument);
        return;
    }
    error.clear();
    auto const beside = path_beside(path);
    constexpr int only_new = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
    held_descriptor file{::open(beside.c_str(), only_new, 0600)};
    if (!file) {
        error = last_error();
        return;
    }
    bool const is_written = write_all_bytes(file.get(), bytes) && reach_device(file.get());
    if (is_written && std::rename(beside.c_str(), path.c_str()) == 0) return;
    error = last_error();
    ::unlink(beside.c_str());
}

} // namespace restat::detail
