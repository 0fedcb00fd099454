#include "restart/kept_programs.hpp"

namespace restat::detail {

void kept_programs::forget_run() noexcept {
    on_trial_ = {};
    is_good_running_ = false;
}

void kept_programs::started(program_source& file, std::error_code& error) {
    file.confirm();
    is_good_running_ = file.is_source_of(good_);
    if (!is_good_running_) on_trial_ = file.copy(error);
}

void kept_programs::rolled_back_to_good() noexcept { is_good_running_ = true; }

void kept_programs::approve() noexcept {
    if (!on_trial_) return;
    good_ = std::exchange(on_trial_, {});
    is_good_running_ = true;
}

bool kept_programs::can_roll_back() const {
    return good_ && !is_good_running_ && !(on_trial_ && have_same_content(good_, on_trial_));
}

} // namespace restat::detail
