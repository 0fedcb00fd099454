#include <restat/restart/module_loader.hpp>

#include <restat/change_set.hpp>
#include <restat/error.hpp>
#include <restat/restart/module_restart.hpp>
#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

using namespace restat;
using namespace std::chrono_literals;

extern "C" {
int test_module_constructors = 0;
}

namespace {

namespace fs = std::filesystem;

std::string bytes_of(char const* path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

// Counts the mappings of copies; a sanitizer maps memory of its own.
std::size_t mapped_copies() {
    auto const maps = bytes_of("/proc/self/maps");
    std::size_t count = 0;
    for (auto at = maps.find("game.so"); at != maps.npos; at = maps.find("game.so", at + 1))
        ++count;
    return count;
}

std::size_t entries_of(std::string const& directory) {
    fs::directory_iterator const first{directory};
    return static_cast<std::size_t>(std::distance(begin(first), end(first)));
}

std::string const editions[] = {bytes_of(TEST_MODULE_1), bytes_of(TEST_MODULE_2)};

struct shared_object_fixture {
    shared_object_fixture() {
        test_module_constructors = 0;
        write(0);
        load();
    }
    // Replaces the file as most linkers do.
    void write(std::size_t which) const {
        tree.write("build/game.so", editions[which]);
        tree.rename("build/game.so", "game.so");
    }
    void load() {
        for (int i = 0; i < 3000; ++i) {
            modules.load(error);
            if (error != errc::incomplete) break;
            std::this_thread::sleep_for(10ms);
        }
        BOOST_TEST_REQUIRE(!error, game.rejection());
    }
    restart_result restart() {
        change one{.path = tree / "game.so"};
        one.after.type = file_type::regular;
        for (int i = 0; i < 30000; ++i) {
            auto const result = modules.restart(change_set{{one}}, error);
            if (result != restart_result::refused) return result;
            std::this_thread::sleep_for(1ms);
        }
        return restart_result::refused;
    }

    testing::temp_tree tree;
    std::error_code error;
    module_restart modules;
    module_handle game = modules.add({.path = tree / "game.so",
                                      .abi_symbol = "abi",
                                      .abi = 7,
                                      .save = "save",
                                      .restore = "restore"});
    module_function<int()> edition = game.function<int()>("edition");
    module_function<int()> next = game.function<int()>("next");
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(module_loaders, shared_object_fixture)

BOOST_AUTO_TEST_CASE(reloads_of_a_shared_object_keep_state_and_leave_nothing_behind) {
    constexpr int reloads = 200;
    BOOST_TEST(edition() == 1);
    std::size_t descriptors = 0;
    std::size_t mappings = 0;
    for (int i = 1; i <= reloads; ++i) {
        auto const to = static_cast<std::size_t>(i) % 2;
        write(to);
        BOOST_TEST_REQUIRE((restart() == restart_result::restarted), game.rejection());
        BOOST_TEST_REQUIRE(modules.swap() == 1U);
        BOOST_TEST_REQUIRE(edition() == static_cast<int>(to) + 1);
        BOOST_TEST_REQUIRE(next() == i);
        BOOST_TEST_REQUIRE(test_module_constructors == i + 1);
        BOOST_TEST_REQUIRE(entries_of(tree.path()) == 3U); // build, the file, a copy
        if (i == 10) descriptors = entries_of("/proc/self/fd");
        if (i == 10) mappings = mapped_copies();
    }
    BOOST_TEST(entries_of("/proc/self/fd") == descriptors);
    BOOST_TEST(mapped_copies() == mappings);
    { module_restart const last{std::move(modules)}; }
    BOOST_TEST(entries_of(tree.path()) == 2U);
}

BOOST_AUTO_TEST_CASE(current_version_runs_while_its_file_is_overwritten) {
    tree.write("game.so", editions[1].substr(0, 100));
    change one{.path = tree / "game.so"};
    one.after.type = file_type::regular;
    BOOST_TEST((modules.restart(change_set{{one}}, error) == restart_result::refused));
    BOOST_TEST((error == errc::incomplete));
    BOOST_TEST(edition() == 1);
    BOOST_TEST(test_module_constructors == 1);
    tree.append("game.so", editions[1].substr(100));
    BOOST_TEST((restart() == restart_result::restarted));
    BOOST_TEST(edition() == 1);
    modules.swap();
    BOOST_TEST(edition() == 2);
}

BOOST_AUTO_TEST_CASE(failed_build_leaves_the_version_and_its_state) {
    BOOST_TEST(next() == 1);
    tree.write("game.so", "not a shared object");
    BOOST_TEST((restart() == restart_result::declined));
    BOOST_TEST(!game.rejection().empty());
    BOOST_TEST(modules.swap() == 0U);
    BOOST_TEST(next() == 2);
    write(1);
    BOOST_TEST((restart() == restart_result::restarted));
    modules.swap();
    BOOST_TEST(edition() == 2);
    BOOST_TEST(next() == 3);
}

BOOST_AUTO_TEST_CASE(copy_of_a_crashed_host_is_removed_at_the_next_load) {
    tree.write(".game.so.restat-123~", editions[0]);
    module_restart second;
    second.add({.path = tree / "game.so"});
    second.load();
    BOOST_TEST(!fs::exists(tree / ".game.so.restat-123~"));
    BOOST_TEST(entries_of(tree.path()) == 4U); // build, the file, a copy of each host
}

BOOST_AUTO_TEST_SUITE_END()
