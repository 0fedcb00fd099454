#include <restat/export.hpp>

#include <boost/test/unit_test.hpp>

#include <dlfcn.h>

// A symbol with the mark is visible to other programs although this part is hidden.
#pragma GCC visibility push(hidden)
extern "C" {
RESTAT_EXPORT int restat_test_marked();
int restat_test_unmarked();
int restat_test_marked() { return 1; }
int restat_test_unmarked() { return 2; }
}
#pragma GCC visibility pop

BOOST_AUTO_TEST_SUITE(exports)

BOOST_AUTO_TEST_CASE(mark_overrides_hidden_visibility) {
    BOOST_TEST(restat_test_unmarked() == 2);
    BOOST_TEST(::dlsym(RTLD_DEFAULT, "restat_test_unmarked") == nullptr);
    BOOST_TEST(::dlsym(RTLD_DEFAULT, "restat_test_marked") != nullptr);
    BOOST_TEST(restat_test_marked() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
