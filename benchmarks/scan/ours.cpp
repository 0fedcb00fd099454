#include "ours.hpp"

#include <stdexcept>

namespace bench {

void watched_tree::forget() {
    reloader_.reset();
    restat::tree_options how;
    choose_threads(how, threads_);
    restat::schedule when;
    when.interval = std::chrono::nanoseconds{0};
    when.quiet_period = std::chrono::nanoseconds{0};
    when.empty_period = std::chrono::nanoseconds{0};
    reloader_ = std::make_unique<reloader>(
        restat::tree_enumerator{root_, how}, which_, restat::sleep_clock{},
        restat::callback_restart<note_delivery>{note_delivery{&last_}}, when);
}

std::size_t watched_tree::first_scan() {
    if (reloader_->poll().state == restat::poll_state::starting) {
        throw std::runtime_error{root_ + " is being written to"};
    }
    return size();
}

std::size_t watched_tree::rescan() {
    last_ = {};
    auto state = reloader_->poll().state;
    while (state == restat::poll_state::settling) state = reloader_->poll().state;
    return last_.changes;
}

delivery watched_tree::wait_for_edit() {
    last_ = {};
    while (last_.changes == 0) reloader_->poll();
    return last_;
}

} // namespace bench
