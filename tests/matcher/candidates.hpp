#pragma once

#include <restat/matcher/path_matcher.hpp>
#include <restat/testing/print.hpp>

#include <boost/test/unit_test.hpp>

#include <ctime>
#include <string>
#include <string_view>

namespace tests {

inline restat::candidate file(std::string_view path, std::size_t below = 0) {
    return {path, below, restat::file_type::regular};
}
inline restat::candidate directory(std::string_view path, std::size_t below = 0) {
    return {path, below, restat::file_type::directory};
}

/// Returns the verdict of a matcher of wanted files on a file.
inline restat::verdict wanted(bool found) {
    return found ? restat::verdict::include : restat::verdict::exclude;
}

/// Returns `text` with the other case of each letter.
inline std::string swap_case(std::string_view text) {
    std::string swapped{text};
    for (char& c : swapped) {
        bool const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (letter) c = static_cast<char>(c ^ 0x20);
    }
    return swapped;
}

/// Returns the CPU seconds of a call, which do not depend on the load of the machine.
template <class Function>
double cpu_seconds(Function call) {
    auto const begin = std::clock();
    call();
    return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

} // namespace tests
