#pragma once

#include <restat/detail/language.hpp>

#include <cstddef>
#include <system_error>

namespace restat::testing {

/// Lets the n-th call of a double fail, counted from one, and the others succeed.
///
///     bool list(std::error_code& error) { return !failures.strikes(error) && really_list(); }
///
/// \see for_each_failure
class fail_count {
public:
    explicit fail_count(std::size_t at, std::error_code with) noexcept : at_{at}, with_{with} {}

    /// To be asked once a call: whether this is the one that fails, and then sets `error`.
    bool strikes(std::error_code& error) noexcept {
        if (++calls_ != at_) return false;
        error = with_;
        return true;
    }
    std::size_t calls() const noexcept { return calls_; }
    /// Whether the call that was to fail was made.
    bool struck() const noexcept { return calls_ >= at_; }

private:
    std::size_t at_;
    std::size_t calls_ = 0;
    std::error_code with_;
};

/// Calls `attempt(fail_count&)` with the first call failing, then the second, and so on, up to
/// the attempt that made no call that was to fail: so each branch for an error is taken once.
/// How many attempts there were; `limit` of them if one never got through.
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
