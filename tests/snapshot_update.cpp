#include <restat/snapshot_update.hpp>

#include <restat/diff.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/testing/memory_file_system.hpp>
#include <restat/testing/print.hpp>

#include <boost/test/unit_test.hpp>

#include "support/pausing.hpp"
#include "support/records.hpp"
#include "values/snapshot_delta.hpp"

using namespace restat;
using namespace std::chrono_literals;
using testing::memory_file_system;

namespace {

constexpr auto all = [](candidate const&) noexcept { return verdict::none; };

std::string paths_of(change_set const& changes) {
    std::string text;
    for (auto const& one : changes) text += to_string(one) + "; ";
    return text;
}

/// A tree in memory with a known snapshot, and an update of it.
struct stage {
    memory_file_system files;
    basic_tree_enumerator<memory_file_system> walk{"t", {}, files};
    snapshot known;
    snapshot_update update;

    stage() {
        files.write("t/a", "1");
        files.write("t/d/b", "1");
        look();
        update.apply(known);
    }
    void look(std::stop_token stop = {}) {
        files.advance(1s);
        update.begin(known, std::move(stop));
        refresh();
    }
    std::error_code refresh() {
        std::error_code error;
        walk.refresh(matcher_ref{all}, update, error);
        return error;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(snapshot_updates, stage)

BOOST_AUTO_TEST_CASE(unchanged_tree_has_no_changes) {
    look();
    BOOST_TEST(update.changes().empty());
    BOOST_TEST(update.edits().empty());
    BOOST_TEST(update.findings().empty());
}

BOOST_AUTO_TEST_CASE(known_snapshot_changes_only_when_the_update_is_applied) {
    files.write("t/a", "22");
    files.remove("t/d/b");
    files.write("t/c");
    snapshot before;
    {
        snapshot_builder copy;
        copy.add(known);
        before = copy.finish();
    }
    look();
    BOOST_TEST(diff(before, known).empty());
    auto const changes = update.changes();
    update.apply(known);
    BOOST_TEST(paths_of(diff(before, known)) == paths_of(changes));
    BOOST_TEST(paths_of(changes) ==
               "'t/a' modified (ctime, mtime, size); 't/c' added; 't/d/b' removed; ");
}

BOOST_AUTO_TEST_CASE(abandoned_scan_leaves_no_trace) {
    files.write("t/c");
    look();
    update.begin(known);
    BOOST_TEST(update.changes().empty());
    BOOST_TEST(!known.contains("t/c"));
}

BOOST_AUTO_TEST_CASE(edits_can_be_applied_before_the_rest) {
    files.write("t/d/b", "22");
    files.write("t/c");
    look();
    BOOST_TEST(paths_of(update.edits()) == "'t/d/b' modified (ctime, mtime, size); ");
    update.apply_edits(known);
    BOOST_TEST(update.edits().empty());
    BOOST_TEST((*known.find("t/d/b")).record.size == 2U);
    BOOST_TEST(!known.contains("t/c"));
    update.apply(known);
    BOOST_TEST(known.contains("t/c"));
}

BOOST_AUTO_TEST_CASE(limited_scan_leaves_other_directories_as_known) {
    files.write("t/c");
    files.write("t/d/e");
    files.advance(1s);
    update.begin(known);
    update.limit_to({"t/d"});
    BOOST_TEST(update.is_limited());
    refresh();
    BOOST_TEST(paths_of(update.changes()) == "'t/d/e' added; ");
}

BOOST_AUTO_TEST_CASE(stop_request_ends_the_scan_with_an_error) {
    std::stop_source stop;
    stop.request_stop();
    update.begin(known, stop.get_token());
    BOOST_TEST(update.stop_requested());
    BOOST_TEST((refresh() == std::errc::operation_canceled));
}

BOOST_AUTO_TEST_CASE(bounded_scan_pauses_and_continues) {
    files.write("t/c");
    files.advance(1s);
    update.begin(known);
    bool over = true;
    support::pausing bounds{[&] { return over; }};
    update.bound(&bounds, {});
    refresh();
    BOOST_TEST(update.is_paused());
    over = false;
    refresh();
    BOOST_TEST(!update.is_paused());
    BOOST_TEST(paths_of(update.changes()) == "'t/c' added; ");
    BOOST_TEST(update.entries_checked() >= 3U);
}

/// Lets each call of `refresh` take a single step.
class one_step final : public scan_bounds {
public:
    scan_bounds* again() {
        asked_ = 0;
        return this;
    }
    bool is_over() override { return asked_++ > 0; }

private:
    int asked_ = 0;
};

/// Gives these positions as priority files.
class given_files final : public scan_bounds {
public:
    explicit given_files(std::vector<std::size_t> positions) : positions_{std::move(positions)} {}

    std::optional<std::size_t> next_priority() override {
        if (next_ == positions_.size()) return {};
        return positions_[next_++];
    }
    void missed_priority() override { missed.push_back(positions_[next_ - 1]); }

    std::vector<std::size_t> missed;

private:
    std::vector<std::size_t> positions_;
    std::size_t next_ = 0;
};

BOOST_AUTO_TEST_CASE(priority_files_are_given_by_their_positions) {
    files.write("t/a", "edited");
    files.write("t/d/b", "edited, too");
    files.advance(1s);
    BOOST_TEST_REQUIRE(known.path(1) == "t/d/b");
    given_files one{{1, scan_bounds::no_position, known.size(), 1}};
    update.begin(known);
    update.limit_to({});
    update.bound(&one, {});
    refresh();
    BOOST_TEST(paths_of(update.changes()).starts_with("'t/d/b' modified"));
    BOOST_TEST(update.changes().size() == 1U);
    BOOST_TEST(one.missed == (std::vector<std::size_t>{scan_bounds::no_position, known.size()}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(new_names_of_the_known_paths_take_several_slices) {
    walk.roots() = {"/t"};
    files.advance(1s);
    update.begin(known);
    one_step budget;
    int before_the_first_check = 0;
    do {
        update.bound(budget.again(), {});
        refresh();
        before_the_first_check += update.is_paused() && update.entries_checked() == 0 ? 1 : 0;
    } while (update.is_paused());
    BOOST_TEST(before_the_first_check > 5);
    BOOST_TEST(paths_of(update.changes()) == "");
    update.apply(known);
    BOOST_TEST(known.size() == 2U);
    BOOST_TEST(known.contains("/t/d/b"));
}

BOOST_AUTO_TEST_CASE(roots_changed_back_before_the_first_check_change_no_name) {
    for (int slices = 1; slices < 12; ++slices) {
        walk.roots() = {"/t"};
        files.advance(1s);
        update.begin(known);
        one_step budget;
        for (int i = 0; i < slices; ++i) {
            update.bound(budget.again(), {});
            refresh();
        }
        BOOST_TEST(update.entries_checked() == 0U);
        files.write("t/a", "edit " + std::to_string(slices));
        files.advance(1s);
        walk.roots() = {"t"};
        update.bound(nullptr, {});
        refresh();
        BOOST_TEST(update.changes().size() == 1U);
        BOOST_TEST(paths_of(update.changes()).starts_with("'t/a' modified"));
        update.apply(known);
        BOOST_TEST(known.contains("t/d/b"));
        BOOST_TEST(known.size() == 2U);
    }
}

BOOST_AUTO_TEST_CASE(joined_entries_count_before_those_of_the_scan) {
    look();
    update.join(support::tree({{"m", support::file(1)}}));
    BOOST_TEST(paths_of(update.changes()) == "'m' added; ");
    update.apply(known);
    BOOST_TEST(known.contains("m"));
    BOOST_TEST(known.contains("t/a"));
}

BOOST_AUTO_TEST_CASE(unreadable_directory_is_a_finding_and_keeps_its_entries) {
    files.fail_at("t/d", testing::file_call::open, std::errc::io_error);
    files.write("t/d/e");
    look();
    BOOST_TEST(update.findings().size() == 1U);
    BOOST_TEST(update.changes().empty());
}

// The rows of a large scan are freed in parts, those of a small scan serve the next scan.
BOOST_AUTO_TEST_CASE(many_rows_of_a_scan_are_freed_in_parts) {
    for (int const rows : {100, 20'000}) {
        detail::snapshot_delta delta;
        delta.restart(1);
        auto& fresh = delta.harvests[0].fresh;
        fresh.begin("t/");
        for (int i = 0; i < rows; ++i) fresh.add("a_name_that_needs_memory", {});
        delta.restart(1);
        BOOST_TEST(fresh.rows.empty());
        int parts = 0;
        while (delta.free_some()) ++parts;
        BOOST_TEST(parts == (rows > 1000 ? 3 : 0), rows);
        BOOST_TEST((fresh.rows.capacity() > 0) == (rows < 1000));
    }
}

BOOST_AUTO_TEST_SUITE_END()
