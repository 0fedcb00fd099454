#include "restart/outgoing_handoff.hpp"

#include "platform/files/descriptor.hpp"
#include "platform/process/environment.hpp"
#include "platform/process/memfd.hpp"
#include "platform/process/placed_descriptors.hpp"

#include <restat/error.hpp>

#include <algorithm>
#include <cerrno>

namespace restat::detail {
namespace {

void describe_descriptors(inheritance const& what, outgoing_handoff& made) {
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

// Names a descriptor by its number. For an unsealed file, adds the identity of the file, since
// such a descriptor does not prove its own origin.
std::string name_of(int number) {
    auto text = std::to_string(number);
    if (!is_sealed_file(number)) text += ':' + std::to_string(identity_of_held_bytes(number));
    return text;
}

} // namespace

outgoing_handoff prepare_handoff(inheritance const& what, handoff_state left,
                                 snapshot const* known) {
    outgoing_handoff made;
    describe_descriptors(what, made);
    left.blobs = what.blobs();
    left.gives_descriptors = !made.descriptors.empty();
    if (left.pid == 0 && left.blobs.empty()) return made; // nothing to pass on
    made.file = hold_bytes("restat handover", encode(left, known),
                           first_placed + static_cast<int>(made.descriptors.size()));
    if (made.file) {
        made.environment.push_back(std::string{handoff_variable} + '=' +
                                   name_of(made.file.get()));
    } else if (!left.blobs.empty() && !made.error) {
        made.error = {errno, std::generic_category()};
    }
    return made;
}

void set_handoff_variables(std::vector<std::string>& environment, outgoing_handoff const& what,
                           given_descriptors given) {
    remove_variable(environment, handoff_variable);
    if (given == given_descriptors::dropped) {
        for (auto const name : given_variables) remove_variable(environment, name);
    }
    for (auto const& assignment : what.environment) set_variable(environment, assignment);
}

void keep_beside(std::vector<int> const& own_numbers, inheritance& what, int number,
                 std::string name) {
    auto next = what;
    next.keep(number, std::move(name));
    auto const end = first_placed + static_cast<int>(next.descriptors().size());
    auto const is_in_place = [&](int own) { return own >= first_placed && own < end; };
    if (std::any_of(own_numbers.begin(), own_numbers.end(), is_in_place)) {
        throw_error(std::make_error_code(std::errc::invalid_argument),
                    "keep a descriptor at a number listed in `keep` or `inherit`");
    }
    what = std::move(next);
}

} // namespace restat::detail
