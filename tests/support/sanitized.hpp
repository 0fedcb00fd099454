#pragma once

#include "linux/clone.hpp"

#include <boost/test/unit_test.hpp>

/// A precondition of tests that the thread sanitizer does not allow: of keys that reach this
/// process by way of its relay, a copy made by the bare system call, in which the sanitizer's
/// wrappers do not work; and of limits on threads, of which it has one of its own.
inline boost::test_tools::assertion_result no_thread_sanitizer(boost::unit_test::test_unit_id) {
#ifdef RESTAT_UNDER_TSAN
    boost::test_tools::assertion_result result{false};
    result.message() << "the thread sanitizer is at work";
    return result;
#else
    return true;
#endif
}
