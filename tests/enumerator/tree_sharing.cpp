#include "enumerator/scanning.hpp"
#include "enumerator/tree_members.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <thread>

using namespace restat;
using restat::testing::file_call;
using restat::testing::memory_file_system;
using scanning::everything;

namespace {

using walk_in_memory = basic_tree_enumerator<memory_file_system>;

constexpr everything all{};

/// A tree of 600 directories. The first directory has 600 directories below it. Each directory has
/// five files.
memory_file_system lopsided_tree() {
    memory_file_system const files;
    for (int i = 0; i < 600; ++i) {
        std::string const number = std::to_string(i);
        for (char const name : {'a', 'b', 'c', 'd', 'e'}) {
            files.write("t/" + number + "/" + name);
            files.write("t/0/" + number + "/" + name);
        }
    }
    files.advance(std::chrono::seconds{5});
    return files;
}

/// Throws in a stat call of its creating thread, while a second thread is in the middle of a slow
/// stat call.
class throwing_files : public memory_file_system {
public:
    struct shared {
        std::thread::id caller = std::this_thread::get_id();
        std::atomic<bool> armed{false};
        std::atomic<bool> thrown{false};
        std::atomic<int> under_way{0}; // stat calls of other threads
    };

    explicit throwing_files(memory_file_system const& tree) : memory_file_system{tree} {}

    using memory_file_system::stat;
    stat_record stat(directory const& in, char const* name, last_link link,
                     std::error_code& error) const {
        if (of->armed) std::this_thread::get_id() == of->caller ? may_throw() : linger();
        return memory_file_system::stat(in, name, link, error);
    }

    std::shared_ptr<shared> of = std::make_shared<shared>();

private:
    void may_throw() const {
        if (of->under_way == 0) return std::this_thread::sleep_for(std::chrono::milliseconds{1});
        of->thrown = true;
        throw std::bad_alloc{};
    }
    void linger() const {
        ++of->under_way;
        for (int i = 0; i < 500 && !of->thrown; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
        --of->under_way;
    }
};

/// Slows the stat calls of its creating thread until a second thread makes a stat call.
class patient_files : public memory_file_system {
public:
    explicit patient_files(memory_file_system const& tree) : memory_file_system{tree} {}

    using memory_file_system::stat;
    stat_record stat(directory const& in, char const* name, last_link link,
                     std::error_code& error) const {
        if (std::this_thread::get_id() != of->caller) {
            if (of->others++ == 0 && of->then) of->then();
        } else if (of->others == 0 && of->waits) {
            std::this_thread::sleep_for(std::chrono::microseconds{200});
        }
        return memory_file_system::stat(in, name, link, error);
    }

