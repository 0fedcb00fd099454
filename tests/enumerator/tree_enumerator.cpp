#include <restat/enumerator/tree_enumerator.hpp>

#include <restat/diff.hpp>
#include <restat/matcher/directory_reader.hpp>

#include "enumerator/scanning.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <stop_token>
#include <tuple>

using namespace restat;
using namespace scanning;

namespace {

using stages = std::tuple<memory_stage, native_stage>;

constexpr tree_options following{tree_options::symlinks::follow};

template <class Stage>
paths told(Stage const& stage, paths const& roots, tree_options how = {}) {
    auto walk = stage.walk(roots, how);
    return scanning::told(scan(walk), stage.base());
}

entry only_entry(snapshot const& seen) {
    BOOST_REQUIRE(seen.size() == 1U);
    return seen[0];
}

/// Excludes the name in the file "rule" of the root. Logs its questions and visits.
class by_rule_file {
public:
    verdict operator()(candidate const& c) const noexcept {
        note("ask " + std::string{c.path});
        return by(*rule, c);
    }
    verdict previous_verdict(candidate const& c) const noexcept { return by(*before, c); }
    directory_rules on_directory(candidate const& in, directory_reader& reader) const {
        note("enter " + std::string{in.path} + " [" + std::string{in.relative()} + "]");
        if (!in.relative().empty() || !reader.may_hold("rule")) return directory_rules::no_rules;
        std::error_code error;
        *before = std::exchange(*rule, reader.read("rule", last_link::keep, 10, error));
        return *rule == *before ? directory_rules::rules : directory_rules::changed;
    }

    std::shared_ptr<paths> log = std::make_shared<paths>();
    std::shared_ptr<std::string> rule = std::make_shared<std::string>();
    std::shared_ptr<std::string> before = std::make_shared<std::string>();

private:
    void note(std::string what) const {
        std::lock_guard const lock{*guard_};
        log->push_back(std::move(what));
    }
    static verdict by(std::string_view rule, candidate const& c) noexcept {
        return c.name() == rule ? verdict::exclude : verdict::none;
    }

    std::shared_ptr<std::mutex> guard_ = std::make_shared<std::mutex>();
};

} // namespace

BOOST_AUTO_TEST_SUITE(a_tree_enumerator)

