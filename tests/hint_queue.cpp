#include "host/hint_queue.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace restat;
using namespace std::chrono_literals;
using detail::hint_queue;
using detail::scan_ability;

namespace {

constexpr std::size_t known = 100;
constexpr time_point zero{1h};

struct queue : hint_queue {
    void check(std::string_view file) { waiting().check_file(file), taken(known); }
    void list(std::string_view directory) { waiting().list(directory), taken(known); }
    std::string files(time_point now) {
        std::string all;
        while (auto const* const one = next_file(now)) all += *one + ' ';
        return all;
    }
    std::string directories(time_point now) {
        std::string all;
        for (std::string const& one : take_directories(now)) all += one + ' ';
        return all;
    }
};

change_set edits(std::initializer_list<char const*> paths) {
    std::vector<change> all;
    for (auto const* const path : paths) {
        all.push_back({.kind = change_kind::modified, .path = path});
    }
    return change_set{std::move(all)};
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(hint_queues, queue)

BOOST_AUTO_TEST_CASE(hint_with_a_difference_is_done) {
    BOOST_TEST((next() == time_point::max()));
    check("d/a");
    list("e");
    BOOST_TEST((next() == time_point::min()));
    BOOST_TEST(has_directories(zero));
    BOOST_TEST(files(zero) == "d/a ");
    BOOST_TEST(directories(zero) == "e ");
    differ(edits({"d/a", "e/new/deep/leaf"}));
    scan_ended(zero);
    BOOST_TEST((next() == time_point::max()));
    BOOST_TEST(take_used());
    BOOST_TEST(!take_used());
}

BOOST_AUTO_TEST_CASE(hint_without_a_difference_is_scanned_once_more_after_a_tick) {
    check("d/a");
    list("e");
    files(zero);
    directories(zero);
    scan_ended(zero);
    BOOST_TEST((next() == zero + 10ms));
    BOOST_TEST(!has_directories(zero + 9ms));
    BOOST_TEST(files(zero + 9ms) == "");
    BOOST_TEST(has_directories(zero + 10ms));
    BOOST_TEST(files(zero + 10ms) == "d/a ");
    BOOST_TEST(directories(zero + 10ms) == "e ");
    scan_ended(zero + 10ms);
    BOOST_TEST((next() == time_point::max()));
}

BOOST_AUTO_TEST_CASE(slice_covers_its_files_and_no_directory) {
    check("d/a");
    list("e");
    files(zero);
    directories(zero);
    differ(edits({"d/a"}));
    slice_ended(zero);
    BOOST_TEST((next() == time_point::max()));
    give_up();
    BOOST_TEST(files(zero) == "");
    BOOST_TEST(directories(zero) == "e ");
}

BOOST_AUTO_TEST_CASE(scan_that_is_given_up_covers_nothing) {
    check("d/a");
    list("e");
    lose();
    files(zero);
    pass_began(true, scan_ability::in_slices);
    BOOST_TEST(!is_lost());
    give_up();
    BOOST_TEST(is_lost());
    BOOST_TEST(files(zero) == "d/a ");
    BOOST_TEST(directories(zero) == "e ");
}

BOOST_AUTO_TEST_CASE(pass_covers_everything) {
    check("d/a");
    list("e");
    lose();
    pass_began(false, scan_ability::in_slices);
    BOOST_TEST((next() == time_point::max()));
    differ(edits({"d/a", "e/b"}));
    BOOST_TEST(scan_ended(zero));
    BOOST_TEST((next() == time_point::max()));
    BOOST_TEST(!is_lost());
    pass_began(false, scan_ability::in_slices);
    BOOST_TEST(!scan_ended(zero));
}

BOOST_AUTO_TEST_CASE(edit_that_no_hint_has_named_is_a_miss) {
    auto const edited = [](char const* path, fields which = fields::size) {
        std::vector<change> one{{.path = path, .changed = which}};
        return change_set{std::move(one)};
    };
    check("d/a");
    list("e");
    check(".hidden");
    pass_began(false, scan_ability::in_slices);
    waiting().check_file("during");
    BOOST_TEST(misses(edited("d/a")) == 0U);
    BOOST_TEST(misses(edited("e/b")) == 0U);
    BOOST_TEST(misses(edited("during")) == 0U);
    BOOST_TEST(misses(edited("d/b")) == 1U);
    BOOST_TEST(misses(edited("e/below/b")) == 1U);
    BOOST_TEST(misses(edited("d/b", fields::none)) == 0U); // a new name
    lose();
    BOOST_TEST(misses(edited("d/b")) == 0U);
}

BOOST_AUTO_TEST_CASE(pass_for_any_hint_counts_as_a_loss_without_incremental_scans) {
    check("d/a");
    pass_began(false, scan_ability::whole_only);
    BOOST_TEST(scan_ended(zero));
}

BOOST_AUTO_TEST_CASE(more_than_a_quarter_of_the_directories_are_a_loss) {
    for (int i = 0; i < 25; ++i) list(std::to_string(i));
    BOOST_TEST(!is_lost());
    list("25");
    BOOST_TEST(is_lost());
    BOOST_TEST((next() == time_point::max())); // files and directories
}

BOOST_AUTO_TEST_CASE(files_are_listed_if_the_enumerator_asks_for_none) {
    check("d/a");
    check("b");
    list_files(zero);
    BOOST_TEST(files(zero) == "");
    BOOST_TEST(directories(zero) == ". d ");
    scan_ended(zero);
    list_files(zero);
    BOOST_TEST(files(zero + 10ms) == "");
}

BOOST_AUTO_TEST_CASE(lists_that_grow_above_their_bound_are_a_loss) {
    constexpr auto many = hint_list::most_directories;
    for (int round = 0; round < 2; ++round) {
        for (std::size_t i = 0; i < many; ++i) {
            waiting().list(std::to_string(round) + '/' + std::to_string(i));
        }
        taken(10 * many);
        BOOST_TEST(take_directories(zero).size() == many * (round == 0 ? 1U : 0U));
    }
    BOOST_TEST(is_lost());
    BOOST_TEST((next() == time_point::max()));
}

BOOST_AUTO_TEST_SUITE_END()
