#include <restat/enumerator/list_enumerator.hpp>

#include "enumerator/scanning.hpp"

#include <restat/enumerator/range_enumerator.hpp>
#include <restat/file_system/native_file_system.hpp>

#include <stop_token>

using namespace restat;
using namespace scanning;

BOOST_AUTO_TEST_SUITE(a_list_enumerator)

BOOST_AUTO_TEST_CASE(listed_files_alone_are_found) {
    testing::temp_tree const tree;
    for (auto const* name : {"a", "b/x", "b/y"}) tree.write(name);
    list_enumerator list{{tree / "b/x", tree / "a", tree / "b"}};
    BOOST_TEST(told(scan(list), tree.path() + "/") == (paths{"a", "b/x"})); // b is a directory
}

BOOST_AUTO_TEST_CASE(link_has_its_own_record_and_the_record_of_its_target) {
    testing::temp_tree const tree;
    tree.write("a", "123");
    tree.symlink("a", "link");
    tree.symlink("nowhere", "lost");
    list_enumerator list{{tree / "link", tree / "lost"}};
    auto const seen = scan(list);
    BOOST_REQUIRE(seen.size() == 2U);
    BOOST_TEST(seen[0].record.size == 3U);
    BOOST_TEST((seen[0].link.type == file_type::symlink));
    BOOST_TEST((seen[1].record.type == file_type::symlink));
}

BOOST_AUTO_TEST_CASE(birth_times_are_known_if_the_file_system_keeps_them) {
    testing::temp_tree const tree;
    tree.write("a");
    stamp made;
    std::error_code error;
    auto const record = native_file_system{}.birth_time((tree / "a").c_str(), made, error);
    list_enumerator const list{{tree / "a", tree / "b"}};
    stamp told;
    BOOST_TEST(list.birth_time(tree / "a", record, told) == !error);
    BOOST_TEST((error || told == made));
    tree.rename("a", "b"); // a listed name with a new ctime
    BOOST_TEST(!list.birth_time(tree / "a", record, told));
    BOOST_TEST(!list.birth_time(tree / "b", record, told));
    auto const moved = native_file_system{}.birth_time((tree / "b").c_str(), made, error);
    BOOST_TEST(list.birth_time(tree / "b", moved, told) == !error);
    range_enumerator const range{list.paths()};
    BOOST_TEST(range.birth_time(tree / "b", moved, told) == !error);
    range_enumerator const values{std::vector<entry>{{"b", moved}}};
    BOOST_TEST(!values.birth_time("b", moved, told));
}

BOOST_AUTO_TEST_CASE(missing_file_is_a_finding_unless_excluded) {
    testing::temp_tree const tree;
    list_enumerator list{tree / "gone"};
    BOOST_TEST(findings(scan(list), tree.path() + "/") ==
               paths{"cannot find 'gone': No such file or directory"});
    BOOST_TEST(scan(list, {}, without{"gone"}).findings().empty());
}

BOOST_AUTO_TEST_CASE(missing_file_is_a_single_finding_in_all_its_spellings) {
    testing::temp_tree const tree;
    tree.write("b");
    auto const gone = tree / "gone";
    auto const other = tree.path() + "/.//gone/";
    list_enumerator list{{gone, other, tree / "b", gone, tree / "lost"}};
    BOOST_TEST(findings(scan(list), tree.path() + "/") ==
               (paths{"cannot find 'gone': No such file or directory",
                      "cannot find 'lost': No such file or directory"}));
}

BOOST_AUTO_TEST_CASE(matcher_receives_the_file_name) {
    std::string relative;
    auto const record = [&](candidate const& c) noexcept {
        relative = c.relative();
        return verdict::exclude;
    };
    list_enumerator list{"some/where/name"};
    BOOST_TEST(scan(list, {}, record).empty());
    BOOST_TEST(relative == "name");
}

BOOST_AUTO_TEST_CASE(paths_may_change_between_scans) {
    testing::temp_tree const tree;
    tree.write("a");
    list_enumerator list{std::vector<std::string>{}};
    BOOST_TEST(scan(list).empty());
    list.paths().push_back(tree / "a");
    BOOST_TEST(scan(list).size() == 1U);
}

BOOST_AUTO_TEST_CASE(leading_dot_is_removed_from_paths) {
    list_enumerator list{{"./no/such", ".//no/such/other/"}};
    BOOST_TEST(findings(scan(list)) ==
               (paths{"cannot find 'no/such': No such file or directory",
                      "cannot find 'no/such/other': No such file or directory"}));
}

BOOST_AUTO_TEST_CASE(stop_request_ends_the_scan) {
    std::stop_source stop;
    stop.request_stop();
    snapshot_builder found{stop.get_token()};
    std::error_code error;
    list_enumerator list{"a"};
    list.enumerate(everything{}, found, error);
    BOOST_TEST((error == std::errc::operation_canceled));
}

BOOST_AUTO_TEST_SUITE_END()
