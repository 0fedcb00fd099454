#include <restat/enumerator/file_enumerator.hpp>

#include <restat/testing/archetypes.hpp>

#include <boost/test/unit_test.hpp>

using namespace restat;
using namespace restat::testing;

namespace {

struct born : enumerator_archetype {
    born() : enumerator_archetype{0} {}
    bool birth_time(std::string_view path, stat_record const&, stamp& made) const {
        made = {7, 0};
        return path == "a";
    }
    std::size_t root_prefix(std::string_view path) const { return path == "a" ? 1 : path.npos; }
};

} // namespace

static_assert(!file_enumerator<int>);
static_assert(file_enumerator<born> && !incremental_enumerator<born>);
static_assert(incremental_enumerator<incremental_archetype>);

BOOST_AUTO_TEST_SUITE(file_enumerators, *boost::unit_test::label("once"))

BOOST_AUTO_TEST_CASE(reference_without_an_enumerator_knows_no_birth_time) {
    stamp made{1, 2};
    BOOST_TEST(!birth_ref{}("a", {}, made));
    BOOST_TEST((made == stamp{1, 2}));
}

BOOST_AUTO_TEST_CASE(enumerator_without_birth_times_knows_none) {
    stamp made{1, 2};
    enumerator_archetype const plain{0};
    BOOST_TEST(!birth_ref{plain}("a", {}, made));
    BOOST_TEST((made == stamp{1, 2}));
}

BOOST_AUTO_TEST_CASE(reference_forwards_the_question_for_a_birth_time) {
    stamp made{};
    born const all;
    BOOST_TEST(birth_ref{all}("a", {}, made));
    BOOST_TEST((made == stamp{7, 0}));
    BOOST_TEST(!birth_ref{all}("b", {}, made));
}

BOOST_AUTO_TEST_CASE(root_prefix_is_zero_without_the_member) {
    BOOST_TEST(root_prefix(enumerator_archetype{0}, "a") == 0U);
    BOOST_TEST(root_prefix(born{}, "a") == 1U);
    BOOST_TEST(root_prefix(born{}, "b") == std::string_view::npos);
}

BOOST_AUTO_TEST_SUITE_END()
