#include "platform/modules/module_copy.hpp"

#include <restat/error.hpp>
#include <restat/matcher/ignore_matcher.hpp>
#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

using namespace restat;
using namespace restat::detail;
using namespace std::chrono_literals;

namespace {

std::string module_bytes() {
    std::ifstream file{TEST_MODULE_1, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

std::size_t files_in(std::string const& directory) {
    std::filesystem::directory_iterator const first{directory};
    return static_cast<std::size_t>(std::distance(begin(first), end(first)));
}

struct copy_fixture {
    // Waits until the record of the file is final.
    module_copy copy() {
        for (int i = 0; i < 3000; ++i) {
            auto made = copy_module(path, other.path(), error);
            if (error != errc::incomplete) return made;
            std::this_thread::sleep_for(10ms);
        }
        return {};
    }
    // Copies at a time when the record is final for certain.
    void expect_incomplete() {
        std::this_thread::sleep_for(50ms);
        copy_module(path, other.path(), error);
        BOOST_TEST((error == errc::incomplete));
        BOOST_TEST(files_in(tree.path()) == 1U);
    }

    testing::temp_tree tree;
    testing::temp_tree other;
    std::string path = tree / "game.so";
    std::string const bytes = module_bytes();
    std::error_code error;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(module_copies, copy_fixture)

BOOST_AUTO_TEST_CASE(copy_lies_beside_the_original_among_the_default_ignores) {
    tree.write("game.so", bytes);
    auto const made = copy();
    BOOST_TEST_REQUIRE(!error, error.message());
    BOOST_TEST(made.path.starts_with(tree / ".game.so.restat-"));
    BOOST_TEST(std::filesystem::file_size(made.path) == bytes.size());
    auto const name = std::filesystem::path{made.path}.filename().string();
    ignore_matcher const ignores{options{}};
    BOOST_TEST((ignores({name, 0, file_type::regular}) == verdict::exclude));
    remove_copy(made);
    BOOST_TEST(files_in(tree.path()) == 1U);
}

BOOST_AUTO_TEST_CASE(copy_of_an_ended_process_is_removed_and_a_used_copy_stays) {
    tree.write("game.so", bytes);
    auto const used = copy();
    tree.write(".game.so.restat-1~");
    tree.write(".other.so.restat-1~");
    remove_stale_copies(path, other.path());
    BOOST_TEST(!std::filesystem::exists(tree / ".game.so.restat-1~"));
    BOOST_TEST(std::filesystem::exists(tree / ".other.so.restat-1~"));
    BOOST_TEST(std::filesystem::exists(used.path));
    remove_copy(used);
}

BOOST_AUTO_TEST_CASE(incomplete_and_missing_files_are_not_copied) {
    tree.write("game.so", bytes.substr(0, bytes.size() / 2));
    expect_incomplete();
    tree.write("game.so", "");
    expect_incomplete();
    tree.remove("game.so");
    copy();
    BOOST_TEST((error == std::errc::no_such_file_or_directory));
    path = tree.path();
    copy();
    BOOST_TEST((error == std::errc::is_a_directory));
}

// As `rsync --inplace` and a linker that pause: the size is full, and a part of the bytes is new.
BOOST_AUTO_TEST_CASE(file_open_for_writing_is_not_copied) {
    tree.write("game.so", bytes);
    held_descriptor writer{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
    BOOST_TEST_REQUIRE(static_cast<bool>(writer));
    BOOST_TEST(::pwrite(writer.get(), bytes.data(), 64, 0) == 64);
    expect_incomplete();
    writer.reset();
    auto const made = copy();
    BOOST_TEST(!error);
    remove_copy(made);
}

BOOST_AUTO_TEST_CASE(module_in_a_read_only_directory_is_copied_to_a_private_one) {
    constexpr uid_t nobody = 65534;
    bool const is_root = ::geteuid() == 0;
    tree.write("game.so", bytes);
    std::filesystem::permissions(tree.path(), std::filesystem::perms{0555});
    std::filesystem::permissions(other.path(), std::filesystem::perms{0777});
    if (is_root) BOOST_TEST_REQUIRE(::seteuid(nobody) == 0);
    auto const made = copy();
    auto const directory = std::filesystem::path{made.path}.parent_path();
    auto const mode =
        error ? std::filesystem::perms{} : std::filesystem::status(directory).permissions();
    remove_copy(made);
    std::filesystem::permissions(other.path(), std::filesystem::perms{0777}, error);
    if (is_root) BOOST_TEST(::seteuid(0) == 0);
    std::filesystem::permissions(tree.path(), std::filesystem::perms{0700});
    BOOST_TEST(directory.parent_path() == other.path());
    BOOST_TEST((mode == std::filesystem::perms{0700}));
}

BOOST_AUTO_TEST_CASE(private_directory_that_others_can_write_is_refused) {
    constexpr uid_t nobody = 65534;
    bool const is_root = ::geteuid() == 0;
    auto const owner = is_root ? nobody : ::geteuid();
    tree.write("game.so", bytes);
    auto const shared = "restat-modules-" + std::to_string(owner);
    other.make_directory(shared);
    std::filesystem::permissions(other / shared, std::filesystem::perms{0777});
    std::filesystem::permissions(tree.path(), std::filesystem::perms{0555});
    std::filesystem::permissions(other.path(), std::filesystem::perms{0777});
    if (is_root) BOOST_TEST_REQUIRE(::seteuid(nobody) == 0);
    auto const made = copy();
    if (is_root) BOOST_TEST(::seteuid(0) == 0);
    std::filesystem::permissions(tree.path(), std::filesystem::perms{0700});
    BOOST_TEST((error == std::errc::permission_denied));
    BOOST_TEST(made.path.empty());
}

BOOST_AUTO_TEST_SUITE_END()
