#include "arguments.hpp"
#include "narrator.hpp"
#include "output.hpp"
#include "tasks.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>

using namespace restat::cli;

namespace {

int complain(std::string_view what, std::string_view hint, int status) {
    write_all(STDERR_FILENO, fmt::format("restat: {}{}\n", what, hint));
    return status;
}

int carry_out(settings const& asked) {
    switch (asked.task) {
    case task::answer: return write_all(STDOUT_FILENO, asked.answer) ? 1 : 0;
    case task::list: return list_files(asked);
    case task::explain: return print_explanation(asked);
    case task::print: return print_changes(asked);
    case task::command: return run_command(asked);
    }
    return 1;
}

} // namespace

int main(int count, char** arguments) try {
    fill_standard_descriptors();
    return carry_out(parse_arguments(count, arguments));
} catch (usage_error const& error) {
    return complain(error.what(), " (see restat --help)", 2);
} catch (std::exception const& error) {
    return complain(error.what(), "", 1);
}
