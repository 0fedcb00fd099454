#include "run_role.hpp"

#include "platform/files/thread.hpp"
#include "platform/process/channel.hpp"
#include "platform/process/environment.hpp"
#include "platform/process/launch.hpp"

#include <charconv>
#include <string_view>

namespace restat::detail {
namespace {

// Removes a leading number from the text; only digits and a sign form a number.
bool take_number(std::string_view& text, int& into) noexcept {
    auto const end = text.data() + text.size();
    auto const [end_of_number, error] = std::from_chars(text.data(), end, into);
    text.remove_prefix(static_cast<std::size_t>(end_of_number - text.data()));
    return error == std::errc{};
}

bool take_results(std::string_view& text, std::vector<int>& into) {
    for (int result = 0; !text.empty(); into.push_back(result)) {
        if (!into.empty() && text.front() != ',') return false;
        if (!into.empty()) text.remove_prefix(1);
        if (!take_number(text, result)) return false;
    }
    return true;
}

} // namespace

process_role::process_role() : pid_{detail::this_process()} {
    auto const value = take_variable(child_variable);
    if (value.empty() || is_privileged()) return;
    if (!read(value)) {
        results_.clear();
        return;
    }
    send(child_message::type::arrived);
}

bool process_role::read(std::string const& value) {
    std::string_view text = value;
    int channel = -1;
    if (!take_number(text, channel) || channel < 3) return false;
    whole_program_ = text.empty();
    if (!whole_program_) {
        if (text.front() != ':') return false;
        text.remove_prefix(1);
    }
    if (!take_results(text, results_) || !detail::adopt_channel(channel)) return false;
    channel_ = channel;
    return true;
}

bool process_role::is_child() const noexcept {
    return channel_ >= 0 && pid_ == detail::this_process();
}

bool process_role::send(child_message::type kind, int value) const noexcept {
    if (!is_child()) return false;
    child_message const message{kind, pid_, value};
    bool const must_arrive = kind == child_message::type::returned;
    return detail::send_packet(channel_, &message, sizeof message,
                               must_arrive ? detail::when_full::wait
                                           : detail::when_full::give_up);
}

bool process_role::replays(int& result) noexcept {
    if (calls_ >= results_.size()) return false;
    result = results_[calls_++];
    return true;
}

process_role& role_of_this_process() {
    static process_role role;
    return role;
}

} // namespace restat::detail
