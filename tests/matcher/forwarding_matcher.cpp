#include <restat/matcher/forwarding_matcher.hpp>

#include <restat/matcher/glob_matcher.hpp>

#include "candidates.hpp"
#include "support/no_reader.hpp"

using namespace restat;
using tests::directory;
using tests::file;

namespace {

/// Enters directories and remembers its former rules.
struct entering {
    verdict operator()(candidate const&) const noexcept { return verdict::include; }
    verdict previous_verdict(candidate const&) const noexcept { return verdict::exclude; }
    directory_rules on_directory(candidate const&, directory_reader&) const {
        return directory_rules::changed;
    }
};

/// Watches one path more than the wrapped matcher.
struct one_more : forwarding_matcher<glob_matcher> {
    using forwarding_matcher::forwarding_matcher;
    verdict operator()(candidate const& path) const noexcept {
        return path.path == "one" ? verdict::include : of()(path);
    }
};

} // namespace

static_assert(path_matcher<forwarding_matcher<glob_matcher>>);
static_assert(!entering_matcher<forwarding_matcher<glob_matcher>>);
static_assert(entering_matcher<forwarding_matcher<entering>>);

BOOST_AUTO_TEST_SUITE(forwarding_matchers)

BOOST_AUTO_TEST_CASE(verdict_and_explanation_are_those_of_the_wrapped_matcher) {
    forwarding_matcher const wrapped{glob_matcher{"*.cpp"}};
    BOOST_TEST(wrapped(file("a.cpp")) == verdict::include);
    BOOST_TEST(wrapped(file("a.hpp")) == verdict::exclude);
    BOOST_TEST(wrapped.explain(file("a.cpp")).rule == "*.cpp");
}

BOOST_AUTO_TEST_CASE(rules_of_directories_are_forwarded) {
    forwarding_matcher const wrapped{entering{}};
    no_reader reader;
    BOOST_TEST(wrapped.on_directory(directory("d"), reader) == directory_rules::changed);
    BOOST_TEST(wrapped.previous_verdict(file("a")) == verdict::exclude);
}

BOOST_AUTO_TEST_CASE(matcher_without_optional_members_gets_their_defaults) {
    auto const plain = [](candidate const&) noexcept { return verdict::include; };
    forwarding_matcher const wrapped{plain};
    BOOST_TEST(wrapped.explain(file("a")) == explanation{.says = verdict::include});
    BOOST_TEST(wrapped.previous_verdict(file("a")) == verdict::include);
    std::vector<finding> found;
    wrapped.faults(found);
    BOOST_TEST(found.empty());
}

BOOST_AUTO_TEST_CASE(wrapper_changes_only_the_members_that_it_declares) {
    one_more const wider{glob_matcher{"*.cpp"}};
    BOOST_TEST(wider(file("one")) == verdict::include);
    BOOST_TEST(wider(file("two")) == verdict::exclude);
    BOOST_TEST(wider.explain(file("a.cpp")).rule == "*.cpp");
}

BOOST_AUTO_TEST_SUITE_END()
