#include <restat/detail/part_check.hpp>

#include <restat/snapshot_builder.hpp>

#include <boost/test/unit_test.hpp>

#include <initializer_list>
#include <string_view>
#include <utility>

using namespace restat;

namespace {

struct file {
    std::string_view path;
    std::uint64_t size = 1;
};

snapshot with(std::initializer_list<file> files) {
    snapshot_builder made;
    for (file const& one : files) {
        stat_record record;
        record.type = file_type::regular;
        record.size = one.size;
        made.add(one.path, record);
    }
    return made.finish();
}

hint_list hints_of(detail::part_check& part, snapshot now, snapshot const& latest) {
    hint_list into;
    part.compare(std::move(now), latest, into);
    return into;
}

} // namespace

BOOST_AUTO_TEST_SUITE(part_check, *boost::unit_test::label("once"))

BOOST_AUTO_TEST_CASE(first_check_compares_with_the_latest_scan) {
    auto const latest = with({{"a"}, {"b"}, {"of another part"}});
    detail::part_check same;
    BOOST_TEST(hints_of(same, with({{"a"}, {"b"}}), latest).empty());
    detail::part_check edited;
    BOOST_TEST(hints_of(edited, with({{"a"}, {"b", 2}}), latest).files().contains("b"));
    detail::part_check longer;
    BOOST_TEST(hints_of(longer, with({{"a"}, {"b"}, {"c"}}), latest).is_lost());
}

BOOST_AUTO_TEST_CASE(each_difference_is_one_hint) {
    auto const latest = with({{"a"}, {"b"}});
    detail::part_check part;
    BOOST_TEST(hints_of(part, with({{"a"}, {"b"}}), latest).empty());
    BOOST_TEST(hints_of(part, with({{"a", 2}, {"b"}}), latest).files().contains("a"));
    BOOST_TEST(hints_of(part, with({{"a", 2}, {"b"}}), latest).empty());
    BOOST_TEST(hints_of(part, with({{"a", 2}}), latest).is_lost());
    BOOST_TEST(hints_of(part, with({{"a", 2}}), latest).empty());
    BOOST_TEST(hints_of(part, with({{"a", 2}, {"b"}}), latest).is_lost());
}

BOOST_AUTO_TEST_SUITE_END()
