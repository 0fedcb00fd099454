#include "enumerator/tree_members.hpp"

#include "enumerator/scanning.hpp"

#include <restat/basic_reloader.hpp>
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/recording_restart.hpp>

namespace {

using namespace restat;
using namespace scanning;
using namespace std::chrono_literals;

constexpr tree_options with_directories{.report = tree_options::entries::files_and_directories};

/// A reloader of `t` that reports directories; polls in slices or by full scans.
struct reported {
    explicit reported(bool slices) : in_slices{slices} {
        files.follow(clock);
        files.write("t/a/x");
        files.write("t/b/y");
        clock.advance(1s);
        reloader.baseline();
    }

    std::string after(std::function<void()> const& act) {
        clock.advance(1s);
        act();
        for (int i = 0; i < 40; ++i) {
            clock.advance(50ms);
            in_slices ? static_cast<void>(reloader.poll_for(1s))
                      : static_cast<void>(reloader.poll());
        }
        std::string text;
        for (auto const& set : log.take()) {
            for (change const& one : set) {
                text += std::string{to_string(one.kind)} + ' ' +
                        (one.from.empty() ? "" : one.from + " to ") + one.path + "; ";
            }
        }
        return text;
    }

    bool in_slices;
    testing::manual_clock clock;
    testing::memory_file_system files;
    testing::recording_restart log;
    basic_reloader<memory_stage::enumerator, everything, testing::manual_clock,
                   testing::recording_restart>
        reloader{memory_stage::enumerator{"t", with_directories, files}, everything{}, clock, log,
                 schedule{.interval = 100ms, .quiet_period = 50ms}};
};

} // namespace

BOOST_AUTO_TEST_SUITE(directories_that_are_reported)

BOOST_AUTO_TEST_CASE(made_removed_or_renamed_directory_is_a_single_change) {
    for (bool const slices : {false, true}) {
        reported all{slices};
        auto& files = all.files;
        BOOST_TEST(all.after([&] { files.make_directory("t/c"); }) == "added t/c; ");
        BOOST_TEST(all.after([&] { files.rename("t/c", "t/b/d"); }) == "renamed t/c to t/b/d; ");
        BOOST_TEST(all.after([&] { files.remove("t/b/d"); }) == "removed t/b/d; ");
        BOOST_TEST(all.after([&] { files.rename("t/a", "t/e"); }) ==
                   "renamed t/a to t/e; renamed t/a/x to t/e/x; ");
    }
}

BOOST_AUTO_TEST_CASE(directory_is_unchanged_by_added_and_removed_names) {
    for (bool const slices : {false, true}) {
        reported all{slices};
        auto& files = all.files;
        BOOST_TEST(all.after([&] { files.write("t/a/new"); }) == "added t/a/new; ");
        BOOST_TEST(all.after([&] { files.remove("t/a/new"); }) == "removed t/a/new; ");
        BOOST_TEST(all.after([&] { files.write("t/a/x", "more"); }) == "modified t/a/x; ");
        BOOST_TEST(all.after([&] { files.set_mode("t/a", 0700); }) == "modified t/a; ");
    }
}

BOOST_AUTO_TEST_CASE(replaced_directory_is_modified) {
    for (bool const slices : {false, true}) {
        reported all{slices};
        auto& files = all.files;
        auto const replace = [&] {
            files.remove("t/a");
            files.write("t/a/x");
        };
        BOOST_TEST(all.after(replace) == "modified t/a; modified t/a/x; ");
        auto const swap_kinds = [&] {
            files.remove("t/a");
            files.write("t/a");
        };
        BOOST_TEST(all.after(swap_kinds) == "modified t/a; removed t/a/x; ");
    }
}

BOOST_AUTO_TEST_CASE(renamed_directory_without_birth_time_is_removed_and_added) {
    reported all{false};
    all.files.report_birth_times(false);
    all.after([&] { all.files.make_directory("t/c"); });
    BOOST_TEST(all.after([&] { all.files.rename("t/c", "t/d"); }) == "removed t/c; added t/d; ");
}

BOOST_AUTO_TEST_CASE(unreadable_directory_is_unchanged) {
    reported all{false};
    auto const fail = [&] {
        all.files.fail_at("t/a", testing::file_call::stat, std::errc::io_error);
    };
    BOOST_TEST(all.after(fail) == "");
    BOOST_TEST(all.after([&] { all.files.heal(); }) == "");
}

BOOST_AUTO_TEST_SUITE_END()
