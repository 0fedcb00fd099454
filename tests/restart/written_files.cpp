#include "restart/written_files.hpp"

#include <boost/test/unit_test.hpp>

using namespace restat;
using detail::file_number;
using detail::written_files;

namespace {

constexpr std::uint32_t millisecond = 1'000'000; // nanoseconds

constexpr stamp at(std::uint32_t milliseconds) {
    return {100 + milliseconds / 1000, milliseconds % 1000 * millisecond};
}

constexpr stat_record changed(file_number const& file, stamp when) {
    stat_record record;
    record.device = file.first;
    record.inode = file.second;
    record.ctime = when;
    return record;
}

constexpr file_number product{1, 2};
constexpr file_number source{1, 3};

} // namespace

BOOST_AUTO_TEST_SUITE(written_files_of_a_run)

BOOST_AUTO_TEST_CASE(change_until_the_file_is_seen_closed_is_explained) {
    written_files files;
    files.note({}, at(0));
    files.note({product}, at(900));
    BOOST_TEST(files.explain(changed(product, at(800))));
    BOOST_TEST(files.explain(changed(product, at(1100)))); // perhaps still open
    files.note({}, at(1200));
    BOOST_TEST(files.explain(changed(product, at(1200))));
    BOOST_TEST(!files.explain(changed(product, at(1201))));
    files.note({}, at(1300));
    BOOST_TEST(!files.explain(changed(product, at(1250))));
    BOOST_TEST(!files.explain(changed(source, at(900))));
}

BOOST_AUTO_TEST_CASE(file_not_seen_closed_counts_as_open_for_the_longest_gap) {
    written_files files;
    files.note({product}, at(900));
    BOOST_TEST(files.explain(changed(product, at(1400))));
    BOOST_TEST(!files.explain(changed(product, at(1401))));
    files.note({}, at(2000));
    BOOST_TEST(!files.explain(changed(product, at(1401))));
}

BOOST_AUTO_TEST_CASE(file_opened_again_is_explained_again) {
    written_files files;
    files.note({product, source}, at(0));
    files.note({source}, at(100));
    files.note({product}, at(200));
    BOOST_TEST(files.explain(changed(product, at(300))));
    BOOST_TEST(!files.explain(changed(source, at(300))));
    files.note({}, at(400));
    BOOST_TEST(!files.explain(changed(product, at(401))));
}

BOOST_AUTO_TEST_CASE(next_run_explains_nothing_of_the_last_one) {
    written_files files;
    files.note({product}, at(0));
    files.begin_run();
    BOOST_TEST(!files.explain(changed(product, at(0))));
}

BOOST_AUTO_TEST_CASE(number_of_files_is_limited) {
    written_files files;
    std::vector<file_number> all;
    for (std::size_t i = 0; i <= written_files::most_files; ++i) all.emplace_back(1, i);
    files.note(all, at(0));
    BOOST_TEST(files.explain(changed(all.front(), at(0))));
    BOOST_TEST(!files.explain(changed(all.back(), at(0))));
}

BOOST_AUTO_TEST_SUITE_END()
