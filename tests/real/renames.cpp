// Renames, by the shell on real file systems: told as such where the file system says when a file
// was made, or leaves ctime alone; never told where another file has taken the inode.

#include "real/mounts.hpp"
#include "real/watching.hpp"

#include <restat/file_system/native_file_system.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace real;
namespace data = boost::unit_test::data;

namespace {

/// Each change as a line, such as "renamed a to b".
lines take(watching& from) {
    from.settle_more();
    lines all;
    for (auto const& set : from.take_sets()) {
        for (restat::change const& c : set) {
            auto const whence = c.from.empty() ? "" : from.below(c.from) + " to ";
            all.push_back(std::string{to_string(c.kind)} + " " + whence + from.below(c.path));
        }
    }
    std::sort(all.begin(), all.end());
    return all;
}

bool tells_births(std::string const& path) {
    std::error_code error;
    restat::stamp made;
    restat::native_file_system{}.born(path.c_str(), made, error);
    BOOST_TEST((!error || error == std::errc::not_supported));
    return !error;
}

} // namespace

BOOST_AUTO_TEST_SUITE(real_renames)

BOOST_DATA_TEST_CASE(are_told_where_that_is_certain, data::make(every_mount), how) {
    mounted const at{how};
    if (is_skipped(at, how)) return;
    auto const run = [&](std::string const& line) {
        BOOST_REQUIRE_MESSAGE(shell("cd " + at.path() + " && { " + line + "; }"), line);
    };
    run("mkdir t; cd t; echo 1 >a; echo 1 >c; echo 1 >h; ln h h2; mkdir d; echo 1 >d/f; echo 1 "
        ">x; "
        "echo 1 >y; echo 1 >o; cp -p o r");
    watching watched{at.path() + "/t"};
    bool const told = tells_births(at.path() + "/t/a");
    BOOST_TEST_MESSAGE(how.name << (told ? " tells" : " does not tell") << " births");
    auto const expect = [&](std::string const& line, lines const& with, lines const& without) {
        run("cd t; " + line);
        auto const got = take(watched);
        BOOST_TEST(got == (told ? with : without), boost::test_tools::per_element());
    };
    expect("mv a b", {"renamed a to b"}, {"added b", "removed a"});
    expect("mv b e; mv e k", {"renamed b to k"}, {"added k", "removed b"});
    expect("mv k a; echo 22 >>a", {"renamed k to a"}, {"added a", "removed k"});
    expect("mv a z; mv z a", {"modified a"}, {"modified a"}); // ctime alone
    expect("mv d g", {"renamed d/f to g/f"}, {"renamed d/f to g/f"});
    expect("mv x w; mv y x; mv w y", {"modified x", "modified y"}, {"modified x", "modified y"});
    expect("echo 2 >n; mv n c", {"modified c"}, {"modified c"});
    expect("mv x y", {"modified y", "removed x"}, {"modified y", "removed x"});
    expect("mv h2 h3", {"added h3", "modified h", "removed h2"},
           {"added h3", "modified h", "removed h2"});
}

BOOST_DATA_TEST_CASE(are_not_made_up_where_a_number_is_used_again, data::make(every_mount), how) {
    mounted const at{how};
    if (is_skipped(at, how)) return;
    auto const in = "cd " + at.path() + " && ";
    BOOST_REQUIRE(shell(in + "mkdir t && echo 1 >t/a && cp -p t/a r"));
    watching watched{at.path() + "/t"};
    // Alike in size, mode and mtime, and on ext4 in inode as well.
    BOOST_REQUIRE(shell(in + "rm t/a && echo 2 >t/b && touch -r r t/b"));
    BOOST_TEST(take(watched) == (lines{"added b", "removed a"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
