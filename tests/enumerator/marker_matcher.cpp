#include <restat/matcher/marker_matcher.hpp>

#include <restat/diff.hpp>
#include <restat/matcher/ignore_matcher.hpp>

#include "enumerator/scanning.hpp"

#include <algorithm>

using namespace restat;
using namespace scanning;
using testing::file_call;

namespace {

struct watched {
    testing::memory_file_system files;
    marker_matcher matcher;
    basic_tree_enumerator<testing::memory_file_system> walk{"t", {}, files};
    snapshot latest;

    paths look() {
        files.advance(std::chrono::seconds{1});
        latest = scan(walk, latest, matcher);
        return told(latest);
    }
    std::size_t changes() {
        auto const before = latest;
        look();
        return diff(before, latest).size();
    }
};

constexpr char const* signature = "Signature: 8a477f597d28d172789f06886806bc55\n# a cache\n";

} // namespace

BOOST_AUTO_TEST_SUITE(a_marker)

BOOST_AUTO_TEST_CASE(marker_excludes_its_directory_and_the_subtree) {
    for (auto const& [name, content] : {std::pair{"CMakeCache.txt", "x"},
                                        {".ninja_log", "# ninja log v5"},
                                        {".rustc_info.json", "{}"},
                                        {"pyvenv.cfg", "home = /usr/bin"},
                                        {"CACHEDIR.TAG", signature}}) {
        watched w;
        for (auto const* path : {"t/src/a", "t/out/b", "t/out/deep/c", "t/out/deep/deeper/d"}) {
            w.files.write(path);
        }
        w.files.write("t/out/" + std::string{name}, content);
        BOOST_TEST(w.look() == paths{"t/src/a"}, name);
        for (auto const& path : w.files.opened()) {
            BOOST_TEST(path.find("deep") == path.npos, "opened " << path);
        }
        auto const why = explain_path(w.matcher, candidate{"t/out/deep/c", 2});
        BOOST_TEST(why.pruned == "t/out/deep");
        BOOST_TEST(why.decided.rule == name);
        BOOST_TEST(!why.decided.origin.empty());
    }
}

BOOST_AUTO_TEST_CASE(marker_in_a_root_or_without_its_signature_is_ignored) {
    struct row {
        char const* path;
        char const* content;
        char const* reason;
    };
    for (auto const& [path, content, reason] : {
             row{"t/CMakeCache.txt", "x", "a root is what the user named"},
             row{"t/d/CMakeCache.txt.in", "x", "another name"},
             row{"t/d/CACHEDIR.TAG", "Signature: none", "another signature"},
             row{"t/d/CACHEDIR.TAG", "", "no signature"},
         }) {
        watched w;
        w.files.write("t/d/a");
        w.files.write(path, content);
        w.look();
        BOOST_TEST(w.latest.contains("t/d/a"), reason);
    }
    watched w;
    w.files.write("t/d/a");
    w.files.make_directory("t/d/CMakeCache.txt");
    w.files.symlink("../elsewhere", "t/d/.ninja_log");
    w.files.make("t/d/CACHEDIR.TAG", file_type::fifo);
    w.look();
    BOOST_TEST(w.latest.contains("t/d/a"), "a marker is a regular file");
    BOOST_TEST(w.files.calls(file_call::read) == 0U);
}

BOOST_AUTO_TEST_CASE(marker_beside_sources_is_ignored) {
    for (auto const* source : {"CMakeLists.txt", "meson.build", "Cargo.toml", ".git/HEAD"}) {
        watched w;
        for (auto const* path : {"t/d/CMakeCache.txt", "t/d/.ninja_log", "t/d/main.cpp"}) {
            w.files.write(path);
        }
        w.files.write("t/d/" + std::string{source});
        w.look();
        BOOST_TEST(w.latest.contains("t/d/main.cpp"), source);
    }
}

BOOST_AUTO_TEST_CASE(added_or_removed_marker_changes_the_view_alone) {
    watched w;
    for (auto const* path : {"t/a", "t/d/x", "t/d/deep/y"}) w.files.write(path);
    w.look();
    w.files.write("t/d/CMakeCache.txt");
    BOOST_TEST(w.changes() == 0U);
    BOOST_TEST(told(w.latest) == paths{"t/a"});
    w.files.write("t/d/z");
    BOOST_TEST(w.changes() == 0U);
    w.files.remove("t/d/CMakeCache.txt");
    BOOST_TEST(w.changes() == 0U);
    BOOST_TEST(w.latest.size() == 4U);
    w.files.write("t/d/x", "more");
    BOOST_TEST(w.changes() == 1U);
}

BOOST_AUTO_TEST_CASE(unreadable_marker_keeps_its_verdict) {
    watched w;
    w.files.write("t/d/x");
    w.files.write("t/d/CACHEDIR.TAG", signature);
    BOOST_TEST(w.look().empty());
    for (auto const call : {file_call::stat, file_call::read}) {
        w.files.fail_at("t/d/CACHEDIR.TAG", call, std::errc::io_error);
        BOOST_TEST(w.look().empty());
        std::vector<finding> found;
        w.matcher.faults(found);
        BOOST_REQUIRE(!found.empty());
        BOOST_TEST(to_string(found[0]) == "cannot read 't/d/CACHEDIR.TAG': Input/output error");
        w.files.heal();
    }
    BOOST_TEST(w.look().empty());
}

// An incremental scan that skips a listing has no names, so it has to look for markers.
boost::test_tools::assertion_result lists_all(boost::unit_test::test_unit_id) {
    return !refreshes();
}

BOOST_AUTO_TEST_CASE(absent_marker_costs_no_calls, *boost::unit_test::precondition(lists_all)) {
    watched w;
    for (auto const* path : {"t/a/x", "t/b/c/x"}) w.files.write(path);
    w.look();
    auto const before = w.files.calls(file_call::stat);
    w.look();
    auto const with = w.files.calls(file_call::stat) - before;
    scan(w.walk, {}, everything{});
    BOOST_TEST(w.files.calls(file_call::stat) - before == 2 * with);
}

BOOST_AUTO_TEST_SUITE_END()
