#include <restat/stat_record.hpp>

#include "support/records.hpp"

#include <boost/test/unit_test.hpp>

using namespace restat;

BOOST_AUTO_TEST_SUITE(records)

BOOST_AUTO_TEST_CASE(equal_records_have_no_differences) {
    BOOST_TEST(changed_fields(support::file(1), support::file(1)) == fields::none);
}

BOOST_AUTO_TEST_CASE(difference_in_each_field_is_reported) {
    struct row {
        void (*alter)(stat_record&);
        fields expected;
        char const* reason;
    };
    row const table[] = {
        {[](auto& r) { r.type = file_type::symlink; }, fields::type, "file becomes link"},
        {[](auto& r) { r.mode = 0600; }, fields::mode, "chmod"},
        {[](auto& r) { r.owner = 5; }, fields::owner, "chown"},
        {[](auto& r) { r.group = 5; }, fields::owner, "chgrp"},
        {[](auto& r) { r.size += std::uint64_t{1} << 32; }, fields::size, "sizes 2^32 apart"},
        {[](auto& r) { r.device = 9; }, fields::device, "mount over it"},
        {[](auto& r) { r.inode += std::uint64_t{1} << 32; }, fields::inode, "inodes 2^32 apart"},
        {[](auto& r) { r.mtime.seconds = -5; }, fields::mtime, "before 1970"},
        {[](auto& r) { r.mtime.seconds = 15032385535; }, fields::mtime, "in 2446"},
        {[](auto& r) { r.mtime.nanoseconds++; }, fields::mtime, "a nanosecond later"},
        {[](auto& r) { r.ctime.nanoseconds--; }, fields::ctime, "a nanosecond earlier"},
        {[](auto& r) { r.links = 2; }, fields::links, "a hard link"},
        {[](auto& r) { r.final = false; }, fields::none, "final is no part of the identity"},
    };
    for (auto const& [alter, expected, reason] : table) {
        auto const before = support::file(1);
        auto after = before;
        alter(after);
        BOOST_TEST(changed_fields(before, after) == expected, reason);
        BOOST_TEST(changed_fields(after, before) == expected, reason);
    }
}

BOOST_AUTO_TEST_CASE(hard_link_is_no_edit) {
    BOOST_TEST(!is_edit(fields::none));
    BOOST_TEST(!is_edit(fields::links));
    BOOST_TEST(!is_edit(fields::links | fields::ctime));
    BOOST_TEST(is_edit(fields::ctime)); // mtime reset
    BOOST_TEST(is_edit(fields::links | fields::ctime | fields::mtime));
    BOOST_TEST(is_edit(fields::links | fields::ctime | fields::inode));
}

BOOST_AUTO_TEST_CASE(record_is_final_after_its_tick) {
    struct row {
        stamp ctime, before, after;
        bool expected;
        char const* reason;
    };
    row const table[] = {
        {{10, 3}, {10, 4}, {10, 4}, true, "the tick after"},
        {{10, 3}, {10, 3}, {10, 3}, false, "the same tick"},
        {{10, 4}, {10, 3}, {10, 4}, false, "written while it was read"},
        {{10, 5}, {10, 3}, {10, 4}, false, "ahead of the clock, as stamps may be by a tick"},
        {{10, 20'000'005}, {10, 3}, {10, 4}, true, "from the future: the clock was set back"},
        {{11, 3}, {10, 3}, {10, 999'999'999}, false, "ahead, in the next second"},
        {{11, 0}, {10, 3}, {10, 999'999'999}, false, "whole seconds, ahead in the next"},
        {{99, 5}, {10, 3}, {10, 4}, true, "from the far future"},
        {{11, 0}, {11, 500}, {11, 500}, false, "whole seconds, the same"},
        {{11, 0}, {12, 0}, {12, 0}, true, "whole seconds, odd: the next"},
        {{10, 0}, {11, 999}, {11, 999}, false, "even: may stand for two"},
        {{10, 0}, {12, 0}, {12, 0}, true, "even: after two"},
        {{14, 0}, {12, 0}, {12, 5}, true, "whole seconds from the future"},
        {{-5, 0}, {12, 0}, {12, 5}, true, "before 1970"},
        {{-1, 0}, {-1, 999}, {-1, 999}, false, "before 1970, the same second"},
        {{4'102'444'800, 7}, {10, 3}, {10, 4}, true, "2100, with the clock in the past"},
        {{10, 30'000'000}, {10, 36'000'000}, {10, 36'000'000}, false, "10 ms, the same"},
        {{10, 30'000'000}, {10, 40'000'000}, {10, 40'000'000}, true, "10 ms, the next"},
        {{10, 500'000'000}, {10, 599'999'999}, {10, 599'999'999}, false, "may be 100 ms"},
        {{10, 123'456'000},
         {10, 123'456'789},
         {10, 123'456'789},
         false,
         "microseconds: a write in this tick would get the same"},
        {{10, 123'456'000}, {10, 127'456'789}, {10, 127'456'789}, true, "the tick after"},
        {{10, 123'456'700}, {10, 123'456'789}, {10, 123'456'789}, false, "100 ns"},
        {{10, 123'456'789}, {10, 123'456'790}, {10, 123'456'790}, true, "nanoseconds"},
    };
    for (auto const& [ctime, before, after, expected, reason] : table) {
        BOOST_TEST(is_final(ctime, before, after) == expected, reason);
    }
}

BOOST_AUTO_TEST_SUITE_END()
