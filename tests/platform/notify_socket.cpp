#include "platform/process/notify_socket.hpp"

#include <restat/testing/temp_tree.hpp>

#include "platform/in_child.hpp"

#include <boost/test/unit_test.hpp>

#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>

using restat::detail::notify_socket;
using restat::detail::send_ready;

namespace {

struct opened : notify_socket {
    opened() { BOOST_REQUIRE(!open(3)); }

    /// Sends a datagram from this process, whose group is that of the test.
    void send(std::string const& text) const {
        sockaddr_un to{};
        to.sun_family = AF_UNIX;
        std::memcpy(to.sun_path, address().data(), address().size());
        if (to.sun_path[0] == '@') to.sun_path[0] = '\0';
        int const from = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        auto const size = offsetof(sockaddr_un, sun_path) + address().size();
        BOOST_TEST(::sendto(from, text.data(), text.size(), 0,
                            reinterpret_cast<sockaddr const*>(&to),
                            static_cast<socklen_t>(size)) == static_cast<ssize_t>(text.size()));
        ::close(from);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(notify_sockets, opened)

BOOST_AUTO_TEST_CASE(report_of_the_group_is_taken_once) {
    BOOST_TEST(!take_report(::getpgrp()));
    send("STATUS=starting\nREADY=1\n");
    BOOST_TEST(take_report(::getpgrp()));
    BOOST_TEST(!take_report(::getpgrp()));
}

BOOST_AUTO_TEST_CASE(other_text_is_no_report) {
    send("READY=0");
    send("NOT_READY=1");
    BOOST_TEST(!take_report(::getpgrp()));
}

BOOST_AUTO_TEST_CASE(report_from_another_group_is_ignored) {
    send("READY=1");
    BOOST_TEST(!take_report(::getpgrp() + 1));
}

BOOST_AUTO_TEST_CASE(byte_in_the_pipe_is_a_report) {
    auto const path = "/dev/fd/" + std::to_string(child_end());
    BOOST_TEST(send_ready(path.c_str()));
    BOOST_TEST(take_report(::getpgrp()));
}

BOOST_AUTO_TEST_CASE(late_byte_does_no_harm) {
    auto const path = "/dev/fd/" + std::to_string(child_end());
    stop_listening();
    BOOST_TEST(datagrams() == -1);
    BOOST_TEST(bytes() == -1);
    BOOST_TEST(send_ready(path.c_str()));
    BOOST_TEST(!take_report(::getpgrp()));
}

BOOST_AUTO_TEST_CASE(report_to_a_missing_file_fails) {
    restat::testing::temp_tree const tree;
    BOOST_TEST(!send_ready((tree / "absent/file").c_str()));
}

BOOST_AUTO_TEST_SUITE_END()
