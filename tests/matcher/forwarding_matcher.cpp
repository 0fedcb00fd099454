#include <restat/matcher/forwarding_matcher.hpp>

#include <restat/matcher/glob_matcher.hpp>
#include <restat/testing/archetypes.hpp>

#include "candidates.hpp"
#include "support/no_reader.hpp"

using namespace restat;
using testing::matcher_archetype;
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

BOOST_AUTO_TEST_CASE(wrapper_of_a_matcher_without_optional_members_has_none) {
    auto const plain = [](candidate const&) noexcept { return verdict::include; };
    forwarding_matcher const wrapped{plain};
    using wrapper = std::remove_const_t<decltype(wrapped)>;
    static_assert(!explaining_matcher<wrapper> && !remembering_matcher<wrapper>);
    static_assert(!faulting_matcher<wrapper> && !entering_matcher<wrapper>);
    BOOST_TEST(explain(wrapped, file("a")) == explanation{.says = verdict::include});
    BOOST_TEST(previous_verdict_of(wrapped, file("a")) == verdict::include);
}

BOOST_AUTO_TEST_CASE(verdict_changed_by_a_wrapper_is_the_default_of_its_previous_verdict) {
    struct reversed : forwarding_matcher<matcher_archetype> {
        using forwarding_matcher::forwarding_matcher;
        verdict operator()(candidate const&) const noexcept { return verdict::exclude; }
    };
    reversed const wrapper{matcher_archetype{0}};
    BOOST_TEST(previous_verdict_of(wrapper, file("a")) == verdict::exclude);
    BOOST_TEST(explain(wrapper, file("a")) == explanation{.says = verdict::exclude});
}

BOOST_AUTO_TEST_CASE(reference_to_a_matcher_is_not_copied) {
    struct growing {
        int calls = 0;
        verdict operator()(candidate const&) const noexcept {
            return calls > 0 ? verdict::include : verdict::none;
        }
    };
    growing one;
    forwarding_matcher<growing const&> const wrapped{one};
    one.calls = 1;
    BOOST_TEST(wrapped(file("a")) == verdict::include);
}

BOOST_AUTO_TEST_CASE(wrapper_changes_only_the_members_that_it_declares) {
    one_more const wider{glob_matcher{"*.cpp"}};
    BOOST_TEST(wider(file("one")) == verdict::include);
    BOOST_TEST(wider(file("two")) == verdict::exclude);
    BOOST_TEST(wider.explain(file("a.cpp")).rule == "*.cpp");
}

BOOST_AUTO_TEST_SUITE_END()
