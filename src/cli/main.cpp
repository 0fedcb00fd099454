#include "arguments.hpp"
#include "output.hpp"
#include "status_reporter.hpp"
#include "tasks.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>

using namespace restat::cli;

namespace {

int print_error(std::string_view what, std::string_view hint, int status) {
    write_all(STDERR_FILENO, fmt::format("restat: {}{}\n", what, hint));
    return status;
}

int perform(settings const& chosen) try {
    switch (chosen.task) {
    case task::answer: return write_all(STDOUT_FILENO, chosen.answer) ? 1 : 0;
    case task::list: return list_files(chosen);
    case task::explain: return print_explanation(chosen);
    case task::print: return print_changes(chosen);
    case task::command: return run_command(chosen);
    }
    return 1;
} catch (usage_error const& error) {
    throw usage_error{located(chosen.places, error.what())};
}

} // namespace

int main(int count, char** arguments) try {
    fill_standard_descriptors();
    return perform(parse_arguments(count, arguments));
} catch (usage_error const& error) {
    return print_error(error.what(), " (see restat --help)", 2);
} catch (std::exception const& error) {
    return print_error(error.what(), "", 1);
}
