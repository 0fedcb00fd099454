#include "platform/process/standard_streams.hpp"

#include "platform/in_child.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <string>

using namespace restat::detail;

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

BOOST_AUTO_TEST_SUITE_END()
