#include "enumerator/scanning.hpp"
#include "enumerator/ticking_clock.hpp"

#include <restat/basic_reloader.hpp>
#include <restat/matcher/gitignore_matcher.hpp>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

// The allocations of a scan, and the effect of a failed allocation.
using namespace restat;
using namespace scanning;

namespace {

std::atomic<std::size_t> allocations{0};
std::atomic<std::size_t> until_failure{0}; // the failing allocation, counted from now; 0: none
std::atomic<std::size_t> freed{0};         // blocks
std::atomic<std::size_t> unmerged{0};      // blocks freed after the last large allocation
std::atomic<std::size_t> most_unmerged{0};

void count_freed_block() noexcept {
    ++freed;
    if (++unmerged > most_unmerged) most_unmerged = unmerged.load();
}

bool is_to_fail() noexcept {
    auto left = until_failure.load();
    while (left > 0 && !until_failure.compare_exchange_weak(left, left - 1)) {
    }
    return left == 1;
}

} // namespace

// Not inlined: otherwise g++ warns that another operator allocated the block.
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (size >= 2048) unmerged = 0;
    if (is_to_fail()) throw std::bad_alloc{};
    if (void* const made = std::malloc(std::max<std::size_t>(size, 1))) return made;
    throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* what) noexcept {
    count_freed_block();
    std::free(what);
}
[[gnu::noinline]] void operator delete(void* what, std::size_t) noexcept {
    count_freed_block();
    std::free(what);
}

namespace {

/// A tree with paths too long for the short-string optimization.
struct watched_tree {
    explicit watched_tree(std::size_t threads) : walk{root(), {.threads = threads}} {
        for (char a = 'a'; a < 'i'; ++a) {
            for (char b = 'a'; b < 'e'; ++b) {
                std::string in = "t/directory-";
                in += a;
                in += "/directory-";
                in += b;
                for (auto const* name : {"/one-file", "/another-file", "/a-third-file"}) {
                    tree.write(in + name);
                }
            }
        }
        for (int i = 0; i < 1200; ++i) { // enough to split among threads
            tree.write("t/directory-of-many-files/file-" + std::to_string(i));
        }
    }

    std::string root() const { return tree / "t"; }
    /// Scans the unchanged tree. Returns the number of allocations.
    std::size_t rescan() {
        auto const before = allocations.load();
        std::error_code error;
        update.begin(known);
        walk.refresh(always, update, error);
        auto const changes = update.changes();
        update.apply(known);
        auto const made = allocations - before;
        BOOST_TEST(!error);
        return made;
    }

    testing::temp_tree tree;
    everything always;
    tree_enumerator walk;
    snapshot known;
    snapshot_update update;
};

} // namespace

BOOST_AUTO_TEST_SUITE(a_rescan_in_which_nothing_changed, *boost::unit_test::label("once"))

BOOST_AUTO_TEST_CASE(unchanged_tree_needs_no_allocation_with_any_number_of_threads) {
    for (auto const threads : {std::size_t{1}, std::size_t{2}, std::size_t{4}}) {
        watched_tree watched{threads};
        // Rescans until all stamps are final and every worker has visited the largest directory.
        std::size_t least = watched.rescan();
        BOOST_TEST(least > 0U);
        for (int i = 0; i < 200 && least > 0; ++i) least = std::min(least, watched.rescan());
        BOOST_TEST(least == 0U, threads << " threads: " << least);
        BOOST_TEST(watched.known.size() == 1296U);
    }
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

/// Counts delivered changes without an allocation. Can make the next allocation fail.
struct counting_restart {
    std::size_t* told;
    bool starves = false;
    restart_result restart(change_set const& changes, std::error_code&) noexcept {
        *told += changes.size();
        if (starves) until_failure = 1;
        return restart_result::restarted;
    }
};

enum class look { at_once, in_slices };

/// Edits, adds, and removes a file of a tree while an allocation fails. Records the deliveries.
struct scarce_memory {
    explicit scarce_memory(look how, tree_options scan = {})
        : slices{how == look::in_slices}, options{scan} {
        files.follow(clock);
        for (char d = 'a'; d < 'f'; ++d) {
            for (int f = 0; f < 4; ++f) files.write(in(d) + std::to_string(f));
        }
        clock.advance(std::chrono::seconds{1});
        for (auto const call : {testing::file_call::open, testing::file_call::stat}) {
            files.set_cost(call, std::chrono::microseconds{10});
        }
    }

    static std::string in(char directory) {
        std::string path = "t/directory-of-a-name-that-takes-memory-x/file-";
        path[path.rfind('/') - 1] = directory;
        return path;
    }
    void poll() {
        std::error_code error;
        if (slices)
            reloader.poll_for(std::chrono::microseconds{100}, error);
        else
            reloader.poll(error);
    }
    /// Returns whether an allocation failed.
    bool run(std::size_t failing) {
        reloader.pin(in('b').substr(0, in('b').find("/file")));
        while (!reloader.has_baseline()) poll();
        files.write(in('b') + "1", "edited");
        files.write(in('c') + "new");
        files.remove(in('d') + "2");
        for (int i = 0; i < 80; ++i) {
            clock.advance(std::chrono::milliseconds{10});
            until_failure = i < 14 ? failing : 0; // by then all is delivered
            poll();
            if (i < 14) failing = until_failure.exchange(0);
        }
        return failing == 0;
    }

    bool slices;
    tree_options options;
    std::size_t told = 0;
    testing::manual_clock clock;
    testing::memory_file_system files;
    basic_reloader<basic_tree_enumerator<testing::memory_file_system>,
                   verdict (*)(candidate const&) noexcept, testing::manual_clock,
                   counting_restart>
        reloader{basic_tree_enumerator<testing::memory_file_system>{"t", options, files},
                 [](candidate const&) noexcept { return verdict::none; }, clock,
                 counting_restart{&told}, schedule{.interval = std::chrono::milliseconds{20}}};
};

} // namespace

