#include <restat/enumerator/joined_enumerator.hpp>

#include <restat/enumerator/list_enumerator.hpp>

#include "enumerator/scanning.hpp"

#include <restat/basic_reloader.hpp>
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/recording_restart.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <random>
#include <stdexcept>
#include <utility>

using namespace restat;
using namespace scanning;
using std::chrono::nanoseconds;

namespace {

struct failing_enumerator {
    void enumerate(matcher_ref, snapshot_builder&, std::error_code& error) {
        error = std::make_error_code(std::errc::not_enough_memory);
    }
};

struct counting_enumerator {
    int* scans;
    void enumerate(matcher_ref, snapshot_builder&, std::error_code& error) {
        error.clear();
        ++*scans;
    }
};

struct baseline_enumerator {
    std::vector<bool>* scans;
    void enumerate(matcher_ref, snapshot_builder& into, std::error_code& error) {
        error.clear();
        scans->push_back(into.is_baseline());
    }
};

/// Names files in memory; some may be missing and some unreadable.
struct naming_enumerator {
    testing::memory_file_system tree;
    paths names = {};

    void enumerate(matcher_ref, snapshot_builder& into, std::error_code& error) {
        error.clear();
        for (auto const& name : names) {
            std::error_code failed;
            auto const record = tree.stat(name.c_str(), last_link::follow, failed);
            if (failed) {
                into.add_error(name, failed, "stat");
            } else if (record.type == file_type::regular) {
                into.add({name, record, {}, name.ends_with("b")}); // like a module
            }
        }
    }
};

using memory_tree = basic_tree_enumerator<testing::memory_file_system>;

paths with_records(snapshot const& seen) {
    paths all;
    for (entry const one : seen) {
        all.push_back(one.path.str() + " " + std::to_string(one.record.size) + " " +
                      std::to_string(one.record.ctime.seconds) + "." +
                      std::to_string(one.record.ctime.nanoseconds));
    }
    for (auto const& one : findings(seen)) all.push_back(one);
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end()); // two parts may find the same file
    return all;
}

} // namespace

static_assert(incremental_enumerator<joined_enumerator<naming_enumerator, memory_tree>>);
static_assert(!incremental_enumerator<joined_enumerator<naming_enumerator, naming_enumerator>>);
static_assert(!incremental_enumerator<joined_enumerator<memory_tree, memory_tree>>);

BOOST_AUTO_TEST_SUITE(a_joined_enumerator)

