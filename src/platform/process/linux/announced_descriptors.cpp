#include "platform/process/announced_descriptors.hpp"

#include "platform/files/descriptor.hpp"
#include "platform/process/environment.hpp"
#include "platform/process/placed_descriptors.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include <sys/stat.h>
#include <unistd.h>

namespace restat::detail {
namespace {

constexpr std::string_view job_variables[] = {"MAKEFLAGS", "MFLAGS", "CARGO_MAKEFLAGS"};
constexpr std::string_view job_options[] = {"--jobserver-auth=", "--jobserver-fds="};

bool is_pipe(unsigned mode) noexcept { return S_ISFIFO(mode); }
bool is_regular(unsigned mode) noexcept { return S_ISREG(mode); }
bool is_any(unsigned) noexcept { return true; }

// Removes a leading number from the text and returns it; -1 without a number.
int take_number(std::string_view& text) noexcept {
    int number = -1;
    auto const [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return -1;
    text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
    return number;
}

/// The position and the two descriptors of a job server in a text. A job server with a FIFO path,
/// `fifo:PATH`, needs no descriptor.
struct job_server {
    std::size_t begin = 0;
    std::size_t end = 0;
    int read = -1;
    int write = -1;
};

bool parse(std::string_view text, std::size_t at, job_server& into) noexcept {
    auto rest = text.substr(at);
    into.begin = at;
    into.read = take_number(rest);
    if (into.read < 0 || !rest.starts_with(',')) return false;
    rest.remove_prefix(1);
    into.write = take_number(rest);
    into.end = text.size() - rest.size();
    return into.write >= 0;
}

std::vector<job_server> job_servers_in(std::string_view text) {
    std::vector<job_server> all;
    for (auto const option : job_options) {
        for (auto at = text.find(option); at != text.npos; at = text.find(option, at + 1)) {
            job_server one;
            if (parse(text, at + option.size(), one)) all.push_back(one);
        }
    }
    std::sort(all.begin(), all.end(), [](auto& a, auto& b) { return a.begin > b.begin; });
    return all;
}

bool is_job_variable(std::string_view assignment) noexcept {
    auto const name = assignment.substr(0, assignment.find('='));
    return std::find(std::begin(job_variables), std::end(job_variables), name) !=
           std::end(job_variables);
}

// Returns the number in "/dev/fd/N", or -1.
int number_of_path(std::string_view path) noexcept {
    constexpr std::string_view directory = "/dev/fd/";
    if (!path.starts_with(directory)) return -1;
    path.remove_prefix(directory.size());
    int const number = take_number(path);
    return path.empty() ? number : -1;
}

// Returns the new number of a descriptor, and moves the descriptor on the first call.
int moved(int number, int first, std::vector<std::pair<int, int>>& known,
          std::vector<held_descriptor>& made) {
    if (number >= first) return number;
    for (auto const& [from, to] : known) {
        if (from == number) return to;
    }
    struct stat status;
    if (::fstat(number, &status) != 0 || !is_pipe(status.st_mode)) return number;
    auto copy = duplicate(number, first);
    if (!copy) return number;
    known.emplace_back(number, copy.get());
    made.push_back(std::move(copy));
    return known.back().second;
}

} // namespace

bool announced_descriptors::file::is_still_there() const noexcept {
    struct stat status;
    return ::fstat(number, &status) == 0 && status.st_dev == device && status.st_ino == inode;
}

bool announced_descriptors::note(int number, bool (*is_right)(unsigned), std::vector<file>& in) {
    struct stat status;
    if (number < first_placed || ::fstat(number, &status) != 0) return false;
    if (!is_right(status.st_mode)) return false;
    in.push_back({number, status.st_dev, status.st_ino});
    return true;
}

announced_descriptors::announced_descriptors(std::vector<std::string> const& environment) {
    for (auto const& assignment : environment) {
        if (!is_job_variable(assignment)) continue;
        for (auto const& each : job_servers_in(assignment)) {
            note(each.read, is_pipe, others_);
            note(each.write, is_pipe, others_);
        }
    }
    note(number_of_path(value_of("RESTAT_READY", environment)), is_pipe, others_);
    for (auto const is_right : {is_regular, is_pipe}) {
        note(number_of_path(value_of("RESTAT_CHANGES", environment)), is_right, others_);
    }
    note_listeners(environment);
}

void announced_descriptors::note_listeners(std::vector<std::string> const& environment) {
    auto pid = value_of("LISTEN_PID", environment);
    auto text = value_of("LISTEN_FDS", environment);
    if (take_number(pid) != ::getpid()) return;
    int const count = take_number(text);
    for (int i = 0; i < count; ++i) {
        if (note(first_placed + i, is_any, listeners_)) continue;
        listeners_.clear();
        return;
    }
}

std::vector<int> announced_descriptors::numbers() const {
    std::vector<int> all;
    for (auto const& each : others_) {
        if (each.is_still_there()) all.push_back(each.number);
    }
    return all;
}

std::vector<int> announced_descriptors::listeners() const {
    std::vector<int> all;
    for (auto const& each : listeners_) {
        if (!each.is_still_there()) return {};
        all.push_back(each.number);
    }
    return all;
}

std::vector<held_descriptor> move_job_servers(std::vector<std::string>& environment, int first) {
    std::vector<held_descriptor> made;
    std::vector<std::pair<int, int>> known;
    for (auto& assignment : environment) {
        if (!is_job_variable(assignment)) continue;
        for (auto const& each : job_servers_in(assignment)) {
            auto const read = std::to_string(moved(each.read, first, known, made));
            auto const write = std::to_string(moved(each.write, first, known, made));
            assignment.replace(each.begin, each.end - each.begin, read + ',' + write);
        }
    }
    return made;
}

} // namespace restat::detail
