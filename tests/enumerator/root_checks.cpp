#include "enumerator/root_checks.hpp"

#include <restat/testing/memory_file_system.hpp>

#include <boost/test/unit_test.hpp>

using namespace restat;

namespace {

struct two_roots {
    two_roots() {
        files.write("d/x", "1");
        files.write("f", "1");
        files.symlink("d", "link");
        roots.take({"d", "f", "link", "missing"});
        checks.begin(based, roots);
    }
    hint_list hints() {
        hint_list into;
        files.advance(std::chrono::seconds{1});
        checks.compare(based, roots, into);
        return into;
    }

    testing::memory_file_system files;
    detail::base_directory base{};
    detail::based_files<testing::memory_file_system> based{files, base};
    detail::root_list roots{};
    detail::root_checks<testing::memory_file_system> checks{};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(root_checks, two_roots, *boost::unit_test::label("once"))

BOOST_AUTO_TEST_CASE(roots_as_before_add_no_hint) {
    BOOST_TEST(hints().empty());
    files.write("d/new"); // reported by an event
    BOOST_TEST(hints().empty());
    BOOST_TEST(checks.size() == 4U);
}

BOOST_AUTO_TEST_CASE(edited_root_file_is_checked_once) {
    files.write("f", "22");
    auto const seen = hints();
    BOOST_TEST(seen.files().contains("f"));
    BOOST_TEST(seen.files().size() == 1U);
    BOOST_TEST(!seen.is_lost());
    BOOST_TEST(hints().empty());
}

BOOST_AUTO_TEST_CASE(replaced_root_directory_needs_a_scan) {
    files.rename("d", "old");
    files.write("d/x", "1");
    BOOST_TEST(hints().is_lost());
    BOOST_TEST(hints().empty());
}

BOOST_AUTO_TEST_CASE(root_link_to_another_directory_needs_a_scan) {
    files.write("e/x", "1");
    files.remove("link");
    files.symlink("e", "link");
    BOOST_TEST(hints().is_lost());
    BOOST_TEST(hints().empty());
}

BOOST_AUTO_TEST_CASE(root_that_comes_or_goes_needs_a_scan) {
    files.write("missing", "1");
    BOOST_TEST(hints().is_lost());
    files.remove("missing");
    BOOST_TEST(hints().is_lost());
    files.remove("f");
    files.write("f/x", "1");
    BOOST_TEST(hints().is_lost()); // a directory replaced the file
    BOOST_TEST(hints().empty());
}

BOOST_AUTO_TEST_CASE(other_roots_are_read_before_their_scan) {
    detail::root_list others;
    others.take({"f"});
    checks.begin(based, others);
    BOOST_TEST(checks.size() == 1U);
    roots = others;
    BOOST_TEST(hints().empty());
}

BOOST_AUTO_TEST_SUITE_END()
