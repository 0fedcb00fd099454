// A user-defined clock: polls often during activity, and rarely otherwise. The clock wraps a
// second clock, and takes the other members from its base.
#include <restat/basic_reloader.hpp>
#include <restat/clock/forwarding_clock.hpp>
#include <restat/clock/interruptible_clock.hpp>
#include <restat/enumerator/list_enumerator.hpp>
#include <restat/matcher/name_matcher.hpp>
#include <restat/restart/callback_restart.hpp>
#include <restat/testing/conformance.hpp>
#include <restat/testing/temp_tree.hpp>

#include <cstdio>

using namespace std::chrono_literals;

namespace {

/// A `waitable_clock` that ends each wait early, by a hint, during activity.
class eager_clock : public restat::forwarding_clock<restat::interruptible_clock> {
public:
    using forwarding_clock::wait_until; // with a descriptor
    restat::wake wait_until(restat::time_point when, std::stop_token stop) {
        auto const early = now() + 5ms;
        bool const eager = now() < busy_until_ && early < when;
        auto const reason = of().wait_until(eager ? early : when, std::move(stop));
        return eager && reason == restat::wake::deadline ? restat::wake::hint : reason;
    }

    void activity() { busy_until_ = now() + 2s; }

private:
    restat::time_point busy_until_{};
};

} // namespace

int main() {
    eager_clock model;
    auto const wrong = restat::testing::check_clock(model);
    for (auto const& sentence : wrong) std::printf("eager_clock %s\n", sentence.c_str());

    restat::testing::temp_tree const files;
    files.write("config", "one");
    int told = 0;
    std::stop_source done;
    restat::basic_reloader reloader{restat::list_enumerator{files / "config"},
                                    restat::name_matcher{{.files = {"config"}}}, eager_clock{},
                                    restat::callback_restart{[&](restat::change_set const&) {
                                        ++told;
                                        done.request_stop();
                                    }},
                                    restat::schedule{.interval = 1h, .quiet_period = 20ms}};
    reloader.baseline();
    reloader.clock().activity(); // otherwise the next poll is in an hour
    files.write("config", "another");
    auto const began = std::chrono::steady_clock::now();
    reloader.run(done.get_token());
    auto const took = std::chrono::steady_clock::now() - began;
    std::printf("told %d time(s)\n", told);
    return wrong.empty() && told == 1 && took < 10s ? 0 : 1;
}
