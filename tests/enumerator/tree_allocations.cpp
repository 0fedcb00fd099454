#include "enumerator/scanning.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

// What a scan asks of the heap.
using namespace restat;
using namespace scanning;

namespace {

std::atomic<std::size_t> allocations{0};

} // namespace

// Not inlined, or g++ takes what is freed for what another operator made.
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* const made = std::malloc(std::max<std::size_t>(size, 1))) return made;
    throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* what) noexcept { std::free(what); }
[[gnu::noinline]] void operator delete(void* what, std::size_t) noexcept { std::free(what); }

namespace {

/// A tree whose paths are too long for a string to hold them in itself.
struct watched_tree {
    explicit watched_tree(std::size_t threads) : walk{root(), {.threads = threads}} {
        for (char a = 'a'; a < 'i'; ++a) {
            for (char b = 'a'; b < 'e'; ++b) {
                std::string const in = std::string{"t/directory-"} + a + "/directory-" + b;
                for (auto const* name : {"/one-file", "/another-file", "/a-third-file"}) {
                    tree.write(in + name);
                }
            }
        }
    }

    std::string root() const { return tree / "t"; }
    /// How often a scan allocates in which nothing is found to be other than it was.
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

BOOST_AUTO_TEST_SUITE(a_rescan_in_which_nothing_changed)

BOOST_AUTO_TEST_CASE(allocates_nothing_with_any_number_of_threads) {
    for (auto const threads : {std::size_t{1}, std::size_t{2}, std::size_t{4}}) {
        watched_tree watched{threads};
        // Stamps become final in time, and each worker has to have met the largest directory.
        std::size_t least = watched.rescan();
        BOOST_TEST(least > 0U);
        for (int i = 0; i < 200 && least > 0; ++i) least = std::min(least, watched.rescan());
        BOOST_TEST(least == 0U, threads << " threads: " << least);
        BOOST_TEST(watched.known.size() == 96U);
    }
}

BOOST_AUTO_TEST_SUITE_END()
