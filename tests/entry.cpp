#include <restat/entry.hpp>

#include <boost/test/unit_test.hpp>

#include "support/records.hpp"

using namespace restat;
using support::file;

namespace {

stat_record link(std::uint64_t inode) {
    auto made = file(1);
    made.type = file_type::symlink;
    made.inode = inode;
    return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(entries)

BOOST_AUTO_TEST_CASE(equal_entries_have_no_changed_field) {
    BOOST_TEST((changed_fields(entry{"a", file(1)}, entry{"a", file(1)}) == fields::none));
}

BOOST_AUTO_TEST_CASE(fields_of_the_record_are_compared) {
    BOOST_TEST((changed_fields(entry{"a", file(1, 1)}, entry{"a", file(1, 2)}) == fields::size));
    BOOST_TEST((changed_fields(entry{"a", file(1)}, entry{"a", file(2)}) ==
                (fields::mtime | fields::ctime)));
}

BOOST_AUTO_TEST_CASE(different_links_are_the_field_target) {
    entry const before{"a", file(1), link(1)};
    BOOST_TEST((changed_fields(before, entry{"a", file(1), link(1)}) == fields::none));
    BOOST_TEST((changed_fields(before, entry{"a", file(1), link(2)}) == fields::target));
    BOOST_TEST((changed_fields(before, entry{"a", file(1)}) == fields::target));
}

BOOST_AUTO_TEST_CASE(differences_of_record_and_link_are_joined) {
    BOOST_TEST(
        (changed_fields(entry{"a", file(1, 1), link(1)}, entry{"a", file(1, 2), link(2)}) ==
         (fields::size | fields::target)));
}

BOOST_AUTO_TEST_CASE(incidental_listing_is_no_field) {
    entry const incidental{"a", file(1), {}, true};
    BOOST_TEST((changed_fields(incidental, entry{"a", file(1)}) == fields::none));
}

BOOST_AUTO_TEST_SUITE_END()