BOOST_AUTO_TEST_CASE_TEMPLATE(files_at_any_depth_are_found_and_directories_are_not, Stage,
                              stages) {
    Stage stage;
    for (auto const* name : {"t/b", "t/a/x", "t/a/d/e/f", "t/a-b", "t/a.c", "outside"}) {
        stage.tree.write(name);
    }
    stage.tree.make_directory("t/empty/more");
    BOOST_TEST(told(stage, {"t"}) == (paths{"t/a/d/e/f", "t/a/x", "t/a-b", "t/a.c", "t/b"}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(empty_tree_has_no_finding, Stage, stages) {
    Stage stage;
    stage.tree.make_directory("t");
    auto walk = stage.walk({"t"});
    auto const seen = scan(walk);
    BOOST_TEST(seen.empty());
    BOOST_TEST(seen.findings().empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(missing_root_is_a_finding_until_it_appears, Stage, stages) {
    Stage stage;
    stage.tree.write("t/x");
    auto walk = stage.walk({"t", "u"});
    auto const before = scan(walk);
    BOOST_TEST(findings(before, stage.base()) ==
               paths{"cannot find 'u': No such file or directory"});
    stage.tree.rename("t", "u");
    auto const after = scan(walk, before);
    BOOST_TEST(scanning::told(after, stage.base()) == paths{"u/x"});
    BOOST_TEST(findings(after, stage.base()) ==
               paths{"cannot find 't': No such file or directory"});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(root_below_a_file_is_missing, Stage, stages) {
    Stage stage;
    stage.tree.write("file");
    auto walk = stage.walk({"file/x"});
    BOOST_TEST(findings(scan(walk), stage.base()) ==
               paths{"cannot find 'file/x': Not a directory"});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(root_may_be_a_file, Stage, stages) {
    Stage stage;
    stage.tree.write("a", "123");
    auto walk = stage.walk({"a"});
    auto const seen = scan(walk);
    auto const e = only_entry(seen);
    BOOST_TEST(e.record.size == 3U);
    BOOST_TEST((e.link.type == file_type::none));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(root_link_has_its_own_record_and_the_record_of_its_target, Stage,
                              stages) {
    Stage stage;
    stage.tree.write("a", "123");
    stage.tree.symlink("a", "middle");
    stage.tree.symlink("middle", "link");
    auto walk = stage.walk({"link"});
    auto const seen = scan(walk);
    auto const e = only_entry(seen);
    BOOST_TEST((e.record.type == file_type::regular));
    BOOST_TEST(e.record.size == 3U);
    BOOST_TEST((e.link.type == file_type::symlink));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(dangling_root_link_is_watched_as_a_link, Stage, stages) {
    Stage stage;
    stage.tree.symlink("nowhere", "link");
    auto walk = stage.walk({"link"});
    auto const seen = scan(walk);
    auto const e = only_entry(seen);
    BOOST_TEST((e.record.type == file_type::symlink));
    BOOST_TEST((changed_fields(e.record, e.link) == fields::none));
    BOOST_TEST(seen.findings().empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(root_link_to_itself_is_watched_as_a_link, Stage, stages) {
    Stage stage;
    stage.tree.symlink("link", "link");
    auto walk = stage.walk({"link"});
    auto const seen = scan(walk);
    BOOST_TEST((only_entry(seen).record.type == file_type::symlink));
    BOOST_TEST(seen.findings().empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(root_link_to_a_directory_is_walked, Stage, stages) {
    Stage stage;
    stage.tree.write("t/x");
    stage.tree.symlink("t", "link");
    BOOST_TEST(told(stage, {"link"}) == paths{"link/x"});
}

// The swap of a configuration directory by a single rename of a link, as in Kubernetes.
BOOST_AUTO_TEST_CASE_TEMPLATE(each_swap_of_an_intermediate_link_is_a_single_change, Stage,
                              stages) {
    Stage stage;
    stage.tree.write("v0/conf");
    stage.tree.symlink("v0", "data");
    stage.tree.symlink("data/conf", "conf");
    auto walk = stage.walk({"conf"});
    auto before = scan(walk);
    for (int i = 1; i <= 50; ++i) {
        auto const version = "v" + std::to_string(i);
        stage.tree.write(version + "/conf");
        stage.tree.symlink(version, "data_tmp");
        stage.tree.rename("data_tmp", "data");
        stage.tree.remove("v" + std::to_string(i - 1));
        auto after = scan(walk, before);
        auto const changes = diff(before, after);
        BOOST_REQUIRE(changes.size() == 1U);
        BOOST_TEST((changes[0].kind == change_kind::modified));
        before = std::move(after);
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(link_below_a_root_is_watched_as_a_link, Stage, stages) {
    Stage stage;
    stage.tree.write("outside/x");
    stage.tree.symlink("../outside", "t/directory");
    stage.tree.symlink("../outside/x", "t/file");
    auto walk = stage.walk({"t"});
    auto const seen = scan(walk);
    BOOST_TEST(scanning::told(seen, stage.base()) == (paths{"t/directory", "t/file"}));
    for (entry const e : seen) {
        BOOST_TEST((e.record.type == file_type::symlink));
        BOOST_TEST((e.link.type == file_type::none));
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(links_are_followed_by_an_option, Stage, stages) {
    Stage stage;
    stage.tree.write("outside/d/x");
    stage.tree.write("outside/f", "four");
    stage.tree.symlink("../outside/d", "t/directory");
    stage.tree.symlink("../outside/f", "t/file");
    stage.tree.symlink("missing", "t/nowhere");
    auto walk = stage.walk({"t"}, following);
    auto const seen = scan(walk);
    BOOST_TEST(scanning::told(seen, stage.base()) ==
               (paths{"t/directory/x", "t/file", "t/nowhere"}));

    BOOST_TEST(seen[1].record.size == 4U);
    BOOST_TEST((seen[1].link.type == file_type::symlink));
    BOOST_TEST((seen[2].record.type == file_type::symlink));
    BOOST_TEST(seen.findings().empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(walk_ends_despite_circular_links, Stage, stages) {
    Stage stage;
    stage.tree.write("t/a/x");
    stage.tree.symlink("..", "t/a/up");
    stage.tree.symlink("../../t", "t/a/top");
    stage.tree.symlink(".", "t/a/self");
    BOOST_TEST(told(stage, {"t"}, following) == paths{"t/a/x"});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(directory_below_two_roots_is_walked_once, Stage, stages) {
    struct row {
        paths roots;
        paths expected;
    };
    Stage stage;
    stage.tree.write("t/a/x");
    stage.tree.write("t/y");
    stage.tree.symlink("t", "link");
    for (auto const& [roots, expected] : {
             row{{"t", "t"}, {"t/a/x", "t/y"}},           // the same name
             row{{"t", "t/"}, {"t/a/x", "t/y"}},          // a different spelling
             row{{"t", "t/a/../../t"}, {"t/a/x", "t/y"}}, // out of the root and in again
             row{{"t", "t/a"}, {"t/a/x", "t/y"}},         // the second root in the first
             row{{"t/a", "t"}, {"t/a/x", "t/y"}},         // the first root in the second
             row{{"link", "t"}, {"t/a/x", "t/y"}},        // by a link: the real path wins
         }) {
        BOOST_TEST(told(stage, roots) == expected);
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(file_listed_beside_its_directory_is_found_once, Stage, stages) {
    Stage stage;
    stage.tree.write("t/a/x");
    stage.tree.write("t/a/y");
    stage.tree.symlink("t", "link");
    BOOST_TEST(told(stage, {"t", "t/a/x"}) == (paths{"t/a/x", "t/a/y"}));
    BOOST_TEST(told(stage, {"t", "link/a/x"}) == (paths{"link/a/x", "t/a/y"}));
    BOOST_TEST(told(stage, {"link/a/x", "t/a/x"}) == paths{"link/a/x"});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(paths_excluded_by_the_matcher_are_skipped, Stage, stages) {
    Stage stage;
    for (auto const* name : {"t/a/out/x", "t/b/x", "t/c/out"}) stage.tree.write(name);
    auto walk = stage.walk({"t"});
    auto const seen = scan(walk, {}, without{"out"});
    BOOST_TEST(scanning::told(seen, stage.base()) == paths{"t/b/x"});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(matcher_receives_the_path_below_the_root, Stage, stages) {
    Stage stage;
    stage.tree.write("t/u/a/x");
    stage.tree.write("t/file");
    paths asked;
    auto const record = [&](candidate const& c) noexcept {
        asked.push_back(std::string{c.relative()} + (c.is_directory() ? "/" : ""));
        return verdict::none;
    };
    auto walk = stage.walk({"t/u", "t/file"});
    scan(walk, {}, record);
    BOOST_TEST(asked == (paths{"file", "a/", "a/x"}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(snapshot_equals_the_tree_after_any_swap, Stage, stages) {
    Stage stage;
    stage.tree.write("t/a/x");
    stage.tree.write("t/b/y");
    stage.tree.write("t/c");
    auto walk = stage.walk({"t"});
    auto seen = scan(walk);
    auto const now = [&] {
        auto after = scan(walk, seen);
        auto const changed = diff(seen, after).size();
        seen = std::move(after);
        return std::pair{scanning::told(seen, stage.base()), changed};
    };
    stage.tree.rename("t/a", "t/swap");
    stage.tree.rename("t/b", "t/a");
    stage.tree.rename("t/swap", "t/b");
    BOOST_TEST(now().first == (paths{"t/a/y", "t/b/x", "t/c"})); // two directories swapped
    stage.tree.remove("t/c");
    stage.tree.write("t/c/now/a/directory");
    BOOST_TEST(now().first == (paths{"t/a/y", "t/b/x", "t/c/now/a/directory"}));
    stage.tree.remove("t/c");
    stage.tree.write("t/c");
    BOOST_TEST(now().first == (paths{"t/a/y", "t/b/x", "t/c"})); // a file again
    stage.tree.write("t/new/y");
    stage.tree.remove("t/a");
    stage.tree.rename("t/new", "t/a");
    BOOST_TEST(now().second == 1U); // a new directory with equal names
}

BOOST_AUTO_TEST_CASE_TEMPLATE(names_are_bytes, Stage, stages) {
    Stage stage;
    paths const names{"t/\x1b[31m",  "t/ ",           "t/-rf",  "t/a\nb",
                      "t/a\nb/c\td", "t/caf\xc3\xa9", "t/\xff", "t/" + std::string(255, 'n')};
    paths expected;
    for (auto const& name : names) {
        if (name == "t/a\nb") continue; // the directory
        stage.tree.write(name);
        expected.push_back(name);
    }
    std::sort(expected.begin(), expected.end(), path_less);
    BOOST_TEST(told(stage, {"t"}) == expected);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(walk_returns_through_many_levels, Stage, stages) {
    Stage stage;
    paths expected;
    std::string directory = "t";
    for (int depth = 0; depth < 60; ++depth) {
        for (auto const* name : {"/a", "/z", "/y/x"}) expected.push_back(directory + name);
        directory += "/d";
    }
    for (auto const& name : expected) stage.tree.write(name);
    std::sort(expected.begin(), expected.end(), path_less);
    BOOST_TEST((told(stage, {"t"}) == expected));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(order_of_the_roots_does_not_matter_to_the_matcher, Stage, stages) {
    Stage stage;
    stage.tree.write("t/x");
    auto walk = stage.walk({"missing", "t"});
    walk.roots().erase(walk.roots().begin());
    auto const seen = scan(walk);
    BOOST_TEST(scanning::told(seen, stage.base()) == paths{"t/x"});
    BOOST_TEST(seen.findings().empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(stop_request_ends_the_scan, Stage, stages) {
    Stage stage;
    stage.tree.write("t/x");
    std::stop_source stop;
    stop.request_stop();
    snapshot_builder found{stop.get_token()};
    std::error_code error;
    auto walk = stage.walk({"t"});
    walk.enumerate(everything{}, found, error);
    BOOST_TEST((error == std::errc::operation_canceled));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(a_matcher_with_rules_in_the_tree)

BOOST_AUTO_TEST_CASE(matcher_visits_a_directory_before_its_entries) {
    testing::memory_file_system files;
    files.write("t/a/b/x");
    files.write("t/rule", "y");
    files.write("t/y/z");
    by_rule_file const matcher;
    basic_tree_enumerator<testing::memory_file_system> walk{"t", {}, files};
    BOOST_TEST(scanning::told(scan(walk, {}, matcher)) == (paths{"t/a/b/x", "t/rule"}));
    BOOST_TEST(*matcher.log ==
               (paths{"enter t []", "ask t/a", "ask t/rule", "ask t/y", "enter t/a [a]",
                      "ask t/a/b", "enter t/a/b [a/b]", "ask t/a/b/x"}));
    matcher.log->clear();
    basic_tree_enumerator<testing::memory_file_system> here{".", {}, files};
    scan(here, {}, matcher);
    BOOST_TEST(matcher.log->at(0) == "enter . []");
    BOOST_TEST(matcher.log->at(2) == "enter t [t]");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(edit_of_rules_changes_the_view_alone, Stage, stages) {
    Stage stage;
    for (auto const* name : {"t/a/x", "t/b/x", "t/b/c/y", "t/rule"}) stage.tree.write(name);
    stage.tree.write("t/rule", "b");
    by_rule_file const matcher;
    auto walk = stage.walk({"t"});
    auto const one = scan(walk, {}, matcher);
    BOOST_TEST(scanning::told(one, stage.base()) == (paths{"t/a/x", "t/rule"}));

    stage.tree.write("t/rule", "aa"); // a different size: visible in the same tick
    stage.tree.write("t/new");
    auto const two = scan(walk, one, matcher);
    auto changes = diff(one, two);
    BOOST_TEST(two.size() == 5U);
    BOOST_TEST(changes.size() == 2U);
    BOOST_TEST(changes.contains(stage.base() + "t/new"));
    BOOST_TEST(changes.contains(stage.base() + "t/rule"));

    stage.tree.write("t/rule", "x");
    stage.tree.remove("t/new");
    auto const three = scan(walk, two, matcher);
    changes = diff(two, three);
    BOOST_TEST(scanning::told(three, stage.base()) == (paths{"t/b/c/y", "t/rule"}));
    BOOST_TEST(changes.size() == 2U); // the removal of `new` is real
    BOOST_TEST(changes.contains(stage.base() + "t/new"));

    auto const four = scan(walk, three, matcher);
    BOOST_TEST(!four.view_changed());
    BOOST_TEST(diff(three, four).empty());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(how_a_root_is_spelled)

BOOST_AUTO_TEST_CASE(paths_are_spelled_as_by_find_without_a_leading_dot) {
    struct row {
        char const* root;
        char const* expected;
    };
    testing::memory_file_system files;
    files.write("t/u/x");
    for (auto const& [root, expected] : {
             row{"t", "t/u/x"}, row{"t/", "t/u/x"}, // a slash is not doubled
             row{"t//", "t/u/x"},                   //
             row{"./t", "t/u/x"},                   // a leading ./ is removed
             row{".//./t", "t/u/x"},                // every leading ./
             row{".", "t/u/x"},                     // no prefix
             row{"./", "t/u/x"},                    //
             row{"t/.", "t/u/x"},                   // nor is a dot
             row{"t//./u", "t/u/x"},                //
             row{"t/../t", "t/../t/u/x"},           //
             row{"/", "/t/u/x"},                    // one slash
             row{"/t", "/t/u/x"},                   //
             row{"./t/u/x", "t/u/x"},               // a file
         }) {
        basic_tree_enumerator<testing::memory_file_system> walk{root, {}, files};
        BOOST_TEST(scanning::told(scan(walk)) == paths{expected}, root);
    }
}

BOOST_AUTO_TEST_CASE(constructor_takes_a_single_root_or_several) {
    std::string const name = "a";
    BOOST_TEST((tree_enumerator{"a"}.roots() == paths{"a"}));
    BOOST_TEST((tree_enumerator{name}.roots() == paths{"a"}));
    BOOST_TEST((tree_enumerator{{"a", "b"}}.roots() == paths{"a", "b"}));
    BOOST_TEST((tree_enumerator{{"a", "b"}, tree_options{}}.roots() == paths{"a", "b"}));
    BOOST_TEST((tree_enumerator{paths{"a", "b", "c"}, following}.roots().size() == 3U));
}

BOOST_AUTO_TEST_SUITE_END()
