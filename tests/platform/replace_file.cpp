#include "platform/files/replace_file.hpp"

#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/matcher/ignore_matcher.hpp>
#include <restat/options.hpp>
#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

#include <sys/resource.h>
#include <sys/stat.h>

using namespace restat;

namespace {

std::string read(std::string const& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

std::vector<std::string> names_in(std::string const& directory) {
    std::vector<std::string> names;
    for (auto const& one : std::filesystem::directory_iterator{directory}) {
        names.push_back(one.path().filename().string());
    }
    return names;
}

std::error_code replaced(std::string const& path, std::string_view bytes) {
    std::error_code error;
    detail::replace_file(path, bytes, error);
    return error;
}

} // namespace

BOOST_AUTO_TEST_SUITE(replaced_files)

BOOST_AUTO_TEST_CASE(file_is_created_and_replaced) {
    testing::temp_tree tree;
    BOOST_TEST(!replaced(tree / "state", "first"));
    BOOST_TEST(read(tree / "state") == "first");
    std::string const large(3'000'000, 'x');
    BOOST_TEST(!replaced(tree / "state", large));
    BOOST_TEST((read(tree / "state") == large));
    BOOST_TEST(names_in(tree.path()) == std::vector<std::string>{"state"});
    using std::filesystem::perms;
    BOOST_TEST((std::filesystem::status(tree / "state").permissions() ==
                (perms::owner_read | perms::owner_write)));
}

BOOST_AUTO_TEST_CASE(name_of_the_greatest_length_is_replaced) {
    testing::temp_tree tree;
    std::string const name(255, 'n');
    BOOST_TEST(!replaced(tree / name, "x"));
    BOOST_TEST(read(tree / name) == "x");
}

BOOST_AUTO_TEST_CASE(failure_leaves_the_old_file_alone) {
    testing::temp_tree tree;
    BOOST_TEST((replaced(tree / "none/state", "x") == std::errc::no_such_file_or_directory));
    tree.make_directory("state");
    BOOST_TEST((replaced(tree / "state", "x") == std::errc::is_a_directory));
    tree.write("kept", "old");
    ::rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    ::rlimit const small{1000, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
    auto const error = replaced(tree / "kept", std::string(100'000, 'x'));
    ::setrlimit(RLIMIT_FSIZE, &before);
    BOOST_TEST((error == std::errc::file_too_large));
    BOOST_TEST(read(tree / "kept") == "old");
    BOOST_TEST(names_in(tree.path()).size() == 2U);
}

BOOST_AUTO_TEST_CASE(pipe_and_link_to_a_device_are_not_replaced) {
    testing::temp_tree tree;
    BOOST_TEST_REQUIRE(::mkfifo((tree / "pipe").c_str(), 0600) == 0);
    std::filesystem::create_symlink("/dev/null", tree / "link");
    for (auto const* name : {"pipe", "link"}) {
        BOOST_TEST((replaced(tree / name, "x") == std::errc::invalid_argument), name);
    }
    BOOST_TEST(std::filesystem::is_fifo(tree / "pipe"));
    BOOST_TEST(std::filesystem::is_symlink(tree / "link"));
    BOOST_TEST(names_in(tree.path()).size() == 2U);
}

BOOST_AUTO_TEST_CASE(reader_sees_no_part_of_a_file) {
    testing::temp_tree tree;
    std::string const a(200'000, 'a');
    std::string const b(300'000, 'b');
    BOOST_TEST(!replaced(tree / "state", a));
    std::atomic<bool> ends{false};
    int parts = 0;
    std::jthread reader{[&] {
        while (!ends) {
            auto const seen = read(tree / "state");
            parts += seen != a && seen != b ? 1 : 0;
        }
    }};
    for (int i = 0; i < 30; ++i) BOOST_TEST(!replaced(tree / "state", i % 2 == 0 ? b : a));
    ends = true;
    reader.join();
    BOOST_TEST(parts == 0);
}

BOOST_AUTO_TEST_CASE(file_beside_is_held_by_the_default_ignores) {
    testing::temp_tree tree;
    std::vector<std::string> watched;
    std::atomic<bool> ends{false};
    std::atomic<std::size_t> beside{0};
    std::jthread looker{[&] {
        tree_enumerator files{tree.path()};
        ignore_matcher const rules{options{}};
        while (!ends) {
            beside += names_in(tree.path()).size() > 1 ? 1 : 0;
            snapshot_builder found;
            std::error_code error;
            files.enumerate(matcher_ref{rules}, found, error);
            for (entry const e : found.finish()) watched.push_back(e.path.str());
        }
    }};
    for (int i = 0; i < 50 || (beside == 0 && i < 2000); ++i) {
        BOOST_TEST(!replaced(tree / "state", std::string(100'000, 'x')));
    }
    ends = true;
    looker.join();
    BOOST_TEST(beside > 0U);
    std::erase(watched, tree / "state");
    BOOST_TEST(watched.empty());
}

BOOST_AUTO_TEST_SUITE_END()
