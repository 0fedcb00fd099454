#include "platform/modules/file_identity.hpp"

#include <restat/error.hpp>
#include <restat/testing/temp_tree.hpp>

#include "platform/files/descriptor.hpp"

#include <boost/test/unit_test.hpp>

using namespace restat;
using namespace restat::detail;

namespace {

struct made {
    testing::temp_tree tree;
    std::error_code error;

    std::string of(std::string_view content, read_of_others how = read_of_others::everything) {
        tree.write("file", content);
        return content_identity(tree / "file", how, error);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(file_identities, made)

BOOST_AUTO_TEST_CASE(equal_content_has_an_equal_identity) {
    auto const one = of("text");
    BOOST_TEST(!error);
    BOOST_TEST(!one.empty());
    BOOST_TEST(of("text") == one);
    BOOST_TEST(of("texts") != one);
    BOOST_TEST(of("tex!") != one);
}

BOOST_AUTO_TEST_CASE(file_without_a_build_id_is_read_only_if_asked) {
    BOOST_TEST(of("text", read_of_others::nothing) == "");
    BOOST_TEST(!error);
}

BOOST_AUTO_TEST_CASE(unreadable_content_has_no_identity) {
    BOOST_TEST(content_identity(tree / "absent", read_of_others::everything, error) == "");
}

BOOST_AUTO_TEST_CASE(incomplete_binary_is_an_error) {
    std::string all;
    BOOST_REQUIRE(read_whole("/proc/self/exe", all));
    of(all.substr(0, 1000), read_of_others::nothing);
    BOOST_TEST((error == errc::program_truncated));
}

BOOST_AUTO_TEST_CASE(unknown_identity_is_not_loaded) {
    BOOST_TEST(!is_loaded_binary(of("text")));
}

BOOST_AUTO_TEST_SUITE_END()
