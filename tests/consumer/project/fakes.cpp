// The fakes that are shipped for the tests of users.
#include <restat/testing/manual_clock.hpp>

int main() {
    restat::testing::manual_clock const clock;
    auto const before = clock.now();
    clock.advance(std::chrono::seconds{1});
    return clock.now() - before == std::chrono::seconds{1} ? 0 : 1;
}
