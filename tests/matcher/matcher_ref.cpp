#include <restat/matcher/matcher_ref.hpp>

#include <restat/matcher/glob_matcher.hpp>

#include "candidates.hpp"
#include "support/no_reader.hpp"

using namespace restat;
using tests::directory;
using tests::file;

static_assert(path_matcher<matcher_ref>);
static_assert(std::convertible_to<glob_matcher const&, matcher_ref>);
static_assert(!std::constructible_from<matcher_ref, int>);

namespace {

struct entering {
    verdict operator()(candidate const&) const noexcept { return verdict::include; }
    verdict previous_verdict(candidate const&) const noexcept { return verdict::exclude; }
    directory_rules on_directory(candidate const&, directory_reader&) const {
        return directory_rules::rules;
    }
    void faults(std::vector<finding>& into) const { into.push_back({"a", {}, "match"}); }
};

struct listener final : exclusion_listener {
    std::vector<std::string> paths;
    void excluded(candidate const& path) noexcept override { paths.emplace_back(path.path); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(matcher_refs)

BOOST_AUTO_TEST_CASE(reference_answers_as_its_matcher) {
    glob_matcher const sources{"*.cpp"};
    matcher_ref const ref{sources};
    BOOST_TEST(ref(file("a.cpp")) == verdict::include);
    BOOST_TEST(ref(file("a.hpp")) == verdict::exclude);
    BOOST_TEST(ref.explain(file("a.cpp")).rule == "*.cpp");
    BOOST_TEST(ref.previous_verdict(file("a.cpp")) == verdict::include);
}

BOOST_AUTO_TEST_CASE(optional_members_are_those_of_the_matcher) {
    entering const all;
    matcher_ref const ref{all};
    no_reader reader;
    BOOST_TEST(ref.enters());
    BOOST_TEST(ref.on_directory(directory("d"), reader) == directory_rules::rules);
    BOOST_TEST(ref.previous_verdict(file("a")) == verdict::exclude);
    std::vector<finding> found;
    ref.faults(found);
    BOOST_TEST(found.size() == 1U);
}

BOOST_AUTO_TEST_CASE(matcher_without_rules_in_the_tree_is_not_entered) {
    glob_matcher const sources{"*.cpp"};
    matcher_ref const ref{sources};
    no_reader reader;
    BOOST_TEST(!ref.enters());
    BOOST_TEST(ref.on_directory(directory("d"), reader) == directory_rules::no_rules);
}

BOOST_AUTO_TEST_CASE(listener_gets_each_excluded_path) {
    glob_matcher const sources{"*.cpp"};
    listener to;
    matcher_ref const silent{sources};
    auto const ref = silent.with(to);
    ref(file("a.cpp"));
    ref(file("a.o"));
    ref(directory("d"));
    silent(file("b.o"));
    BOOST_TEST(to.paths == std::vector<std::string>{"a.o"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(references_to_the_same_object_are_the_same) {
    glob_matcher const one{"*.cpp"};
    glob_matcher const two{"*.cpp"};
    BOOST_TEST(matcher_ref{one}.is_same(matcher_ref{one}));
    BOOST_TEST(!matcher_ref{one}.is_same(matcher_ref{two}));
    listener to;
    BOOST_TEST(matcher_ref{one}.with(to).is_same(matcher_ref{one}));
}

BOOST_AUTO_TEST_SUITE_END()
