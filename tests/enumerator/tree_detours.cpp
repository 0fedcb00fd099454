#include "enumerator/tree_refresh.hpp"

#include "enumerator/scanning.hpp"

#include <boost/mpl/list.hpp>

#include <random>

namespace {

using namespace restat;
using namespace scanning;
using restat::testing::file_call;

constexpr tree_options following{tree_options::symlinks::follow};
using stages = boost::mpl::list<memory_stage, native_stage>;

template <class Stage>
paths seen_in(Stage const& stage, paths const& roots, tree_options how = following) {
    auto walk = stage.walk(roots, how);
    return told(scan(walk), stage.base());
}

/// Scans repeatedly, and returns the changes of each scan.
struct watched {
    explicit watched(memory_stage const& of, paths const& roots = {"t"})
        : stage{of}, walk{of.walk(roots, following)}, known{scan(walk)} {}

    std::string changes() {
        stage.settle();
        auto now = scan(walk, known);
        std::string text;
        for (change const& one : diff(known, now)) {
            text += std::string{to_string(one.kind)} + ' ' + one.path + "; ";
        }
        known = std::move(now);
        return text;
    }

    memory_stage const& stage;
    memory_stage::enumerator walk;
    snapshot known;
};

} // namespace

BOOST_AUTO_TEST_SUITE(a_directory_with_several_names)

