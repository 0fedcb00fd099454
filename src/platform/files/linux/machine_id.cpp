#include "platform/files/machine_id.hpp"

#include "platform/files/file_calls.hpp"

#include <algorithm>
#include <array>
#include <system_error>

#include <unistd.h>

namespace restat::detail {

std::string machine_id() {
    for (char const* const path : {"/etc/machine-id", "/var/lib/dbus/machine-id"}) {
        std::error_code error;
        auto text = read_file(path, error);
        text.resize(std::min(text.find('\n'), text.size()));
        constexpr std::size_t digits = 32; // "uninitialized" at the first boot
        if (!error && text.size() == digits) return text;
    }
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return name.data();
}

} // namespace restat::detail
