#include <restat/fwd.hpp>

#include <boost/test/unit_test.hpp>

#include <concepts>

// Names of incomplete types suffice for the declarations of a user's header.
namespace {

struct reaction {
    void operator()(restat::change_set const& changes) const;
    restat::stat_reloader* reloader = nullptr;
};

} // namespace

#include <restat/restat.hpp>

// The definitions agree with the declarations, and the default composition is the documented one.
static_assert(
    std::same_as<restat::stat_reloader,
                 restat::basic_reloader<restat::program_enumerator, restat::ignore_matcher,
                                        restat::interruptible_clock, restat::exec_restart>>);
static_assert(std::same_as<restat::tree_enumerator,
                           restat::basic_tree_enumerator<restat::native_file_system>>);

void reaction::operator()(restat::change_set const& changes) const {
    BOOST_TEST(changes.empty());
    BOOST_TEST((reloader == nullptr));
}

BOOST_AUTO_TEST_SUITE(forward_declarations)

BOOST_AUTO_TEST_CASE(declared_names_are_those_of_the_definitions) { reaction{}({}); }

BOOST_AUTO_TEST_SUITE_END()
