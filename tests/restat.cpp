#include <restat/restat.hpp>

#include <boost/test/unit_test.hpp>

#include <concepts>

using namespace restat;

namespace {

// Complete types of each part: a header that is missing here leaves a name undeclared.
template <class... Types>
constexpr int count_of = ((sizeof(Types) > 0) + ... + 0);

} // namespace

static_assert(count_of<change_set, snapshot, snapshot_builder, snapshot_update, watch_state,
                       options, schedule, poll_result> == 8);
static_assert(count_of<glob_matcher, gitignore_matcher, ignore_matcher, regex_matcher,
                       name_matcher, marker_matcher, any_matcher> == 7);
static_assert(count_of<list_enumerator, tree_enumerator, module_enumerator, program_enumerator> ==
              4);
static_assert(count_of<sleep_clock, interruptible_clock, native_file_system> == 3);
static_assert(count_of<exec_restart, command_restart, child_restart, inheritance> == 4);
static_assert(file_enumerator<program_enumerator> && restart_strategy<exec_restart>);

BOOST_AUTO_TEST_SUITE(restat_)

BOOST_AUTO_TEST_CASE(single_header_has_the_values_the_matchers_and_the_default_reloader) {
    static_assert(std::constructible_from<stat_reloader, options const&>);
    BOOST_TEST(escape("a\n") == "a\\n");
    BOOST_TEST(diff({}, {}).empty());
}

BOOST_AUTO_TEST_SUITE_END()
