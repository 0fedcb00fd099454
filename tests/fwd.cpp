#include <restat/fwd.hpp>

#include <boost/test/unit_test.hpp>

#include <concepts>

// Names of incomplete types suffice for the declarations of a user's header.
namespace {

struct reaction {
    void operator()(restat::change_set const& changes) const;
    restat::stat_reloader* reloader = nullptr;
};

struct engine {
    restat::asset_reloader<reaction>& assets;
};

} // namespace

#include <restat/restat.hpp>
#include <restat/testing/temp_tree.hpp>

// The definitions agree with the declarations, and the default composition is the documented one.
static_assert(
    std::same_as<restat::stat_reloader,
                 restat::basic_reloader<restat::program_enumerator, restat::ignore_matcher,
                                        restat::interruptible_clock, restat::exec_restart>>);
static_assert(std::same_as<restat::tree_enumerator,
                           restat::basic_tree_enumerator<restat::native_file_system>>);

static_assert(std::same_as<
              restat::asset_reloader<reaction>,
              restat::basic_reloader<restat::tree_enumerator, restat::any_matcher,
                                     restat::sleep_clock, restat::callback_restart<reaction>>>);

void reaction::operator()(restat::change_set const& changes) const {
    BOOST_TEST(changes.empty());
    BOOST_TEST((reloader == nullptr));
}

BOOST_AUTO_TEST_SUITE(forward_declarations)

BOOST_AUTO_TEST_CASE(declared_names_are_those_of_the_definitions) { reaction{}({}); }

BOOST_AUTO_TEST_CASE(reloader_of_assets_is_made_of_any_matcher_and_a_class_of_the_engine) {
    restat::testing::temp_tree const tree;
    for (auto const* name : {"a.png", "notes.txt"}) tree.write(name);
    restat::asset_reloader<reaction> assets{restat::tree_enumerator{tree.path()},
                                            restat::glob_matcher{"*.png"}, restat::sleep_clock{},
                                            restat::callback_restart{reaction{}}};
    engine const with{assets};
    with.assets.baseline();
    BOOST_TEST(with.assets.latest().size() == 1U);
    BOOST_TEST((with.assets.poll().state == restat::poll_state::unchanged));
}

BOOST_AUTO_TEST_SUITE_END()