BOOST_AUTO_TEST_SUITE(a_lack_of_memory, *boost::unit_test::label("once"))

/// Fails the first allocation, then in further runs later allocations, until no allocation fails.
void demand_that_nothing_is_lost(look how, tree_options scan) {
    std::size_t failing = 1;
    for (bool failed = true; failed; failing += how == look::in_slices ? 1 : 1 + failing / 16) {
        scarce_memory world{how, scan};
        failed = world.run(failing);
        BOOST_TEST(world.told >= 3U, failing);
        BOOST_TEST(world.told <= 6U, failing); // redeliveries are allowed
        auto const there = world.files.files();
        bool same = world.reloader.latest().size() == there.size();
        for (auto const& path : there) {
            auto const at = world.reloader.latest().find(path);
            same = same && at != world.reloader.latest().end() &&
                   changed_fields((*at).record, world.files.record(path)) == fields::none;
        }
        BOOST_TEST(same, failing);
    }
    BOOST_TEST(failing > 50U);
    BOOST_TEST_MESSAGE(failing << " allocations");
}

BOOST_AUTO_TEST_CASE(failure_of_any_allocation_aborts_the_scan_and_loses_no_change) {
    for (auto const how : {look::at_once, look::in_slices}) demand_that_nothing_is_lost(how, {});
}

BOOST_AUTO_TEST_CASE(failure_after_a_delivery_causes_no_redelivery) {
    for (auto const how : {look::at_once, look::in_slices}) {
        scarce_memory world{how};
        world.reloader.strategy().starves = true;
        world.run(0);
        BOOST_TEST(world.told == 3U);
    }
}

