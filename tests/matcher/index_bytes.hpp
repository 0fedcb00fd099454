#pragma once

#include <string>
#include <string_view>

namespace tests {

/// Returns the bytes of an index file of version 2 with these paths, given in order.
template <class Paths>
std::string index_bytes(Paths const& paths, char version = '\2') {
    std::string bytes{"DIRC\0\0\0", 7};
    bytes += version;
    for (int shift = 24; shift >= 0; shift -= 8) {
        bytes += static_cast<char>(paths.size() >> shift & 0xff);
    }
    for (std::string_view const path : paths) {
        auto const begin = bytes.size();
        bytes.append(24, '\0').append("\0\0\x81\xa4", 4).append(32, '\0');
        bytes += static_cast<char>(path.size() >> 8);
        bytes += static_cast<char>(path.size() & 0xff);
        bytes.append(path).push_back('\0');
        while ((bytes.size() - begin) % 8 != 0) bytes += '\0';
    }
    return bytes.append(20, '\0');
}

} // namespace tests
