#include <restat/change.hpp>

#include <boost/test/unit_test.hpp>

using namespace restat;

BOOST_AUTO_TEST_SUITE(changes)

BOOST_AUTO_TEST_CASE(new_change_is_a_modification_without_records_or_history) {
    change const made;
    BOOST_TEST((made.kind == change_kind::modified));
    BOOST_TEST((made.changed == fields::none));
    BOOST_TEST((made.before.type == file_type::none));
    BOOST_TEST((made.after.type == file_type::none));
    BOOST_TEST(made.from.empty());
    BOOST_TEST((made.history.delivered == time_point{}));
}

BOOST_AUTO_TEST_CASE(text_names_the_path_the_kind_and_the_fields) {
    BOOST_TEST(to_string(change{.path = "a", .changed = fields::mtime | fields::size}) ==
               "'a' modified (mtime, size)");
    BOOST_TEST(to_string(change{.kind = change_kind::removed, .path = "a"}) == "'a' removed");
}

BOOST_AUTO_TEST_CASE(text_of_a_rename_names_the_former_name) {
    BOOST_TEST(to_string(change{.kind = change_kind::renamed, .path = "b", .from = "a"}) ==
               "'b' renamed from 'a'");
}

BOOST_AUTO_TEST_CASE(text_escapes_names) {
    BOOST_TEST(to_string(change{.kind = change_kind::renamed, .path = "b\n", .from = "\x1b"}) ==
               "'b\\n' renamed from '\\x1b'");
}

BOOST_AUTO_TEST_SUITE_END()
