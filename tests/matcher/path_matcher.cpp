#include <restat/matcher/path_matcher.hpp>

#include <restat/testing/archetypes.hpp>

using namespace restat;

namespace {

struct throwing {
    verdict operator()(candidate const&) const { return verdict::none; }
};
struct changing {
    verdict operator()(candidate const&) noexcept { return verdict::none; }
};

} // namespace

static_assert(!path_matcher<int>);
static_assert(!path_matcher<throwing>, "a matcher never throws");
static_assert(!path_matcher<changing>, "several threads ask a const matcher");
static_assert(path_matcher<testing::matcher_archetype>);