BOOST_AUTO_TEST_CASE(each_part_knows_a_scan_for_a_baseline) {
    testing::memory_file_system tree;
    tree.write("src/a");
    std::vector<bool> scans;
    joined_enumerator all{memory_tree{{"src"}, {}, tree}, baseline_enumerator{&scans}};
    snapshot const known;
    for (bool const is : {true, false}) {
        std::error_code error;
        snapshot_update update;
        update.begin(known);
        update.set_baseline(is);
        all.refresh(everything{}, update, error);
        snapshot_builder into;
        into.set_baseline(is);
        all.enumerate(everything{}, into, error);
    }
    BOOST_TEST(scans == (std::vector<bool>{true, true, false, false}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(entries_of_each_part_are_found_once) {
    testing::temp_tree const tree;
    for (auto const* name : {"t/x", "t/y", "u"}) tree.write(name);
    joined_enumerator all{tree_enumerator{tree / "t"},
                          list_enumerator{{tree / "u", tree / "t/x"}}};
    BOOST_TEST(told(scan(all), tree.path() + "/") == (paths{"t/x", "t/y", "u"}));
    all.part<1>().paths().clear();
    BOOST_TEST(scan(all).size() == 2U);
}

BOOST_AUTO_TEST_CASE(refresh_updates_the_tree_and_the_named_files) {
    std::array const names{"t/a", "t/b", "t/d/a", "t/d/b", "o/a", "o/b", "t/d/e/a"};
    for (unsigned seed = 1; seed <= 30; ++seed) {
        std::mt19937 random{seed};
        testing::memory_file_system const files;
        files.make_directory("t");
        joined_enumerator all{naming_enumerator{files}, memory_tree{{"t", "o/b"}, {}, files}};
        snapshot believed;
        for (int i = 0; i < 60; ++i) {
            std::string const name = names[random() % names.size()];
            auto const names_before = all.part<0>().names;
            files.advance(nanoseconds{random() % 3'000'000'000});
            switch (random() % 5) {
            case 0:
                if (auto const there = files.files();
                    std::count(there.begin(), there.end(), name) > 0) {
                    files.remove(name);
                }
                break;
            case 1: all.part<0>().names.push_back(name); break;
            case 2:
                if (!all.part<0>().names.empty()) all.part<0>().names.pop_back();
                break;
            default: files.write(name, std::string(random() % 9, 'x')); break;
            }
            if (random() % 8 == 0)
                files.fail_at(name, testing::file_call::stat, std::errc::io_error);
            snapshot_builder found;
            std::error_code error;
            all.enumerate(everything{}, found, error);
            auto const expected = found.finish(believed);
            believed = refresh(all, believed, everything{});
            // The tree may contain a path that is no longer named, and must list that path itself.
            if (names_before != all.part<0>().names) {
                believed = refresh(all, believed, everything{});
            }
            BOOST_TEST(with_records(believed) == with_records(expected), seed << " " << i);
            files.heal();
        }
    }
}

BOOST_AUTO_TEST_CASE(limited_scan_keeps_files_named_by_the_other_part) {
    testing::memory_file_system const files;
    for (auto const* name : {"t/a/x", "t/b/x", "t/b/named", "o/named"}) files.write(name);
    files.advance(std::chrono::seconds{5});
    joined_enumerator all{naming_enumerator{files, {"t/b/named", "o/named"}},
                          memory_tree{{"t"}, {}, files}};
    everything const always;
    snapshot known;
    snapshot_update update;
    auto const look = [&](std::vector<std::string> const& only) {
        update.begin(known);
        if (!only.empty()) update.limit_to(only);
        std::error_code error;
        all.refresh(always, update, error);
        BOOST_TEST(!error);
        auto const changes = update.changes();
        update.apply(known);
        return listed(changes);
    };
    look({});
    files.remove("t/a/x");
    files.remove("t/b/x");
    BOOST_TEST(look({"t/a"}) == "removed t/a/x 0; ");
    BOOST_TEST(told(known) == (paths{"o/named", "t/b/named", "t/b/x"}));
    files.remove("o/named"); // each scan checks the few named files
    BOOST_TEST(look({"t/a"}) == "removed o/named 0; ");
    BOOST_TEST(look({}) == "removed t/b/x 0; ");
    BOOST_TEST(told(known) == (paths{"t/b/named"}));
}

// The file may still be in a directory that this scan cannot read, or has no reason to read.
BOOST_AUTO_TEST_CASE(file_named_no_more_stays_in_its_tree_until_its_directory_is_listed) {
    for (bool const is_limited : {true, false}) {
        testing::memory_file_system const files;
        for (auto const* name : {"t/a/x", "t/b/named"}) files.write(name);
        files.advance(std::chrono::seconds{5});
        joined_enumerator all{naming_enumerator{files, {"t/b/named"}},
                              memory_tree{{"t"}, {}, files}};
        everything const always;
        snapshot known;
        snapshot_update update;
        auto const look = [&](bool at_a_alone) {
            update.begin(known);
            if (at_a_alone) update.limit_to({"t/a"});
            std::error_code error;
            all.refresh(always, update, error);
            BOOST_TEST(!error);
            auto const changes = update.changes();
            update.apply(known);
            return listed(changes);
        };
        look(false);
        if (!is_limited)
            files.fail_at("t/b", testing::file_call::open, std::errc::permission_denied);
        all.part<0>().names.clear();
        BOOST_TEST(look(is_limited) == "");
        BOOST_TEST(told(known) == (paths{"t/a/x", "t/b/named"}));
        files.heal();
        BOOST_TEST(look(false) == "");
        BOOST_TEST(told(known) == (paths{"t/a/x", "t/b/named"}));
        files.remove("t/b/named");
        BOOST_TEST(look(false) == "removed t/b/named 0; ");
    }
}

BOOST_AUTO_TEST_CASE(failing_part_ends_the_scan) {
    int scans = 0;
    joined_enumerator all{counting_enumerator{&scans}, failing_enumerator{},
                          counting_enumerator{&scans}};
    snapshot_builder found;
    std::error_code error;
    all.enumerate(everything{}, found, error);
    BOOST_TEST((error == std::errc::not_enough_memory));
    BOOST_TEST(scans == 1);
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

/// A part that throws in its next scan, on demand.
struct throwing_part {
    std::shared_ptr<bool> throws = std::make_shared<bool>(false);
    void enumerate(matcher_ref, snapshot_builder&, std::error_code& error) const {
        error.clear();
        if (std::exchange(*throws, false)) throw std::runtime_error{"part"};
    }
};

/// Excludes `x` directly below the root.
struct without_x {
    verdict operator()(candidate const& c) const noexcept {
        return c.relative() == "x" ? verdict::exclude : verdict::none;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(a_joined_scan_that_fails_in_a_later_part)

// The next scan still has the roots of the known snapshot for comparison.
BOOST_AUTO_TEST_CASE(new_roots_hold_from_the_next_scan) {
    for (bool const fails : {false, true}) {
        testing::manual_clock clock;
        testing::memory_file_system files;
        files.follow(clock);
        files.write("t/a/x");
        files.write("t/a/y");
        clock.advance(std::chrono::seconds{1});
        throwing_part const part;
        testing::recording_restart restart;
        basic_reloader reloader{joined_enumerator{memory_tree{"t/a", {}, files}, part},
                                without_x{}, clock, restart};
        reloader.baseline();
        BOOST_TEST(!reloader.latest().contains("t/a/x"));
        reloader.enumerator().part<0>().roots() = {"t"};
        *part.throws = fails;
        std::error_code error;
        clock.advance(std::chrono::seconds{2});
        if (fails) {
            BOOST_CHECK_THROW(reloader.poll(error), std::runtime_error);
        } else {
            reloader.poll(error);
        }
        for (int i = 0; i < 3; ++i) {
            clock.advance(std::chrono::seconds{2});
            reloader.poll(error);
        }
        BOOST_TEST(reloader.latest().contains("t/a/x"));
        BOOST_TEST(restart.take().empty());
        files.write("t/a/x", "edited");
        for (int i = 0; i < 3; ++i) {
            clock.advance(std::chrono::seconds{2});
            reloader.poll(error);
        }
        auto const delivered = restart.take();
        BOOST_TEST_REQUIRE(delivered.size() == 1U);
        BOOST_TEST(delivered[0][0].path == "t/a/x");
    }
}

BOOST_AUTO_TEST_SUITE_END()
