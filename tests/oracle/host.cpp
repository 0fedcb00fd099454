#include "oracle/host.hpp"

#include <restat/basic_reloader.hpp>
#include <restat/enumerator/joined_enumerator.hpp>
#include <restat/enumerator/list_enumerator.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/matcher/any_matcher.hpp>
#include <restat/matcher/gitignore_matcher.hpp>
#include <restat/matcher/glob_matcher.hpp>
#include <restat/matcher/logic.hpp>
#include <restat/reloader_guard.hpp>
#include <restat/restart/callback_restart.hpp>

#include <optional>
#include <thread>

namespace oracle {
namespace {

using namespace restat;
using namespace std::chrono_literals;

any_matcher make_matcher(rules which) {
    switch (which) {
    case rules::none: break;
    case rules::no_temporaries: return any_matcher{!glob_matcher{"*.tmp"}};
    case rules::no_a: return any_matcher{!glob_matcher{"a"}};
    case rules::gitignore: return any_matcher{gitignore_matcher{}};
    }
    return any_matcher{};
}

// Calls the hook for each candidate that a scan asks about.
class hooked_matcher {
public:
    hooked_matcher(rules which, std::function<void()> hook)
        : inner_{make_matcher(which)}, hook_{std::move(hook)} {}

    verdict operator()(candidate const& path) const noexcept {
        if (hook_) hook_();
        return inner_(path);
    }
    verdict previous_verdict(candidate const& path) const noexcept {
        return inner_.previous_verdict(path);
    }
    directory_rules on_directory(candidate const& directory, directory_reader& reader) const {
        return inner_.on_directory(directory, reader);
    }
    void faults(std::vector<finding>& into) const { inner_.faults(into); }

private:
    any_matcher inner_;
    std::function<void()> hook_;
};

std::vector<std::string>& roots_of(tree_enumerator& of) { return of.roots(); }
std::vector<std::string>& roots_of(list_enumerator& of) { return of.paths(); }
template <class... Parts>
std::vector<std::string>& roots_of(joined_enumerator<Parts...>& of) {
    return of.template part<1>().roots();
}

template <class Enumerator>
class composed final : public host {
    using maker = std::function<Enumerator(std::vector<std::string> const&)>;
    using strategy = callback_restart<callback>;

public:
    composed(configuration const& of, std::vector<std::string> const& roots, maker make,
             skipping_clock const& clock, callback when_changed, std::function<void()> hook)
        : roots_{roots}
        , make_{std::move(make)}
        , which_{of.which}
        , reloader_{make_(roots), hooked_matcher{of.which, std::move(hook)}, clock,
                    strategy{std::move(when_changed)}, schedule_of(of)} {}

    void baseline() override { reloader_.baseline(); }
    poll_result poll() override { return reloader_.poll(); }
    slice_result poll_for(std::chrono::nanoseconds budget) override {
        return reloader_.poll_for(budget);
    }
    void start() override { guard_.emplace(reloader_); }
    bool stop() override {
        if (!guard_) return false;
        bool const ended = !guard_->is_watching();
        guard_.reset();
        return ended;
    }
    snapshot const& latest() const override { return reloader_.latest(); }
    snapshot scan_afresh() override {
        auto fresh = make_(roots_);
        hooked_matcher const matcher{which_, {}};
        snapshot_builder found;
        std::error_code error;
        fresh.enumerate(matcher_ref{matcher}, found, error);
        return found.finish();
    }
    void use_roots(std::vector<std::string> const& roots) override {
        roots_ = roots;
        roots_of(reloader_.enumerator()) = roots;
    }
    void ask() override { (void)reloader_.matcher(); }
    void pin(std::string const& path) override { reloader_.pin(path); }
    std::string why(std::string const& path) override {
        return to_string(reloader_.watch_state_of(path));
    }

private:
    static restat::schedule schedule_of(configuration const& of) {
        restat::schedule when{
            .interval = 1ms, .quiet_period = 5ms, .max_wait = of.max_wait, .empty_period = 20ms};
        if (of.how == verb::run_in_slices) when.slice = std::max(of.budget, 100'000ns);
        return when;
    }

    std::vector<std::string> roots_;
    maker make_;
    rules which_;
    basic_reloader<Enumerator, hooked_matcher, skipping_clock, strategy> reloader_;
    std::optional<reloader_guard> guard_;
};

} // namespace

time_point skipping_clock::now() const noexcept {
    return std::chrono::steady_clock::now() + std::chrono::nanoseconds{*skipped_};
}

wake skipping_clock::wait_until(time_point when, std::stop_token stop) const {
    if (stop.stop_requested()) return wake::stopped;
    skip_to(when);
    std::this_thread::sleep_for(20us);
    return stop.stop_requested() ? wake::stopped : wake::deadline;
}

void skipping_clock::skip_to(time_point when) const {
    auto const ahead = when - now();
    if (ahead > 0ns && ahead < 1h) *skipped_ += ahead.count();
}

std::unique_ptr<host> make_host(configuration const& of, std::vector<std::string> const& roots,
                                std::vector<std::string> const& listed,
                                skipping_clock const& clock, callback when_changed,
                                std::function<void()> hook) {
    tree_options const how{.links = of.follows ? tree_options::symlinks::follow
                                               : tree_options::symlinks::named_only,
                           .threads = of.threads};
    using paths = std::vector<std::string>;
    auto const compose = [&]<class E>(std::function<E(paths const&)> make) {
        return std::make_unique<composed<E>>(of, roots, std::move(make), clock,
                                             std::move(when_changed), std::move(hook));
    };
    switch (of.source) {
    case files_from::tree:
        return compose.template operator()<tree_enumerator>([how](paths const& named) {
            return tree_enumerator{named, how};
        });
    case files_from::list:
        return compose.template operator()<list_enumerator>(
            [](paths const& named) { return list_enumerator{named}; });
    case files_from::list_and_tree: break;
    }
    using both = joined_enumerator<list_enumerator, tree_enumerator>;
    return compose.template operator()<both>([how, listed](paths const& named) {
        return both{list_enumerator{listed}, tree_enumerator{named, how}};
    });
}

} // namespace oracle
