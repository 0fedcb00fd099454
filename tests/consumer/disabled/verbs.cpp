// verbs MODULE: calls each public function that a host with RESTAT_DISABLED may call, compiled with
// the library and without it. The script `check_verbs` holds this list to the headers. Returns 0 if
// each call, and the module, does the same both ways.
#include <restat/restat.hpp>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>

using namespace std::chrono_literals;
using namespace restat;

namespace {

// Returns 0 if the first version of a module runs.
int run_module(char const* path) {
    module_restart modules;
    auto const module = modules.add({.path = path,
                                     .abi_symbol = "game_abi",
                                     .abi = 3,
                                     .ready = "game_ready",
                                     .restore = "game_restore",
                                     .stop = "game_stop",
                                     .host = &modules});
    auto const dependent = modules.add({.path = path, .depends_on = {module}});
    auto const score = module.function<int(int)>("game_score");
    list_enumerator files{modules.paths()};
    basic_reloader code{std::move(files), glob_matcher{"*.so"}, sleep_clock{},
                        std::move(modules)};
    while (code.poll().state == poll_state::starting) {
    }
    code.strategy().load();
    code.poll_for(300us);
    code.strategy().swap();
    if (dependent.version() != 1 || !module.rejection().empty()) return 21;
    return score(40) == 42 ? 0 : 22;
}

// Returns 0 if the second load reports the module without a file, not one loaded from a file made
// after the first load. The path is relative to the directory in which the module was added.
int load_again(char const* path) {
    namespace files = std::filesystem;
    auto const late = files::absolute("late.so");
    files::remove(late);
    module_restart modules;
    auto const module = modules.add({.path = "late.so"});
    modules.add({.path = "no_such_module.so"});
    std::error_code error;
    modules.load(error);
    if (!error) return 31;
    files::create_symlink(files::absolute(path), late);
    files::current_path("/");
    std::string message;
    try {
        modules.load();
    } catch (reload_error const& failure) {
        message = failure.what();
    }
    files::remove(late);
    if (module.version() != 1 || !module.rejection().empty()) return 32;
    return message.find("no_such_module.so") != message.npos ? 0 : 33;
}

} // namespace

int main(int, char** arguments) {
    std::error_code error;
    basic_reloader reloader{
        joined_enumerator{list_enumerator{"a.png"}, tree_enumerator{{"assets"}}},
        then(name_matcher{{.files = {"a.png"}}}, any_matcher{glob_matcher{"*.png"}}) |
            predicate{[](candidate const& path) noexcept { return path.is_directory(); }, "dirs"},
        interruptible_clock{}, callback_restart{[](change_set const& changes) {
            for (auto const& c : changes) std::puts(to_string(c.history).c_str());
        }},
        schedule{.interval = 5ms}};
    log_to log{stderr};
    reloader.observe(nullptr);
    reloader.compare(comparison::metadata);
    reloader.baseline();
    reloader.baseline(error);
    if (reloader.resume({}) || !reloader.has_baseline()) return 1;
    reloader.poll();
    if (reloader.poll(error).state == poll_state::failed) return 2;
    reloader.poll_for(1ms);
    if (reloader.poll_for(1ms, error).state == poll_state::failed) return 3;
    reloader.pin("a.png");
    reloader.unpin("a.png");
    if (reloader.watch_state_of("a.png").waits_for != awaited::nothing) return 4;
    auto const& files = reloader.latest();
    if (files.find("no such file") != files.end()) return 5;
    reloader.change_matcher([](auto&) {});
    reloader.rules_changed();
    reloader.enumerator().part<0>().paths().push_back("b.png");
    reloader.enumerator().part<1>().roots().push_back("more");
    reloader.clock().interrupt();
    auto const& known = reloader;
    (void)known.enumerator().part<0>();
    (void)known.matcher();
    (void)known.strategy();
    (void)reloader.strategy().function();
    if (reloader.descriptor() < -1 || reloader.descriptor(error) < -1) return 6;
    {
        own_write save{reloader, {"a.png", "b.png"}};
        save.record_temporary("b.png", ".b.png~");
        save.record("a.png", -1);
        save.abandon();
    }
    {
        reloader_guard const guard{reloader};
        if (guard.failure() || (guard.is_watching() && known.failure())) return 7;
        guard.add_root("more", error);
        guard.remove_root("more", error);
        guard.scan_now(error);
        if (known.failure()) { // there is none
            guard.add_root("more");
            guard.remove_root("more");
            guard.scan_now();
        }
    }
    reloader.stop();
    reloader.run();
    reloader.stop();
    reloader.run({});
    reloader.stop();
    reloader.run({}, error);
    if (!known.delivered().empty() && known.delivered().size() == 0) return 8;

    dependency_graph graph;
    graph.add("a.frag", "a.glsl");
    read_includes(graph, "a.vert");
    read_depfile(graph, "a.o: a.c\n", "out");
    auto load = callback_restart{[](change_set const& changes) {
                    for (auto const& c : changes) std::puts(is_dependent(c) ? "by" : "itself");
                }}.with_dependents(graph);
    load.restart({}, error);

    module_restart modules{{.swap = module_swap::inside_poll}};
    module_handle const game = modules.add({.path = "no_such_module.so"});
    auto const update = game.function<void()>("update");
    modules.load(error);
    if (update || !error || game.is_pending() || game.version() != 0) return 9;
    modules.observe(nullptr);
    modules.restart({}, error);
    if (modules.swap() != 0 || modules.paths().size() != 1) return 10;
    try {
        modules.load();
        return 11;
    } catch (reload_error const&) {
        if (error) return 12;
    }
    snapshot_scope const scope{.roots = {"assets"}, .rules = "*.png"};
    if (load_snapshot("no such snapshot", scope, error) || !error) return 13;
    if (!is_reloader_child() && request_restart()) return 14;
    try {
        (void)load_snapshot("no such snapshot", scope);
        return 15;
    } catch (pattern_error const&) { // a type of its own
        return 16;
    } catch (reload_error const& failure) {
        if (failure.code() != std::errc::no_such_file_or_directory) return 17;
    }
    exec_restart again;
    again.end_child(1 << 30); // beyond any pid
    if (again.generation() != 1 || again.cause().size() != 0) return 18;
    if (int const fault = run_module(arguments[1])) return fault;
    return load_again(arguments[1]);
}
