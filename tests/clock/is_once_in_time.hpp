#pragma once

#include <chrono>

/// Returns whether an action, repeated if needed, takes less than 200 ms at least once. A busy
/// machine may delay some of the attempts, but not all of them; a clock that is too slow delays
/// each.
template <class Action>
bool is_once_in_time(Action action) {
    for (int attempts = 0; attempts < 50; ++attempts) {
        if (action() < std::chrono::milliseconds{200}) return true;
    }
    return false;
}
