// Renames by the shell on real file systems. A rename is delivered as a rename if the file system
// has birth times, or if a rename keeps ctime. A reused inode number is never a rename.

#include "real/mounts.hpp"
#include "real/watching.hpp"

#include <restat/file_system/native_file_system.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace real;
namespace data = boost::unit_test::data;

namespace {

/// Returns each change as a line, such as "renamed a to b".
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

bool reports_birth_times(std::string const& path) {
    std::error_code error;
    restat::stamp made;
    restat::native_file_system{}.birth_time(path.c_str(), made, error);
    BOOST_TEST((!error || error == std::errc::not_supported));
    return !error;
}

} // namespace

BOOST_AUTO_TEST_SUITE(real_renames)

BOOST_DATA_TEST_CASE(certain_renames_are_delivered, data::make(every_mount), how) {
    mounted const at{how};
    if (is_skipped(at, how)) return;
    auto const run = [&](std::string const& line) {
        BOOST_REQUIRE_MESSAGE(shell("cd " + at.path() + " && { " + line + "; }"), line);
    };
    run("mkdir t; cd t; echo 1 >a; echo 1 >c; echo 1 >h; ln h h2; mkdir d; echo 1 >d/f; echo 1 "
        ">x; "
        "echo 1 >y; echo 1 >o; cp -p o r");
    watching watched{at.path() + "/t"};
    bool const told = reports_birth_times(at.path() + "/t/a");
    BOOST_TEST_MESSAGE(how.name << (told ? " tells" : " does not tell") << " births");
    auto const expect = [&](std::string const& line, lines const& with, lines const& without) {
        run("cd t; " + line);
        auto const got = take(watched);
        BOOST_TEST(got == (told ? with : without), boost::test_tools::per_element());
    };
    // Independent edits happen together, because each scan may take seconds.
    expect("mv a b; mv d g; mv x w; mv y x; mv w y; echo 2 >n; mv n c; mv h2 h3",
           {"added h3", "modified c", "modified h", "modified x", "modified y", "removed h2",
            "renamed a to b", "renamed d/f to g/f"},
           {"added b", "added h3", "modified c", "modified h", "modified x", "modified y",
            "removed a", "removed h2", "renamed d/f to g/f"});
    expect("mv b e; mv e k; mv x y", {"modified y", "removed x", "renamed b to k"},
           {"added k", "modified y", "removed b", "removed x"});
    expect("mv k a; echo 22 >>a", {"renamed k to a"}, {"added a", "removed k"});
    expect("mv a z; mv z a", {"modified a"}, {"modified a"}); // ctime alone
}

BOOST_DATA_TEST_CASE(reused_inode_number_is_no_rename, data::make(every_mount), how) {
    mounted const at{how};
    if (is_skipped(at, how)) return;
    auto const in = "cd " + at.path() + " && ";
    BOOST_REQUIRE(shell(in + "mkdir t && echo 1 >t/a && cp -p t/a r"));
    watching watched{at.path() + "/t"};
    // Equal in size, mode and mtime, and on ext4 in the inode number as well.
    BOOST_REQUIRE(shell(in + "rm t/a && echo 2 >t/b && touch -r r t/b"));
    BOOST_TEST(take(watched) == (lines{"added b", "removed a"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
