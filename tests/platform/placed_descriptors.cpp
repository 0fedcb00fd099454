#include "platform/process/placed_descriptors.hpp"

#include "platform/in_child.hpp"

#include <boost/test/unit_test.hpp>

#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>

using namespace restat::detail;

namespace {

ino_t file_of(int number) {
    struct stat status {};
    return ::fstat(number, &status) == 0 ? status.st_ino : 0;
}

} // namespace

BOOST_AUTO_TEST_SUITE(placed_descriptors)

BOOST_AUTO_TEST_CASE(descriptors_get_the_numbers_from_3_on_in_their_order) {
    BOOST_TEST(tests::in_child([] {
                   int one[2];
                   int two[2];
                   if (::pipe(one) != 0 || ::pipe(two) != 0) return 1;
                   int numbers[] = {two[0], one[0]};
                   auto const first = file_of(two[0]);
                   auto const second = file_of(one[0]);
                   if (!place_descriptors(numbers, 2)) return 2;
                   if (file_of(3) != first || file_of(4) != second) return 3;
                   return (::fcntl(3, F_GETFD) & FD_CLOEXEC) == 0 ? 0 : 4;
               }) == 0);
}

BOOST_AUTO_TEST_CASE(descriptors_may_trade_their_numbers) {
    BOOST_TEST(tests::in_child([] {
                   int one[2];
                   int two[2];
                   if (::pipe(one) != 0 || ::pipe(two) != 0) return 1;
                   ::dup2(one[0], 3);
                   ::dup2(two[0], 4);
                   auto const first = file_of(4);
                   auto const second = file_of(3);
                   int numbers[] = {4, 3};
                   if (!place_descriptors(numbers, 2)) return 2;
                   return file_of(3) == first && file_of(4) == second ? 0 : 3;
               }) == 0);
}

BOOST_AUTO_TEST_CASE(duplicate_lies_behind_the_placed_descriptors) {
    tests::pipe_ends const pipe;
    int const number = beyond_placed(pipe.read, 40);
    BOOST_TEST(number >= first_placed + 40);
    BOOST_TEST((::fcntl(number, F_GETFD) & FD_CLOEXEC) != 0);
    ::close(number);
    BOOST_TEST(beyond_placed(-1, 1) == -1);
}

BOOST_AUTO_TEST_CASE(pid_is_written_into_its_room) {
    char room[sizeof room_for_pid];
    std::string_view{room_for_pid, sizeof room_for_pid}.copy(room, sizeof room);
    char other[] = "A=1";
    char* environment[] = {other, room, nullptr};
    write_listen_pid(environment, 123);
    BOOST_TEST(std::string_view{room} == "LISTEN_PID=123");
    BOOST_TEST(std::string_view{other} == "A=1");
    write_listen_pid(environment, 2147483647);
    BOOST_TEST(std::string_view{other} == "A=1");
}

BOOST_AUTO_TEST_SUITE_END()
