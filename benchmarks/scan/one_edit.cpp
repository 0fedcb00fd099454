// The time from a write to whoever waits for it: for a reloader that runs as it does by default,
// for one that polls without pause, and for programs that the kernel tells.
#include "measures.hpp"
#include "ours.hpp"
#include "programs.hpp"

#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <semaphore>
#include <thread>

namespace bench {
namespace {

// A file, now near the beginning of the tree, now near its end.
std::string some_file(corpus const& of, std::mt19937_64& chance) {
    for (;;) {
        directory_plan const& directory = of.directories[chance() % of.directories.size()];
        if (directory.files.empty()) continue;
        return directory.path + "/" + directory.files[chance() % directory.files.size()];
    }
}

std::chrono::duration<double> some_pause(double most, std::mt19937_64& chance) {
    return std::chrono::duration<double>{most * static_cast<double>(chance() % 1000) / 1000};
}

edit_latency of_restat(corpus const& of, double limit) {
    edit_latency result{std::string{ours} + ", polling without pause", 0, {}};
    std::mt19937_64 chance{of.plan.seed};
    auto const begun = steady::now();
    watched_tree tree{of.root, 2};
    tree.first_scan();
    result.start = seconds_since(begun);
    for (int i = 0; i < 50 && (i == 0 || seconds_since(begun) < limit); ++i) {
        std::string const file = some_file(of, chance);
        auto const pause = some_pause(result.start, chance);
        steady::time_point written;
        delivery seen;
        {
            std::jthread const writer{[&] {
                std::this_thread::sleep_for(pause);
                written = steady::now();
                edit_one(file);
            }};
            seen = tree.wait_for_edit();
        }
        result.seconds.push_back(std::chrono::duration<double>(seen.when - written).count());
        std::this_thread::sleep_for(std::chrono::milliseconds{30});
        tree.rescan();
    }
    return result;
}

/// A reloader that runs as it does by default, and when it delivers.
class running_tree {
public:
    explicit running_tree(std::string const& root)
        : reloader_{restat::tree_enumerator{root}, all_but{}, restat::sleep_clock{},
                    told_restart{[this](restat::change_set const&) {
                        when_ = steady::now();
                        deliveries_.release();
                    }}} {
        reloader_.observe(&told);
        reloader_.baseline();
        running_ = std::jthread{[this](std::stop_token stop) { reloader_.run(stop); }};
    }

    /// Seconds from the end of an edit until it is delivered.
    double edit(std::string const& file) {
        edit_one(file);
        auto const written = steady::now();
        deliveries_.acquire();
        return std::chrono::duration<double>(when_ - written).count();
    }

    pace_listener told;

private:
    using told_restart = restat::callback_restart<std::function<void(restat::change_set const&)>>;
    steady::time_point when_{};
    std::counting_semaphore<> deliveries_{0};
    restat::basic_reloader<restat::tree_enumerator, all_but, restat::sleep_clock, told_restart>
        reloader_;
    std::jthread running_;
};

// Some file, and then the same again, as it was edited lately.
std::vector<edit_latency> of_default_run(corpus const& of, double limit) {
    edit_latency cold{std::string{ours} + ", run by default", 0, {}};
    edit_latency hot{std::string{ours} + ", edited lately", 0, {}};
    std::mt19937_64 chance{of.plan.seed};
    auto const begun = steady::now();
    running_tree tree{of.root};
    cold.start = hot.start = seconds_since(begun);
    for (int i = 0; i < 50 && (i < 3 || seconds_since(begun) < 10 * limit); ++i) {
        std::string const file = some_file(of, chance);
        std::this_thread::sleep_for(some_pause(tree.told.cold(), chance));
        cold.seconds.push_back(tree.edit(file));
        std::this_thread::sleep_for(some_pause(tree.told.hot(), chance));
        hot.seconds.push_back(tree.edit(file));
    }
    return {cold, hot};
}

// Edits, and waits for the line that the program prints for each.
void edit_and_listen(edit_latency& into, running& listener, corpus const& of) {
    std::mt19937_64 chance{of.plan.seed};
    for (int i = 0; i < 50; ++i) {
        std::string const file = some_file(of, chance);
        auto const written = steady::now();
        edit_one(file);
        if (!listener.line(std::chrono::seconds{5})) return;
        into.seconds.push_back(seconds_since(written));
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
}

// Measures nothing where it cannot watch so many directories.
edit_latency of_inotifywait(std::string const& program, corpus const& of) {
    edit_latency result{"inotifywait", 0, {}};
    auto const begun = steady::now();
    running child{{program, "-m", "-r", "-e", "modify", of.root}, running::errors::read_too};
    for (;;) {
        auto const line = child.line(std::chrono::seconds{60});
        if (!line) return result;
        if (line->find("established") != std::string::npos) break;
    }
    result.start = seconds_since(begun);
    edit_and_listen(result, child, of);
    return result;
}

// A server of its own, that a query and a subscription are sent to.
class watchman_server {
public:
    watchman_server(std::string const& program, std::string const& scratch)
        : program_{program}, folder_{scratch + "/watchman"}, server_{started(program, folder_)} {}

    command watch(std::string const& root) const {
        return {program_, "--no-spawn", "-U", folder_ + "/socket", "watch", root};
    }
    // A request that does not fit a command line is read from a file.
    command ask(std::string const& request) const {
        std::string const file = folder_ + "/request";
        std::ofstream{file} << request;
        return {"/bin/sh",
                "-c",
                "exec \"$0\" --no-spawn -U \"$1\" -j -p --no-pretty <\"$2\"",
                program_,
                folder_ + "/socket",
                file};
    }

private:
    static command started(std::string const& program, std::string const& folder) {
        std::filesystem::create_directory(folder);
        return {program,
                "--foreground",
                "--no-save-state",
                "--sockname=" + folder + "/socket",
                "--pidfile=" + folder + "/pid",
                "--logfile=" + folder + "/log"};
    }

    std::string program_;
    std::string folder_;
    running server_;
};

edit_latency of_watchman(std::string const& program, corpus const& of,
                         std::string const& scratch) {
    edit_latency result{"watchman", 0, {}};
    watchman_server const server{program, scratch};
    std::this_thread::sleep_for(std::chrono::seconds{1}); // until it listens
    auto const begun = steady::now();
    count_lines(server.watch(of.root));
    running query{server.ask("[\"query\",\"" + of.root +
                             "\",{\"suffix\":\"none\",\"sync_timeout\":120000}]")};
    if (!query.line(std::chrono::minutes{2})) return result;
    result.start = seconds_since(begun);
    running edits{server.ask("[\"subscribe\",\"" + of.root +
                             "\",\"edits\",{\"fields\":[\"name\"],"
                             "\"empty_on_fresh_instance\":true}]")};
    if (!edits.line(std::chrono::minutes{1})) return result;
    edit_and_listen(result, edits, of);
    return result;
}

} // namespace

std::vector<edit_latency> measure_one_edit(corpus const& of, std::string const& scratch,
                                           double limit) {
    std::vector<edit_latency> all = of_default_run(of, limit);
    all.push_back(of_restat(of, limit));
    if (std::string const program = find_program({"inotifywait"}); !program.empty()) {
        all.push_back(of_inotifywait(program, of));
    }
    if (std::string const program = find_program({"watchman"}); !program.empty()) {
        all.push_back(of_watchman(program, of, scratch));
    }
    std::erase_if(all, [](edit_latency const& each) { return each.seconds.empty(); });
    return all;
}

} // namespace bench
