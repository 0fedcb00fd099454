#define BOOST_TEST_MODULE restat
#include <boost/test/unit_test.hpp>
