#include "restart/hand_over.hpp"

#include <restat/snapshot_builder.hpp>

#include <boost/test/unit_test.hpp>

using namespace restat;

namespace {

snapshot sample() {
    snapshot_builder builder;
    stat_record record{.device = 1,
                       .inode = 1ULL << 40,
                       .size = 5'000'000'000,
                       .mtime = {-1, 999'999'999},
                       .ctime = {14'000'000'000, 1},
                       .mode = 0644,
                       .owner = 10,
                       .group = 20,
                       .links = 2,
                       .type = file_type::regular,
                       .final = false};
    builder.add("a\n\xff", record);
    stat_record link{.inode = 3, .type = file_type::symlink};
    builder.add("b", record, link);
    builder.add(entry{"c", record, {}, true});
    builder.add("", {});
    return builder.finish();
}

bool same(snapshot const& a, snapshot const& b) {
    if (a.size() != b.size() || a.is_final() != b.is_final()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        bool const equal = a[i].path == b[i].path && differences(a[i], b[i]) == fields::none &&
                           a[i].record.final == b[i].record.final &&
                           a[i].link.type == b[i].link.type && a[i].incidental == b[i].incidental;
        if (!equal) return false;
    }
    return true;
}

} // namespace

BOOST_AUTO_TEST_SUITE(hand_over)

BOOST_AUTO_TEST_CASE(what_is_read_is_what_was_written) {
    snapshot read;
    BOOST_TEST(detail::decode(detail::encode(sample()), read));
    BOOST_TEST(same(read, sample()));
    BOOST_TEST(detail::decode(detail::encode({}), read));
    BOOST_TEST(read.empty());
}

BOOST_AUTO_TEST_CASE(a_part_or_more_than_the_whole_is_refused) {
    auto const whole = detail::encode(sample());
    snapshot read = sample();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        BOOST_TEST(!detail::decode(std::string_view{whole}.substr(0, size), read));
    }
    BOOST_TEST(!detail::decode(whole + 'x', read));
    BOOST_TEST(same(read, sample())); // left as it was
}

BOOST_AUTO_TEST_CASE(any_damaged_byte_is_harmless) {
    auto const whole = detail::encode(sample());
    for (std::size_t at = 0; at < whole.size(); ++at) {
        auto damaged = whole;
        damaged[at] = static_cast<char>(~damaged[at]);
        snapshot read;
        bool const taken = detail::decode(damaged, read);
        if (at < 16) BOOST_TEST(!taken); // another version, or another count
    }
}

BOOST_AUTO_TEST_SUITE_END()
