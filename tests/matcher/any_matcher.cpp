#include <restat/matcher/any_matcher.hpp>

#include <restat/matcher/glob_matcher.hpp>
#include <restat/matcher/logic.hpp>

#include "candidates.hpp"

#include <memory>

using restat::any_matcher;
using restat::candidate;
using restat::finding;
using restat::glob_matcher;
using restat::verdict;
using tests::file;

static_assert(restat::path_matcher<any_matcher>);
static_assert(std::copyable<any_matcher> && std::default_initializable<any_matcher>);
static_assert(std::convertible_to<glob_matcher, any_matcher>);
static_assert(!std::constructible_from<any_matcher, int>);
static_assert(!std::constructible_from<any_matcher, char const*>);

namespace {

// A matcher that can be moved but not copied.
class only_moved {
public:
    verdict operator()(candidate const&) const noexcept { return *said_; }
    void faults(std::vector<finding>& into) const { into.push_back({"here", {}, "match"}); }

private:
    std::unique_ptr<verdict> said_ = std::make_unique<verdict>(verdict::include);
};

} // namespace

BOOST_AUTO_TEST_SUITE(any)

BOOST_AUTO_TEST_CASE(empty_any_matcher_returns_none) {
    any_matcher const empty;
    BOOST_TEST(empty(file("a")) == verdict::none);
    std::vector<finding> found;
    empty.faults(found);
    BOOST_TEST(found.empty());
}

BOOST_AUTO_TEST_CASE(any_matcher_holds_a_choice_made_at_run_time) {
    any_matcher chosen = glob_matcher{"*.cpp"};
    for (char const* left_out : {"a*", "b*"}) chosen = chosen & !glob_matcher{left_out};
    BOOST_TEST(chosen(file("a.cpp")) == verdict::exclude);
    BOOST_TEST(chosen(file("b.cpp")) == verdict::exclude);
    BOOST_TEST(chosen(file("c.cpp")) == verdict::include);
    BOOST_TEST(chosen(file("c.hpp")) == verdict::exclude);
}

BOOST_AUTO_TEST_CASE(copies_share_a_matcher_without_copy_constructor) {
    any_matcher first{only_moved{}};
    auto second = first;
    first = any_matcher{};
    BOOST_TEST(first(file("a")) == verdict::none);
    BOOST_TEST(second(file("a")) == verdict::include);
    std::vector<finding> found;
    second.faults(found);
    BOOST_TEST(found.size() == 1U);
    auto const third = std::move(second);
    BOOST_TEST(third(file("a")) == verdict::include);
}

BOOST_AUTO_TEST_CASE(any_matcher_of_any_matcher_is_a_copy) {
    any_matcher const inner = glob_matcher{"a"};
    any_matcher const outer = inner;
    BOOST_TEST(outer(file("a")) == verdict::include);
}

BOOST_AUTO_TEST_SUITE_END()
