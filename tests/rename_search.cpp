#include "host/rename_search.hpp"

#include "support/records.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <map>
#include <stdexcept>

using namespace restat;
using support::file;

namespace {

// An enumerator with the birth times given by the test.
struct births {
    std::map<std::string, stamp> known = {};

    void enumerate(matcher_ref, snapshot_builder&, std::error_code&) {}
    bool birth_time(std::string_view path, stat_record const&, stamp& made) const {
        auto const at = known.find(std::string{path});
        if (at == known.end()) return false;
        made = at->second;
        return true;
    }
};

change gone(std::string path, stat_record const& before) {
    return {.kind = change_kind::removed, .path = std::move(path), .before = before};
}
change come(std::string path, stat_record const& after) {
    return {.kind = change_kind::added, .path = std::move(path), .after = after};
}

// Runs a search. Returns the changes as text, such as "renamed a to b; ".
std::string joined(std::vector<change> changes, births const& known = {}) {
    std::vector<detail::rename_end> ends(changes.size());
    detail::rename_search search;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        ends[i].difference = &changes[i];
        search.add(ends[i]);
    }
    while (search.step(birth_ref{known})) continue;
    std::string text;
    for (detail::rename_end const& end : ends) {
        if (end.other && end.difference->kind == change_kind::removed) continue;
        change const one =
            end.other ? detail::joined(*end.other->difference, *end.difference) : *end.difference;
        text += std::string{to_string(one.kind)} + " " +
                (one.from.empty() ? "" : one.from + " to ") + one.path + "; ";
    }
    return text;
}

stat_record with_ctime(stat_record record, std::int64_t seconds) {
    record.ctime.seconds = seconds;
    return record;
}

} // namespace

BOOST_AUTO_TEST_SUITE(renames_that_are_certain)

BOOST_AUTO_TEST_CASE(file_with_an_identical_record_was_moved_with_its_directory) {
    BOOST_TEST(joined({gone("d/a", file(1)), come("e/a", file(1))}) == "renamed d/a to e/a; ");
}

BOOST_AUTO_TEST_CASE(file_born_before_the_old_record_is_the_same_file) {
    auto const before = file(1); // ctime: second 1001
    auto const after = with_ctime(before, 2000);
    auto const changes = [&] { return std::vector{gone("a", before), come("b", after)}; };
    BOOST_TEST(joined(changes(), {{{"b", {900, 0}}}}) == "renamed a to b; ");
    BOOST_TEST(joined(changes(), {{{"b", before.ctime}}}) == "renamed a to b; ");
    BOOST_TEST(
        joined(changes(), {{{"b", {before.ctime.seconds, before.ctime.nanoseconds + 1}}}}) ==
        "removed a; added b; ");
    BOOST_TEST(joined(changes()) == "removed a; added b; ", "nobody knows when it was made");
}

BOOST_AUTO_TEST_CASE(renamed_and_edited_file_names_its_changed_fields) {
    auto before = file(1, 10);
    auto after = with_ctime(before, 2000);
    after.size = 11;
    after.mtime.seconds = 2000;
    std::vector changes{gone("a", before), come("b", after)};
    changes[0].history = {time_point{},     time_point{}, time_point{},
                          awaited::content, false,        false};
    changes[1].history.waited_for = awaited::quiet;
    detail::rename_end ends[]{{.difference = &changes[0]}, {.difference = &changes[1]}};
    births const known{{{"b", {900, 0}}}};
    detail::rename_search search;
    for (detail::rename_end& end : ends) search.add(end);
    while (search.step(birth_ref{known})) continue;
    BOOST_TEST_REQUIRE((ends[1].other == &ends[0]));
    change const one = detail::joined(changes[0], changes[1]);
    BOOST_TEST(one.changed == (fields::size | fields::mtime | fields::ctime));
    BOOST_TEST(one.before.size == 10U);
    BOOST_TEST(one.after.size == 11U);
    BOOST_TEST((one.history.waited_for == (awaited::quiet | awaited::content)));
}

BOOST_AUTO_TEST_CASE(uncertain_rename_stays_two_changes) {
    struct row {
        char const* why_not;
        std::function<void(stat_record& before, stat_record& after)> alter;
    };
    row const table[] = {
        {"another device", [](auto&, auto& now) { now.device = 2; }},
        {"another file", [](auto&, auto& now) { now.inode = 8; }},
        {"a file became a link", [](auto&, auto& now) { now.type = file_type::symlink; }},
        {"it had another name", [](auto& old, auto&) { old.links = 2; }},
        {"it has another name", [](auto&, auto& now) { now.links = 2; }},
        {"the old record may hide a later file", [](auto& old, auto&) { old.final = false; }},
        {"the clock was set back", [](auto&, auto& now) { now.ctime.seconds = 1000; }},
    };
    births const known{{{"b", {900, 0}}}};
    for (auto const& [why_not, alter] : table) {
        auto before = file(1);
        auto after = with_ctime(before, 2000);
        alter(before, after);
        BOOST_TEST(joined({gone("a", before), come("b", after)}, known) == "removed a; added b; ",
                   why_not);
    }
    auto edited = file(1);
    edited.size = 9; // with the ctime of the old record
    BOOST_TEST(joined({gone("a", file(1)), come("b", edited)}) == "removed a; added b; ");
}

BOOST_AUTO_TEST_CASE(file_with_several_names_is_not_paired) {
    BOOST_TEST(joined({gone("a", file(1)), come("b", file(1)), come("c", file(1))}) ==
               "removed a; added b; added c; ");
    BOOST_TEST(joined({gone("a", file(1)), gone("b", file(1)), come("c", file(1))}) ==
               "removed a; removed b; added c; ");
}

BOOST_AUTO_TEST_CASE(each_of_many_renames_finds_its_other_end) {
    std::vector<change> changes;
    for (int i = 9; i >= 0; --i) {
        auto record = file(i);
        record.inode = static_cast<std::uint64_t>(100 + i);
        changes.push_back(gone("a/" + std::to_string(i), record));
        changes.push_back(come("b/" + std::to_string(9 - i), record));
        changes.push_back({.path = "m" + std::to_string(i), .before = record, .after = record});
    }
    auto const text = joined(changes);
    for (int i = 0; i < 10; ++i) {
        auto const line =
            "renamed a/" + std::to_string(i) + " to b/" + std::to_string(9 - i) + ";";
        BOOST_TEST(text.find(line) != text.npos, text);
    }
    BOOST_TEST(text.find("removed") == text.npos);
}

BOOST_AUTO_TEST_SUITE_END()
