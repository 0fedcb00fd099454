#pragma once

#include "oracle/plain_walk.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace oracle {

enum class files_from : unsigned char { tree, list, list_and_tree };
enum class verb : unsigned char { poll, poll_for, run, run_in_slices };

/// How the host is composed and what it does.
struct configuration {
    unsigned number = 0;
    files_from source = files_from::tree;
    std::vector<std::string> roots = {}; ///< `@` stands for the absolute directory of the script
    std::string directory = {};          ///< the working directory, below that of the script
    bool follows = false;
    rules which = rules::none;
    std::size_t threads = 1;
    verb how = verb::poll;
    std::chrono::nanoseconds budget = {};
    bool refuses = false;
    bool throws = false;
    bool changes_roots = false;
    bool changes_cwd = false;
    bool pins = false;
    bool mixes_verbs = false;
    bool asks_matcher = false; ///< before each poll
    bool at_once = false;      ///< operations go on while the host polls
    bool in_scans = false;     ///< operations happen in the middle of a scan
    std::chrono::nanoseconds max_wait = {};
    std::vector<char const*> left_out = {}; ///< names of faults that are not to be provoked

    bool provokes(char const* fault) const;
};

/// Faults of the library that are known and not mended yet; CI leaves out what provokes them.
struct known_fault {
    char const* name;
    char const* what;
};
extern std::vector<known_fault> const known_faults;

constexpr unsigned configurations = 240;
configuration make_configuration(unsigned number);
/// Takes out what provokes a fault.
void leave_out(configuration& from, known_fault const& fault);
std::string to_string(configuration const& of);

} // namespace oracle
