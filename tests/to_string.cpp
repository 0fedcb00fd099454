#include <restat/event_use.hpp>
#include <restat/field_names.hpp>
#include <restat/matcher/gitignore_matcher.hpp>
#include <restat/matcher/regex_matcher.hpp>
#include <restat/restart/build_step.hpp>
#include <restat/restart/exec_restart.hpp>
#include <restat/restat.hpp>
#include <restat/testing/memory_file_system.hpp>

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>
#include <type_traits>

using namespace restat;

namespace {

constexpr std::string_view beyond = "invalid"; // the text of every value that is no enumerator

/// Checks that each value from `first` to `last` has a text of its own, and that the value after
/// `last` has none: so a new value needs a text, and a place in this test.
template <class Enum>
void check_texts(Enum first, Enum last) {
    using number = std::underlying_type_t<Enum>;
    std::set<std::string_view> texts;
    auto const begin = static_cast<int>(first);
    auto const end = static_cast<int>(last) + 1;
    for (int i = begin; i < end; ++i) {
        auto const text = to_string(static_cast<Enum>(static_cast<number>(i)));
        BOOST_TEST(!text.empty());
        BOOST_TEST(text != beyond);
        BOOST_TEST(texts.insert(text).second, text << " is the text of two values");
        BOOST_TEST(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789") == text.npos);
    }
    BOOST_TEST(to_string(static_cast<Enum>(static_cast<number>(end))) == beyond,
               to_string(last) << " is not the last value");
    if constexpr (std::is_signed_v<number>) {
        BOOST_TEST(to_string(static_cast<Enum>(static_cast<number>(begin - 1))) == beyond);
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(texts)

BOOST_AUTO_TEST_CASE(values_of_scans_have_texts_of_their_own) {
    check_texts(file_type::none, file_type::unknown);
    check_texts(last_link::keep, last_link::follow);
    check_texts(change_kind::added, change_kind::renamed);
    check_texts(watch_state::state::starting, watch_state::state::outside);
    check_texts(tree_options::symlinks::named_only, tree_options::symlinks::follow);
    check_texts(tree_options::file_systems::cross, tree_options::file_systems::stay);
    check_texts(tree_options::entries::files, tree_options::entries::files_and_directories);
    check_texts(event_use::automatic, event_use::off);
    check_texts(selection_changes::silent, selection_changes::reported);
    check_texts(comparison::any, comparison::content);
    check_texts(testing::file_call::open, testing::file_call::take);
    check_texts(watch_trust::none, watch_trust::all);
    check_texts(watch_event::file, watch_event::lost);
}

BOOST_AUTO_TEST_CASE(values_of_matchers_have_texts_of_their_own) {
    check_texts(verdict::exclude, verdict::include);
    check_texts(directory_rules::no_rules, directory_rules::changed);
    check_texts(letter_case::sensitive, letter_case::folded);
    check_texts(regex_options::unit::byte, regex_options::unit::utf8);
    check_texts(pattern::syntax::glob, pattern::syntax::regex);
    check_texts(gitignore_options::tracked_files::watched,
                gitignore_options::tracked_files::excluded);
}

BOOST_AUTO_TEST_CASE(values_of_polls_have_texts_of_their_own) {
    check_texts(poll_state::unchanged, poll_state::busy);
    check_texts(wake::deadline, wake::stopped);
    check_texts(restart_result::restarted, restart_result::suspended);
    check_texts(errc::bad_pattern, errc::module_rejected);
}

BOOST_AUTO_TEST_CASE(values_of_restarts_have_texts_of_their_own) {
    check_texts(loop_guard::on, loop_guard::off);
    check_texts(module_swap::on_call, module_swap::inside_poll);
    check_texts(module_memory::unload, module_memory::keep);
    check_texts(readiness::started, readiness::survived);
    check_texts(supervision::state::idle, supervision::state::pausing);
    check_texts(stop_step::none, stop_step::kill);
    check_texts(process_event_kind::started, process_event_kind::wants_terminal);
    check_texts(writable_program::accepted, writable_program::refused_to_root);
    check_texts(other_descriptors::closed, other_descriptors::left);
    check_texts(after_exit::wait, after_exit::restart);
    check_texts(first_start::at_once, first_start::on_change);
    check_texts(after_change::restart, after_change::once);
    check_texts(escape_policy::leave, escape_policy::adopt);
    check_texts(command_input::inherited, command_input::nothing);
    check_texts(on_newer_change::cancel, on_newer_change::follow);
}

BOOST_AUTO_TEST_CASE(each_bit_of_a_set_has_a_text_of_its_own) {
    std::set<std::string> texts{to_string(fields::none), to_string(awaited::nothing)};
    for (unsigned bit = 1; bit <= static_cast<unsigned>(fields::target); bit *= 2) {
        BOOST_TEST(texts.insert(to_string(static_cast<fields>(bit))).second);
    }
    for (unsigned bit = 1; bit <= static_cast<unsigned>(awaited::own_write); bit *= 2) {
        BOOST_TEST(texts.insert(to_string(static_cast<awaited>(bit))).second);
    }
    BOOST_TEST(texts.size() == 2U + 10U + 7U);
}

BOOST_AUTO_TEST_CASE(sets_list_their_bits) {
    BOOST_TEST(to_string(fields::size | fields::mtime) == "mtime, size");
    BOOST_TEST(to_string(awaited::guard | awaited::quiet) == "quiet, guard");
    BOOST_TEST(to_string(awaited::own_write) == "own_write");
}

BOOST_AUTO_TEST_CASE(change_becomes_a_clause_with_escaped_names) {
    change modified{.path = "a\n", .changed = fields::size | fields::mtime};
    BOOST_TEST(to_string(modified) == "'a\\n' modified (mtime, size)");
    BOOST_TEST(to_string(change{.kind = change_kind::added, .path = "a"}) == "'a' added");
    BOOST_TEST(
        to_string(change{
            .kind = change_kind::renamed, .path = "b", .changed = fields::ctime, .from = "a"}) ==
        "'b' renamed from 'a'");
}

BOOST_AUTO_TEST_SUITE_END()
