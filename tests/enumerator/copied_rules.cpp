// Several watchers of a tree. Each watcher has its own copy of a matcher that reads rules from the
// tree.
#include <restat/matcher/any_matcher.hpp>

#include <restat/diff.hpp>
#include <restat/matcher/gitignore_matcher.hpp>
#include <restat/matcher/logic.hpp>
#include <restat/matcher/marker_matcher.hpp>

#include "enumerator/scanning.hpp"

#include <vector>

using namespace restat;
using namespace scanning;

namespace {

struct watcher {
    watcher(testing::memory_file_system const& of, any_matcher const& by)
        : matcher{by}, walk{"t", {.threads = 1}, of}, known{scan(walk, {}, matcher)} {}

    std::string changes() {
        auto const before = known;
        known = scan(walk, known, matcher);
        return listed(diff(before, known));
    }

    any_matcher matcher;
    basic_tree_enumerator<testing::memory_file_system> walk;
    snapshot known;
};

} // namespace

BOOST_AUTO_TEST_SUITE(copies_of_a_matcher)

BOOST_AUTO_TEST_CASE(each_copy_sees_changed_rules) {
    testing::memory_file_system files;
    for (auto const* name : {"t/a/x.o", "t/a/x.c", "t/b/y.o"}) files.write(name);
    files.write("t/a/.gitignore", "*.o");
    files.write("t/b/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55");
    files.advance(std::chrono::seconds{1});
    any_matcher const rules = gitignore_matcher{} & any_matcher{marker_matcher{}};
    std::vector<watcher> all;
    all.reserve(3); // a matcher at a different address counts as a different matcher
    for (int i = 0; i < 3; ++i) all.emplace_back(files, i == 2 ? all[0].matcher : rules);
    paths const before{"t/a/.gitignore", "t/a/x.c"};
    paths const after{"t/a/.gitignore", "t/a/x.o", "t/b/CACHEDIR.TAG", "t/b/y.o"};
    for (auto const& one : all) BOOST_TEST(told(one.known) == before);
    auto const edit = [&](std::string_view ignored, std::string_view tag) {
        files.write("t/a/.gitignore", ignored);
        files.write("t/b/CACHEDIR.TAG", tag);
        files.advance(std::chrono::seconds{1});
    };
    for (std::size_t round = 0; round < 12; ++round) {
        edit("*.c", "no");
        for (std::size_t i = 0; i < all.size(); ++i) {
            auto& one = all[(i + round) % all.size()];
            BOOST_TEST(one.changes().starts_with("modified t/a/.gitignore "), round);
            BOOST_TEST(told(one.known) == after, round);
            if (round % 3 == i) one.changes(); // the scans fall out of step
        }
        edit("*.o", "Signature: 8a477f597d28d172789f06886806bc55");
        for (auto& one : all) {
            auto const told_of = one.changes();
            BOOST_TEST(told_of.find("added") == std::string::npos, told_of);
            BOOST_TEST(told_of.find("removed") == std::string::npos, told_of);
            BOOST_TEST(told(one.known) == before, round);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
