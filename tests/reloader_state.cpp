#include <restat/detail/reloader_state.hpp>

#include "support/records.hpp"

#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/testing/memory_file_system.hpp>

#include <boost/test/unit_test.hpp>

using namespace restat;
using namespace std::chrono_literals;
using detail::poll_kind;
using detail::scan_scope;
using detail::task;
using support::file;
using support::not_final;
using support::tree;

// The phases of a poll, led by times in milliseconds, snapshots and answers.
namespace {

struct no_rules {
    verdict operator()(candidate const&) const noexcept { return verdict::none; }
};
no_rules const everything;

/// Rules with a fault.
struct faulty_rules {
    verdict operator()(candidate const&) const noexcept { return verdict::none; }
    void faults(std::vector<finding>& into) const {
        into.push_back({"rules", std::make_error_code(std::errc::io_error), "read", {}});
    }
};

struct ears : observer {
    std::vector<std::string> heard;
    int scans = 0;
    void on_finding(finding const& f) noexcept override { heard.push_back(to_string(f)); }
    void on_scan(snapshot const&, scan_span) noexcept override { ++scans; }
};

struct phases {
    ears hears;
    detail::reloader_state state{schedule{}, detail::scan_ability::in_slices};
    matcher_ref rules{everything};
    std::error_code none;

    phases() { state.observe(&hears); }