BOOST_AUTO_TEST_CASE_TEMPLATE(directory_has_its_real_path_below_a_root, Stage, stages) {
    Stage stage;
    stage.tree.write("t/real/f");
    stage.tree.symlink("real", "t/aa");
    stage.tree.symlink("real", "t/zz");
    BOOST_TEST(seen_in(stage, {"t"}) == paths{"t/real/f"});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(directory_has_its_real_path_below_another_root, Stage, stages) {
    Stage stage;
    stage.tree.write("u/real/f");
    stage.tree.symlink("../u/real", "t/aa");
    stage.tree.symlink("u", "link");
    BOOST_TEST(seen_in(stage, {"t", "u"}) == paths{"u/real/f"});
    BOOST_TEST(seen_in(stage, {"link", "u"}) == paths{"u/real/f"});
    BOOST_TEST(seen_in(stage, {"link/real", "t"}) == paths{"link/real/f"}); // links in the root
}

BOOST_AUTO_TEST_CASE_TEMPLATE(directory_outside_all_roots_has_the_path_with_the_fewest_links,
                              Stage, stages) {
    Stage stage;
    stage.tree.write("outside/f");
    stage.tree.symlink("../outside", "middle/in");
    stage.tree.symlink("../middle", "t/a");
    stage.tree.symlink("../outside", "t/z");
    BOOST_TEST(seen_in(stage, {"t"}) == paths{"t/z/f"});
    stage.tree.symlink("../outside", "t/y");
    BOOST_TEST(seen_in(stage, {"t"}) == paths{"t/y/f"}); // as many links: the first path
    stage.tree.symlink("../outside", "u/x");
    BOOST_TEST(seen_in(stage, {"t", "u"}) == paths{"t/y/f"}); // below the first root
    BOOST_TEST(seen_in(stage, {"u", "t"}) == paths{"u/x/f"});
}

BOOST_AUTO_TEST_CASE(directory_has_its_real_path_despite_bind_mounts) {
    memory_stage stage;
    stage.tree.write("t/real/f");
    stage.tree.write("t/aa/covered");
    stage.tree.bind("t/real", "t/aa");
    BOOST_TEST(seen_in(stage, {"t"}, {}) == paths{"t/real/f"});
    stage.tree.write("outside/f");
    stage.tree.write("t/b/c/covered");
    stage.tree.write("t/z/covered");
    stage.tree.bind("outside", "t/z");
    stage.tree.bind("outside", "t/b/c");
    BOOST_TEST(seen_in(stage, {"t"}, {}) == (paths{"t/b/c/f", "t/real/f"}));
}

BOOST_AUTO_TEST_CASE(path_with_the_fewest_links_wins_then_that_with_the_fewest_mount_points) {
    memory_stage stage;
    stage.tree.write("outside/f");
    stage.tree.symlink("../outside", "t/l");
    stage.tree.write("u/b/covered");
    stage.tree.bind("outside", "u/b");
    BOOST_TEST(seen_in(stage, {"t", "u"}) == paths{"u/b/f"}); // in any order of the roots
    BOOST_TEST(seen_in(stage, {"u", "t"}) == paths{"u/b/f"});
    stage.tree.write("other/m/covered");
    stage.tree.write("t/a/covered");
    stage.tree.bind("other", "t/a");
    stage.tree.bind("outside", "t/a/m"); // two mount points: not before u/b
    BOOST_TEST(seen_in(stage, {"t", "u"}) == paths{"u/b/f"});
    BOOST_TEST(seen_in(stage, {"t"}) == paths{"t/a/m/f"}); // none is as far as a link
}

BOOST_AUTO_TEST_CASE(added_or_removed_link_to_a_directory_is_no_change) {
    memory_stage stage;
    stage.tree.write("t/real/sub/f");
    stage.tree.write("t/g");
    watched all{stage};
    stage.tree.symlink("real", "t/aa");
    BOOST_TEST(all.changes() == "");
    stage.tree.symlink("../real/sub", "t/real/a");
    BOOST_TEST(all.changes() == "");
    stage.tree.write("t/real/sub/f", "more");
    BOOST_TEST(all.changes() == "modified t/real/sub/f; ");
    stage.tree.remove("t/aa");
    BOOST_TEST(all.changes() == "");
    stage.tree.remove("t/real/a");
    BOOST_TEST(all.changes() == "");
}

// A file has no single path: a link to a file is a path of its own.
BOOST_AUTO_TEST_CASE(edit_of_a_file_is_a_change_of_each_link_to_the_file_too) {
    memory_stage stage;
    stage.tree.write("t/f");
    watched all{stage};
    stage.tree.symlink("f", "t/aa");
    BOOST_TEST(all.changes() == "added t/aa; ");
    stage.tree.write("t/f", "more");
    BOOST_TEST(all.changes() == "modified t/aa; modified t/f; ");
    stage.tree.remove("t/aa");
    BOOST_TEST(all.changes() == "removed t/aa; ");
    stage.tree.write("t/f", "and more");
    BOOST_TEST(all.changes() == "modified t/f; ");
}

BOOST_AUTO_TEST_CASE(bind_mount_of_a_directory_is_no_change) {
    memory_stage stage;
    stage.tree.write("t/real/f");
    stage.tree.make_directory("t/aa");
    watched all{stage};
    stage.tree.bind("t/real", "t/aa");
    BOOST_TEST(all.changes() == "");
    stage.tree.write("t/real/f", "more");
    BOOST_TEST(all.changes() == "modified t/real/f; ");
    stage.tree.unmount("t/aa");
    BOOST_TEST(all.changes() == "");
}

BOOST_AUTO_TEST_CASE(directory_moved_out_of_the_tree_is_listed_below_its_link) {
    memory_stage stage;
    stage.tree.write("t/real/f");
    stage.tree.symlink("../moved", "t/aa");
    watched all{stage};
    stage.tree.rename("t/real", "moved");
    BOOST_TEST(all.changes() == "removed t/aa; added t/aa/f; removed t/real/f; ");
    stage.tree.rename("moved", "t/real");
    BOOST_TEST(all.changes().find("t/real/f") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(directory_below_an_unreadable_directory_keeps_its_path) {
    memory_stage stage;
    stage.tree.write("t/a/b/sub/f");
    stage.tree.write("t/c/g");
    stage.tree.symlink("../a/b", "t/c/before");
    auto walk = stage.walk({"t"}, following);
    snapshot known;
    auto const seen = [&] {
        stage.settle();
        bring_up_to_date(walk, known);
        return told(known);
    };
    paths const all{"t/a/b/sub/f", "t/c/g"};
    BOOST_TEST(seen() == all);
    stage.tree.fail_at("t/a", file_call::open, std::errc::permission_denied);
    BOOST_TEST(seen() == all);
    stage.tree.symlink("../a/b", "t/c/later");
    stage.tree.symlink("../a/b/sub", "t/c/below");
    BOOST_TEST(seen() == all);
    stage.tree.rename("t/a/b", "outside"); // visible, because lookup through t/a still works
    stage.tree.remove("t/c/later");
    stage.tree.symlink("../../outside", "t/c/later");
    BOOST_TEST(seen() ==
               (paths{"t/a/b/sub/f", "t/c/before", "t/c/below", "t/c/g", "t/c/later/sub/f"}));
    stage.tree.heal();
    BOOST_TEST(seen() == (paths{"t/c/before", "t/c/below", "t/c/g", "t/c/later/sub/f"}));
}

// A scan cannot see a mount below an unreadable directory. The known files there stay, also if the
// mounted directory has files of the same names at its own path.
BOOST_AUTO_TEST_CASE(files_below_an_unreadable_directory_stay_when_another_is_mounted_over_them) {
    for (bool const is_moved_before : {false, true}) {
        memory_stage stage;
        stage.tree.write("t/a/b/e/f");
        stage.tree.write("o/p/e/f");
        auto walk = stage.walk({"t", "/o"}, following);
        snapshot known;
        bring_up_to_date(walk, known);
        stage.settle();
        stage.tree.rename("o/p", "t/x");
        if (is_moved_before) bring_up_to_date(walk, known);
        for (auto const call : {file_call::open, file_call::stat}) {
            stage.tree.fail_at("t/a", file_call::open, std::errc::permission_denied);
            stage.tree.fail_at("t/a/b", call, std::errc::permission_denied);
        }
        stage.tree.bind("t/x", "t/a/b");
        for (int i = 0; i < 2; ++i) {
            bring_up_to_date(walk, known);
            BOOST_TEST(told(known) == (paths{"t/a/b/e/f", "t/x/e/f"}));
        }
        stage.tree.heal();
        bring_up_to_date(walk, known);
        BOOST_TEST(told(known) == (paths{"t/x/e/f"}));
    }
}

BOOST_AUTO_TEST_CASE(directory_moved_with_its_parent_has_left_its_path) {
    memory_stage stage;
    stage.tree.write("t/a/b/f");
    auto walk = stage.walk({"t"}, following);
    snapshot known;
    bring_up_to_date(walk, known);
    stage.tree.rename("t/a", "moved");
    stage.tree.make_directory("t/a/b");
    stage.tree.symlink("../moved/b", "t/link");
    stage.tree.fail_at("t/a", file_call::open, std::errc::permission_denied);
    stage.tree.fail_at("t/a/b", file_call::stat, std::errc::permission_denied);
    bring_up_to_date(walk, known);
    BOOST_TEST(told(known) == (paths{"t/a/b/f", "t/link/f"}));
}

BOOST_AUTO_TEST_CASE(link_into_a_loop_and_back_is_a_single_change_each) {
    memory_stage stage;
    stage.tree.write("outside/f");
    stage.tree.symlink("/outside/f", "t/link");
    stage.tree.symlink("/outside/f", "named");
    watched all{stage, {"t", "named"}};
    for (std::string const at : {"t/link", "named"}) {
        for (std::string const& target : {'/' + at, std::string{"/outside/f"}}) {
            stage.tree.remove(at);
            stage.tree.symlink(target, at);
            BOOST_TEST(all.changes() == "modified " + at + "; ");
            BOOST_TEST(all.known.findings().empty());
        }
    }
}

// A path below a root without a link on the way stays the same, whatever links are made.
BOOST_AUTO_TEST_CASE(paths_are_equal_in_every_scan_of_a_random_tree) {
    constexpr unsigned seeds = 40;
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        std::mt19937 dice{seed};
        auto const roll = [&](std::size_t sides) { return dice() % sides; };
        memory_stage stage;
        paths directories{"t", "outside"};
        paths links;
        paths plain; // files below t
        for (int i = 0; i < 12; ++i) {
            auto const in = directories[roll(directories.size())];
            auto const made = in + "/d" + std::to_string(roll(9)) + std::to_string(i);
            stage.tree.write(made + "/f");
            directories.push_back(made);
            if (made.starts_with("t/")) plain.push_back(made + "/f");
        }
        watched all{stage};
        for (int i = 0; i < 30; ++i) {
            if (!links.empty() && roll(3) == 0) {
                auto const at = links.begin() + static_cast<std::ptrdiff_t>(roll(links.size()));
                stage.tree.remove(*at);
                links.erase(at);
            } else {
                auto const in = directories[roll(directories.size())];
                auto const at = in + "/l" + std::to_string(roll(9)) + '_' + std::to_string(i);
                stage.tree.symlink('/' + directories[roll(directories.size())], at);
                links.push_back(at);
            }
            auto const changed = all.changes();
            BOOST_TEST_CONTEXT("seed " << seed << ", step " << i) {
                for (auto const& path : plain) {
                    BOOST_TEST(changed.find(' ' + path + ';') == std::string::npos, changed);
                }
                auto afresh = stage.walk({"t"}, following);
                BOOST_TEST(told(all.known) == told(scan(afresh)));
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
