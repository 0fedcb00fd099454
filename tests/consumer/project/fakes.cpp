// The fakes that are shipped for the tests of users.
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/replay_trace.hpp>

int main() {
    restat::testing::manual_clock const clock;
    auto const before = clock.now();
    clock.advance(std::chrono::seconds{1});
    if (clock.now() - before != std::chrono::seconds{1}) return 1;
    return restat::testing::replay_trace("").difference.empty() ? 1 : 0; // it is no trace
}
