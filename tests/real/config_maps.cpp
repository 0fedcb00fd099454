// The volume of a ConfigMap, swapped as by the kubelet, and watched as in the manual.

#include <restat/basic_reloader.hpp>
#include <restat/clock/sleep_clock.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/matcher/glob_matcher.hpp>
#include <restat/matcher/logic.hpp>
#include <restat/testing/recording_restart.hpp>
#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <filesystem>

namespace {

namespace fs = std::filesystem;
using namespace restat;

class volume {
public:
    volume() {
        swap();
        fs::create_symlink("..data/app.yaml", tree_ / "v/app.yaml");
    }
    std::string root() const { return tree_ / "v"; }
    /// Writes a new version of each file, swaps the link, and removes the old version.
    void swap() {
        auto const made = "..version_" + std::to_string(++version_);
        tree_.write("v/" + made + "/app.yaml", std::to_string(version_ % 2));
        fs::create_symlink(made, tree_ / "v/..data_tmp");
        fs::rename(tree_ / "v/..data_tmp", tree_ / "v/..data");
        fs::remove_all(tree_ / ("v/..version_" + std::to_string(version_ - 1)));
    }

private:
    testing::temp_tree tree_;
    int version_ = 0;
};

} // namespace

BOOST_AUTO_TEST_SUITE(a_config_map)

BOOST_AUTO_TEST_CASE(each_swap_is_a_single_change_of_the_file) {
    volume config;
    testing::recording_restart log;
    basic_reloader reloader{
        tree_enumerator{config.root(), {.links = tree_options::symlinks::follow}},
        !glob_matcher{"..*"}, sleep_clock{}, log,
        schedule{.interval = {}, .quiet_period = std::chrono::milliseconds{10}}};
    reloader.baseline();
    for (int i = 0; i < 20; ++i) {
        config.swap();
        while (reloader.poll().state != poll_state::delivered) {
        }
        auto const sets = log.take();
        BOOST_REQUIRE(sets.size() == 1U);
        BOOST_REQUIRE(sets[0].size() == 1U);
        BOOST_TEST((sets[0][0].kind == change_kind::modified));
        BOOST_TEST(sets[0][0].path == config.root() + "/app.yaml");
    }
}

BOOST_AUTO_TEST_SUITE_END()
