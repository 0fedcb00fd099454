#include "exec/life.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>
#include <sys/syscall.h>

using namespace restat::real;

namespace {

// Tries to restart `count` times, and returns the errors.
std::string try_in_vain(std::string const& kind, int count = 1) {
    life const all;
    driven_process probe{
        {all / "probe", "try-in-vain", all / "log", kind, std::to_string(count)}};
    BOOST_TEST(probe.wait() == 0);
    return all.read("log");
}

std::string message(std::errc of) { return std::make_error_code(of).message(); }

} // namespace

BOOST_AUTO_TEST_SUITE(exec_refused)

BOOST_AUTO_TEST_CASE(error_detected_only_by_exec_leaves_the_process_unchanged) {
    BOOST_TEST(try_in_vain("large") ==
               message(std::errc::argument_list_too_long) + ", same, at exec\n");
    BOOST_TEST(try_in_vain("script") ==
               message(std::errc::executable_format_error) + ", same, at exec\n");
}

// For each error: threads, descriptors, signals, timers and directory stay unchanged.
BOOST_AUTO_TEST_CASE(every_exec_failure_leaves_the_process_unchanged) {
    for (auto const why :
         {std::errc::no_such_file_or_directory, std::errc::permission_denied,
          std::errc::executable_format_error, std::errc::text_file_busy,
          std::errc::argument_list_too_long, std::errc::not_enough_memory,
          std::errc::too_many_symbolic_link_levels, std::errc::io_error,
          std::errc::resource_unavailable_try_again, std::errc::too_many_files_open}) {
        auto const number = std::to_string(static_cast<int>(why));
        BOOST_TEST(try_in_vain("fail " + std::to_string(SYS_execve) + ':' + number, 3) ==
                   message(why) + ", same, at exec\n");
    }
}

BOOST_AUTO_TEST_CASE(failure_of_a_step_before_exec_leaves_the_process_unchanged) {
    auto const no_memory = std::to_string(ENOMEM);
    for (long const call : {SYS_chdir, SYS_clone}) {
        BOOST_TEST(try_in_vain("fail " + std::to_string(call) + ':' + no_memory, 3) ==
                   message(std::errc::not_enough_memory) + ", same, at exec\n");
    }
}

// Meanwhile a thread writes into a broken pipe.
BOOST_AUTO_TEST_CASE(ignored_signal_is_harmless_during_an_exec_attempt) {
    BOOST_TEST(try_in_vain("large", RESTARTS) ==
               message(std::errc::argument_list_too_long) + ", same, at exec\n");
}

BOOST_AUTO_TEST_CASE(closed_descriptor_is_not_passed_on) {
    BOOST_TEST(try_in_vain("closed") == message(std::errc::bad_file_descriptor) + ", same\n");
}

BOOST_AUTO_TEST_CASE(exception_of_a_before_step_passes) {
    BOOST_TEST(try_in_vain("throw") == "thrown, same\n");
}

BOOST_AUTO_TEST_CASE(root_may_refuse_a_program_writable_by_others) {
    if (::geteuid() != 0) {
        BOOST_TEST_MESSAGE("skipped: not root");
        return;
    }
    BOOST_TEST(try_in_vain("distrust") ==
               message(std::errc::operation_not_permitted) + ", same\n");
}

BOOST_FIXTURE_TEST_CASE(setuid_program_is_refused_at_construction, life) {
    constexpr unsigned nobody = 65534;
    auto const program = *this / "probe";
    bool const set = ::geteuid() == 0 && ::chown(program.c_str(), nobody, nobody) == 0 &&
                     ::chmod(program.c_str(), 06755) == 0;
    if (!set) {
        BOOST_TEST_MESSAGE("skipped: not root");
        return;
    }
    fs::permissions(path, fs::perms::all);
    driven_process probe{command("set-up")};
    BOOST_TEST(probe.wait() == 0);
    BOOST_TEST(read("log") == "the process runs with raised privileges\n");
}

BOOST_FIXTURE_TEST_CASE(process_without_proc_is_refused_with_this_reason, life) {
    driven_process probe{command("set-up-without-proc")};
    if (probe.wait() == 99) {
        BOOST_TEST_MESSAGE("skipped: no mount namespaces");
        return;
    }
    BOOST_TEST(read("log") == "/proc, which has the arguments and the environment of the start, "
                              "cannot be read\n");
}

// A run of the setuid program could not restart itself, and would be the last run.
BOOST_FIXTURE_TEST_CASE(program_is_refused_while_setuid, life) {
    constexpr unsigned nobody = 65534;
    auto const program = *this / "probe";
    if (::geteuid() != 0) {
        BOOST_TEST_MESSAGE("skipped: not root");
        return;
    }
    fs::permissions(path, fs::perms::all);
    driven_process const probe{command("content")};
    BOOST_REQUIRE(has_runs(1));
    std::size_t runs = 1;
    for (mode_t const mode : {04755U, 02755U}) {
        BOOST_REQUIRE(::chown(program.c_str(), nobody, nobody) == 0);
        BOOST_REQUIRE(::chmod(program.c_str(), mode) == 0);
        edit(static_cast<unsigned>(runs));
        BOOST_TEST(stays_at(runs));
        BOOST_REQUIRE(::chmod(program.c_str(), 0755) == 0);
        BOOST_TEST(has_runs(++runs)); // with the pending edit
        BOOST_TEST(last_line() == content(static_cast<unsigned>(runs - 1)));
    }
    BOOST_REQUIRE(::chown(program.c_str(), 0, 0) == 0);
    // its own user's, so no additional rights
    BOOST_REQUIRE(::chmod(program.c_str(), 04755) == 0);
    edit(static_cast<unsigned>(runs));
    BOOST_TEST(has_runs(runs + 1));
}

BOOST_FIXTURE_TEST_CASE(program_without_a_name_is_refused_at_construction, life) {
    int const file = ::open((*this / "probe").c_str(), O_RDONLY); // for fexecve(3)
    auto const words = command("set-up");
    driven_process probe{{"/proc/self/fd/" + std::to_string(file), words[1], words[2], words[3]}};
    ::close(file);
    BOOST_TEST(probe.wait() == 0);
    BOOST_TEST(read("log") == "the program's own file cannot be found again\n");
}

BOOST_FIXTURE_TEST_CASE(an_interpreter_is_restarted_with_its_script, life) {
    write("script", "#!" + *this / "probe" + " script\n");
    fs::permissions(path / "script", fs::perms::owner_all);
    driven_process const probe{{*this / "script", "set-up", *this / "log", *this / "config"}};
    BOOST_REQUIRE(has_runs(1));
    for (unsigned run = 1; run <= 3; ++run) {
        edit(run);
        BOOST_TEST(has_runs(run + 1));
        BOOST_TEST(line(run) == "run " + std::to_string(run + 1));
    }
}

BOOST_AUTO_TEST_SUITE_END()
