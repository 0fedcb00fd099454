#include <restat/restart/module_restart.hpp>

#include <restat/basic_reloader.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/matcher/glob_matcher.hpp>
#include <restat/testing/conformance.hpp>
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/memory_file_system.hpp>
#include <restat/testing/memory_module_loader.hpp>

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <stdexcept>

using namespace restat;
using namespace restat::testing;
using namespace std::chrono_literals;

namespace {

using calls = std::vector<std::string>;

// The modules of these tests share their state with the test.
calls heard; // hooks, in the order of their calls
std::uint64_t abi_of[] = {7, 8};
bool can_save = true;
std::uint32_t restored = 0; // the version of the state at the last `restore`
int world = 0;

template <int Version>
memory_module version() {
    memory_module made;
    made.with(
            "number", +[] { return Version; })
        .with("abi", abi_of[0])
        .with(
            "ready", +[] { return true; })
        .with(
            "save",
            +[](module_state* into) {
                heard.push_back("save " + std::to_string(Version));
                into->version = Version;
                return can_save;
            })
        .with(
            "restore",
            +[](module_state const* from) {
                heard.push_back("restore " + std::to_string(Version));
                restored = from->version;
                return from->host == &world;
            })
        .with(
            "stop", +[] { heard.push_back("stop " + std::to_string(Version)); });
    return made;
}

memory_module with_ready(bool (*ready)()) { return version<9>().with("ready", ready); }

struct findings : observer {
    std::vector<finding> all;
    void on_finding(finding const& what) noexcept override { all.push_back(what); }
};

module_options options_of(std::string path, std::vector<module_handle> depends_on = {}) {
    return {.path = std::move(path),
            .depends_on = std::move(depends_on),
            .abi_symbol = "abi",
            .abi = 7,
            .ready = "ready",
            .save = "save",
            .restore = "restore",
            .stop = "stop",
            .host = &world};
}

struct module_fixture {
    module_fixture() {
        heard.clear();
        can_save = true;
        loader.define("v1", version<1>());
        loader.define("v2", version<2>());
        loader.define("v3", version<3>());
        modules.observe(&listener);
        write("game.so", "v1");
    }
    void write(std::string const& name, std::string const& content) const {
        files.write(here + name, content);
        files.advance(1s);
    }
    change changed(std::string const& name) const {
        change what{.path = name};
        what.after = files.record(here + name);
        return what;
    }
    restart_result edit(std::string const& name, std::string const& content) {
        write(name, content);
        return modules.restart(change_set{{changed(name)}}, error);
    }
    // Loads the module, and forgets the calls so far.
    module_handle add(module_options how) {
        auto const made = modules.add(std::move(how));
        modules.load();
        loader.take();
        heard.clear();
        return made;
    }
    void expect_rejected(module_handle const& game, std::string const& why) {
        BOOST_TEST((edit("game.so", "bad") == restart_result::declined));
        BOOST_TEST(!error);
        BOOST_TEST(game.rejection() == why);
        BOOST_TEST_REQUIRE(listener.all.size() == 1U);
        BOOST_TEST((listener.all[0].error == errc::module_rejected));
        BOOST_TEST(listener.all[0].detail == why);
        BOOST_TEST(modules.swap() == 0U);
        BOOST_TEST(heard.empty());
        BOOST_TEST(game.version() == 1U);
        BOOST_TEST(loader.copies() == 1U);
    }

