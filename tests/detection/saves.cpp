// The ways in which editors save, on the fakes, with a poll between any two steps. Each save is a
// single change, and temporary names never show. Runs with fine and coarse timestamps, by full
// scans and in slices.

#include "detection/script.hpp"
#include "support/watched_in_memory.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <functional>

using namespace restat;
using namespace std::chrono_literals;
using testing::file_call;
using testing::memory_file_system;
namespace data = boost::unit_test::data;

namespace {

/// A directory with the saved file `a`.
struct desk {
    memory_file_system files;
    std::string at;
    std::string content;

    std::string path(char const* name) const { return at + "/" + name; }
    void write(char const* name) const { files.write(path(name), content); }
    void empty(char const* name) const { files.write(path(name), ""); }
    void remove(char const* name) const { files.remove(path(name)); }
    void rename(char const* from, char const* to) const { files.rename(path(from), path(to)); }
    void date(char const* name, stamp mtime) const { files.set_mtime(path(name), mtime); }
    void link(char const* from, char const* to) const { files.link(path(from), path(to)); }
    void symlink(char const* to, char const* name) const { files.symlink(to, path(name)); }
    void mode(char const* name) const { files.set_mode(path(name), 0644); }
};

constexpr stamp as_before{1'000'000'000, 5}; // as restored by `touch -r`
constexpr stamp long_ago{978'307'200, 0};

using step = void (*)(desk const&);

struct style {
    char const* name;
    std::vector<step> steps;
};

// In the order of calls of these programs.
style const styles[] = {
    {"in place", {[](desk const& d) { d.write("a"); }}},
    {"in place, mtime put back",
     {[](desk const& d) { d.write("a"); }, [](desk const& d) { d.date("a", as_before); }}},
    {"in place, mtime of long ago",
     {[](desk const& d) { d.write("a"); }, [](desk const& d) { d.date("a", long_ago); }}},
    {"truncated, then written",
     {[](desk const& d) { d.empty("a"); }, [](desk const& d) { d.write("a"); }}},
    {"truncated, and written only after a while",
     {[](desk const& d) { d.empty("a"); }, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
      nullptr, nullptr, nullptr, [](desk const& d) { d.write("a"); }}},
    {"out of an archive: removed, written, dated",
     {[](desk const& d) { d.remove("a"); }, [](desk const& d) { d.write("a"); },
      [](desk const& d) { d.mode("a"); }, [](desk const& d) { d.date("a", as_before); }}},
    {"rename over",
     {[](desk const& d) { d.write("n"); }, [](desk const& d) { d.rename("n", "a"); }}},
    {"rename over, mtime put back",
     {[](desk const& d) { d.write("n"); }, [](desk const& d) { d.date("n", as_before); },
      [](desk const& d) { d.rename("n", "a"); }}},
    {"rename over from elsewhere", {[](desk const& d) {
         d.files.write("elsewhere/n", d.content);
         d.files.rename("elsewhere/n", d.path("a"));
     }}},
    {"backup and rename",
     {[](desk const& d) { d.rename("a", "a~"); }, [](desk const& d) { d.write("a"); },
      [](desk const& d) { d.remove("a~"); }}},
    {"backup by a hard link",
     {[](desk const& d) { d.link("a", "a~"); }, [](desk const& d) { d.write("n"); },
      [](desk const& d) { d.rename("n", "a"); }, [](desk const& d) { d.remove("a~"); }}},
    {"removed, then written",
     {[](desk const& d) { d.remove("a"); }, [](desk const& d) { d.write("a"); }}},
    {"sed -i",
     {[](desk const& d) { d.empty("sedXq"); }, [](desk const& d) { d.write("sedXq"); },
      [](desk const& d) { d.mode("sedXq"); }, [](desk const& d) { d.rename("sedXq", "a"); }}},
    {"with lock, swap and probe files",
     {[](desk const& d) { d.write(".a.swp"); },
      [](desk const& d) { d.symlink("who@host.1", ".#a"); },
      [](desk const& d) { d.write("4913"); }, [](desk const& d) { d.remove("4913"); },
      [](desk const& d) { d.rename("a", "a~"); }, [](desk const& d) { d.write("a"); },
      [](desk const& d) { d.mode("a"); }, [](desk const& d) { d.remove("a~"); },
      [](desk const& d) { d.remove(".#a"); }, [](desk const& d) { d.remove(".a.swp"); }}},
};

enum class look { at_once, in_slices };

std::ostream& operator<<(std::ostream& to, look how) {
    return to << (how == look::at_once ? "at once" : "in slices");
}

struct stage {
    stage(detection::stamping const& stamps, look how)
        : files{stamps.granularity, stamps.tick}, slices{how == look::in_slices} {
        files.follow(clock);
        for (std::size_t i = 0; i < std::size(styles); ++i) {
            desks.push_back({files, "t/" + std::to_string(100 + desks.size()), "0000"});
            desks.back().write("a");
            expected.push_back("modified " + desks.back().path("a"));
        }
        clock.advance(5s);
        for (auto const call : {file_call::open, file_call::stat}) files.set_cost(call, 10us);
        while (!reloader.has_baseline()) poll();
    }

    slice_result poll() {
        if (slices) return reloader.poll_for(200us);
        slice_result made{reloader.poll()};
        made.round_ended = true;
        return made;
    }
    void settle() {
        for (int quiet = 0; quiet < 2;) {
            auto const done = poll();
            if (done.round_ended) quiet = done.state == poll_state::unchanged ? quiet + 1 : 0;
            clock.advance(std::max<nanoseconds>(done.next - clock.now(), 1ms));
        }
    }
    // Advances every style by a step, then polls or runs a slice.
    void save(int number) {
        for (auto& one : desks) one.content = std::to_string(1000 + number);
        for (std::size_t at = 0; at < 11; ++at) {
            for (std::size_t i = 0; i < desks.size(); ++i) {
                auto const& steps = styles[i].steps;
                if (at < steps.size() && steps[at]) steps[at](desks[i]);
            }
            clock.advance(20ms);
            poll();
        }
    }
    std::vector<std::string> told() {
        std::vector<std::string> all;
        for (auto const& set : reloader.strategy().take()) {
            for (change const& c : set) {
                all.push_back(std::string{to_string(c.kind)} + " " + c.path);
                BOOST_TEST(c.after.size == 4U); // never in the empty state
            }
        }
        return all;
    }

    using nanoseconds = std::chrono::nanoseconds;

    memory_file_system files;
    bool slices;
    testing::manual_clock clock;
    std::vector<desk> desks;
    std::vector<std::string> expected;
    testing::reloader_in_memory reloader = testing::watch_in_memory(files, clock, 20ms);
};

} // namespace

BOOST_AUTO_TEST_SUITE(saves)

BOOST_DATA_TEST_CASE(save_in_each_style_is_a_single_change,
                     data::make({look::at_once, look::in_slices}), how) {
    for (auto const& stamps : detection::every_stamping) {
        stage s{stamps, how};
        int const times = &stamps == &detection::every_stamping.front() ? 100 : 12;
        for (int i = 1; i <= times; ++i) {
            s.files.reuse_inodes(i % 2 == 0);
            s.save(i);
            s.settle();
            BOOST_TEST_CONTEXT("save " << i << ", " << stamps.like) {
                BOOST_TEST_REQUIRE(s.told() == s.expected, boost::test_tools::per_element());
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
