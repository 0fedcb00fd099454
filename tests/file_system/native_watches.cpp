#include "file_system/native_watches.hpp"

#include <restat/error.hpp>
#include <restat/file_system/native_file_system.hpp>
#include <restat/testing/print.hpp>
#include <restat/testing/temp_tree.hpp>

#include "platform/files/file_calls.hpp"
#include "platform/files/wait.hpp"
#include "platform/in_child.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <fstream>
#include <map>
#include <set>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace restat;
using restat::detail::native_watches;

namespace {

constexpr std::size_t many = 100'000;
constexpr int is_skipped = 9;

/// A tree with watches. The hints are lines, with the directories by their names.
struct watched_tree {
    std::error_code error;
    native_watches watches{many, error};
    testing::temp_tree tree;
    std::map<std::string, file_identity> known;

    struct opened {
        native_file_system::directory at;
        file_identity identity;
        int watch = 0;
    };
    opened open(std::string const& name) {
        native_file_system const files;
        opened made{files.open((tree / name).c_str(), error), {}, 0};
        auto const record = files.stat(made.at, error);
        made.identity = known[name] = {record.device, record.inode};
        return made;
    }
    opened add(std::string const& name) {
        auto made = open(name);
        made.watch = watches.add(made.at.descriptor(), error);
        return made;
    }
    file_identity watch(std::string const& name) {
        auto const made = add(name);
        watches.name(made.watch, made.identity);
        return made.identity;
    }
    std::set<std::string> take() {
        std::set<std::string> seen;
        error = watches.take([&](watch_hint const& hint) {
            std::string line{to_string(hint.kind)};
            for (auto const& [name, identity] : known)
                if (identity == hint.directory) line += " " + name;
            if (!hint.name.empty()) line += "/" + std::string{hint.name};
            seen.insert(line);
        });
        return seen;
    }
    bool is_readable() const {
        return detail::wait_readable(watches.descriptor(), -1, detail::monotonic_now());
    }
    /// Makes more events than the queue has room for. Returns false if the queue is too large.
    bool overflow() {
        auto const text = detail::read_file("/proc/sys/fs/inotify/max_queued_events", error);
        auto const limit = std::stoul(text);
        if (limit > 100'000) return false;
        tree.write("storm/a", "");
        tree.write("storm/b", "");
        watch("storm");
        for (std::size_t i = 0; i <= limit; ++i)
            ::chmod((tree / (i % 2 == 0 ? "storm/a" : "storm/b")).c_str(),
                    i % 3 == 0 ? 0600 : 0640);
        return true;
    }
};

using lines = std::set<std::string>;

} // namespace

BOOST_FIXTURE_TEST_SUITE(watches_of_the_kernel, watched_tree)

BOOST_AUTO_TEST_CASE(changes_are_hints_with_the_identity_of_their_directory) {
    tree.write("d/a", "1");
    tree.make_directory("e");
    BOOST_TEST(watches.has(watch("d")));
    BOOST_TEST(watches.has(watch("e")));
    BOOST_TEST(!is_readable());
    tree.append("d/a", "2");
    BOOST_TEST(is_readable());
    BOOST_TEST((take() == lines{"file d/a"}));
    BOOST_TEST(!is_readable());
    tree.rename("d/a", "e/b");
    BOOST_TEST((take() == lines{"names d/a", "names e/b"}));
    BOOST_TEST((take() == lines{}));
    BOOST_TEST(!error);
}

BOOST_AUTO_TEST_CASE(identity_survives_a_rename_also_out_of_the_tree) {
    tree.write("d/e/a", "1");
    watch("d");
    auto const inner = watch("d/e");
    tree.rename("d/e", "elsewhere");
    BOOST_TEST((take() == lines{"names d/e"}));
    tree.append("elsewhere/a", "2");
    BOOST_TEST((take() == lines{"file d/e/a"}));
    BOOST_TEST(watches.has(inner));
    watches.forget(inner);
    BOOST_TEST(!watches.has(inner));
    tree.append("elsewhere/a", "3");
    BOOST_TEST((take() == lines{}));
}

BOOST_AUTO_TEST_CASE(hints_before_the_name_are_kept) {
    tree.make_directory("d");
    auto const made = add("d");
    tree.write("d/a", "1");
    BOOST_TEST((take() == lines{}));
    BOOST_TEST(!watches.has(made.identity));
    watches.name(made.watch, made.identity);
    BOOST_TEST(watches.has(made.identity));
    BOOST_TEST((take() == lines{"names d"}));
    auto const again = add("d"); // as by another path
    BOOST_TEST(again.watch == made.watch);
    BOOST_TEST(watches.has(made.identity));
    tree.write("d/a", "2");
    BOOST_TEST((take() == lines{"file d/a"}));
    watches.name(again.watch, again.identity);
    BOOST_TEST((take() == lines{}));
    BOOST_TEST(watches.has(made.identity));
}

BOOST_AUTO_TEST_CASE(removed_directory_is_gone) {
    tree.make_directory("d");
    tree.make_directory("e");
    auto const named = watch("d");
    tree.remove("d");
    BOOST_TEST(take().contains("gone d"));
    BOOST_TEST(!watches.has(named));
    auto unnamed = add("e");
    tree.remove("e");
    unnamed.at = {}; // an open directory lives on
    BOOST_TEST((take() == lines{}));
    watches.name(unnamed.watch, unnamed.identity);
    BOOST_TEST(!watches.has(unnamed.identity));
    BOOST_TEST((take() == lines{}));
}

BOOST_AUTO_TEST_CASE(many_early_hints_become_lost) {
    std::vector<opened> made;
    for (int i = 0; i < 1'100; ++i) {
        auto const name = "d" + std::to_string(i);
        tree.make_directory(name);
        auto one = add(name);
        one.at = {};
        made.push_back(std::move(one));
        tree.write(name + "/a", "");
    }
    take();
    for (auto const& one : made) watches.name(one.watch, one.identity);
    auto const seen = take();
    BOOST_TEST(seen.contains("lost"));
    BOOST_TEST(seen.size() == 1'025U);
}

BOOST_AUTO_TEST_CASE(lost_puts_every_watch_in_doubt_until_it_is_added_again) {
    tree.write("d/a", "");
    auto const at = watch("d");
    auto const open = add("."); // unnamed during the overflow
    if (!overflow()) {
        BOOST_TEST_MESSAGE("skipped: a very large queue");
        return;
    }
    BOOST_TEST(take().contains("lost"));
    BOOST_TEST(!watches.has(at));
    watches.name(open.watch, open.identity);
    BOOST_TEST(!watches.has(open.identity));
    tree.append("d/a", "1");
    BOOST_TEST((take() == lines{"file d/a", "names ."}));
    BOOST_TEST((watch("d") == at));
    BOOST_TEST(watches.has(at));
    watch(".");
    BOOST_TEST(watches.has(open.identity));
}

BOOST_AUTO_TEST_CASE(directory_above_the_limit_is_refused) {
    native_watches few{2, error};
    auto const add_to = [&](char const* name) {
        tree.make_directory(name);
        auto made = open(name);
        made.watch = few.add(made.at.descriptor(), error);
        few.name(made.watch, made.identity);
        return made.identity;
    };
    auto const first = add_to("a");
    BOOST_TEST(!error);
    add_to("b");
    BOOST_TEST(!error);
    auto const third = add_to("c");
    BOOST_TEST((error == std::errc::no_space_on_device));
    BOOST_TEST(!few.has(third));
    few.forget(first);
    add_to("c");
    BOOST_TEST(!error);
    BOOST_TEST(few.has(third));
}

BOOST_AUTO_TEST_CASE(watches_in_doubt_do_not_count_against_the_limit) {
    native_watches few{2, error};
    auto const add_to = [&](char const* name) {
        auto const made = open(name);
        return few.name(few.add(made.at.descriptor(), error), made.identity);
    };
    for (char const* const name : {"a", "b", "c"}) tree.write(std::string{name} + "/x", "");
    BOOST_TEST(add_to("a"));
    BOOST_TEST(add_to("b"));
    tree.write("a/x", "1");
    BOOST_CHECK_THROW(few.take([](watch_hint const&) { throw 1; }), int);
    bool is_lost = false;
    few.take([&](watch_hint const& hint) { is_lost |= hint.kind == watch_event::lost; });
    BOOST_TEST(is_lost);
    BOOST_TEST(!few.has(known["a"]));
    BOOST_TEST(add_to("a"));
    BOOST_TEST(add_to("b"));
    BOOST_TEST(few.has(known["b"]));
    BOOST_TEST(!add_to("c"));
    BOOST_TEST((error == std::errc::no_space_on_device));
}

BOOST_AUTO_TEST_CASE(forked_process_leaves_the_queue_to_its_parent) {
    tree.write("d/a", "");
    auto const at = watch("d");
    tree.append("d/a", "1");
    int const status = tests::in_child([&] {
        if (watches.has(at)) return 1;
        watches.forget(at);
        auto other = add(".");
        if (error != errc::forked || other.watch != 0) return 2;
        watches.name(other.watch, other.identity);
        if (take() != lines{"lost"} || error != errc::forked) return 3;
        if (watches.is_open() || watches.descriptor() != -1) return 4;
        return take() == lines{} && !error ? 0 : 5;
    });
    BOOST_TEST(status == 0);
    BOOST_TEST(watches.has(at));
    BOOST_TEST((take() == lines{"file d/a"}));
}

BOOST_AUTO_TEST_CASE(descriptor_closed_by_the_host_is_an_error_once) {
    tree.write("d/a", "");
    auto const at = watch("d");
    int const number = watches.descriptor();
    ::close(number);
    BOOST_TEST((take() == lines{"lost"}));
    BOOST_TEST((error == std::errc::bad_file_descriptor));
    BOOST_TEST(!watches.is_open());
    BOOST_TEST(watches.descriptor() == -1);
    BOOST_TEST(!watches.has(at));
    BOOST_TEST((take() == lines{}));
    BOOST_TEST(!error);
    BOOST_TEST(watches.add(open("d").at.descriptor(), error) == 0);
    BOOST_TEST((error == std::errc::not_connected));
    BOOST_TEST(!watches.name(1, at));
    watches.forget(at);
}

BOOST_AUTO_TEST_CASE(number_of_a_forgotten_watch_in_use_again_is_harmless) {
    constexpr auto set_next = _IOW('I', 0, std::int32_t); // INOTIFY_IOC_SETNEXTWD
    tree.write("d/a", "");
    tree.write("e/a", "");
    tree.make_directory("f");
    auto const made = add("d");
    watches.name(made.watch, made.identity);
    tree.append("d/a", "1"); // unread while the number gets another directory
    watches.forget(made.identity);
    if (::ioctl(watches.descriptor(), set_next, made.watch) != 0) {
        BOOST_TEST_MESSAGE("skipped: the kernel does not let a test choose the next number");
        return;
    }
    auto const other = add("e");
    BOOST_TEST(other.watch == made.watch);
    watches.name(other.watch, other.identity);
    take(); // an event of 'd' as one of 'e', and an end that is not that of 'e'
    watch("e");
    BOOST_TEST(watches.has(other.identity));
    tree.append("e/a", "1");
    BOOST_TEST((take() == lines{"file e/a"}));
}

BOOST_AUTO_TEST_CASE(threads_add_directories_while_another_takes_hints) {
    constexpr int threads = 4;
    constexpr int directories = 50;
    std::map<file_identity, int,
             decltype([](auto const& a, auto const& b) { return a.inode < b.inode; })>
        seen;
    std::atomic<int> running = threads;
    std::atomic<int> refused = 0;
    for (int i = 0; i < threads * directories; ++i) tree.make_directory("d" + std::to_string(i));
    std::vector<std::jthread> all;
    for (int own = 0; own < threads; ++own) {
        all.emplace_back([&, own] {
            native_file_system const files;
            for (int i = own * directories; i < (own + 1) * directories; ++i) {
                std::error_code wrong;
                auto const name = "d" + std::to_string(i);
                auto at = files.open((tree / name).c_str(), wrong);
                int const watch = watches.add(at.descriptor(), wrong);
                tree.write(name + "/early", "");
                auto const record = files.stat(at, wrong);
                watches.name(watch, {record.device, record.inode});
                if (!watches.has({record.device, record.inode})) ++refused;
                tree.write(name + "/late", "");
            }
            --running;
        });
    }
    auto const count = [&](watch_hint const& hint) { ++seen[hint.directory]; };
    while (running > 0) BOOST_TEST(!watches.take(count));
    all.clear();
    BOOST_TEST(!watches.take(count));
    BOOST_TEST(refused == 0);
    BOOST_TEST(seen.size() == threads * directories);
}

// Calls a function in a child with a user namespace of its own, where a limit is set.
template <class Act>
int with_limit(char const* name, int limit, Act act) {
    auto const outside = ::getuid();
    return tests::in_child([&] {
        if (::unshare(CLONE_NEWUSER) != 0) return is_skipped;
        std::ofstream{"/proc/self/uid_map"} << "0 " << outside << " 1\n";
        auto const path = "/proc/sys/user/" + std::string{name};
        std::ofstream{path} << limit << '\n';
        std::error_code error;
        auto const text = detail::read_file(path.c_str(), error);
        return text == std::to_string(limit) + "\n" ? act() : is_skipped;
    });
}

BOOST_AUTO_TEST_CASE(limits_of_the_kernel_are_errors) {
    for (int i = 0; i < 1'200; ++i) tree.make_directory("d" + std::to_string(i));
    for (int const limit : {10, 1'000, 0}) {
        int const status = with_limit("max_inotify_watches", limit, [&] {
            native_watches own{many, error};
            if (error) return 1;
            native_file_system const files;
            int added = 0;
            for (int i = 0; i < 1'200; ++i) {
                auto const at = files.open((tree / ("d" + std::to_string(i))).c_str(), error);
                int const watch = own.add(at.descriptor(), error);
                if ((watch == 0) != static_cast<bool>(error)) return 2;
                if (watch == 0 && error != std::errc::no_space_on_device) return 3;
                added += watch != 0 ? 1 : 0;
            }
            return added == limit ? 0 : 4;
        });
        if (status == is_skipped) BOOST_TEST_MESSAGE("skipped: no limits of a user namespace");
        BOOST_TEST((status == 0 || status == is_skipped), limit << " gives " << status);
    }
}

BOOST_AUTO_TEST_CASE(user_without_queues_has_no_watches) {
    int const status = with_limit("max_inotify_instances", 0, [&] {
        native_file_system const files;
        auto none = files.open_watches(error);
        if (none || error != std::errc::too_many_files_open) return 1;
        auto at = files.open(tree.path().c_str(), error);
        if (none.add(at, error) != watch_trust::none || !error) return 2;
        return none.descriptor() == -1 ? 0 : 3;
    });
    if (status == is_skipped) BOOST_TEST_MESSAGE("skipped: no limits of a user namespace");
    BOOST_TEST((status == 0 || status == is_skipped), status);
}

BOOST_AUTO_TEST_CASE(directory_without_the_right_to_read_is_refused) {
    tree.make_directory("d");
    ::chmod((tree / "d").c_str(), 0300);
    ::chmod(tree.path().c_str(), 0711);
    int const status = tests::in_child([&] {
        if (::getuid() == 0 && ::setuid(65534) != 0) return is_skipped;
        int const at = ::open((tree / "d").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
        native_watches own{many, error};
        if (own.add(at, error) != 0) return 1;
        return error == std::errc::permission_denied ? 0 : 2;
    });
    ::chmod((tree / "d").c_str(), 0700);
    if (status == is_skipped) BOOST_TEST_MESSAGE("skipped: no other user");
    BOOST_TEST((status == 0 || status == is_skipped), status);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(watches_of_a_native_file_system)

BOOST_AUTO_TEST_CASE(directory_remembers_its_watch) {
    native_file_system files;
    testing::temp_tree const tree;
    std::error_code error;
    auto watches = open_watches(files, error);
    BOOST_TEST(static_cast<bool>(watches));
    BOOST_TEST(watches.descriptor() >= 0);
    auto opened = files.open(tree.path().c_str(), error);
    BOOST_TEST(watches.add(opened, error) != watch_trust::none);
    auto moved = std::move(opened);
    auto const record = files.stat(moved, error);
    file_identity const id{record.device, record.inode};
    BOOST_TEST(watches.name(moved, id) != watch_trust::none);
    BOOST_TEST(watches.has(id));
    tree.write("a");
    auto taken = std::move(watches);
    BOOST_TEST(!watches);
    BOOST_TEST(!watches.take([](watch_hint const&) {}));
    BOOST_TEST(!watches.has(id));
    std::vector<std::string> names;
    BOOST_TEST(!taken.take([&](watch_hint const& hint) {
        BOOST_TEST(hint.directory == id);
        names.emplace_back(hint.name);
    }));
    BOOST_TEST(names.size() >= 1U);
    BOOST_TEST(names.front() == "a");
    taken.forget(id);
    BOOST_TEST(!taken.has(id));
}

BOOST_AUTO_TEST_CASE(directories_of_made_up_file_systems_are_refused) {
    native_file_system const files;
    testing::temp_tree const tree;
    std::error_code error;
    auto watches = files.open_watches(error);
    auto const trust_of = [&](std::string const& path) {
        auto at = files.open(path.c_str(), error);
        return watches.add(at, error);
    };
    BOOST_TEST(trust_of("/proc/self") == watch_trust::none);
    BOOST_TEST((error == std::errc::not_supported));
    BOOST_TEST(trust_of("/sys") == watch_trust::none);
    bool const is_local = files.trusts_stamps(files.open(tree.path().c_str(), error));
    BOOST_TEST(trust_of(tree.path()) == (is_local ? watch_trust::all : watch_trust::some));
    BOOST_TEST(!error);
}

BOOST_AUTO_TEST_CASE(mount_point_has_the_trust_of_its_own_file_system) {
    native_file_system const files;
    std::error_code error;
    auto watches = files.open_watches(error);
    auto const identity_of = [&](native_file_system::directory& at) {
        auto const record = files.stat(at, error);
        return file_identity{record.device, record.inode};
    };
    auto top = files.open("/", error);
    auto const trust = watches.add(top, error);
    BOOST_TEST(!error);
    auto early = files.open(top, "proc", last_link::keep, error); // before the name of `top`
    BOOST_TEST(watches.add(early, error) == watch_trust::none);
    BOOST_TEST(watches.name(top, identity_of(top)) == trust);
    auto inner = files.open(top, "etc", last_link::keep, error);
    BOOST_TEST(watches.add(inner, error) == trust);
    BOOST_TEST(watches.name(inner, identity_of(inner)) == trust);
    auto made_up = files.open(top, "proc", last_link::keep, error);
    watches.add(made_up, error);
    BOOST_TEST(watches.name(made_up, identity_of(made_up)) == watch_trust::none);
    BOOST_TEST(!watches.has(identity_of(made_up)));
    auto below = files.open(made_up, "self", last_link::follow, error);
    BOOST_TEST(watches.add(below, error) == watch_trust::none);
    BOOST_TEST((error == std::errc::not_supported));
    BOOST_TEST(watches.name(below, identity_of(below)) == watch_trust::none);
}

BOOST_AUTO_TEST_CASE(closed_directory_is_refused) {
    native_file_system const files;
    std::error_code error;
    auto watches = files.open_watches(error);
    native_file_system::directory none;
    BOOST_TEST(watches.add(none, error) == watch_trust::none);
    BOOST_TEST(static_cast<bool>(error));
}

BOOST_AUTO_TEST_SUITE_END()
