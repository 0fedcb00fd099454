#include "platform/process/channel.hpp"

#include "platform/in_child.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>

using namespace restat::detail;

BOOST_FIXTURE_TEST_SUITE(channels, channel)

BOOST_AUTO_TEST_CASE(packet_arrives_whole) {
    int const sent = 42;
    int got = 0;
    BOOST_TEST(!receive_packet(ours(), &got, sizeof got));
    BOOST_TEST(send_packet(child_end(), &sent, sizeof sent, when_full::wait));
    BOOST_TEST(receive_packet(ours(), &got, sizeof got));
    BOOST_TEST(got == 42);
    BOOST_TEST(!receive_packet(ours(), &got, sizeof got));
}

BOOST_AUTO_TEST_CASE(packet_of_another_size_is_discarded) {
    long const large = 1;
    int const right = 42;
    int got = 0;
    send_packet(child_end(), &large, sizeof large, when_full::wait);
    send_packet(child_end(), &right, sizeof right, when_full::wait);
    BOOST_TEST(receive_packet(ours(), &got, sizeof got));
    BOOST_TEST(got == 42);
}

BOOST_AUTO_TEST_CASE(full_channel_refuses_a_packet) {
    int const data = 0;
    int sent = 0;
    while (send_packet(child_end(), &data, sizeof data, when_full::give_up)) {
        BOOST_REQUIRE(++sent < 1'000'000);
    }
    BOOST_TEST(sent > 0);
}

BOOST_AUTO_TEST_CASE(both_ends_are_closed_on_exec) {
    for (int const end : {ours(), child_end()}) {
        BOOST_TEST((::fcntl(end, F_GETFD) & FD_CLOEXEC) != 0);
    }
}

BOOST_AUTO_TEST_CASE(only_a_child_adopts_the_channel) {
    BOOST_TEST(!adopt_channel(child_end()));
    BOOST_TEST(!adopt_channel(-1));
    BOOST_TEST(tests::in_child([&] { return adopt_channel(child_end()) ? 0 : 1; }) == 0);
    tests::pipe_ends const pipe;
    BOOST_TEST(tests::in_child([&] { return adopt_channel(pipe.read) ? 1 : 0; }) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
