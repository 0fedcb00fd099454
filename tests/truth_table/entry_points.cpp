// The truth table of the entry points, as real processes: each entry point, spelling of the root
// and choice of what counts, each pair of values at least once.

#include "examples/driven_process.hpp"
#include "truth_table/pairwise.hpp"
#include "truth_table/styles.hpp"

#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

#include <unistd.h>

using namespace std::chrono_literals;

namespace {

char const* const entries[] = {"stat_reloader", "run_with_reloader", "restart_with_reloader",
                               "debug", "program"};

std::vector<std::string> command_of(truth_table::row const& row, std::string const& top) {
    std::string const roots[] = {"t", "./t/", top + "/t"};
    std::string const entry = entries[row[0]];
    if (entry != "program")
        return {ENTRY_PROGRAM, entry, row[2] ? "CONTENT" : "ANY", roots[row[1]]};
    // The saves may take longer than the default of --max-wait, which would split them.
    return {RESTAT_PROGRAM, "-v",         "-n",  "20ms",       "--quiet-period",
            "500ms",        "--max-wait", "60s", roots[row[1]]};
}

// The lines of changes, until nothing more comes.
std::vector<std::string> changes_of(driven_process& of, bool is_program) {
    std::vector<std::string> all;
    auto const begin = is_program ? std::string{} : std::string{"change "};
    for (auto limit = std::chrono::seconds{30};; limit = 2s) {
        auto const line = of.line(begin, limit);
        if (!line) return all;
        if (!line->starts_with("restat: ")) all.push_back(*line);
    }
}

bool is_ready(driven_process& of, bool is_program) {
    return of.line(is_program ? "restat: a scan of " : "serving").has_value();
}

thread_local std::string directory; // of the next process

std::string run_row(truth_table::row const& row) {
    restat::testing::temp_tree const tree;
    truth_table::desk saves{tree.path()};
    directory = tree.path();
    bool const is_program = entries[row[0]] == std::string_view{"program"};
    driven_process program{command_of(row, tree.path()), [] {
                               (void)!::chdir(directory.c_str());
                               ::dup2(1, 2); // restat prints its own lines there
                           }};
    if (!is_ready(program, is_program)) return "not ready: " + program.skipped;
    if (!saves.save_all()) return "a command failed";
    auto const seen = changes_of(program, is_program);
    program.signal(SIGTERM);
    program.wait();
    return saves.wrong_of(seen);
}

} // namespace

BOOST_AUTO_TEST_SUITE(truth_table_of_entry_points)

BOOST_AUTO_TEST_CASE(each_save_is_one_change_and_neutral_acts_are_none) {
    for (auto const& row : truth_table::pairwise({std::size(entries), 3, 2})) {
        auto const wrong = run_row(row);
        BOOST_TEST(wrong == "", entries[row[0]] << ", root " << row[1] << ", counts " << row[2]
                                                << '\n'
                                                << wrong);
    }
}

BOOST_AUTO_TEST_SUITE_END()
