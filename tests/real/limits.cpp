// Demonstrates each limit in the README. A failing test means that the kernel improved beyond the
// documentation.

#include <restat/file_system/native_file_system.hpp>
#include <restat/testing/temp_tree.hpp>

#include "real/mounts.hpp"
#include "support/records.hpp"

#include <restat/clock/sleep_clock.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <string>
#include <thread>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

using namespace restat;

namespace {

stat_record record_of(std::string const& path) {
    std::error_code error;
    auto const record = native_file_system{}.stat(path.c_str(), last_link::keep, error);
    BOOST_REQUIRE(!error);
    return record;
}

void put_mtime_back(std::string const& path, stamp mtime) {
    timespec const times[] = {{0, UTIME_OMIT},
                              {mtime.seconds, static_cast<long>(mtime.nanoseconds)}};
    BOOST_REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
}

// Waits longer than any tick.
void let_a_tick_pass() {
    sleep_clock{}.wait_until(sleep_clock{}.now() + std::chrono::milliseconds{30}, {});
}

/// A record taken during a single large `write`, and a record taken afterwards.
struct around_a_write {
    bool in_the_middle = false;
    stat_record during;
    stat_record after;
};

around_a_write overwrite(std::string const& path, std::string const& content) {
    around_a_write seen;
    auto const before = record_of(path);
    int const file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    BOOST_REQUIRE(file >= 0);
    std::atomic<bool> done = false;
    {
        std::jthread const writer{[&] {
            for (std::size_t at = 0; at < content.size();) {
                auto const count = ::write(file, content.data() + at, content.size() - at);
                if (count <= 0) break;
                at += static_cast<std::size_t>(count);
            }
            done = true;
        }};
        while (!done && changed_fields(before, record_of(path)) == fields::none) {
        }
        seen.during = record_of(path);
        seen.in_the_middle = !done;
    }
    ::close(file);
    let_a_tick_pass();
    seen.after = record_of(path);
    return seen;
}

} // namespace

BOOST_AUTO_TEST_SUITE(limits)

BOOST_AUTO_TEST_CASE(long_write_has_the_same_record_in_its_middle_and_at_its_end) {
    real::mounted const at{{"tmpfs", "mount -t tmpfs tmpfs $at", 1}};
    testing::temp_tree const tree;
    auto const path = at.reason().empty() ? at.path() + "/a" : tree / "a";
    for (std::size_t size = 16U << 20; size <= 256U << 20; size *= 2) {
        int const file = ::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
        std::string const content(size, 'x');
        BOOST_REQUIRE(::write(file, content.data(), size) == static_cast<ssize_t>(size));
        ::close(file);
        let_a_tick_pass();
        auto const seen = overwrite(path, std::string(size, 'y'));
        if (!seen.in_the_middle) continue; // too fast for a record during the write
        BOOST_TEST(changed_fields(seen.during, seen.after) == fields::none);
        return;
    }
    BOOST_TEST_MESSAGE("skipped: no write took long enough to be caught in its middle");
}

BOOST_AUTO_TEST_CASE(second_store_through_a_mapping_leaves_the_record_unchanged) {
    testing::temp_tree const tree;
    tree.write("a", "0000");
    auto const path = tree / "a";
    int const file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    void* const page = ::mmap(nullptr, 4, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    BOOST_REQUIRE(page != MAP_FAILED);
    static_cast<char volatile*>(page)[0] = '1';
    let_a_tick_pass();
    auto const before = record_of(path);
    let_a_tick_pass();
    static_cast<char volatile*>(page)[0] = '2';
    let_a_tick_pass();
    BOOST_TEST(changed_fields(before, record_of(path)) == fields::none);
    ::munmap(page, 4);
    ::close(file);
}

BOOST_AUTO_TEST_CASE(extended_attribute_resembles_an_edit_with_its_mtime_reset) {
    testing::temp_tree const tree;
    tree.write("a", "1");
    auto const path = tree / "a";
    let_a_tick_pass();
    auto const before = record_of(path);
    if (::setxattr(path.c_str(), "user.restat", "1", 1, 0) != 0) {
        BOOST_TEST_MESSAGE("skipped: no attributes of users here");
        return;
    }
    auto const by_attribute = changed_fields(before, record_of(path));
    let_a_tick_pass();
    tree.write("a", "2");
    put_mtime_back(path, before.mtime);
    BOOST_TEST(by_attribute == fields::ctime);
    BOOST_TEST(changed_fields(before, record_of(path)) == fields::ctime);
    BOOST_TEST(is_edit(by_attribute)); // so both are delivered
}

BOOST_AUTO_TEST_CASE(edit_with_its_mtime_reset_is_hidden_by_a_new_hard_link) {
    testing::temp_tree const tree;
    tree.write("a", "1");
    auto const path = tree / "a";
    let_a_tick_pass();
    auto const before = record_of(path);
    tree.write("a", "2");
    put_mtime_back(path, before.mtime);
    BOOST_TEST(is_edit(changed_fields(before, record_of(path))));
    tree.link("a", "b");
    BOOST_TEST(!is_edit(changed_fields(before, record_of(path))));
}

BOOST_AUTO_TEST_SUITE_END()
