#pragma once

#include "platform/process/clone.hpp"

#include <boost/test/unit_test.hpp>

/// A precondition of tests that the thread sanitizer does not allow: of keys that reach this
/// process by way of its relay, a copy made by the bare system call, in which the sanitizer's
/// wrappers do not work; of limits on threads, of which it has one of its own; of vfork, which the
/// sanitizer replaces by clone; and of limits on file sizes, since its runtime writes a file first.
inline boost::test_tools::assertion_result no_thread_sanitizer(boost::unit_test::test_unit_id) {
#ifdef RESTAT_UNDER_TSAN
    boost::test_tools::assertion_result result{false};
    result.message() << "the thread sanitizer is at work";
    return result;
#else
    return true;
#endif
}

/// A precondition of tests that fork beside another thread and go on as a program does: in the copy
/// the address sanitizer may wait for ever for a lock that the other thread had.
inline boost::test_tools::assertion_result no_address_sanitizer(boost::unit_test::test_unit_id) {
#if defined(__SANITIZE_ADDRESS__)
    constexpr bool is_at_work = true;
#elif defined(__has_feature)
    constexpr bool is_at_work = __has_feature(address_sanitizer);
#else
    constexpr bool is_at_work = false;
#endif
    boost::test_tools::assertion_result result{!is_at_work};
    result.message() << "the address sanitizer is at work";
    return result;
}
