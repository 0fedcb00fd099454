#include "platform/process/standard_streams.hpp"

#include "platform/in_child.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdio>
#include <semaphore>
#include <string>
#include <thread>

#include <fcntl.h>
#include <stdio_ext.h>
#include <sys/syscall.h>

using namespace restat::detail;
using namespace std::chrono_literals;

namespace {

/// Returns the output of a function in a child whose stdout is a pipe.
template <class Function>
std::string output_of(Function act) {
    tests::pipe_ends out;
    std::fflush(stdout); // of this process: the child begins with an empty buffer
    int const status = tests::in_child([&] {
        ::dup2(out.write, STDOUT_FILENO);
        std::setvbuf(stdout, nullptr, _IOFBF, 1 << 16);
        return act();
    });
    BOOST_TEST(status == 0);
    out.close_write();
    char bytes[256] = {};
    auto const size = ::read(out.read, bytes, sizeof bytes);
    return {bytes, static_cast<std::size_t>(size > 0 ? size : 0)};
}

/// Ends the process without a flush, by the system call: the `_exit` of the thread sanitizer
/// flushes stdout, and so waits for a reader or for a lock.
[[noreturn]] void end_without_flush(int status) {
    for (;;) ::syscall(SYS_exit_group, status);
}

} // namespace

BOOST_AUTO_TEST_SUITE(standard_streams)

BOOST_AUTO_TEST_CASE(buffered_output_is_flushed) {
    BOOST_TEST(output_of([] {
                   std::fputs("text", stdout);
                   return flush_output() ? 0 : 1;
               }) == "text");
    BOOST_TEST(output_of([] {
                   std::fputs("text", stdout);
                   return flush_for_copy() ? 0 : 1;
               }) == "text");
}

BOOST_AUTO_TEST_CASE(forgotten_output_is_not_written) {
    BOOST_TEST(output_of([] {
                   std::fputs("text", stdout);
                   forget_output();
                   return flush_output() ? 0 : 1;
               }) == "");
}

// Nobody reads the pipe. A limit of a fifth of a second would fail under load, so the limit here
// only tells an end from none.
BOOST_AUTO_TEST_CASE(flush_into_a_full_pipe_ends_and_keeps_the_output) {
    tests::pipe_ends out;
    ::fcntl(out.write, F_SETFL, O_NONBLOCK);
    for (char const block[4096] = {}; ::write(out.write, block, sizeof block) > 0;) continue;
    ::fcntl(out.write, F_SETFL, 0);
    std::fflush(stdout);
    BOOST_TEST(tests::in_child([&]() -> int {
                   ::alarm(60); // ends a child that waits for the reader
                   ::dup2(out.write, STDOUT_FILENO);
                   std::setvbuf(stdout, nullptr, _IOFBF, 1 << 16);
                   std::fputs("text", stdout);
                   auto const began = std::chrono::steady_clock::now();
                   if (flush_output()) end_without_flush(1);
                   if (std::chrono::steady_clock::now() - began < 100ms) end_without_flush(2);
                   end_without_flush(::__fpending(stdout) == 4 ? 0 : 3);
               }) == 0);
}

BOOST_AUTO_TEST_CASE(flush_ends_while_a_thread_holds_the_lock_of_the_stream) {
    std::fflush(stdout);
    BOOST_TEST(tests::in_child([]() -> int {
                   ::alarm(60);
                   std::binary_semaphore is_held{0};
                   std::thread holder{[&] {
                       ::flockfile(stdout);
                       is_held.release();
                       for (;;) ::pause();
                   }};
                   is_held.acquire();
                   end_without_flush(flush_output() ? 1 : 0);
               }) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
