#include "platform/process/process_exec.hpp"

#include "in_child.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <filesystem>

#include <fcntl.h>

using namespace restat::detail;

namespace {

// Runs a script of the shell, in place of the calling process.
std::error_code run_script(char const* script, std::vector<int> const& placed = {},
                           std::vector<int> const& kept = {}) {
    auto launch = take_launch_record();
    launch.path = "/bin/sh";
    launch.arguments = {"sh", "-c", script};
    std::vector<std::string> const environment{"WORD=left"};
    return become({launch, environment, placed, kept, true});
}

} // namespace

BOOST_AUTO_TEST_SUITE(process_exec)

BOOST_AUTO_TEST_CASE(process_becomes_the_program_with_its_arguments_and_environment) {
    auto const status = tests::in_child([] {
        run_script("test \"$WORD\" = left && exit 7");
        return 1;
    });
    BOOST_TEST(status == 7);
}

BOOST_AUTO_TEST_CASE(only_placed_and_kept_descriptors_stay_open) {
    tests::pipe_ends placed;
    tests::pipe_ends kept;
    tests::pipe_ends dropped;
    auto const script = "printf a >&3 && printf b >&" + std::to_string(kept.write) +
                        " && ! (printf c >&" + std::to_string(dropped.write) + ") 2>/dev/null";
    auto const status = tests::in_child([&] {
        run_script(script.c_str(), {placed.write}, {kept.write});
        return 99;
    });
    BOOST_TEST(status == 0);
    char byte = 0;
    BOOST_TEST(::read(placed.read, &byte, 1) == 1);
    BOOST_TEST(byte == 'a');
    BOOST_TEST(::read(kept.read, &byte, 1) == 1);
    BOOST_TEST(byte == 'b');
}

BOOST_AUTO_TEST_CASE(failed_exec_leaves_the_process_unchanged) {
    auto const status = tests::in_child([] {
        auto launch = take_launch_record();
        launch.path = "/nonexistent/program";
        launch.directory = "/";
        auto const directory = std::filesystem::current_path();
        int const open = ::open("/dev/null", O_RDONLY);
        sigset_t before{};
        sigset_t after{};
        ::pthread_sigmask(SIG_BLOCK, nullptr, &before);
        auto const error = become({launch, launch.environment, {}, {}, true});
        ::pthread_sigmask(SIG_BLOCK, nullptr, &after);
        if (error != std::errc::no_such_file_or_directory) return 1;
        if (std::filesystem::current_path() != directory) return 2;
        if (::fcntl(open, F_GETFD) != 0) return 3;
        for (int signal = 1; signal < 32; ++signal) {
            if (::sigismember(&before, signal) != ::sigismember(&after, signal)) return 4;
        }
        return 0;
    });
    BOOST_TEST(status == 0);
}

BOOST_AUTO_TEST_CASE(root_is_the_user_with_the_number_zero) {
    BOOST_TEST(is_root() == (::geteuid() == 0));
}

BOOST_AUTO_TEST_SUITE_END()
