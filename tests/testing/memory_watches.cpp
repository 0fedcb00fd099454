#include <restat/testing/memory_file_system.hpp>

#include <restat/testing/print.hpp>

#include "platform/files/wait.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <map>
#include <set>
#include <thread>

using namespace restat;
using testing::file_call;
using testing::memory_file_system;

namespace {

using lines = std::vector<std::string>;

struct watched_tree {
    memory_file_system files;
    std::error_code error;
    memory_file_system::watches watches = files.open_watches(error);
    std::map<std::string, file_identity> known;

    watch_trust watch(std::string const& path) {
        auto const at = files.open(path.c_str(), error);
        auto const trust = watches.add(at, error);
        auto const record = files.record(path);
        known[path] = {record.device, record.inode};
        BOOST_TEST(watches.name(at, known[path]) == trust);
        return trust;
    }
    lines take() {
        lines seen;
        error = watches.take([&](watch_hint const& hint) {
            std::string line{to_string(hint.kind)};
            bool is_known = hint.kind == watch_event::lost;
            for (auto const& [path, identity] : known) {
                if (identity != hint.directory) continue;
                line += " " + path;
                is_known = true;
            }
            if (!is_known) line += " elsewhere";
            if (!hint.name.empty()) line += "/" + std::string{hint.name};
            seen.push_back(line);
        });
        return seen;
    }
    bool is_readable() const {
        using namespace restat::detail;
        return wait_readable(watches.descriptor(), -1, monotonic_now());
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(watches_in_memory, watched_tree)

BOOST_AUTO_TEST_CASE(each_change_of_the_tree_has_its_hint) {
    files.write("d/a");
    files.make_directory("e");
    files.make_directory("d/sub/inner");
    files.symlink("d/a", "to_a");
    for (char const* const path : {"d", "e", "d/sub", "d/sub/inner"}) {
        BOOST_TEST(watch(path) == watch_trust::all);
        BOOST_TEST(watches.has(known[path]));
    }
    BOOST_TEST(!is_readable());
    struct row {
        char const* change;
        std::function<void()> act;
        lines expected;
    };
    for (auto const& [change, act, expected] : {
             row{"write", [&] { files.write("d/a", "22"); }, {"file d/a"}},
             row{"write through a link", [&] { files.write("to_a", "3"); }, {"file d/a"}},
             row{"new file", [&] { files.write("d/b"); }, {"names d/b"}},
             row{"new directory", [&] { files.make_directory("d/c/x"); }, {"names d/c"}},
             row{"resize", [&] { files.resize("d/a", 7); }, {"file d/a"}},
             row{"mode", [&] { files.set_mode("d/a", 0600); }, {"file d/a"}},
             row{"mtime",
                 [&] {
                     files.set_mtime("d/a", {1, 2});
                 },
                 {"file d/a"}},
             row{"own mode",
                 [&] { files.set_mode("d/sub", 0700); },
                 {"file d/sub", "file d/sub"}},
             row{"link", [&] { files.link("d/a", "e/hard"); }, {"names e/hard"}},
             row{"symlink", [&] { files.symlink("a", "d/s"); }, {"names d/s"}},
             row{"FIFO", [&] { files.make("d/p", file_type::fifo); }, {"names d/p"}},
             row{"rename", [&] { files.rename("d/b", "e/b"); }, {"names d/b", "names e/b"}},
             row{"replace", [&] { files.rename("e/b", "d/a"); }, {"names e/b", "names d/a"}},
             row{"remove", [&] { files.remove("e/hard"); }, {"names e/hard"}},
             row{"elsewhere", [&] { files.write("other/x"); }, {}},
             row{"read", [&] { files.stat("d/a", last_link::keep, error); }, {}},
             row{"remove a tree",
                 [&] { files.remove("d/sub"); },
                 {"names d/sub", "names d/sub/inner", "gone d/sub", "gone d/sub/inner"}},
         }) {
        act();
        BOOST_TEST(is_readable() == !expected.empty(), change);
        BOOST_TEST_CONTEXT(change) {
            BOOST_TEST(take() == expected, boost::test_tools::per_element());
        }
        BOOST_TEST(!is_readable(), change);
    }
    BOOST_TEST(!watches.has(known["d/sub"]));
    BOOST_TEST(files.watched() == 2U);
}

BOOST_AUTO_TEST_CASE(identity_survives_a_rename_until_the_watch_is_forgotten) {
    files.write("d/e/a");
    watch("d/e");
    files.rename("d", "elsewhere");
    files.write("elsewhere/e/a", "2");
    BOOST_TEST((take() == lines{"file d/e/a"}));
    files.write("elsewhere/e/a", "3");
    watches.forget(known["d/e"]);
    BOOST_TEST(!is_readable());
    BOOST_TEST(!watches.has(known["d/e"]));
    BOOST_TEST((take() == lines{}));
    BOOST_TEST(files.watched() == 0U);
}

BOOST_AUTO_TEST_CASE(hints_before_the_name_are_kept) {
    files.make_directory("d");
    auto const at = files.open("d", error);
    watches.add(at, error);
    files.write("d/a");
    BOOST_TEST((take() == lines{}));
    auto const record = files.record("d");
    known["d"] = {record.device, record.inode};
    BOOST_TEST(!watches.has(known["d"]));
    watches.name(at, known["d"]);
    BOOST_TEST(watches.has(known["d"]));
    BOOST_TEST((take() == lines{"names d/a"}));
}

BOOST_AUTO_TEST_CASE(unmount_ends_watches_and_a_bind_mount_does_not) {
    files.make_directory("m");
    files.write("b/a");
    watch("b");
    files.mount("m", 7);
    files.make_directory("m/d");
    watch("m/d");
    files.bind("b", "m/d");
    files.write("m/d/a", "22");
    BOOST_TEST((take() == lines{"file b/a"}));
    files.unmount("m/d");
    BOOST_TEST((take() == lines{}));
    files.unmount("m");
    BOOST_TEST((take() == lines{"gone m/d"}));
    BOOST_TEST(files.watched() == 1U);
}

BOOST_AUTO_TEST_CASE(events_are_dropped_by_count) {
    files.make_directory("d");
    watch("d");
    files.set_watch_faults({.drop_each = 3});
    for (char const* const name : {"d/1", "d/2", "d/3", "d/4", "d/5", "d/6"}) files.write(name);
    BOOST_TEST((take() == lines{"names d/1", "names d/2", "names d/4", "names d/5"}));
    files.set_watch_faults({.drop_each = 1});
    files.write("d/7");
    BOOST_TEST(!is_readable());
    BOOST_TEST((take() == lines{}));
    files.heal();
    files.write("d/8");
    BOOST_TEST((take() == lines{"names d/8"}));
}

BOOST_AUTO_TEST_CASE(events_are_late_by_further_events) {
    files.make_directory("d");
    watch("d");
    files.set_watch_faults({.delay = 2});
    files.write("d/1");
    files.write("other");
    BOOST_TEST(!is_readable());
    BOOST_TEST((take() == lines{}));
    files.write("other", "22");
    BOOST_TEST(is_readable());
    BOOST_TEST((take() == lines{"names d/1"}));
}

BOOST_AUTO_TEST_CASE(hints_carry_a_wrong_or_an_unknown_directory) {
    for (char const* const path : {"a", "b", "c"}) {
        files.make_directory(path);
        watch(path);
    }
    files.set_watch_faults({.of_wrong_directory = true});
    files.write("a/1");
    files.write("c/1");
    BOOST_TEST((take() == lines{"names b/1", "names a/1"}));
    files.set_watch_faults({.of_unknown_directory = true});
    files.write("a/2");
    BOOST_TEST((take() == lines{"names elsewhere/2"}));
}

BOOST_AUTO_TEST_CASE(lost_puts_every_watch_in_doubt_until_it_is_added_again) {
    files.make_directory("d");
    watch("d");
    auto const top = files.open(".", error);
    watches.add(top, error);
    files.set_watch_faults({.losses = 2});
    BOOST_TEST(is_readable());
    BOOST_TEST((take() == lines{"lost"}));
    BOOST_TEST((take() == lines{"lost"}));
    BOOST_TEST((take() == lines{}));
    BOOST_TEST(!is_readable());
    BOOST_TEST(!watches.has(known["d"]));
    files.write("d/a");
    BOOST_TEST((take() == lines{"names d/a"}));
    auto const record = files.record(".");
    watches.name(top, {record.device, record.inode});
    BOOST_TEST(!watches.has({record.device, record.inode}));
    watch("d");
    BOOST_TEST(watches.has(known["d"]));
}

BOOST_AUTO_TEST_CASE(full_queue_loses_events) {
    files.make_directory("d");
    watch("d");
    files.write("d/a");
    take();
    for (int i = 0; i < 16'385; ++i) files.resize("d/a", 1);
    auto const seen = take();
    BOOST_TEST(seen.size() == 16'385U);
    BOOST_TEST(seen.back() == "lost");
    BOOST_TEST((take() == lines{}));
}

BOOST_AUTO_TEST_CASE(hints_are_invented_on_request) {
    files.make_directory("d");
    watch("d");
    files.report({known["d"], "a", watch_event::file});
    files.report({{9, 9}, {}, watch_event::gone});
    BOOST_TEST(is_readable());
    BOOST_TEST((take() == lines{"file d/a", "gone elsewhere"}));
    BOOST_TEST(watches.has(known["d"]));
}

BOOST_AUTO_TEST_CASE(directory_is_refused_by_count_and_by_path) {
    for (char const* const path : {"a", "b", "c"}) files.make_directory(path);
    files.fail(file_call::add, std::errc::no_space_on_device, 2);
    files.fail_at("c", file_call::add, std::errc::permission_denied);
    BOOST_TEST(watch("a") == watch_trust::all);
    BOOST_TEST(watch("b") == watch_trust::none);
    BOOST_TEST((error == std::errc::no_space_on_device));
    BOOST_TEST(watch("c") == watch_trust::none);
    BOOST_TEST((error == std::errc::permission_denied));
    BOOST_TEST(watch("b") == watch_trust::all);
    BOOST_TEST(files.calls(file_call::add) == 4U);
    BOOST_TEST(!watches.has(known["c"]));
}

BOOST_AUTO_TEST_CASE(device_has_the_trust_of_the_test) {
    for (char const* const path : {"a", "b"}) files.make_directory(path);
    files.mount("a", 7);
    files.mount("b", 8);
    files.trust_events(7, watch_trust::some);
    files.trust_events(8, watch_trust::none);
    BOOST_TEST(watch("a") == watch_trust::some);
    BOOST_TEST(watch("b") == watch_trust::none);
    BOOST_TEST((error == std::errc::not_supported));
    BOOST_TEST(files.watched() == 1U);
}

BOOST_AUTO_TEST_CASE(queue_is_refused_on_request) {
    files.fail(file_call::open_watches, std::errc::too_many_files_open);
    auto none = files.open_watches(error);
    BOOST_TEST((error == std::errc::too_many_files_open));
    BOOST_TEST(!none);
    BOOST_TEST(none.descriptor() == -1);
    auto const at = files.open(".", error);
    BOOST_TEST(none.add(at, error) == watch_trust::none);
    BOOST_TEST((error == std::errc::not_connected));
    BOOST_TEST(!none.take([](watch_hint const&) {}));
}

BOOST_AUTO_TEST_CASE(failed_take_breaks_the_queue_for_good) {
    files.make_directory("d");
    watch("d");
    files.fail(file_call::take, std::errc::io_error);
    files.write("d/a");
    BOOST_TEST((take() == lines{"lost"}));
    BOOST_TEST((error == std::errc::io_error));
    BOOST_TEST(!watches);
    BOOST_TEST(watches.descriptor() == -1);
    BOOST_TEST(!watches.has(known["d"]));
    files.write("d/b");
    BOOST_TEST((take() == lines{}));
    BOOST_TEST(!error);
    BOOST_TEST(watch("d") == watch_trust::none);
}

BOOST_AUTO_TEST_CASE(descriptor_is_missing_or_always_readable_on_request) {
    BOOST_TEST(!is_readable());
    files.set_watch_faults({.is_always_readable = true});
    BOOST_TEST(is_readable());
    BOOST_TEST((take() == lines{}));
    BOOST_TEST(is_readable());
    files.set_watch_faults({.has_no_descriptor = true});
    BOOST_TEST(watches.descriptor() == -1);
    files.heal();
    BOOST_TEST(watches.descriptor() >= 0);
    BOOST_TEST(!is_readable());
}

BOOST_AUTO_TEST_CASE(each_queue_has_its_own_watches) {
    files.make_directory("d");
    watch("d");
    auto other = files.open_watches(error);
    files.write("d/a");
    std::size_t seen = 0;
    other.take([&](watch_hint const&) { ++seen; });
    BOOST_TEST(seen == 0U);
    BOOST_TEST((take() == lines{"names d/a"}));
    watches = std::move(other);
    BOOST_TEST(files.watched() == 0U);
}

BOOST_AUTO_TEST_CASE(threads_add_directories_while_the_tree_changes) {
    for (int i = 0; i < 100; ++i) files.make_directory("d" + std::to_string(i));
    std::set<std::uint64_t> seen;
    {
        std::vector<std::jthread> all;
        for (int own = 0; own < 4; ++own) {
            all.emplace_back([&, own] {
                for (int i = own * 25; i < (own + 1) * 25; ++i) {
                    std::error_code wrong;
                    auto const path = "d" + std::to_string(i);
                    auto const at = files.open(path.c_str(), wrong);
                    watches.add(at, wrong);
                    files.write(path + "/a");
                    auto const record = files.stat(at, wrong);
                    watches.name(at, {record.device, record.inode});
                }
            });
        }
        for (int i = 0; i < 100; ++i)
            watches.take([&](watch_hint const& hint) { seen.insert(hint.directory.inode); });
    }
    watches.take([&](watch_hint const& hint) { seen.insert(hint.directory.inode); });
    BOOST_TEST(seen.size() == 100U);
}

BOOST_AUTO_TEST_SUITE_END()
