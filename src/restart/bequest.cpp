#include "restart/bequest.hpp"

#include "linux/launch.hpp"
#include "linux/placed_descriptors.hpp"

#include <cstdlib>

namespace restat::detail {
namespace {

void describe_descriptors(inheritance const& what, bequest& made) {
    std::string names;
    for (auto const& each : what.descriptors()) {
        if (!is_open(each.number)) {
            made.error = std::make_error_code(std::errc::bad_file_descriptor);
        }
        made.descriptors.push_back(each.number);
        names += (names.empty() ? "" : ":") + each.name;
    }
    if (names.empty()) return;
    made.environment.push_back("LISTEN_FDS=" + std::to_string(made.descriptors.size()));
    made.environment.push_back("LISTEN_FDNAMES=" + names);
    made.environment.push_back(room_for_pid);
}

// Whether what a service manager passed to this process is open, and stays so over an exec.
bool are_passed_on(std::vector<std::string> const& environment) noexcept {
    int const count = std::atoi(std::string{value_of("LISTEN_FDS", environment)}.c_str());
    for (int i = 0; i < count; ++i) {
        if (!passes_exec(first_placed + i)) return false;
    }
    return true;
}

} // namespace

bequest make_bequest(inheritance const& what, hand_over left) {
    bequest made;
    describe_descriptors(what, made);
    left.blobs = what.blobs();
    if (left.pid == 0 && left.blobs.empty()) return made; // nothing is left
    made.file = make_sealed_file("restat handover", encode(left),
                                 first_placed + static_cast<int>(made.descriptors.size()));
    if (made.file) {
        auto const number = std::to_string(made.file.get());
        made.environment.push_back(std::string{handover_variable} + '=' + number);
    } else if (!left.blobs.empty() && !made.error) {
        made.error = std::make_error_code(std::errc::too_many_files_open);
    }
    return made;
}

void bequeath(std::vector<std::string>& environment, bequest const& what) {
    remove_variable(environment, handover_variable);
    if (what.descriptors.empty() && !are_passed_on(environment)) {
        for (auto const name : given_variables) remove_variable(environment, name);
    }
    for (auto const& assignment : what.environment) set_variable(environment, assignment);
}

} // namespace restat::detail
