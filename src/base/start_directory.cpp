#include <restat/detail/start_directory.hpp>

#include <filesystem>
#include <system_error>

namespace restat::detail {

start_directory::start_directory() {
    std::error_code is_gone;
    path_ = std::filesystem::current_path(is_gone).native();
}

} // namespace restat::detail
