// A GoogleTest suite of reload logic, as written by a user of that framework.
#include <restat/basic_reloader.hpp>
#include <restat/matcher/glob_matcher.hpp>
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/memory_file_system.hpp>
#include <restat/testing/recording_restart.hpp>

#include <gtest/gtest.h>

using namespace std::chrono_literals;

class reload : public testing::Test {
protected:
    void pass(std::chrono::milliseconds time) {
        clock_.advance(time);
        files_.advance(time);
    }

    restat::testing::manual_clock clock_;
    restat::testing::memory_file_system files_;
    restat::testing::recording_restart delivered_;
};

TEST_F(reload, deliversOneModifiedFileAfterTheQuietPeriod) {
    files_.write("assets/a.glsl", "1");
    pass(1s);
    restat::basic_reloader reloader{
        restat::basic_tree_enumerator<restat::testing::memory_file_system>{"assets", {}, files_},
        restat::glob_matcher{"*.glsl"}, clock_, delivered_};
    reloader.baseline();
    files_.write("assets/a.glsl", "22");
    files_.write("assets/a.txt", "22");
    pass(1s);
    EXPECT_EQ(reloader.poll().state, restat::poll_state::settling);
    pass(1s);
    EXPECT_EQ(reloader.poll().state, restat::poll_state::delivered);
    ASSERT_EQ(delivered_.seen().size(), 1U);
    ASSERT_EQ(delivered_.seen()[0].size(), 1U);
    EXPECT_EQ(delivered_.seen()[0].begin()->path, "assets/a.glsl");
    EXPECT_EQ(delivered_.seen()[0].begin()->kind, restat::change_kind::modified);
}

TEST_F(reload, deliversNothingWithoutAnEdit) {
    files_.write("assets/a.glsl", "1");
    pass(1s);
    restat::basic_reloader reloader{
        restat::basic_tree_enumerator<restat::testing::memory_file_system>{"assets", {}, files_},
        restat::glob_matcher{"*.glsl"}, clock_, delivered_};
    reloader.baseline();
    for (int n = 0; n < 5; ++n) {
        pass(1s);
        EXPECT_EQ(reloader.poll().state, restat::poll_state::unchanged);
    }
    EXPECT_TRUE(delivered_.seen().empty());
}
