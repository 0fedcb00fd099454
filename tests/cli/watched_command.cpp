#include "watched_command.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace {

constexpr char const* script =
    "printf 'run %s %s: ' $RESTAT_GENERATION $RESTAT_REASON; "
    "if [ $RESTAT_CHANGES ]; then tr '\\0\\t' ';=' <$RESTAT_CHANGES; fi; "
    "echo; exec sleep 1000";

start_options in(temporary_directory const& directory, start_options how) {
    how.directory = directory.path();
    return how;
}

} // namespace

std::vector<std::string> shell_under_restat(std::vector<std::string> options,
                                            std::string const& run) {
    options.insert(options.end(), {"-n", "50ms", "--", "/bin/sh", "-c", run});
    return restat_with(options);
}

watched_command::watched_command(temporary_directory const& of,
                                 std::vector<std::string> const& options, start_options how)
    : running_program{shell_under_restat(options, script), in(of, how)} {}

std::string watched_command::next_line() {
    std::size_t end = 0;
    wait_for([&] { return (end = output().find('\n', taken_)) != std::string::npos; });
    if (end == std::string::npos) return {};
    auto const line = output().substr(taken_, end - taken_);
    taken_ = end + 1;
    return line;
}

std::size_t watched_command::lines_left() const {
    auto const from = output().begin() + static_cast<std::ptrdiff_t>(taken_);
    return static_cast<std::size_t>(std::count(from, output().end(), '\n'));
}
