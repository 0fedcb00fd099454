#include "conformance/report.hpp"

#include <restat/testing/archetypes.hpp>

#include <thread>

using namespace restat;
using namespace restat::testing;
using namespace std::chrono_literals;

namespace {

struct answer_strategy {
    restart_result restart(change_set const&, std::error_code& error) {
        if (fails) error = std::make_error_code(std::errc::permission_denied);
        return result;
    }
    restart_result result;
    bool fails;
};

// A program with optional faults; its end takes 20 ms.
struct toy_strategy : strategy_archetype {
    toy_strategy() : strategy_archetype{0} {}
    void start(time_point) {
        if (blocks) std::this_thread::sleep_for(210ms);
        if (!never_starts) now = supervision::state::running;
    }
    void stop(time_point t) {
        now = supervision::state::stopping;
        end = t + 20ms;
    }
    supervision supervise(time_point t) {
        bool const ends = now == supervision::state::stopping && t >= end && !immortal;
        if (ends) now = supervision::state::idle;
        bool const waits = now == supervision::state::stopping && !endless;
        return {now, waits ? t + 1ms : time_point::max(), false};
    }
    int descriptor() { return odd_descriptor ? -2 : -1; }

    supervision::state now = supervision::state::idle;
    time_point end{};
    bool blocks = false;
    bool never_starts = false;
    bool immortal = false;
    bool endless = false;
    bool odd_descriptor = false;
};

sentences check(auto... faults) {
    toy_strategy toy;
    ((toy.*faults = true), ...);
    return check_supervision(toy, 100ms);
}

} // namespace

BOOST_AUTO_TEST_SUITE(restart_conformance)

BOOST_AUTO_TEST_CASE(each_archetype_conforms) {
    strategy_archetype plain{0};
    expect_good("strategy_archetype", check_restart(plain, {}));
    supervising_archetype supervising{0};
    expect_good("supervising_archetype", check_supervision(supervising, 100ms));
    handing_archetype handing{0};
    expect_good("handing_archetype", check_no_handoff(handing));
    expect_good("toy_strategy", check());
}

BOOST_AUTO_TEST_CASE(inconsistent_result_and_error_are_reported) {
    answer_strategy silent{restart_result::refused, false};
    expect_sentence(check_restart(silent, {}), "refuses without an error");
    answer_strategy confused{restart_result::restarted, true};
    expect_sentence(check_restart(confused, {}), "sets an error without a refusal");
}

BOOST_AUTO_TEST_CASE(each_broken_rule_of_supervision_is_reported) {
    expect_sentence(check(&toy_strategy::blocks), "start() blocks for more than 200 ms");
    expect_sentence(check(&toy_strategy::never_starts), "nothing runs after start()");
    expect_sentence(check(&toy_strategy::immortal), "is not idle within the limit");
    expect_sentence(check(&toy_strategy::endless), "a wait without a limit");
    expect_sentence(check(&toy_strategy::odd_descriptor), "neither open nor -1");
    toy_strategy busy;
    busy.now = supervision::state::running;
    expect_sentence(check_supervision(busy, 100ms), "is not idle before start()");
}

BOOST_AUTO_TEST_CASE(inheritance_without_a_previous_process_is_reported) {
    struct liar : handing_archetype {
        using handing_archetype::handing_archetype;
        bool inherit(snapshot& into) {
            into = {};
            return says;
        }
        bool says = true;
    };
    liar one{0};
    expect_sentence(check_no_handoff(one), "returned true without a previous process");
    liar other{0};
    other.says = false;
    expect_sentence(check_no_handoff(other), "changed the snapshot");
}

BOOST_AUTO_TEST_SUITE_END()
