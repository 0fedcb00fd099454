// A git repository switches between two branches. Each switch is a single delivery with exactly
// the paths listed by git.

#include "real/mounts.hpp"
#include "real/watching.hpp"

#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

using namespace real;
using namespace std::chrono_literals;

namespace {

// Some files have equal sizes, some have different sizes or modes, and some exist on a single
// branch. A link has different targets, and a file on this branch is a directory on the other
// branch.
constexpr char const* make_repository =
    "git init -q . && git config user.email a@b && git config user.name a && "
    "git config commit.gpgsign false && "
    "mkdir -p src/deep/er doc && for i in $(seq 120); do echo 1 $i >src/$i; done && "
    "for i in $(seq 40); do echo 1 >src/deep/er/$i; done && echo 1 >doc/both && "
    "ln -s 1 src/link && echo 1 >thing && git add -A && git commit -qm one && "
    "git checkout -q -b other && "
    "for i in $(seq 1 3 120); do echo 2 $i >src/$i; done && for i in $(seq 2 9 120); do "
    "echo longer $i >src/$i; done && git rm -q -r src/deep && mkdir new && "
    "for i in $(seq 30); do echo 1 >new/$i; done && chmod +x src/6 && ln -sfn 2 src/link && "
    "git rm -q thing && mkdir thing && echo 1 >thing/inside && "
    "git add -A && git commit -qm two && git checkout -q -";

std::set<std::string> names_in(std::string const& file) {
    std::ifstream in{file};
    return {std::istream_iterator<std::string>{in}, {}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(checkouts)

BOOST_AUTO_TEST_CASE(each_checkout_is_a_single_delivery_of_the_different_paths) {
    restat::testing::temp_tree const tree;
    tree.make_directory("work");
    // No outer repository, whatever the environment.
    auto const in = "unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE; cd " + (tree / "work") + " && ";
    if (!shell("git --version")) {
        BOOST_TEST_MESSAGE("skipped: there is no git");
        return;
    }
    BOOST_REQUIRE(shell(in + make_repository));
    BOOST_REQUIRE(shell(in + "git diff --name-only --no-renames other >../differing"));
    auto const changed = names_in(tree / "differing");
    BOOST_REQUIRE(changed.size() > 100U);

    watching watched{tree / "work", {.interval = 5ms, .quiet_period = 200ms, .max_wait = 60s}};
    for (int flip = 0; flip < 50; ++flip) {
        // Polls while git works.
        auto const branch = flip % 2 == 0 ? "other" : "-";
        BOOST_REQUIRE(shell(in + "(git checkout -q " + branch + "; touch ../done) & true"));
        std::error_code missing;
        do {
            restat::sleep_clock{}.wait_until(restat::sleep_clock{}.now() + 3ms, {});
            watched.poll();
            restat::native_file_system{}.stat((tree / "done").c_str(), restat::last_link::keep,
                                              missing);
        } while (missing);
        tree.remove("done");
        watched.settle_more();
        auto const sets = watched.take_sets();
        BOOST_TEST(sets.size() == 1U, "flip " << flip);
        std::set<std::string> told;
        for (auto const& set : sets) {
            for (restat::change const& c : set) told.insert(watched.below(c.path));
        }
        BOOST_TEST(told == changed, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_SUITE_END()
