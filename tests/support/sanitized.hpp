#pragma once

#include "linux/clone.hpp"

#include <boost/test/unit_test.hpp>

/// A precondition of tests of keys that reach this process by way of its relay: that is a copy
/// made by the bare system call, in which the thread sanitizer's wrappers do not work.
inline boost::test_tools::assertion_result keys_are_relayed(boost::unit_test::test_unit_id) {
#ifdef RESTAT_UNDER_TSAN
    boost::test_tools::assertion_result result{false};
    result.message() << "the thread sanitizer cannot follow the relay of keys";
    return result;
#else
    return true;
#endif
}