    struct shared {
        std::thread::id caller = std::this_thread::get_id();
        std::function<void()> then;
        bool waits = false;
        std::atomic<int> others{0};
    };
    std::shared_ptr<shared> of = std::make_shared<shared>();
};

/// A directory of this number of files, and a snapshot of the directory.
struct wide_directory {
    explicit wide_directory(int count = 5000, std::size_t threads = 2)
        : walk{"t", {.threads = threads}, files} {
        for (int i = 0; i < count; ++i) files.write("t/" + std::to_string(10'000 + i));
        made = std::chrono::seconds{files.now().seconds} +
               std::chrono::nanoseconds{files.now().nanoseconds};
        files.advance(std::chrono::seconds{5});
        scan();
        files.of->waits = true;
        files.of->others = 0;
    }
    void scan() { scanning::bring_up_to_date(walk, seen); }

    patient_files files{memory_file_system{}};
    basic_tree_enumerator<patient_files> walk;
    snapshot seen;
    std::chrono::nanoseconds made;
};

/// Counts a microsecond of CPU time for each stat call by name.
class timed_files : public memory_file_system {
public:
    explicit timed_files(memory_file_system const& tree) : memory_file_system{tree} {}

    using memory_file_system::stat;
    stat_record stat(directory const& in, char const* name, last_link link,
                     std::error_code& error) const {
        ++looks;
        ++*all;
        return memory_file_system::stat(in, name, link, error);
    }
    std::chrono::nanoseconds core_time() const noexcept {
        return std::chrono::microseconds{looks};
    }

    std::shared_ptr<std::atomic<int>> all = std::make_shared<std::atomic<int>>(0);

private:
    static thread_local int looks;
};

thread_local int timed_files::looks = 0;

} // namespace

BOOST_AUTO_TEST_SUITE(work_that_is_shared, *boost::unit_test::label("once"))

// Each split part costs one more open.
BOOST_AUTO_TEST_CASE(shared_scan_splits_into_few_parts_with_the_same_result) {
    auto const files = lopsided_tree();
    for (std::size_t const threads : {1U, 2U, 4U, 8U}) {
        walk_in_memory walk{"t", {.threads = threads}, files};
        snapshot seen;
        scanning::bring_up_to_date(walk, seen);
        BOOST_TEST(scanning::told(seen) == files.files());
        auto const before = files.calls(file_call::open);
        scanning::bring_up_to_date(walk, seen);
        auto const opens = files.calls(file_call::open) - before;
        BOOST_TEST(opens >= 1200U);
        BOOST_TEST(opens < 1200 + 40 * threads, opens << " by " << threads);
        BOOST_TEST(scanning::told(seen) == files.files());
    }
}

BOOST_AUTO_TEST_CASE(shared_scan_reports_the_edits_of_all_threads) {
    auto const files = lopsided_tree();
    for (std::size_t const threads : {2U, 4U, 8U}) {
        walk_in_memory walk{"t", {.threads = threads}, files};
        snapshot seen;
        scanning::bring_up_to_date(walk, seen);
        for (int i = 0; i < 600; i += 7) {
            std::string const number = std::to_string(i);
            files.write("t/" + number + "/c", std::string(threads, 'x'));
            files.write("t/0/" + number + "/new" + std::to_string(threads));
            files.remove("t/0/" + std::to_string(i + 1) + "/a");
            files.write("t/0/" + std::to_string(i + 1) + "/a", std::string(threads, 'y'));
        }
        files.advance(std::chrono::seconds{5});
        snapshot const before = seen;
        scanning::bring_up_to_date(walk, seen);
        BOOST_TEST(scanning::told(seen) == files.files());
        walk_in_memory alone{"t", {.threads = 1}, files};
        snapshot expected = before;
        scanning::bring_up_to_date(alone, expected);
        BOOST_TEST(scanning::listed(diff(before, seen)) ==
                   scanning::listed(diff(before, expected)));
        BOOST_TEST(diff(seen, expected).empty());
    }
}

BOOST_AUTO_TEST_CASE(files_of_a_single_directory_are_shared_among_threads) {
    wide_directory wide;
    for (char const* const edited : {"t/10000", "t/12345", "t/14999"}) {
        wide.files.write(edited, "another");
    }
    wide.files.advance(std::chrono::seconds{5});
    snapshot const before = wide.seen;
    wide.scan();
    BOOST_TEST(wide.files.of->others > 256);
    BOOST_TEST(scanning::listed(diff(before, wide.seen)) ==
               "modified t/10000 200; modified t/12345 200; modified t/14999 200; ");
}

// The record of the directory is read before the removal. With a clock set back, the record does
// not change.
BOOST_AUTO_TEST_CASE(removal_during_a_shared_listing_is_reported_by_the_next_scan) {
    wide_directory wide;
    wide.files.of->then = [&] {
        wide.files.write("t/14998", "edited");
        wide.files.set_time(wide.made);
        wide.files.remove("t/14990");
    };
    snapshot const before = wide.seen;
    wide.scan();
    BOOST_TEST(scanning::listed(diff(before, wide.seen)) == "modified t/14998 200; ");
    BOOST_TEST(wide.files.of->others > 256);
    BOOST_TEST(wide.seen.findings().empty());
    wide.files.of->then = {};
    wide.files.advance(std::chrono::seconds{9});
    wide.scan();
    BOOST_TEST(scanning::told(wide.seen) == wide.files.files());
}

BOOST_AUTO_TEST_CASE(lack_of_descriptors_makes_100_scans_single_threaded) {
    wide_directory wide;
    wide.files.write("t/0/a");
    wide.files.advance(std::chrono::seconds{5});
    wide.files.fail(file_call::open, std::errc::too_many_files_open, 2);
    wide.scan();
    BOOST_TEST(scanning::told(wide.seen) == wide.files.files());
    wide.files.of->waits = false;
    wide.files.of->others = 0;
    for (int i = 0; i < 99; ++i) wide.scan();
    BOOST_TEST(wide.files.of->others == 0);
    wide.files.of->waits = true;
    wide.scan();
    BOOST_TEST(wide.files.of->others > 256);
}

BOOST_AUTO_TEST_CASE(small_tree_is_scanned_by_a_single_thread_by_default) {
    for (int const count : {1500, 5000}) {
        wide_directory wide{count, 0};
        wide.scan();
        bool const is_shared = wide.files.of->others > 0;
        BOOST_TEST(is_shared == (count == 5000 && std::thread::hardware_concurrency() > 1));
    }
}

BOOST_AUTO_TEST_CASE(spent_time_is_the_cpu_time_of_all_threads) {
    timed_files const files{lopsided_tree()};
    for (std::size_t const threads : {1U, 4U}) {
        basic_tree_enumerator<timed_files> walk{"t", {.threads = threads}, files};
        snapshot const nothing;
        snapshot_update update;
        for (int i = 0; i < 2; ++i) { // each scan from an empty snapshot
            update.begin(nothing);
            int const before = *files.all;
            std::error_code error;
            walk.refresh(all, update, error);
            BOOST_TEST((update.spent() == std::chrono::microseconds{*files.all - before}));
            BOOST_TEST(*files.all - before >= 6000);
        }
    }
}

BOOST_AUTO_TEST_CASE(exception_in_the_caller_ends_the_scan_of_all_threads) {
    auto const tree = lopsided_tree();
    throwing_files const files{tree};
    basic_tree_enumerator<throwing_files> walk{"t", {.threads = 3}, files};
    snapshot seen;
    for (int i = 0; i < 2; ++i) {
        snapshot_update update;
        update.begin(seen);
        std::error_code error;
        files.of->thrown = false;
        files.of->armed = true;
        BOOST_CHECK_THROW(walk.refresh(all, update, error), std::bad_alloc);
        BOOST_TEST(files.of->under_way == 0);
        files.of->armed = false;
        snapshot_update again;
        again.begin(seen);
        walk.refresh(all, again, error);
        BOOST_REQUIRE(!error);
        again.apply(seen);
        BOOST_TEST(scanning::told(seen) == tree.files());
    }
}

BOOST_AUTO_TEST_SUITE_END()
