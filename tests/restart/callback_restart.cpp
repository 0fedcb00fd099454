#include <restat/restart/callback_restart.hpp>

#include <restat/dependency_graph.hpp>
#include <restat/testing/recording_restart.hpp>

#include <boost/test/unit_test.hpp>

#include <memory>
#include <stdexcept>

using namespace restat;

BOOST_AUTO_TEST_SUITE(callback_restart_)

BOOST_AUTO_TEST_CASE(a_function_without_result_has_restarted) {
    std::size_t seen = 0;
    callback_restart r{[&](change_set const& all) { seen += all.size(); }};
    std::error_code error;
    BOOST_TEST((r.restart(change_set{{change{}}}, error) == restart_result::restarted));
    BOOST_TEST(seen == 1U);
}

BOOST_AUTO_TEST_CASE(a_function_may_refuse_and_say_why) {
    callback_restart r{[](change_set const&, std::error_code& why) {
        why = std::make_error_code(std::errc::timed_out);
        return restart_result::refused;
    }};
    std::error_code error;
    BOOST_TEST((r.restart({}, error) == restart_result::refused));
    BOOST_TEST((error == std::errc::timed_out));
}

BOOST_AUTO_TEST_CASE(a_function_need_not_be_copyable) {
    callback_restart r{[p = std::make_unique<int>(0)](change_set const&) { ++*p; }};
    callback_restart moved{std::move(r)};
    std::error_code error;
    moved.restart({}, error);
    static_assert(restart_strategy<decltype(r)> && !supervising_strategy<decltype(r)>);
    BOOST_TEST(!error);
}

BOOST_AUTO_TEST_CASE(exception_of_the_function_passes_through) {
    callback_restart r{[](change_set const&) { throw std::runtime_error{"no"}; }};
    std::error_code error;
    BOOST_CHECK_THROW(r.restart({}, error), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(function_gets_the_dependents_too) {
    dependency_graph graph;
    graph.add("user", "x");
    std::size_t seen = 0;
    auto r = callback_restart{
        [&, p = std::make_unique<int>(0)](change_set const& all, std::error_code& why) {
            seen = all.size();
            why = std::make_error_code(std::errc::timed_out);
            return restart_result::refused;
        }}.with_dependents(graph);
    static_assert(restart_strategy<decltype(r)>);
    std::error_code error;
    BOOST_TEST((r.restart(change_set{{{.path = "x"}}}, error) == restart_result::refused));
    BOOST_TEST((error == std::errc::timed_out));
    BOOST_TEST(seen == 2U);
    auto nested = std::move(r).with_dependents(graph); // an extended set may be extended again
    nested.restart(change_set{{{.path = "x"}}}, error);
    BOOST_TEST(seen == 2U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(recording_restart_)

BOOST_AUTO_TEST_CASE(copies_of_the_function_share_changes_and_answer) {
    testing::recording_restart mine;
    testing::recording_restart theirs = mine;
    mine.answer(restart_result::refused, std::make_error_code(std::errc::timed_out));
    std::error_code error;
    BOOST_TEST((theirs.restart(change_set{{change{}}, 4}, error) == restart_result::refused));
    BOOST_TEST((error == std::errc::timed_out));
    BOOST_TEST(mine.take().at(0).batch() == 4U);
    BOOST_TEST(mine.seen().empty());
}

BOOST_AUTO_TEST_SUITE_END()
