#pragma once

#include "keyboard.hpp"

#include <restat/restart/forwarding_restart.hpp>
#include <restat/split_path.hpp>

#include <algorithm>
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
/// paused, the strategy keeps changes; when it resumes, the next restart receives them.
template <class Restart>
class keyed_restart : public forwarding_restart<Restart> {
public:
    /// The actions of keys on the strategy and on the program, and the reports of kept changes.
    struct actions {
        std::function<void(Restart&)> restart;
        std::function<void(bool paused)> pause;
        std::function<void(change_set const&, restart_result, std::error_code)> delivered;
        std::function<void()> quit;
    };

    keyed_restart(Restart then, keyboard* keys, actions on_keys)
        : forwarding_restart<Restart>{std::move(then)}
        , keys_{keys}
        , actions_{std::move(on_keys)} {}

    restart_result restart(change_set const& changes, std::error_code& error) {
        if (!paused_) return this->then().restart(changes, error);
        kept_changes_.push_back(changes);
        return restart_result::declined;
    }

    void start(time_point now) {
        is_stopping_ = false;
        forwarding_restart<Restart>::start(now);
    }
    /// Leaves typed keys to the next owner of the terminal.
    void stop(time_point now) {
        is_stopping_ = true;
        forwarding_restart<Restart>::stop(now);
    }
    supervision supervise(time_point now) {
        if (keys_ && !is_stopping_) handle_keys();
        bool const has_kept_changes = !paused_ && !kept_changes_.empty();
        if (has_kept_changes) deliver_kept_changes(now);
        auto seen = forwarding_restart<Restart>::supervise(now);
        if (has_kept_changes) seen.next = std::min(seen.next, this->suspended_until());
        if (keys_) seen.next = std::min(seen.next, now + key_interval);
        return seen;
    }

private:
    static constexpr std::chrono::milliseconds key_interval{50};

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
    // Delivers the kept changes. If the command cannot start now, its changes are delivered with
    // the next change. A change suspended by the restart-loop guard waits until the guard allows
    // it.
    void deliver_kept_changes(time_point now) {
        auto const until = this->suspended_until();
        if (until != time_point::max() && now < until) return;
        std::vector<change> restarted;
        for (auto const& changes : std::exchange(kept_changes_, {})) {
            std::error_code error;
            auto const result = this->then().restart(changes, error);
            if (result == restart_result::suspended) kept_changes_.push_back(changes);
            if (result == restart_result::restarted)
                restarted.insert(restarted.end(), changes.begin(), changes.end());
            else
                actions_.delivered(changes, result, error);
        }
        if (restarted.empty()) return;
        actions_.delivered(newest_of_each_path(std::move(restarted)), restart_result::restarted,
                           {});
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

    keyboard* keys_;
    actions actions_;
    bool paused_ = false;
    bool is_stopping_ = false;
    std::vector<change_set> kept_changes_;
};

} // namespace restat::cli
