#include "watched_command.hpp"

#include "support/refused_call.hpp"
#include "support/sanitized.hpp"

#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

// Starts no process of its own, as this may be refused too.
constexpr char const* script = "IFS= read -r what <\"${RESTAT_CHANGES:-/dev/null}\"; "
                               "echo \"run $RESTAT_GENERATION $what\"; exec sleep 1000";

bool is_right(temporary_directory const& there, running_program& restat) {
    if (!restat.wait_for_output("run 1 \n")) return false;
    there.write("a", "1");
    if (!restat.wait_for_output("run 2 added\ta")) return false;
    restat.signal(SIGTERM);
    return restat.ends_by(SIGTERM);
}

void allow_no_file_to_have_a_size() {
    rlimit const none{0, 0};
    ::setrlimit(RLIMIT_FSIZE, &none);
}

} // namespace

BOOST_AUTO_TEST_SUITE(refused_calls)

BOOST_AUTO_TEST_CASE(refused_calls_fall_back_to_their_older_forms) {
    struct {
        long number;
        char const* name;
    } const calls[] = {{439, "faccessat2"},
                       {436, "close_range"},
                       {434, "pidfd_open"},
                       {424, "pidfd_send_signal"},
                       {437, "openat2"},
                       {SYS_eventfd2, "eventfd2"},
                       {SYS_statx, "statx"},
                       {SYS_memfd_create, "memfd_create"},
                       {SYS_signalfd4, "signalfd4"},
                       {SYS_epoll_create1, "epoll_create1"},
                       {SYS_execveat, "execveat"},
                       {SYS_copy_file_range, "copy_file_range"}};
    for (auto const& [number, name] : calls) {
        for (int const error : {EPERM, ENOSYS}) {
            temporary_directory const there;
            auto const refuse = [number = number, error] { refuse_call(number, error); };
            running_program restat{shell_under_restat({}, script), {there.path(), refuse}};
            BOOST_TEST(is_right(there, restat),
                       name << ' ' << error << ": " << restat.output() << restat.error());
        }
    }
}

BOOST_AUTO_TEST_CASE(vfork_replaces_a_refused_clone,
                     *boost::unit_test::precondition(no_thread_sanitizer)) {
#ifdef SYS_vfork
    temporary_directory const there;
    running_program restat{shell_under_restat({}, script),
                           {there.path(), [] { refuse_call(SYS_clone, EPERM); }}};
    BOOST_TEST(is_right(there, restat), restat.output() << restat.error());
#endif
}

BOOST_AUTO_TEST_CASE(error_names_a_refused_call_without_an_older_form) {
    temporary_directory const there;
    auto const end = run_restat({"--", "sleep", "1000"},
                                {there.path(), [] { refuse_call(435, EPERM); }}); // clone3
    BOOST_TEST(end.status.code == 1);
    BOOST_TEST(end.error.find("clone3") != end.error.npos, end.error);
    BOOST_TEST(end.error.find("Operation not permitted") != end.error.npos, end.error);
}

BOOST_AUTO_TEST_CASE(changes_are_printed_under_a_file_size_limit_of_zero,
                     *boost::unit_test::precondition(no_thread_sanitizer)) {
    temporary_directory const there;
    running_program restat{shell_under_restat({}, script),
                           {there.path(), allow_no_file_to_have_a_size}};
    BOOST_REQUIRE(restat.wait_for_output("run 1 \n"));
    std::string const suffix(200, 'x');
    for (int i = 0; i < 500; ++i) there.write(std::to_string(i) + suffix, ""); // 100 kB of names
    BOOST_TEST(restat.wait_for_output("run 2 added\t0" + suffix), restat.output());
    restat.signal(SIGTERM);
    BOOST_TEST(restat.ends_by(SIGTERM));
}

BOOST_AUTO_TEST_CASE(output_beyond_the_file_size_limit_is_an_error,
                     *boost::unit_test::precondition(no_thread_sanitizer)) {
    temporary_directory const there;
    temporary_directory const elsewhere;
    auto const limited = [&] {
        allow_no_file_to_have_a_size();
        ::dup2(::open((elsewhere / "out").c_str(), O_WRONLY | O_CREAT, 0600), STDOUT_FILENO);
    };
    there.write("a", "");
    auto const end = run_restat({"--list"}, {there.path(), limited});
    BOOST_TEST(end.status.signal == 0);
    BOOST_TEST(end.status.code == 1);
    BOOST_TEST(end.error.find("File too large") != end.error.npos, end.error);
}

BOOST_AUTO_TEST_CASE(own_lines_beyond_the_file_size_limit_are_dropped,
                     *boost::unit_test::precondition(no_thread_sanitizer)) {
    temporary_directory const there;
    temporary_directory const elsewhere;
    auto const limited = [&] {
        allow_no_file_to_have_a_size();
        ::dup2(::open((elsewhere / "err").c_str(), O_WRONLY | O_CREAT, 0600), STDERR_FILENO);
    };
    running_program restat{shell_under_restat({"-v"}, script), {there.path(), limited}};
    BOOST_TEST(is_right(there, restat), restat.output());
}

BOOST_AUTO_TEST_SUITE_END()
