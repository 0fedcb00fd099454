#pragma once

#include <restat/detail/language.hpp>

namespace restat {

/// What became of a restart that was asked for.
enum class restart_result : unsigned char {
    restarted, ///< done, or under way and sure to be tried; the changes are settled
    declined,  ///< not wanted for these changes; they are settled
    refused,   ///< impossible now; the changes stay due and are offered again
    /// Not before a stated moment: the changes stay due, and are offered again at
    /// `suspended_until()` of the strategy, or on the next change.
    suspended,
};

} // namespace restat
