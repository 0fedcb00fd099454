#pragma once

#include <restat/detail/language.hpp>

#include <cstddef>
#include <system_error>

namespace restat::testing {

/// Makes the n-th call of a test double fail, counted from 1; all other calls succeed.
///
///     bool list(std::error_code& error) { return !failures.strikes(error) && really_list(); }
///
/// \see for_each_failure
class fail_count {
public:
    /// Chooses the number of the failing call, counted from 1, and its error.
    explicit fail_count(std::size_t at, std::error_code with) noexcept : at_{at}, with_{with} {}

    /// Returns true, and sets `error`, if the current call is to fail. A test double asks this
    /// exactly once in each of its calls.
    [[nodiscard]] bool strikes(std::error_code& error) noexcept {
        if (++calls_ != at_) return false;
        error = with_;
        return true;
    }
    /// Returns the number of calls so far.
    std::size_t calls() const noexcept { return calls_; }
    /// Returns true once the test double has made the failing call.
    bool struck() const noexcept { return calls_ >= at_; }

private:
    std::size_t at_;
    std::size_t calls_ = 0;
    std::error_code with_;
};

/// Calls `attempt(fail_count&)` repeatedly: the first call fails, then the second, and so on,
/// until an attempt makes fewer calls. So every error branch is taken once. Returns the number of
/// attempts; `limit` if no attempt made fewer calls.
template <class Attempt>
std::size_t for_each_failure(std::error_code with, Attempt attempt, std::size_t limit = 10'000) {
    for (std::size_t at = 1; at <= limit; ++at) {
        fail_count failures{at, with};
        attempt(failures);
        if (!failures.struck()) return at;
    }
    return limit;
}

} // namespace restat::testing