    static time_point at(int milliseconds) {
        return time_point{1h} + std::chrono::milliseconds{milliseconds};
    }
    void take(snapshot seen, int now, std::error_code error = {}) {
        scan_scope scan{state, rules, {}};
        if (!error) scan.found(std::move(seen));
        scan.end(at(now), error);
    }
    /// Takes steps until something else follows.
    task steps() {
        auto next = task::step;
        while (next == task::step) next = state.step({});
        return next;
    }
    /// Takes a whole poll, up to the delivery. Returns "modified a; " or "".
    std::string poll(int now, snapshot seen, poll_kind kind = poll_kind::whole,
                     restart_result answer = restart_result::restarted) {
        state.begin_poll(at(now), kind);
        BOOST_TEST_REQUIRE((steps() == task::scan));
        take(std::move(seen), now);
        auto const left = steps();
        state.end_poll(at(now), rules, none);
        return left == task::deliver ? deliver(now, answer) : "";
    }
    std::string deliver(int now, restart_result answer = restart_result::restarted) {
        std::string text;
        for (change const& c : state.take_offer())
            text += std::string{to_string(c.kind)} + " " + c.path + "; ";
        state.answered(answer, none, at(now), time_point::max());
        return text;
    }
    void baseline(snapshot seen) {
        poll(-5000, std::move(seen), poll_kind::baseline);
        BOOST_TEST_REQUIRE(state.has_baseline());
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(the_phases_of_a_poll, phases)

BOOST_AUTO_TEST_CASE(failure_before_the_scan_delays_the_next_scan_by_the_interval) {
    baseline(tree({{"a", file(1)}}));
    state.begin_poll(at(60'000), poll_kind::whole);
    state.end_poll(at(60'001), rules, std::make_error_code(std::errc::not_enough_memory));
    BOOST_TEST((state.next_scan() > at(60'001)));
    BOOST_TEST((state.next_scan() <= at(60'001) + schedule{}.interval));
}

BOOST_AUTO_TEST_CASE(first_scan_becomes_the_baseline) {
    BOOST_TEST((state.outcome() == poll_state::starting));
    state.begin_poll(at(0), poll_kind::baseline);
    BOOST_TEST((state.step({}) == task::scan));
    take(tree({{"a", file(1)}}), 0);
    BOOST_TEST((steps() == task::none));
    BOOST_TEST(!state.has_baseline());
    BOOST_TEST(state.end_poll(at(0), rules, none));
    BOOST_TEST(state.has_baseline());
    BOOST_TEST(state.latest().size() == 1U);
    BOOST_TEST((state.outcome() == poll_state::unchanged));
}

BOOST_AUTO_TEST_CASE(baseline_waits_for_final_records_for_at_most_three_seconds) {
    for (int now : {0, 5, 2999}) {
        poll(now, tree({{"a", not_final(file(1))}}), poll_kind::baseline);
        BOOST_TEST(state.retries_baseline());
        BOOST_TEST((state.next_scan() == at(now + 5)));
    }
    BOOST_TEST(hears.heard.empty());
    poll(3000, tree({{"a", not_final(file(1))}}), poll_kind::baseline);
    BOOST_TEST(state.has_baseline());
    BOOST_TEST(!state.retries_baseline());
    BOOST_TEST(hears.heard.size() == 1U);
}

BOOST_AUTO_TEST_CASE(change_settles_and_is_delivered_after_its_quiet_period) {
    baseline(tree({{"a", file(1)}}));
    BOOST_TEST(poll(0, tree({{"a", file(2)}})) == "");
    BOOST_TEST((state.outcome() == poll_state::settling));
    BOOST_TEST((state.next_scan() == at(75)));
    BOOST_TEST(poll(74, tree({{"a", file(2)}})) == "");
    BOOST_TEST(poll(75, tree({{"a", file(2)}})) == "modified a; ");
    BOOST_TEST((state.outcome() == poll_state::unchanged));
}

BOOST_AUTO_TEST_CASE(refused_change_is_offered_again_after_a_pause) {
    baseline(tree({{"a", file(1)}}));
    poll(0, tree({{"a", file(2)}}));
    BOOST_TEST(poll(75, tree({{"a", file(2)}}), poll_kind::whole, restart_result::refused) ==
               "modified a; ");
    BOOST_TEST((state.outcome() == poll_state::settling));
    BOOST_TEST(poll(174, tree({{"a", file(2)}})) == "");
    BOOST_TEST(poll(175, tree({{"a", file(2)}})) == "modified a; ");
}

BOOST_AUTO_TEST_CASE(new_baseline_replaces_the_former_one) {
    baseline(tree({{"a", file(1)}}));
    poll(0, tree({{"a", file(2)}, {"b", file(1)}}), poll_kind::baseline);
    BOOST_TEST(state.latest().size() == 2U);
    BOOST_TEST(poll(100, tree({{"a", file(2)}, {"b", file(1)}})) == "");
    BOOST_TEST((state.outcome() == poll_state::unchanged));
}

BOOST_AUTO_TEST_CASE(failed_scan_keeps_the_files_and_their_changes) {
    baseline(tree({{"a", file(1)}}));
    poll(0, tree({{"a", file(2)}}));
    auto const failure = std::make_error_code(std::errc::io_error);
    state.begin_poll(at(50), poll_kind::whole);
    BOOST_TEST((steps() == task::scan));
    take({}, 50, failure);
    BOOST_TEST((steps() == task::none));
    state.end_poll(at(50), rules, failure);
    BOOST_TEST(state.latest().size() == 1U);
    BOOST_TEST((state.outcome() == poll_state::settling));
    BOOST_TEST(hears.heard.size() == 1U);
    BOOST_TEST(poll(75, tree({{"a", file(2)}})) == "modified a; ");
}

// As after an exception of the enumerator.
BOOST_AUTO_TEST_CASE(scan_without_an_end_is_given_up) {
    baseline(tree({{"a", file(1)}}));
    state.begin_poll(at(0), poll_kind::whole);
    BOOST_TEST((steps() == task::scan));
    {
        scan_scope scan{state, rules, {}};
        scan.found(tree({}));
    }
    BOOST_TEST((steps() == task::none));
    state.end_poll(at(0), rules, std::make_error_code(std::errc::io_error));
    BOOST_TEST(state.latest().size() == 1U);
    BOOST_TEST(poll(100, tree({{"a", file(1)}})) == "");
    BOOST_TEST((state.outcome() == poll_state::unchanged));
}

BOOST_AUTO_TEST_CASE(fault_of_the_matcher_is_reported_once_after_a_complete_scan) {
    faulty_rules const faulty;
    rules = faulty;
    baseline(tree({{"a", file(1)}}));
    BOOST_TEST(hears.heard.size() == 1U);
    poll(0, tree({{"a", file(1)}}));
    BOOST_TEST(hears.heard.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

/// Polls in slices of a few entries each, over a tree of four directories with two files.
struct slices : phases {
    testing::memory_file_system files;
    basic_tree_enumerator<testing::memory_file_system> enumerator{"t", {}, files};
    int left = 0; // entries of this slice

    slices() {
        for (char const* directory : {"t/1/", "t/2/", "t/3/", "t/4/"}) {
            for (char const* name : {"a", "b"}) files.write(std::string{directory} + name);
        }
        files.advance(1h);
    }
    class few_entries final : public scan_bounds {
    public:
        explicit few_entries(slices& of) : of_{of} {}
        bool is_over() override { return of_.left-- == 0; }
        std::optional<std::size_t> next_priority() override { return of_.state.next_priority(); }

    private:
        slices& of_;
    };

    void scan(int now, int entries) {
        left = entries;
        few_entries bounds{*this};
        scan_scope scan{state, rules, &bounds};
        std::error_code error;
        enumerator.refresh(scan.rules(), scan.update(), error);
        scan.end(at(now), error);
    }
    /// Takes a slice. Returns whether a pass ended.
    bool slice(int now, int entries) {
        state.begin_poll(at(now), poll_kind::slice);
        auto next = steps();
        if (next == task::scan) {
            scan(now, entries);
            next = steps();
        }
        state.end_poll(at(now), rules, none);
        delivered = next == task::deliver ? deliver(now) : "";
        return state.result({}).round_ended;
    }
    void baseline() {
        for (int now = -9000; !state.has_baseline(); now += 5) slice(now, 1000);
    }
    std::string delivered;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(the_phases_of_slices, slices)

BOOST_AUTO_TEST_CASE(scan_goes_on_in_the_next_slice) {
    baseline();
    std::size_t checked = 0;
    int count = 0;
    for (bool ended = false; !ended; ++count) {
        ended = slice(count, 3);
        checked += state.result({}).entries_checked;
    }
    BOOST_TEST(checked == 13U); // 5 directories and 8 files
    BOOST_TEST(count > 3);
}

BOOST_AUTO_TEST_CASE(slice_continues_in_the_phase_of_the_last_one_and_scans_once) {
    baseline();
    files.write("t/4/new");
    state.begin_poll(at(0), poll_kind::slice);
    BOOST_TEST((steps() == task::scan));
    scan(0, 1000);
    BOOST_TEST((state.step({}) == task::step)); // merges
    state.end_poll(at(0), rules, none);

    state.begin_poll(at(1), poll_kind::slice);
    auto next = state.step({});
    while (next == task::step && !state.latest().contains("t/4/new")) next = state.step({});
    BOOST_TEST((next == task::step));
    BOOST_TEST((steps() == task::none));
    state.end_poll(at(1), rules, none);
    BOOST_TEST(state.result({}).round_ended);
    BOOST_TEST((state.outcome() == poll_state::settling));
}

BOOST_AUTO_TEST_CASE(whole_poll_drops_the_phase_of_a_slice_and_loses_no_change) {
    baseline();
    files.write("t/4/new");
    state.begin_poll(at(0), poll_kind::slice);
    BOOST_TEST((steps() == task::scan));
    scan(0, 1000);
    BOOST_TEST((state.step({}) == task::step));
    state.end_poll(at(0), rules, none);

    state.begin_poll(at(1), poll_kind::whole);
    BOOST_TEST((steps() == task::scan));
    scan(1, 1000);
    BOOST_TEST((steps() == task::none));
    state.end_poll(at(1), rules, none);
    BOOST_TEST(state.latest().contains("t/4/new"));
    BOOST_TEST((state.outcome() == poll_state::settling));
}

BOOST_AUTO_TEST_CASE(edit_is_delivered_before_the_pass_ends_once_it_is_rechecked) {
    baseline();
    files.write("t/1/a", "longer");
    files.advance(1h);
    bool ended = false;
    int now = 0;
    while (state.outcome() != poll_state::settling) ended |= slice(now++, 1);
    now += 100;
    for (int i = 0; i < 5 && delivered.empty(); ++i) ended |= slice(now++, 1);
    BOOST_TEST(delivered == "modified t/1/a; ");
    BOOST_TEST(!ended);
}

BOOST_AUTO_TEST_CASE(new_rules_hold_for_the_part_already_scanned) {
    struct no_b {
        verdict operator()(candidate const& c) const noexcept {
            return c.name() == "b" ? verdict::exclude : verdict::none;
        }
    } const without_b;
    baseline();
    BOOST_TEST(!slice(0, 6));
    rules = without_b;
    state.rules_changed();
    for (int now = 1; !slice(now, 3); ++now) continue;
    BOOST_TEST(state.latest().contains("t/1/a"));
    BOOST_TEST(!state.latest().contains("t/1/b"));
}

BOOST_AUTO_TEST_SUITE_END()
