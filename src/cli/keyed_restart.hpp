#pragma once

#include "keyboard.hpp"

#include <restat/restart/forwarding_restart.hpp>
#include <restat/split_path.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

namespace restat::cli {

/// The command of a key.
enum class key_command { none, restart, pause, quit };

constexpr key_command command_of(char key) noexcept {
    if (key == ' ' || key == 'r') return key_command::restart;
    if (key == 'p') return key_command::pause;
    return key == 'q' ? key_command::quit : key_command::none;
}

/// A `restart_strategy` that obeys keys and forwards all other work to a wrapped strategy. While
/// paused, the strategy keeps changes; when it resumes, the next restart receives them. A refused
/// change stays kept, and is offered again with growing pauses, and before the next change.
template <class Restart, class Keys = keyboard>
class keyed_restart : public forwarding_restart<Restart> {
public:
    /// The actions of keys on the strategy and on the program, and the reports of kept changes.
    struct actions {
        std::function<void(Restart&)> restart;
        std::function<void(bool paused)> pause;
        std::function<void(change_set const&, restart_result, std::error_code)> delivered;
        std::function<void()> quit;
    };

    keyed_restart(Restart then, Keys* keys, actions on_keys)
        : forwarding_restart<Restart>{std::move(then)}
        , keys_{keys}
        , actions_{std::move(on_keys)} {}

    restart_result restart(change_set const& changes, std::error_code& error) {
        if (paused_) {
            kept_changes_.push_back(changes);
            return restart_result::declined;
        }
        if (was_refused_) offer_kept_changes();
        return this->then().restart(changes, error);
    }

    void start(time_point now) {
        is_stopping_ = false;
        start_program(this->then(), now);
    }
    /// Leaves typed keys to the next owner of the terminal.
    void stop(time_point now) {
        is_stopping_ = true;
        stop_program(this->then(), now);
    }
    int descriptor() { return program_descriptor(this->then()); }
    supervision supervise(time_point now) {
        if (keys_ && !is_stopping_) handle_keys();
        bool const has_kept_changes = !paused_ && !kept_changes_.empty();
        if (has_kept_changes && may_offer(now)) {
            offer_kept_changes();
            retry_at_ = was_refused_ ? now + pause_ : time_point::min();
        }
        auto seen = supervise_program(this->then(), now);
        if (has_kept_changes) seen.next = std::min(seen.next, suspension_end(this->then()));
        if (was_refused_ && !paused_) seen.next = std::min(seen.next, retry_at_);
        if (keys_) seen.next = std::min(seen.next, now + key_interval);
        return seen;
    }

private:
    static constexpr std::chrono::milliseconds key_interval{50};
    static constexpr std::chrono::milliseconds first_pause{100};
    static constexpr std::chrono::milliseconds longest_pause{5000};

    void handle_keys() {
        keys_->refresh();
        for (char key = 0; !is_stopping_ && (key = keys_->next_key()) != 0;) {
            auto const command = command_of(key);
            is_stopping_ = command == key_command::quit;
            if (command == key_command::restart) resume(), actions_.restart(this->then());
            if (command == key_command::pause) paused_ ? resume() : pause();
            if (command == key_command::quit) actions_.quit();
        }
    }
    void pause() {
        paused_ = true;
        actions_.pause(true);
    }
    void resume() {
        if (std::exchange(paused_, false)) actions_.pause(false);
    }
    // Returns whether neither the restart-loop guard nor the pause after a refusal delays the kept
    // changes.
    bool may_offer(time_point now) const {
        auto const until = suspension_end(this->then());
        return (until == time_point::max() || now >= until) &&
               (!was_refused_ || now >= retry_at_);
    }
    void offer_kept_changes() {
        std::vector<change> restarted;
        std::error_code refusal;
        bool is_refused = false;
        for (std::size_t at = 0; at < kept_changes_.size();) {
            std::error_code error;
            auto const& changes = kept_changes_[at];
            auto const result = this->then().restart(changes, error);
            bool const is_restart = result == restart_result::restarted;
            if (is_restart) restarted.insert(restarted.end(), changes.begin(), changes.end());
            if (!is_restart && !was_reported(result, error))
                actions_.delivered(changes, result, error);
            if (result == restart_result::refused) is_refused = true, refusal = error;
            at = stays_pending(result) ? at + 1 : drop(at);
        }
        note_refusal(is_refused, refusal);
        if (restarted.empty()) return;
        actions_.delivered(newest_of_each_path(std::move(restarted)), restart_result::restarted,
                           {});
    }
    bool was_reported(restart_result result, std::error_code reason) const {
        return result == restart_result::refused && was_refused_ && reason == refusal_;
    }
    static bool stays_pending(restart_result result) noexcept {
        return result == restart_result::refused || result == restart_result::suspended;
    }
    std::size_t drop(std::size_t at) {
        kept_changes_.erase(kept_changes_.begin() + static_cast<std::ptrdiff_t>(at));
        return at;
    }
    void note_refusal(bool is_refused, std::error_code reason) {
        auto const longer =
            std::clamp<std::chrono::milliseconds>(2 * pause_, first_pause, longest_pause);
        pause_ = is_refused ? longer : std::chrono::milliseconds{};
        was_refused_ = is_refused;
        refusal_ = reason;
    }
    // Returns the changes of a single restart as a single set.
    static change_set newest_of_each_path(std::vector<change> all) {
        std::reverse(all.begin(), all.end());
        std::stable_sort(all.begin(), all.end(), [](change const& a, change const& b) {
            return path_less(a.path, b.path);
        });
        auto const is_older = [](change const& a, change const& b) { return a.path == b.path; };
        all.erase(std::unique(all.begin(), all.end(), is_older), all.end());
        return change_set{std::move(all)};
    }

    Keys* keys_;
    actions actions_;
    bool paused_ = false;
    bool is_stopping_ = false;
    std::vector<change_set> kept_changes_;
    // The last refusal of a kept change.
    bool was_refused_ = false;
    std::error_code refusal_;
    std::chrono::milliseconds pause_{};
    time_point retry_at_{};
};

} // namespace restat::cli