BOOST_AUTO_TEST_CASE(failure_in_any_thread_aborts_the_scan_of_all_threads) {
    demand_that_nothing_is_lost(look::at_once, {.threads = 4});
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

struct no_rules {
    verdict operator()(candidate const&) const noexcept { return verdict::none; }
};

/// A tree with many changes, watched in slices that take the fewest steps possible.
template <class Matcher = no_rules>
struct busy_tree {
    static constexpr int count = 4000;

    busy_tree() {
        files.follow(clock);
        files.write("t/first");
        clock.advance(std::chrono::seconds{1});
        while (!reloader.has_baseline()) slice();
    }
    static std::string file(int number, std::string const& top) {
        return top + "/directory-of-files-" + std::to_string(number / 50) + "/file-number-" +
               std::to_string(number);
    }
    slice_result slice() {
        auto const allocated_before = allocations.load();
        auto const freed_before = freed.load();
        auto const result = reloader.poll_for(std::chrono::nanoseconds{});
        most = std::max(most, allocations - allocated_before);
        most_freed = std::max(most_freed, freed - freed_before);
        clock.advance(std::chrono::milliseconds{1});
        return result;
    }
    /// Takes slices until some scans have ended.
    void settle() {
        for (int scans = 0; scans < 3;) scans += slice().round_ended ? 1 : 0;
    }
    /// Takes slices until so many changes are delivered.
    void deliver(std::size_t changes) {
        clock.advance(std::chrono::seconds{1});
        most = most_freed = told = 0;
        for (int left = 100'000; told < changes && left > 0; --left) slice();
        BOOST_TEST(told == changes);
    }

    std::size_t told = 0;
    std::size_t most = 0;       // allocations of a slice
    std::size_t most_freed = 0; // blocks freed by a slice
    testing::manual_clock clock;
    testing::memory_file_system files;
    basic_reloader<basic_tree_enumerator<testing::memory_file_system>, Matcher, ticking_clock,
                   counting_restart>
        reloader{basic_tree_enumerator<testing::memory_file_system>{"t", {}, files}, Matcher{},
                 ticking_clock{clock}, counting_restart{&told},
                 schedule{.interval = std::chrono::milliseconds{20},
                          .max_wait = std::chrono::hours{1}}};
};

} // namespace

BOOST_AUTO_TEST_SUITE(slices_of_a_large_change, *boost::unit_test::label("once"))

// Each of the thousands of changes allocates several blocks. The limit allows for a directory of
// 50 names, the last 1000 deliveries, and a few steps.
BOOST_AUTO_TEST_CASE(slice_allocates_for_a_few_paths) {
    constexpr std::size_t some = 1300;
    busy_tree<> tree;
    for (int i = 0; i < tree.count; ++i) tree.files.write(tree.file(i, "t/one"));
    tree.deliver(tree.count);
    BOOST_TEST(tree.most < some, "added: " << tree.most);
    for (int i = 0; i < tree.count; ++i) tree.files.write(tree.file(i, "t/one"), "edited");
    tree.deliver(tree.count);
    BOOST_TEST(tree.most < some, "edited: " << tree.most);
    tree.files.rename("t/one", "t/two");
    tree.deliver(tree.count);
    BOOST_TEST(tree.most < some, "renamed: " << tree.most);
    tree.files.write("t/another");
    tree.deliver(1);
    BOOST_TEST(tree.most < some, "one: " << tree.most);
    for (int i = 0; i < tree.count; ++i) tree.files.remove(tree.file(i, "t/two"));
    tree.deliver(tree.count);
    BOOST_TEST(tree.most < some, "removed: " << tree.most);
}

// A pass in slices may deliver edits several times, so a delivery may follow soon after another.
BOOST_AUTO_TEST_CASE(slice_frees_a_few_delivered_paths) {
    constexpr std::size_t some = 2500; // steps that each free a few paths, and the end of a pass
    busy_tree<> tree;
    for (int i = 0; i < tree.count; ++i) tree.files.write(tree.file(i, "t/one"));
    tree.deliver(tree.count);
    BOOST_TEST(tree.most_freed < some, "added: " << tree.most_freed);
    for (int i = 0; i < tree.count; ++i) tree.files.write(tree.file(i, "t/one"), "edited");
    tree.deliver(tree.count);
    BOOST_TEST(tree.most_freed < some, "edited: " << tree.most_freed);
    for (int i = 0; i < tree.count; ++i) tree.files.remove(tree.file(i, "t/one"));
    tree.deliver(tree.count);
    BOOST_TEST(tree.most_freed < some, "removed: " << tree.most_freed);
}

// The change of a rule hides or reveals thousands of paths, each a block of memory.
BOOST_AUTO_TEST_CASE(slice_allocates_and_frees_for_a_few_hidden_or_revealed_paths) {
    constexpr std::size_t some = 1300;
    busy_tree<gitignore_matcher> tree;
    tree.files.write("t/.gitignore", "nothing");
    for (int i = 0; i < tree.count; ++i) tree.files.write(tree.file(i, "t/one"));
    tree.deliver(tree.count + 1U);
    for (char const* const rules : {"*[0-7]", "nothing", "*[0-7]", "one", "nothing"}) {
        tree.settle();
        tree.files.write("t/.gitignore", rules);
        tree.deliver(1);
        tree.settle();
        BOOST_TEST(tree.most < some, rules << ", allocated: " << tree.most);
        BOOST_TEST(tree.most_freed < some, rules << ", freed: " << tree.most_freed);
    }
}

// glibc merges small free blocks only when a program allocates a large block.
BOOST_AUTO_TEST_CASE(free_blocks_are_merged_a_few_at_a_time) {
    constexpr std::size_t some = 2000; // a delivery consists of several blocks per change
    constexpr int slices = 10;         // before the next scan
    busy_tree<> tree;
    for (int i = 0; i < tree.count; ++i) tree.files.write(tree.file(i, "t/one"));
    tree.deliver(tree.count);
    most_unmerged = unmerged = 0;
    for (int i = 0; i < slices; ++i) tree.slice();
    BOOST_TEST(most_unmerged < some);
    BOOST_TEST(most_unmerged > 0U);
}

BOOST_AUTO_TEST_SUITE_END()
