#include <restat/is_whole.hpp>

#include "platform/files/descriptor.hpp"
#include "platform/modules/elf.hpp"

#include <restat/error.hpp>

#include <cerrno>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>

namespace restat {

// Opens without blocking, so a FIFO or device cannot delay the call.
bool is_whole(std::string_view path, std::error_code& error) {
    error.clear();
    detail::held_descriptor const file{
        ::open(std::string{path}.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
    struct stat status;
    if (!file || ::fstat(file.get(), &status) != 0) {
        error.assign(errno, std::generic_category());
        return false;
    }
    if (!S_ISREG(status.st_mode)) error = std::make_error_code(std::errc::invalid_argument);
    if (S_ISDIR(status.st_mode)) error = std::make_error_code(std::errc::is_a_directory);
    if (error || status.st_size == 0) return false;
    auto const fault = detail::check_image(file.get());
    if (fault == std::errc::io_error) error = fault;
    return !error && fault != errc::program_truncated;
}

bool is_whole(std::string_view path) {
    std::error_code error;
    return is_whole(path, error);
}

} // namespace restat
