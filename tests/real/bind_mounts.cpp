// A directory made visible a second time by bind mounts. The directory keeps its real path below
// the root under every mount. A second process mounts, edits and unmounts.

#include "real/mounts.hpp"
#include "real/watching.hpp"

#include <boost/test/unit_test.hpp>

using namespace real;

BOOST_AUTO_TEST_SUITE(real_bind_mounts)

BOOST_AUTO_TEST_CASE(bind_mount_of_a_directory_is_no_change) {
    mount_recipe const& how = every_mount[3];
    mounted const at{how};
    if (is_skipped(at, how)) return;
    auto const run = [&](std::string const& line) {
        BOOST_REQUIRE_MESSAGE(shell("cd " + at.path() + "/t && { " + line + "; }"), line);
    };
    BOOST_REQUIRE(shell("cd " + at.path() +
                        " && mkdir -p t/real/sub t/aa t/empty out && "
                        "echo 1 >t/real/f; echo 1 >t/real/sub/g; echo 1 >out/o; echo 1 >t/aa/c"));
    watching watched{at.path() + "/t"};
    run("mount --bind real empty");
    BOOST_TEST(watched.settle() == lines{}, boost::test_tools::per_element());
    run("mount --bind real/sub aa");
    BOOST_TEST(watched.settle() == lines{"removed aa/c"}, boost::test_tools::per_element());
    run("echo 22 >>aa/g; echo 22 >>empty/f");
    BOOST_TEST(watched.settle() == (lines{"modified real/f", "modified real/sub/g"}),
               boost::test_tools::per_element());
    run("umount empty; umount aa");
    BOOST_TEST(watched.settle() == lines{"added aa/c"}, boost::test_tools::per_element());
    run("mount --bind ../out empty");
    BOOST_TEST(watched.settle() == lines{"added empty/o"}, boost::test_tools::per_element());
    run("umount empty");
    BOOST_TEST(watched.settle() == lines{"removed empty/o"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
