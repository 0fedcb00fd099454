#include "restart/incoming_handoff.hpp"

#include "platform/files/descriptor.hpp"
#include "platform/files/thread.hpp"
#include "platform/process/environment.hpp"
#include "platform/process/launch.hpp"
#include "platform/process/memfd.hpp"
#include "platform/process/placed_descriptors.hpp"
#include "restart/outgoing_handoff.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace restat::detail {
namespace {

// Parses a text with nothing but a number; returns -1 for any other text.
int number_in(std::string_view text) noexcept {
    int number = -1;
    auto const end = text.data() + text.size();
    auto const [rest, error] = std::from_chars(text.data(), end, number);
    return error == std::errc{} && rest == end ? number : -1;
}

// Returns true if a variable names bytes held for this process. The variable is the number of a
// descriptor. For an unsealed file, a colon and the identity of the file follow.
bool names_held_bytes(std::string_view variable, int number) {
    auto const colon = variable.find(':');
    if (number < first_placed) return false;
    if (colon == variable.npos) return is_sealed_file(number);
    auto const identity = identity_of_held_bytes(number);
    return identity != 0 && variable.substr(colon + 1) == std::to_string(identity);
}

handoff_state read_handoff(std::string_view variable) {
    int const number = number_in(variable.substr(0, variable.find(':')));
    if (!names_held_bytes(variable, number)) return {};
    held_descriptor const file{number};
    std::string bytes;
    handoff_state left;
    bool const whole = read_whole(number, bytes) && decode(bytes, left);
    return whole && (left.pid == 0 || left.pid == this_process()) ? left : handoff_state{};
}

// Takes the next name; "unknown" if names are missing.
std::string take_name(std::string_view& names) {
    auto const end = std::min(names.find(':'), names.size());
    std::string name{names.substr(0, end)};
    names.remove_prefix(std::min(end + 1, names.size()));
    return name.empty() ? "unknown" : name;
}

// Adopts all announced descriptors or none, by the contract.
std::vector<inheritance::descriptor> adopt_descriptors() {
    if (number_in(value_of_variable("LISTEN_PID")) != this_process()) return {};
    take_variable("LISTEN_PID");
    int const count = number_in(take_variable("LISTEN_FDS"));
    std::string const all = take_variable("LISTEN_FDNAMES");
    std::vector<inheritance::descriptor> adopted;
    std::string_view names = all;
    for (int i = 0; i < count; ++i) {
        int const number = first_placed + i;
        if (!is_open(number)) return {};
        adopted.push_back({number, take_name(names)});
    }
    for (auto const& each : adopted) set_on_exec(each.number, on_exec::close);
    return adopted;
}

} // namespace

incoming_handoff::incoming_handoff() {
    auto const variable = take_variable(handoff_variable);
    if (is_privileged()) return;
    left_ = read_handoff(variable);
    if (left_.gives_descriptors) adopt();
}

void incoming_handoff::adopt() {
    if (!std::exchange(adopted_, true) && !is_privileged()) descriptors_ = adopt_descriptors();
}

void incoming_handoff::replace_by(inheritance const& given) {
    // constructed first: g++ 12 warns about an aggregate left incomplete by an exception
    handoff_state left;
    left.blobs = given.blobs();
    left_ = std::move(left);
    descriptors_ = given.descriptors();
    adopted_ = true;
}

int incoming_handoff::take_descriptor(std::string_view name) {
    adopt();
    auto const at = std::find_if(descriptors_.begin(), descriptors_.end(),
                                 [&](auto const& each) { return each.name == name; });
    if (at == descriptors_.end()) return -1;
    int const number = at->number;
    descriptors_.erase(at);
    return number;
}

std::optional<std::string> incoming_handoff::take_blob(std::string_view name) {
    auto const at = std::find_if(left_.blobs.begin(), left_.blobs.end(),
                                 [&](auto const& each) { return each.name == name; });
    if (at == left_.blobs.end()) return {};
    auto bytes = std::move(at->bytes);
    left_.blobs.erase(at);
    return bytes;
}

incoming_handoff& handoff_to_this_process() {
    static incoming_handoff of;
    return of;
}

} // namespace restat::detail
