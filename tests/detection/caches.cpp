// The guarantees, and their limits, for a network file system that caches the attributes of files.

#include "support/watched_in_memory.hpp"

#include <boost/test/unit_test.hpp>

using namespace restat;
using namespace std::chrono_literals;
using testing::memory_file_system;

namespace {

constexpr std::chrono::nanoseconds cached_for = 3s;

struct stage {
    stage() {
        files.follow(clock);
        files.write("t/d/a", "1");
        clock.advance(1s);
        files.cache_records(cached_for);
        while (reloader.poll().state == poll_state::starting) clock.advance(5ms);
    }
    /// Returns all deliveries within a period.
    std::string told_within(std::chrono::nanoseconds time) {
        auto const end = clock.now() + time;
        while (clock.now() < end) {
            clock.advance(std::clamp<std::chrono::nanoseconds>(reloader.poll().next - clock.now(),
                                                               1ns, end - clock.now()));
        }
        std::string text;
        for (auto const& set : reloader.strategy().take()) {
            for (change const& c : set) {
                text += std::string{to_string(c.kind)} + " " + c.path + "; ";
            }
        }
        return text;
    }

    memory_file_system files{std::chrono::nanoseconds{1}, 4ms};
    testing::manual_clock clock;
    testing::reloader_in_memory reloader = testing::watch_in_memory(files, clock, 100ms);
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(attribute_caches, stage)

BOOST_AUTO_TEST_CASE(cached_edit_is_delivered_once_after_the_cache_expires) {
    for (int i = 2; i < 6; ++i) {
        clock.advance(cached_for);
        reloader.poll(); // fills the cache
        clock.advance(10ms);
        files.write("t/d/a", std::to_string(i));
        BOOST_TEST(told_within(cached_for - 500ms) == "");
        BOOST_TEST(told_within(1s) == "modified t/d/a; ");
        BOOST_TEST(told_within(2 * cached_for) == "");
    }
}

// The record of the directory is old, but its listing is current.
BOOST_AUTO_TEST_CASE(added_and_removed_names_are_delivered_despite_the_cache) {
    for (int i = 0; i < 3; ++i) {
        reloader.poll();
        clock.advance(10ms);
        files.write("t/d/new");
        files.write("t/d/deeper/new");
        BOOST_TEST(told_within(500ms) == "added t/d/deeper/new; added t/d/new; ");
        files.remove("t/d/new");
        files.remove("t/d/deeper");
        BOOST_TEST(told_within(500ms) == "removed t/d/deeper/new; removed t/d/new; ");
    }
}

BOOST_AUTO_TEST_CASE(replaced_file_is_delivered_despite_the_cache) {
    clock.advance(cached_for);
    reloader.poll();
    clock.advance(10ms);
    files.write("t/n", "2");
    files.rename("t/n", "t/d/a");
    BOOST_TEST(told_within(500ms) == "modified t/d/a; ");
}

// The limit: a record cached within the tick of its timestamp counts as final after this tick. A
// later write in the same tick leaves the same record.
BOOST_AUTO_TEST_CASE(edit_of_the_same_size_in_the_same_tick_may_be_hidden_by_the_cache) {
    clock.advance(cached_for);
    reloader.poll();
    clock.advance(cached_for);
    clock.advance(4ms - (clock.now().time_since_epoch() % 4ms)); // a tick begins
    files.write("t/d/a", "2");
    std::error_code error;
    files.stat("t/d/a", last_link::keep, error); // a different process fills the cache
    files.write("t/d/a", "3");
    clock.advance(10ms);
    BOOST_TEST(told_within(500ms) == "modified t/d/a; ");
    BOOST_TEST(reloader.latest().is_final());
    BOOST_TEST(files.read("t/d/a") == "3");
    BOOST_TEST(told_within(3 * cached_for) == ""); // "3" has the record of "2"
}

BOOST_AUTO_TEST_SUITE_END()
