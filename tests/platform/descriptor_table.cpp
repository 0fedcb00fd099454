#include "platform/process/descriptor_table.hpp"

#include "platform/in_child.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>

using namespace restat::detail;

namespace {

bool is_open(int number) { return ::fcntl(number, F_GETFD) != -1; }
bool is_closed_on_exec(int number) { return (::fcntl(number, F_GETFD) & FD_CLOEXEC) != 0; }

/// Opens the same pipe under two numbers, in the process of the call.
void open_two() {
    int ends[2];
    if (::pipe(ends) != 0) ::_exit(9);
    ::dup2(ends[0], 100);
    ::dup2(ends[0], 101);
}

} // namespace

// The functions change the table of the process, so each check runs in a child.
BOOST_AUTO_TEST_SUITE(descriptor_tables)

BOOST_AUTO_TEST_CASE(descriptors_from_a_number_on_are_marked) {
    BOOST_TEST(tests::in_child([] {
                   open_two();
                   close_on_exec_from(101);
                   if (is_closed_on_exec(100)) return 1;
                   return is_open(101) && is_closed_on_exec(101) ? 0 : 2;
               }) == 0);
}

BOOST_AUTO_TEST_CASE(descriptors_from_a_number_on_are_closed) {
    BOOST_TEST(tests::in_child([] {
                   open_two();
                   close_from(101);
                   return is_open(100) && !is_open(101) ? 0 : 1;
               }) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
