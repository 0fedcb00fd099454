#pragma once

#include <restat/basic_reloader.hpp>
#include <restat/clock/sleep_clock.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/renames.hpp>
#include <restat/testing/recording_restart.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

// A reloader on a real tree, polled until every change is delivered.
namespace real {

/// The delivered changes, such as "modified a", in order.
using lines = std::vector<std::string>;

inline restat::verdict but_git(restat::candidate const& c) noexcept {
    return c.name() == ".git" ? restat::verdict::exclude : restat::verdict::none;
}

class watching {
public:
    explicit watching(std::string root, restat::schedule when = quick())
        : base_{std::move(root)}
        , reloader_{restat::tree_enumerator{base_}, &but_git, restat::sleep_clock{}, told_,
                    when} {
        reloader_.baseline();
    }

    static restat::schedule quick() {
        return {.quiet_period = std::chrono::milliseconds{20},
                .max_wait = std::chrono::seconds{20},
                .empty_period = std::chrono::seconds{3}};
    }

    /// Polls once, and returns the result.
    restat::poll_result poll() { return reloader_.poll(); }

    /// Polls until no change is pending. Returns the changes delivered meanwhile.
    lines settle() {
        settle_more();
        return take();
    }

    /// Polls until no change is pending, and leaves the deliveries in place.
    void settle_more() {
        for (;;) {
            auto const [state, next] = poll();
            if (state == restat::poll_state::unchanged) break;
            if (state != restat::poll_state::delivered)
                restat::sleep_clock{}.wait_until(next, {});
        }
    }

    std::size_t deliveries() const { return told_.seen().size(); }
    std::vector<restat::change_set> take_sets() { return told_.take(); }

    /// Returns the deliveries, with each rename as "added" and "removed".
    lines take() {
        lines all;
        for (auto const& set : told_.take()) {
            for (restat::change const& c : without_renames(set)) {
                all.push_back(std::string{to_string(c.kind)} + " " + below(c.path));
            }
        }
        std::sort(all.begin(), all.end());
        return all;
    }

    restat::snapshot const& believed() const { return reloader_.latest(); }
    std::string below(std::string const& path) const {
        return path.size() > base_.size() ? path.substr(base_.size() + 1) : ".";
    }

private:
    std::string base_;
    restat::testing::recording_restart told_;
    restat::basic_reloader<restat::tree_enumerator,
                           restat::verdict (*)(restat::candidate const&) noexcept,
                           restat::sleep_clock, restat::testing::recording_restart>
        reloader_;
};

} // namespace real
