#include "cli/keyed_restart.hpp"

#include <restat/testing/print.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace restat;
using namespace restat::cli;
using namespace std::chrono_literals;

namespace {

struct typed_keys {
    std::string text;

    char next_key() {
        if (text.empty()) return 0;
        char const key = text.front();
        text.erase(0, 1);
        return key;
    }
    void refresh() const noexcept {}
};

/// Logs the paths of each restart and its answer.
struct scripted {
    std::string* log;
    restart_result* answer;

    restart_result restart(change_set const& changes, std::error_code& error) const {
        for (change const& what : changes) *log += what.path + ' ';
        *log += std::string{to_string(*answer)} + '\n';
        if (*answer == restart_result::refused)
            error = std::make_error_code(std::errc::no_such_file_or_directory);
        return *answer;
    }
    void start(time_point) const {}
    supervision supervise(time_point) const { return {}; }
    void stop(time_point) const {}
    int descriptor() const { return -1; }
    time_point suspended_until() const noexcept { return time_point::max(); }
};

change_set change_of(std::string path) {
    change what;
    what.kind = change_kind::modified;
    what.path = std::move(path);
    return change_set{{what}};
}

struct fixture {
    using strategy = keyed_restart<scripted, typed_keys>;

    strategy make() {
        return {scripted{&log, &answer},
                &keys,
                {[](scripted&) {}, [](bool) {},
                 [this](change_set const&, restart_result result, std::error_code) {
                     reports += std::string{to_string(result)} + ' ';
                 },
                 [] {}}};
    }
    void press(std::string text) {
        keys.text = std::move(text);
        keyed.supervise(now);
    }
    std::string taken() { return std::exchange(log, {}); }

    std::string log;
    std::string reports;
    restart_result answer = restart_result::restarted;
    typed_keys keys;
    time_point now{1h};
    std::error_code error;
    strategy keyed = make();
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(keyed_restarts, fixture)

BOOST_AUTO_TEST_CASE(changes_of_a_pause_are_delivered_when_it_ends) {
    press("p");
    BOOST_TEST(keyed.restart(change_of("a"), error) == restart_result::declined);
    BOOST_TEST(keyed.restart(change_of("b"), error) == restart_result::declined);
    BOOST_TEST(taken() == "");
    press("p");
    BOOST_TEST(taken() == "a restarted\nb restarted\n");
    BOOST_TEST(reports == "restarted ");
    keyed.supervise(now + 1h);
    BOOST_TEST(taken() == "");
}

BOOST_AUTO_TEST_CASE(refused_changes_of_a_pause_are_offered_again_until_accepted) {
    press("p");
    BOOST_TEST(keyed.restart(change_of("a"), error) == restart_result::declined);
    answer = restart_result::refused;
    press("p");
    BOOST_TEST(taken() == "a refused\n");
    std::size_t offers = 0;
    for (auto const end = now + 60s; now < end; ++offers) {
        auto const next = keyed.supervise(now).next;
        BOOST_TEST((next > now && next <= now + 5s));
        now = next;
    }
    auto const refusals = taken();
    auto const count = std::count(refusals.begin(), refusals.end(), '\n');
    BOOST_TEST((count >= 12 && count <= 30), count);
    BOOST_TEST(reports == "refused ");
    answer = restart_result::restarted;
    keyed.supervise(now + 5s);
    BOOST_TEST(taken() == "a restarted\n");
    BOOST_TEST(reports == "refused restarted ");
}

BOOST_AUTO_TEST_CASE(refused_changes_of_a_pause_come_with_the_next_change) {
    press("p");
    BOOST_TEST(keyed.restart(change_of("a"), error) == restart_result::declined);
    answer = restart_result::refused;
    press("p");
    taken();
    answer = restart_result::restarted;
    BOOST_TEST(keyed.restart(change_of("b"), error) == restart_result::restarted);
    BOOST_TEST(taken() == "a restarted\nb restarted\n");
    keyed.supervise(now + 1h);
    BOOST_TEST(taken() == "");
}

BOOST_AUTO_TEST_CASE(refused_changes_stay_kept_in_another_pause) {
    press("p");
    BOOST_TEST(keyed.restart(change_of("a"), error) == restart_result::declined);
    answer = restart_result::refused;
    press("pp");
    taken();
    keyed.supervise(now + 1h);
    BOOST_TEST(taken() == "");
    answer = restart_result::restarted;
    now += 2h;
    press("p");
    BOOST_TEST(taken() == "a restarted\n");
}

BOOST_AUTO_TEST_SUITE_END()
