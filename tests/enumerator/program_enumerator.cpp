#include <restat/enumerator/program_enumerator.hpp>

#include "enumerator/scanning.hpp"

#include <filesystem>

#include <unistd.h>

using namespace restat;
using namespace scanning;

BOOST_AUTO_TEST_SUITE(a_program_enumerator)

BOOST_AUTO_TEST_CASE(modules_and_tracked_files_are_found) {
    testing::temp_tree const tree;
    for (auto const* name : {"t/x", "config"}) tree.write(name);
    options const from{.track = {tree / "t", tree / "config", tree / "missing"}};
    auto const program = std::filesystem::read_symlink("/proc/self/exe").string();
    program_enumerator of_this{from};
    program_enumerator of_another{from, ::getpid()};
    for (auto* one : {&of_this, &of_another}) {
        auto const seen = scan(*one);
        BOOST_TEST(seen.contains(program));
        BOOST_TEST(seen.contains(tree / "t/x"));
        BOOST_TEST(seen.contains(tree / "config"));
        BOOST_TEST(findings(seen, tree.path() + "/") ==
                   paths{"cannot find 'missing': No such file or directory"});
    }
}

BOOST_AUTO_TEST_SUITE_END()