    std::string here = std::filesystem::current_path().string() + '/';
    memory_file_system files;
    memory_module_loader loader{files};
    findings listener;
    std::error_code error;
    module_restart modules{{.loader = &loader}};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(module_restarts, module_fixture)

BOOST_AUTO_TEST_CASE(first_version_is_loaded_by_load) {
    auto const game = modules.add(options_of("game.so"));
    auto const number = game.function<int()>("number");
    BOOST_TEST(!number);
    BOOST_TEST(game.version() == 0U);
    modules.load();
    BOOST_TEST_REQUIRE(static_cast<bool>(number));
    BOOST_TEST(number() == 1);
    BOOST_TEST(game.version() == 1U);
    BOOST_TEST(heard == calls{"restore 1"}, boost::test_tools::per_element());
    BOOST_TEST(restored == 0U);
    BOOST_TEST(modules.paths() == calls{here + "game.so"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(new_version_is_proven_at_the_change_and_used_from_the_swap_on) {
    auto const game = add(options_of("game.so"));
    auto const number = game.function<int()>("number");
    BOOST_TEST((edit("game.so", "v2") == restart_result::restarted));
    BOOST_TEST(game.is_pending());
    BOOST_TEST(number() == 1);
    BOOST_TEST(heard.empty());
    BOOST_TEST(modules.swap() == 1U);
    BOOST_TEST(number() == 2);
    BOOST_TEST(restored == 1U);
    BOOST_TEST(heard == (calls{"save 1", "restore 2", "stop 1"}),
               boost::test_tools::per_element());
    BOOST_TEST(loader.take() == (calls{"load v2", "unload v1"}),
               boost::test_tools::per_element());
    BOOST_TEST(modules.swap() == 0U);
}

BOOST_AUTO_TEST_CASE(version_that_lacks_an_entry_point_is_rejected) {
    auto const game = add(options_of("game.so"));
    game.function<int()>("number");
    auto bad = version<9>();
    bad.symbols.erase("number");
    loader.define("bad", bad);
    expect_rejected(game, "the entry point number is missing");
}

BOOST_AUTO_TEST_CASE(version_with_another_abi_stamp_is_rejected) {
    auto const game = add(options_of("game.so"));
    loader.define("bad", version<9>().with("abi", abi_of[1]));
    expect_rejected(game, "the ABI stamp is 8, and the host has 7");
}

BOOST_AUTO_TEST_CASE(version_that_is_not_ready_is_rejected) {
    auto const game = add(options_of("game.so"));
    loader.define("bad", with_ready([] { return false; }));
    expect_rejected(game, "ready returned false");
}

BOOST_AUTO_TEST_CASE(exception_of_ready_rejects_the_version) {
    auto const game = add(options_of("game.so"));
    loader.define("bad", with_ready([]() -> bool { throw std::runtime_error{"no device"}; }));
    expect_rejected(game, "ready threw: no device");
}

BOOST_AUTO_TEST_CASE(version_that_cannot_be_loaded_is_rejected_and_the_next_is_used) {
    auto const game = add(options_of("game.so"));
    expect_rejected(game, "the load failed: invalid ELF header");
    BOOST_TEST((edit("game.so", "v2") == restart_result::restarted));
    BOOST_TEST(modules.swap() == 1U);
    BOOST_TEST(game.rejection().empty());
}

BOOST_AUTO_TEST_CASE(incomplete_file_is_refused_and_loaded_later) {
    auto const game = add(options_of("game.so"));
    BOOST_TEST((edit("game.so", "") == restart_result::refused));
    BOOST_TEST((error == errc::incomplete));
    BOOST_TEST(game.rejection().empty());
    BOOST_TEST(loader.take().empty());
    BOOST_TEST((edit("game.so", "v2") == restart_result::restarted));
}

BOOST_AUTO_TEST_CASE(copy_that_fails_is_refused_with_its_reason) {
    add(options_of("game.so"));
    loader.fail_copies(std::make_error_code(std::errc::no_space_on_device));
    BOOST_TEST((edit("game.so", "v2") == restart_result::refused));
    BOOST_TEST((error == std::errc::no_space_on_device));
    BOOST_TEST((edit("game.so", "v2") == restart_result::restarted));
}

BOOST_AUTO_TEST_CASE(refused_state_leaves_the_old_version_running) {
    auto const game = add(options_of("game.so"));
    auto const number = game.function<int()>("number");
    loader.define("bad", version<9>().with(
                             "restore", +[](module_state const*) { return false; }));
    edit("game.so", "bad");
    BOOST_TEST(modules.swap() == 0U);
    BOOST_TEST(number() == 1);
    BOOST_TEST(game.rejection() == "restore refused the state of version 1");
    BOOST_TEST(heard == calls{"save 1"}, boost::test_tools::per_element());
    BOOST_TEST(loader.take() == (calls{"load bad", "unload bad"}),
               boost::test_tools::per_element());
    BOOST_TEST(listener.all.size() == 1U);
}

BOOST_AUTO_TEST_CASE(version_waits_while_the_state_cannot_be_saved) {
    auto const game = add(options_of("game.so"));
    can_save = false;
    edit("game.so", "v2");
    BOOST_TEST(modules.swap() == 0U);
    BOOST_TEST(game.is_pending());
    can_save = true;
    BOOST_TEST(modules.swap() == 1U);
    BOOST_TEST(game.version() == 2U);
}

BOOST_AUTO_TEST_CASE(newer_file_replaces_a_pending_version) {
    auto const game = add(options_of("game.so"));
    edit("game.so", "v2");
    edit("game.so", "v3");
    BOOST_TEST(modules.swap() == 1U);
    BOOST_TEST(game.version() == 2U);
    BOOST_TEST(loader.take() == (calls{"load v2", "unload v2", "load v3", "unload v1"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(former_versions_are_unloaded_after_further_swaps) {
    auto how = options_of("game.so");
    how.former_versions = 1;
    add(how);
    edit("game.so", "v2");
    modules.swap();
    BOOST_TEST(loader.take() == calls{"load v2"}, boost::test_tools::per_element());
    edit("game.so", "v3");
    modules.swap();
    BOOST_TEST(loader.take() == (calls{"load v3", "unload v1"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(versions_that_are_never_unloaded_stay_after_the_strategy) {
    {
        module_restart keeping{{.loader = &loader}};
        auto how = options_of("game.so");
        how.former_versions = module_options::keep_all;
        keeping.add(how);
        keeping.load();
    }
    BOOST_TEST(loader.take() == (calls{"load v1", "keep v1"}), boost::test_tools::per_element());
    BOOST_TEST(loader.copies() == 0U);
}

BOOST_AUTO_TEST_CASE(version_that_the_system_keeps_is_reported_once) {
    auto bad = version<1>();
    bad.stays_in_memory = true;
    loader.define("v1", bad);
    add(options_of("game.so"));
    for (auto const* const content : {"v2", "v1", "v2", "v1", "v2"}) {
        edit("game.so", content);
        modules.swap();
    }
    BOOST_TEST_REQUIRE(listener.all.size() == 1U);
    BOOST_TEST(listener.all[0].operation == "unload");
}

BOOST_AUTO_TEST_CASE(dependents_are_reloaded_after_their_dependency_and_stop_before) {
    write("physics.so", "v1");
    auto const physics = modules.add(options_of("physics.so"));
    auto const game = add(options_of("game.so", {physics}));
    write("physics.so", "v2");
    modules.restart(change_set{{changed("physics.so")}}, error);
    BOOST_TEST(physics.is_pending());
    BOOST_TEST(game.is_pending());
    BOOST_TEST(modules.swap() == 2U);
    BOOST_TEST(heard == (calls{"save 1", "save 1", "restore 2", "restore 1", "stop 1", "stop 1"}),
               boost::test_tools::per_element());
    BOOST_TEST(loader.take() == (calls{"load v2", "load v1", "unload v1", "unload v1"}),
               boost::test_tools::per_element());
    edit("game.so", "v3");
    BOOST_TEST(!physics.is_pending());
    BOOST_TEST(modules.swap() == 1U);
}

BOOST_AUTO_TEST_CASE(dependent_finds_the_coming_version_of_its_dependency) {
    static int found = 0;
    write("physics.so", "v1");
    auto const physics = modules.add(options_of("physics.so"));
    loader.define("user", version<5>().with(
                              "restore", +[](module_state const* from) {
                                  auto* const number = from->find(0, "number");
                                  found = number ? reinterpret_cast<int (*)()>(number)() : 0;
                                  return from->find(1, "number") == nullptr;
                              }));
    write("game.so", "user");
    add(options_of("game.so", {physics}));
    BOOST_TEST(found == 1);
    edit("physics.so", "v2");
    modules.swap();
    BOOST_TEST(found == 2);
}

BOOST_AUTO_TEST_CASE(group_is_swapped_as_a_whole_or_not_at_all) {
    write("physics.so", "v1");
    auto const physics = modules.add(options_of("physics.so"));
    auto const game = add(options_of("game.so", {physics}));
    loader.define("bad", version<9>().with(
                             "restore", +[](module_state const*) { return false; }));
    write("physics.so", "v2");
    write("game.so", "bad");
    modules.restart(change_set{{changed("game.so"), changed("physics.so")}}, error);
    BOOST_TEST(modules.swap() == 0U);
    BOOST_TEST(physics.version() == 1U);
    BOOST_TEST(heard == (calls{"save 1", "save 1", "restore 2", "stop 2"}),
               boost::test_tools::per_element());
    BOOST_TEST((edit("game.so", "v3") == restart_result::restarted)); // with physics v2
    BOOST_TEST(modules.swap() == 2U);
    BOOST_TEST(physics.version() == 2U);
    BOOST_TEST(game.version() == 2U);
}

BOOST_AUTO_TEST_CASE(independent_module_is_reloaded_beside_a_rejected_one) {
    write("ai.so", "v1");
    auto const ai = modules.add(options_of("ai.so"));
    auto const game = add(options_of("game.so"));
    write("ai.so", "v2");
    write("game.so", "noise");
    auto const result =
        modules.restart(change_set{{changed("game.so"), changed("ai.so")}}, error);
    BOOST_TEST((result == restart_result::restarted));
    BOOST_TEST(modules.swap() == 1U);
    BOOST_TEST(ai.version() == 2U);
    BOOST_TEST(game.version() == 1U);
}

BOOST_AUTO_TEST_CASE(module_without_its_dependency_is_loaded_with_the_dependency) {
    write("physics.so", "noise");
    auto const physics = modules.add(options_of("physics.so"));
    auto const game = modules.add(options_of("game.so", {physics}));
    modules.load(error);
    BOOST_TEST((error == errc::module_rejected));
    BOOST_TEST(game.rejection() == "the dependency " + here + "physics.so is not loaded");
    edit("physics.so", "v2");
    BOOST_TEST(modules.swap() == 2U);
    BOOST_TEST(game.version() == 1U);
}

BOOST_AUTO_TEST_CASE(swap_inside_poll_needs_no_call) {
    module_restart direct{{.swap = module_swap::inside_poll, .loader = &loader}};
    auto const game = direct.add(options_of("game.so"));
    direct.load();
    write("game.so", "v2");
    can_save = false;
    BOOST_TEST(
        (direct.restart(change_set{{changed("game.so")}}, error) == restart_result::refused));
    BOOST_TEST((error == std::errc::resource_unavailable_try_again));
    can_save = true;
    BOOST_TEST(
        (direct.restart(change_set{{changed("game.so")}}, error) == restart_result::restarted));
    BOOST_TEST(game.version() == 2U);
}

BOOST_AUTO_TEST_CASE(handles_stay_valid_while_the_strategy_moves) {
    auto const game = add(options_of("game.so"));
    auto const number = game.function<int()>("number");
    module_restart moved{std::move(modules)};
    write("game.so", "v2");
    moved.restart(change_set{{changed("game.so")}}, error);
    BOOST_TEST(moved.swap() == 1U);
    BOOST_TEST(number() == 2);
}

BOOST_AUTO_TEST_CASE(load_throws_the_reason_of_the_first_failure) {
    write("game.so", "noise");
    modules.add(options_of("game.so"));
    auto const names_the_reason = [this](reload_error const& what) {
        return what.code() == errc::module_rejected && what.path() == here + "game.so" &&
               what.operation() == "load (the load failed: invalid ELF header)";
    };
    BOOST_CHECK_EXCEPTION(modules.load(), reload_error, names_the_reason);
}

BOOST_AUTO_TEST_CASE(conforms_without_a_change_of_a_module) {
    add(options_of("game.so"));
    auto const wrong = check_restart(modules, {});
    BOOST_TEST(wrong.empty());
    BOOST_TEST((edit("notes", "text") == restart_result::declined));
    BOOST_TEST(loader.take().empty());
}

// The whole path on fakes: edits are found, settled, refused while incomplete, and loaded.
BOOST_AUTO_TEST_CASE(edits_in_memory_reach_the_functions) {
    auto const game = modules.add(options_of("game.so"));
    auto const number = game.function<int()>("number");
    manual_clock clock;
    files.follow(clock);
    basic_reloader reloader{basic_tree_enumerator<memory_file_system>{here, {}, files},
                            glob_matcher{"*.so"}, clock, std::move(modules)};
    auto const pass = [&] {
        for (int i = 0; i < 1000; ++i) {
            reloader.poll();
            clock.advance(10ms);
        }
        reloader.strategy().swap();
    };
    pass();
    reloader.strategy().load();
    BOOST_TEST(number() == 1);
    files.write(here + "game.so", "v2");
    pass();
    BOOST_TEST(number() == 2);
    files.write(here + "game.so", "");
    pass();
    BOOST_TEST(number() == 2);
    files.write(here + "game.so", "noise");
    pass();
    BOOST_TEST(number() == 2);
    files.write(here + "game.so", "v3");
    pass();
    BOOST_TEST(number() == 3);
    BOOST_TEST(game.version() == 3U);
}

BOOST_AUTO_TEST_SUITE_END()
