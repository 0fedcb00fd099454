#include "platform/process/memfd.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <unistd.h>

using namespace restat::detail;

BOOST_AUTO_TEST_SUITE(memory_files)

BOOST_AUTO_TEST_CASE(bytes_are_held_from_the_start) {
    for (std::string const& bytes :
         {std::string{}, std::string{"text"}, std::string(100'000, 'x')}) {
        auto const held = hold_bytes("test", bytes);
        BOOST_REQUIRE(static_cast<bool>(held));
        std::string got;
        BOOST_TEST(read_whole(held.get(), got));
        BOOST_TEST((got == bytes));
    }
}

BOOST_AUTO_TEST_CASE(number_is_the_lowest_or_above) {
    BOOST_TEST(hold_bytes("test", "text").get() >= 3);
    BOOST_TEST(hold_bytes("test", "text", 80).get() >= 80);
}

BOOST_AUTO_TEST_CASE(held_bytes_cannot_be_changed) {
    auto const held = hold_bytes("test", "text");
    BOOST_TEST(::write(held.get(), "x", 1) == -1);
    BOOST_TEST(::ftruncate(held.get(), 0) == -1);
}

BOOST_AUTO_TEST_CASE(held_bytes_are_recognized_by_their_descriptor) {
    auto const held = hold_bytes("test", "text");
    bool const is_sealed = is_sealed_file(held.get());
    BOOST_TEST(is_sealed != (identity_of_held_bytes(held.get()) != 0));
    int const null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    BOOST_TEST(!is_sealed_file(null));
    ::close(null);
    BOOST_TEST(!is_sealed_file(-1));
}

BOOST_AUTO_TEST_SUITE_END()
