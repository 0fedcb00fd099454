#pragma once

#include "corpus.hpp"
#include "timing.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace bench {

using command = std::vector<std::string>;

/// The whole path of a program, by the first of these names that is installed; else empty.
std::string find_program(std::initializer_list<std::string_view> names);

/// Runs a program and counts the lines that it writes. Throws unless it ends with status 0.
std::size_t count_lines(command const& what);

/// A program whose output is read line by line; ended with the object.
class running {
public:
    enum class errors { dropped, read_too };

    explicit running(command const& what, errors messages = errors::dropped);
    running(running const&) = delete;
    running& operator=(running const&) = delete;
    ~running();

    /// The next line without its end; nothing if there is none after so long.
    std::optional<std::string> line(std::chrono::milliseconds within);
    /// Counts the lines that are left. Throws unless it ends with status 0.
    std::size_t finish();

private:
    pid_t pid_ = -1;
    int from_ = -1;
    std::string read_;
};

/// A program that is installed and walks trees: how it is asked for files that are newer than
/// all, so that it must stat each and print none; and for all files, so that they can be counted.
struct rival {
    std::string name;
    command timed;
    command counted;
    task what = task::walk;
};

/// The rivals that are installed; git keeps its index below `scratch`.
std::vector<rival> installed_rivals(corpus const& of, std::string const& scratch);

} // namespace bench
