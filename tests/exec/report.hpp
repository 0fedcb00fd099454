#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

// The reports of a program under test about its own process.

inline std::string text_of(std::string const& path) {
    std::ostringstream text;
    text << std::ifstream{path, std::ios::binary}.rdbuf();
    return text.str();
}

/// Appends a line in a single call, so lines of several processes are complete.
inline void append_line(std::string const& path, std::string line) {
    line += '\n';
    int const log = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (::write(log, line.data(), line.size()) < 0) std::abort();
    ::close(log);
}

/// Returns the open descriptors of this process, such as "0,1,2".
inline std::string open_numbers() {
    std::vector<int> numbers;
    for (auto const& each : std::filesystem::directory_iterator{"/proc/self/fd"}) {
        numbers.push_back(std::atoi(each.path().filename().c_str()));
    }
    // the descriptor of the listing
    std::erase_if(numbers, [](int n) { return ::fcntl(n, F_GETFD) < 0; });
    std::sort(numbers.begin(), numbers.end());
    std::string text;
    for (int const number : numbers) text += (text.empty() ? "" : ",") + std::to_string(number);
    return text;
}
