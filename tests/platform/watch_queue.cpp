#include "platform/files/watch_queue.hpp"

#include <restat/file_system/native_file_system.hpp>
#include <restat/testing/print.hpp>
#include <restat/testing/temp_tree.hpp>

#include "platform/files/file_calls.hpp"
#include "platform/in_child.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <vector>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace restat;
using restat::detail::queued_event;
using restat::detail::watch_queue;

namespace {

using lines = std::vector<std::string>;

struct opened_queue {
    std::error_code error;
    watch_queue queue{error};
    testing::temp_tree tree;

    int add(std::string const& name) {
        native_file_system const files;
        auto const at = files.open((tree / name).c_str(), error);
        BOOST_REQUIRE(!error);
        return queue.add(at.descriptor(), error);
    }
    lines read() {
        lines seen;
        queue.begin_pass();
        for (queued_event event; queue.next(event, error);) {
            seen.push_back(std::string{to_string(event.kind)} + " " + std::string{event.name});
        }
        return seen;
    }
};

std::string joined(lines const& all) {
    std::string text;
    for (auto const& line : all) text += line + ";";
    return text;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(watch_queues, opened_queue)

BOOST_AUTO_TEST_CASE(queue_closes_on_exec_and_never_blocks) {
    BOOST_TEST(!error);
    BOOST_TEST((::fcntl(queue.descriptor(), F_GETFD) & FD_CLOEXEC) != 0);
    BOOST_TEST((::fcntl(queue.descriptor(), F_GETFL) & O_NONBLOCK) != 0);
    BOOST_TEST(read().empty());
    BOOST_TEST(!error);
    int const descriptor = queue.descriptor();
    queue.close();
    BOOST_TEST(queue.descriptor() == -1);
    BOOST_TEST(::fcntl(descriptor, F_GETFD) == -1);
}

BOOST_AUTO_TEST_CASE(each_change_is_an_event_with_its_name) {
    tree.write("d/old", "1");
    tree.make_directory("e");
    add("d");
    add("e");
    struct row {
        char const* change;
        std::function<void()> act;
        char const* expected;
    };
    for (auto const& [change, act, expected] : {
             row{"create", [&] { tree.write("d/a", ""); }, "names a;file a;"},
             row{"write", [&] { tree.append("d/old", "2"); }, "file old;file old;"},
             row{"mode", [&] { ::chmod((tree / "d/a").c_str(), 0600); }, "file a;"},
             row{"link", [&] { tree.link("d/a", "e/b"); }, "names b;"},
             row{"rename", [&] { tree.rename("d/a", "e/c"); }, "names a;names c;"},
             row{"directory", [&] { tree.make_directory("d/f"); }, "names f;"},
             row{"own mode", [&] { ::chmod((tree / "e").c_str(), 0700); }, "file ;"},
             row{"remove", [&] { tree.remove("e/c"); }, "names c;"},
             row{"read", [&] { detail::read_file((tree / "d/old").c_str(), error); }, ""},
         }) {
        act();
        BOOST_TEST(joined(read()) == expected, change);
    }
}

BOOST_AUTO_TEST_CASE(directory_keeps_its_number_until_it_is_removed) {
    tree.make_directory("d");
    int const watch = add("d");
    BOOST_TEST(watch > 0);
    BOOST_TEST(add("d") == watch);
    queue.remove(watch);
    BOOST_TEST(joined(read()) == "gone ;");
    BOOST_TEST(add("d") > watch);
    tree.remove("d");
    auto const seen = joined(read());
    BOOST_TEST(seen.ends_with("gone ;"), seen);
}

BOOST_AUTO_TEST_CASE(opened_directory_is_watched_and_not_its_path) {
    tree.make_directory("d");
    tree.make_directory("other");
    native_file_system const files;
    auto const at = files.open((tree / "d").c_str(), error);
    tree.rename("d", "moved");
    tree.symlink("other", "d");
    BOOST_TEST(queue.add(at.descriptor(), error) > 0);
    tree.write("other/a");
    BOOST_TEST(read().empty());
    tree.write("moved/a", "");
    BOOST_TEST(joined(read()) == "names a;file a;");
}

BOOST_AUTO_TEST_CASE(directories_alone_are_watched) {
    tree.write("a");
    int const file = ::open((tree / "a").c_str(), O_RDONLY | O_CLOEXEC);
    BOOST_TEST(queue.add(file, error) == 0);
    BOOST_TEST((error == std::errc::not_a_directory));
    ::close(file);
    BOOST_TEST(queue.add(file, error) == 0);
    BOOST_TEST((error == std::errc::no_such_file_or_directory));
    errno = 77;
    queue.add(file, error);
    queue.remove(12345);
    read();
    BOOST_TEST(errno == 77);
}

BOOST_AUTO_TEST_CASE(directory_without_the_right_to_read_is_watched_by_its_lookups) {
    tree.make_directory("d");
    int const at = ::open((tree / "d").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    BOOST_TEST(queue.add(at, error) > 0);
    ::close(at);
    tree.write("d/a", "");
    BOOST_TEST(joined(read()) == "names a;file a;");
}

BOOST_AUTO_TEST_CASE(pass_ends_although_changes_go_on) {
    tree.write("a", "");
    tree.write("b", "");
    add(".");
    tree.append("a", "1");
    std::size_t events = 0;
    queue.begin_pass();
    for (queued_event event; queue.next(event, error) && events < 10'000; ++events) {
        tree.append(event.name == "a" ? "b" : "a", "1");
    }
    BOOST_TEST(events < 10'000U);
    BOOST_TEST(events >= 1U);
    BOOST_TEST(!read().empty());
}

BOOST_AUTO_TEST_CASE(full_queue_ends_with_lost) {
    auto const text = detail::read_file("/proc/sys/fs/inotify/max_queued_events", error);
    auto const limit = std::stoul(text);
    if (limit > 100'000) {
        BOOST_TEST_MESSAGE("skipped: the queue has room for " << limit << " events");
        return;
    }
    tree.write("a", "");
    tree.write("b", "");
    add(".");
    for (std::size_t i = 0; i <= limit; ++i) { // alternating, so that no two events are merged
        ::chmod((tree / (i % 2 == 0 ? "a" : "b")).c_str(), i % 3 == 0 ? 0600 : 0644);
    }
    auto const seen = read();
    BOOST_TEST(seen.size() == limit + 1);
    BOOST_TEST(seen.back() == "lost ");
    ::chmod((tree / "a").c_str(), 0640);
    BOOST_TEST(joined(read()) == "file a;");
}

BOOST_AUTO_TEST_CASE(closed_descriptor_is_an_error_and_is_left_alone_once_abandoned) {
    ::close(queue.descriptor());
    BOOST_TEST(read().empty());
    BOOST_TEST((error == std::errc::bad_file_descriptor));
    queue.abandon();
    BOOST_TEST(queue.descriptor() == -1);
}

BOOST_AUTO_TEST_CASE(forked_process_knows_that_the_queue_is_not_its_own) {
    BOOST_TEST(!queue.is_forked());
    BOOST_TEST(tests::in_child([&] { return queue.is_forked() ? 1 : 0; }) == 1);
    BOOST_TEST(!queue.is_forked());
    auto const grandchild = [&] {
        return tests::in_child([&] { return queue.is_forked() ? 1 : 0; });
    };
    BOOST_TEST(tests::in_child(grandchild) == 1);
}

BOOST_AUTO_TEST_CASE(unmount_ends_the_watches) {
    tree.make_directory("m");
    auto const point = tree / "m";
    constexpr int is_skipped = 9;
    int const status = tests::in_child([&] {
        if (::unshare(CLONE_NEWNS) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
            return is_skipped;
        if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return is_skipped;
        if (::mount("tmpfs", point.c_str(), "tmpfs", 0, nullptr) != 0) return is_skipped;
        tree.make_directory("m/d");
        native_file_system const files;
        int const watch =
            queue.add(files.open((point + "/d").c_str(), error).descriptor(), error);
        if (watch == 0) return 1;
        if (::umount(point.c_str()) != 0) return 2;
        auto const seen = read();
        return !seen.empty() && seen.front() == "gone " ? 0 : 3;
    });
    if (status == is_skipped) BOOST_TEST_MESSAGE("skipped: no mount namespace");
    BOOST_TEST((status == 0 || status == is_skipped), status);
}

BOOST_AUTO_TEST_CASE(usual_limit_is_half_of_that_of_the_user) {
    auto const text = detail::read_file("/proc/sys/fs/inotify/max_user_watches", error);
    auto const expected = std::max<std::size_t>(std::stoul(text) / 2, 4096);
    BOOST_TEST(detail::usual_watch_limit() == expected);
}

BOOST_AUTO_TEST_SUITE_END()
