#include "platform/files/bounded_write.hpp"

#include "platform/in_child.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using restat::detail::bounded_write;
using namespace std::chrono_literals;

BOOST_FIXTURE_TEST_SUITE(bounded_writes, tests::pipe_ends)

BOOST_AUTO_TEST_CASE(text_is_written_whole) {
    BOOST_TEST(bounded_write(write, "some text", 30s));
    char bytes[16] = {};
    BOOST_TEST(::read(read, bytes, sizeof bytes) == 9);
    BOOST_TEST(std::string_view{bytes} == "some text");
}

BOOST_AUTO_TEST_CASE(reader_that_takes_nothing_ends_the_write_at_the_limit) {
    BOOST_TEST(!bounded_write(write, std::string(1 << 20, 'x'), 20ms));
}

BOOST_AUTO_TEST_CASE(reader_that_is_gone_raises_no_signal) {
    close_read();
    BOOST_TEST(tests::in_child([&] { return bounded_write(write, "text", 30s) ? 1 : 0; }) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
