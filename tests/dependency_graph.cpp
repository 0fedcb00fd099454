#include <restat/dependency_graph.hpp>

#include <restat/basic_reloader.hpp>
#include <restat/enumerator/joined_enumerator.hpp>
#include <restat/enumerator/list_enumerator.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/matcher/glob_matcher.hpp>
#include <restat/restart/callback_restart.hpp>
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/memory_file_system.hpp>
#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <stdexcept>
#include <thread>

using namespace restat;
using namespace std::chrono_literals;

namespace {

using paths = std::vector<std::string>;

struct cycle_log : observer {
    paths cycles;
    void on_finding(finding const& what) noexcept override {
        if (what.error == errc::dependency_cycle) cycles.push_back(what.detail);
    }
};

change_set modified(paths const& all) {
    std::vector<change> changes;
    for (auto const& path : all) {
        changes.push_back({.path = path, .changed = fields::mtime, .after = {.size = 1}});
        changes.back().after.type = file_type::regular;
    }
    std::sort(changes.begin(), changes.end(),
              [](change const& a, change const& b) { return path_less(a.path, b.path); });
    return change_set{std::move(changes), 7};
}

paths paths_in(change_set const& changes) {
    paths all;
    for (change const& c : changes) all.push_back(c.path);
    return all;
}

paths extended(dependency_graph& graph, paths const& changed) {
    return paths_in(modified(changed) | with_dependents(graph));
}

std::string number_name(std::size_t i) { return "n" + std::to_string(i); }

} // namespace

BOOST_AUTO_TEST_SUITE(dependents)

BOOST_AUTO_TEST_CASE(dependents_follow_their_dependencies) {
    dependency_graph graph;
    graph.add("a.mat", "z.png");
    graph.add("level", "a.mat");
    graph.add("unrelated", "other.png");
    BOOST_TEST(extended(graph, {"z.png"}) == (paths{"z.png", "a.mat", "level"}));
    BOOST_TEST(extended(graph, {"a.mat"}) == (paths{"a.mat", "level"}));
    BOOST_TEST(extended(graph, {"no.node"}) == paths{"no.node"});
    BOOST_TEST(extended(graph, {}) == paths{});
}

BOOST_AUTO_TEST_CASE(dependent_over_two_ways_comes_once_and_last) {
    dependency_graph graph;
    graph.replace("a", path_list{"left", "right"});
    graph.add("left", "z");
    graph.add("right", "z");
    graph.add("a", "z");
    BOOST_TEST(extended(graph, {"z"}) == (paths{"z", "left", "right", "a"}));
    BOOST_TEST(extended(graph, {"a", "z"}) == (paths{"z", "left", "right", "a"}));
}

BOOST_AUTO_TEST_CASE(own_change_of_a_dependent_is_kept) {
    dependency_graph graph;
    graph.add("a", "z");
    graph.add("b", "z");
    auto const all = modified({"a", "z"}) | with_dependents(graph);
    BOOST_TEST_REQUIRE(paths_in(all) == (paths{"z", "a", "b"}));
    BOOST_TEST(!is_dependent(all[0]));
    BOOST_TEST(!is_dependent(all[1]));
    BOOST_TEST(is_dependent(all[2]));
    BOOST_TEST((all[1].changed == fields::mtime));
    BOOST_TEST(to_string(all[2]) == "'b' modified");
    BOOST_TEST(all.batch() == 7U);
}

BOOST_AUTO_TEST_CASE(extended_set_finds_each_path) {
    dependency_graph graph;
    graph.add("a", "z");
    graph.add("m", "a");
    auto const all = modified({"k", "z"}) | with_dependents(graph);
    for (auto const* path : {"a", "k", "m", "z"}) {
        BOOST_TEST_REQUIRE(all.find(path));
        BOOST_TEST(all.find(path)->path == path);
    }
    BOOST_TEST(!all.contains("b"));
}

BOOST_AUTO_TEST_CASE(files_are_compared_as_whole_paths) {
    dependency_graph graph;
    graph.add("a/main", "a/x.glsl");
    graph.add("b/main", "b/x.glsl");
    graph.add("c/main", "x.glsl");
    BOOST_TEST(extended(graph, {"a/x.glsl"}) == (paths{"a/x.glsl", "a/main"}));
    BOOST_TEST(extended(graph, {"x.glsl"}) == (paths{"x.glsl", "c/main"}));
    BOOST_TEST(extended(graph, {"x.gls"}) == paths{"x.gls"});
    BOOST_TEST(extended(graph, {"a"}) == paths{"a"});
    BOOST_TEST(extended(graph, {"/a/x.glsl"}) == paths{"/a/x.glsl"});
}

BOOST_AUTO_TEST_CASE(spellings_of_a_path_are_one_file) {
    dependency_graph graph;
    graph.add("./shaders//main", "shaders/../lib/./x");
    graph.add("shaders/main", "lib/x");
    BOOST_TEST(graph.size() == 1U);
    BOOST_TEST(graph.dependencies_of("shaders/./main") == paths{"lib/x"});
    BOOST_TEST(extended(graph, {"lib/x"}) == (paths{"lib/x", "shaders/main"}));
    // both changes stay, each under the path of its root
    BOOST_TEST(extended(graph, {"lib/x", "s/../lib/x"}).size() == 3U);
}

BOOST_AUTO_TEST_CASE(edges_are_removed_and_replaced) {
    dependency_graph graph;
    graph.replace("main", path_list{"a", "b", "b"});
    BOOST_TEST(graph.size() == 2U);
    graph.replace("main", path_list{"b", "c"});
    BOOST_TEST(graph.dependencies_of("main") == (paths{"b", "c"}));
    BOOST_TEST(extended(graph, {"a"}) == paths{"a"});
    BOOST_TEST(extended(graph, {"c"}) == (paths{"c", "main"}));
    graph.remove("main", "c");
    graph.remove("main", "unknown");
    BOOST_TEST(graph.dependents_of("c") == paths{});
    BOOST_TEST(graph.dependencies() == paths{"b"});
    graph.replace("main", {});
    BOOST_TEST(graph.empty());
    BOOST_TEST(extended(graph, {"b"}) == paths{"b"});
}

BOOST_AUTO_TEST_CASE(edge_to_itself_is_removed_with_its_file) {
    dependency_graph graph;
    graph.add("a", "a");
    graph.remove("a", "a");
    BOOST_TEST(graph.empty());
    graph.add("a", "a");
    graph.replace("a", {});
    BOOST_TEST(graph.dependencies() == paths{});
}

BOOST_AUTO_TEST_CASE(renamed_file_brings_the_dependents_of_both_names) {
    dependency_graph graph;
    graph.add("old user", "old");
    graph.add("new user", "new");
    graph.add("old", "base");
    change_set const changes{{{.path = "base", .changed = fields::size, .after = {.size = 1}},
                              {.kind = change_kind::renamed, .path = "new", .from = "old"}}};
    BOOST_TEST(paths_in(changes | with_dependents(graph)) ==
               (paths{"base", "new", "new user", "old user"}));
}

BOOST_AUTO_TEST_CASE(removed_and_added_dependency_bring_their_dependents) {
    dependency_graph graph;
    graph.add("main", "x");
    for (auto const kind : {change_kind::removed, change_kind::added}) {
        change_set const changes{{{.kind = kind, .path = "x"}}};
        auto const all = changes | with_dependents(graph);
        BOOST_TEST(paths_in(all) == (paths{"x", "main"}));
        BOOST_TEST((all[0].kind == kind));
        BOOST_TEST(!is_dependent(all[0]));
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(dependency_cycles)

BOOST_AUTO_TEST_CASE(cycle_ends_and_each_file_comes_once) {
    dependency_graph graph;
    graph.add("a", "b");
    graph.add("b", "c");
    graph.add("c", "a");
    graph.add("user", "b");
    for (auto const* changed : {"a", "b", "c"}) {
        auto all = extended(graph, {changed});
        BOOST_TEST(all.size() == 4U);
        BOOST_TEST(
            (std::find(all.begin(), all.end(), "b") < std::find(all.begin(), all.end(), "user")));
        std::sort(all.begin(), all.end());
        BOOST_TEST(all == (paths{"a", "b", "c", "user"}));
    }
}

BOOST_AUTO_TEST_CASE(cycle_is_reported_once) {
    dependency_graph graph;
    cycle_log log;
    graph.add("main", "b");
    graph.add("b", "a");
    graph.add("a", "b");
    auto const deliver = [&] { return modified({"a"}) | with_dependents(graph, &log); };
    BOOST_TEST(deliver().size() == 3U);
    BOOST_TEST(deliver().size() == 3U);
    BOOST_TEST(log.cycles == paths{"a -> b -> a"});
    graph.replace("main", path_list{"b", "other"}); // no edge of the cycle
    graph.replace("a", path_list{"b"});
    BOOST_TEST(deliver().size() == 3U);
    BOOST_TEST(log.cycles.size() == 1U);
}

BOOST_AUTO_TEST_CASE(cycle_that_was_resolved_is_reported_again) {
    dependency_graph graph;
    cycle_log log;
    auto const deliver = [&] { return modified({"a", "b"}) | with_dependents(graph, &log); };
    graph.add("a", "b");
    graph.add("b", "a");
    BOOST_TEST(deliver().size() == 2U);
    graph.remove("b", "a");
    BOOST_TEST(deliver().size() == 2U);
    BOOST_TEST(log.cycles.size() == 1U);
    graph.add("b", "a");
    BOOST_TEST(deliver().size() == 2U);
    BOOST_TEST(log.cycles == (paths{"a -> b -> a", "a -> b -> a"}));
}

BOOST_AUTO_TEST_CASE(two_cycles_and_a_file_that_includes_itself_are_reported_apart) {
    dependency_graph graph;
    cycle_log log;
    graph.add("a", "b");
    graph.add("b", "a");
    graph.add("c", "b");
    graph.add("c", "d");
    graph.add("d", "e");
    graph.add("e", "c");
    graph.add("self", "self");
    auto const all = modified({"a", "self"}) | with_dependents(graph, &log);
    BOOST_TEST(all.size() == 6U);
    std::sort(log.cycles.begin(), log.cycles.end());
    BOOST_TEST(log.cycles == (paths{"a -> b -> a", "c -> d -> e -> c", "self -> self"}));
}

BOOST_AUTO_TEST_CASE(long_cycle_is_reported_in_short) {
    dependency_graph graph;
    cycle_log log;
    for (std::size_t i = 0; i < 20; ++i) graph.add(number_name(i), number_name((i + 1) % 20));
    BOOST_TEST((modified({"n3"}) | with_dependents(graph, &log)).size() == 20U);
    BOOST_TEST(log.cycles ==
               paths{"n0 -> n1 -> n2 -> n3 -> n4 -> n5 -> n6 -> n7 -> ... (12 more) -> n0"});
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(large_graphs)

BOOST_AUTO_TEST_CASE(chain_of_100_000_files_needs_no_recursion) {
    constexpr std::size_t length = 100'000;
    dependency_graph graph;
    for (std::size_t i = 1; i < length; ++i) graph.add(number_name(i), number_name(i - 1));
    auto const all = extended(graph, {"n0"});
    BOOST_TEST_REQUIRE(all.size() == length);
    bool in_order = true;
    for (std::size_t i = 0; i < length; ++i) in_order &= all[i] == number_name(i);
    BOOST_TEST(in_order);
    graph.add("n0", number_name(length - 1));
    cycle_log log;
    BOOST_TEST((modified({"n5"}) | with_dependents(graph, &log)).size() == length);
    BOOST_TEST(log.cycles.size() == 1U);
}

BOOST_AUTO_TEST_CASE(dependency_of_100_000_files_is_replaced_in_all_of_them) {
    constexpr std::size_t count = 100'000;
    dependency_graph graph;
    for (std::size_t i = 0; i < count; ++i) graph.add(number_name(i), "common");
    BOOST_TEST(extended(graph, {"common"}).size() == count + 1);
    for (std::size_t i = 0; i < count; ++i) graph.replace(number_name(i), path_list{"next"});
    BOOST_TEST(extended(graph, {"common"}).size() == 1U);
    BOOST_TEST(graph.dependents_of("next").size() == count);
}

// The oracle is a table of edges, and a fixed point over the table.
BOOST_AUTO_TEST_CASE(random_graphs_are_extended_by_exactly_their_dependents) {
    for (unsigned seed = 1; seed <= 200; ++seed) {
        std::mt19937 random{seed};
        auto const below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
        unsigned const nodes = 2 + below(12);
        bool const has_cycles = below(2) == 0;
        dependency_graph graph;
        std::map<std::string, std::set<std::string>> edges;
        for (unsigned step = 0; step < 40; ++step) {
            unsigned const a = below(nodes);
            unsigned const b = below(nodes);
            if (!has_cycles && a <= b) continue;
            auto const from = number_name(a);
            auto const to = number_name(b);
            if (below(4) == 0) {
                graph.remove(from, to);
                edges[from].erase(to);
            } else if (below(8) == 0) {
                graph.replace(from, path_list{to});
                edges[from] = {to};
            } else {
                graph.add(from, to);
                edges[from].insert(to);
            }
        }
        std::set<std::string> affected{number_name(below(nodes)), number_name(below(nodes))};
        paths const changed(affected.begin(), affected.end());
        for (std::size_t before = 0; before != affected.size();) {
            before = affected.size();
            for (auto const& [from, all] : edges) {
                for (auto const& to : all) {
                    if (affected.contains(to)) affected.insert(from);
                }
            }
        }
        auto const order = extended(graph, changed);
        BOOST_TEST_CONTEXT("seed " << seed) {
            BOOST_TEST((std::set<std::string>(order.begin(), order.end()) == affected));
            BOOST_TEST(order.size() == affected.size());
            std::set<std::string> done;
            for (auto const& path : order) {
                for (auto const& to : edges[path]) {
                    if (!has_cycles && affected.contains(to)) BOOST_TEST(done.contains(to));
                }
                done.insert(path);
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

namespace fakes = restat::testing;

// Shaders in memory, and a reloader that delivers them with their dependents.
struct shaders {
    static constexpr auto tick = 100ms;

    shaders() {
        files.follow(clock);
        files.write("s/common.glsl");
        files.write("s/light.glsl");
        files.write("s/main.frag");
        clock.advance(1s);
        graph.add("s/light.glsl", "s/common.glsl");
        graph.add("s/main.frag", "s/light.glsl");
    }

    auto make() {
        return basic_reloader{fakes_tree{path_list{"s"}, {}, files}, glob_matcher{"*"}, clock,
                              callback_restart{[this](change_set const& changes) {
                                  delivered.push_back(paths_in(changes));
                                  if (throws) throw std::runtime_error{"bad shader"};
                              }}.with_dependents(graph, &log),
                              schedule{.interval = tick, .quiet_period = tick}};
    }

    template <class Reloader>
    void poll(Reloader& reloader, int times = 4) {
        for (int i = 0; i < times; ++i) {
            std::error_code error;
            try {
                reloader.poll(error);
            } catch (std::runtime_error const&) {
            }
            clock.advance(tick);
        }
    }

    using fakes_tree = basic_tree_enumerator<fakes::memory_file_system>;
    fakes::manual_clock clock;
    fakes::memory_file_system files;
    dependency_graph graph;
    cycle_log log;
    std::vector<paths> delivered;
    bool throws = false;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(delivered_with_dependents, shaders)

BOOST_AUTO_TEST_CASE(changed_include_is_delivered_with_each_shader_once) {
    auto reloader = make();
    reloader.baseline();
    files.write("s/common.glsl", "edited");
    files.write("s/main.frag", "edited too");
    poll(reloader);
    BOOST_TEST_REQUIRE(delivered.size() == 1U);
    BOOST_TEST(delivered[0] == (paths{"s/common.glsl", "s/light.glsl", "s/main.frag"}));
}

BOOST_AUTO_TEST_CASE(exception_offers_the_changes_and_their_dependents_again) {
    auto reloader = make();
    reloader.baseline();
    throws = true;
    files.write("s/common.glsl", "broken");
    poll(reloader);
    BOOST_TEST_REQUIRE(!delivered.empty());
    throws = false;
    graph.add("s/new.frag", "s/common.glsl");
    poll(reloader, 20);
    BOOST_TEST(delivered.back() ==
               (paths{"s/common.glsl", "s/light.glsl", "s/main.frag", "s/new.frag"}));
}

BOOST_AUTO_TEST_CASE(cycle_of_includes_is_delivered_and_reported_once) {
    auto reloader = make();
    reloader.baseline();
    graph.add("s/common.glsl", "s/main.frag");
    for (auto const* text : {"first", "second"}) {
        files.write("s/light.glsl", text);
        poll(reloader);
    }
    BOOST_TEST_REQUIRE(delivered.size() == 2U);
    BOOST_TEST(delivered[0].size() == 3U);
    BOOST_TEST(log.cycles ==
               paths{"s/common.glsl -> s/main.frag -> s/light.glsl -> s/common.glsl"});
}

// In memory, a named file is a root of its own.
BOOST_AUTO_TEST_CASE(missing_dependency_is_watched_until_it_appears) {
    auto reloader = make();
    reloader.baseline();
    graph.add("s/main.frag", "lib/noise.glsl");
    for (auto const& path : graph.dependencies()) reloader.enumerator().roots().push_back(path);
    poll(reloader, 3);
    BOOST_TEST(delivered.empty());
    files.write("lib/noise.glsl", "found at last");
    files.write("lib/unrelated.glsl", "of no use");
    poll(reloader);
    BOOST_TEST_REQUIRE(delivered.size() == 1U);
    BOOST_TEST(delivered[0] == (paths{"lib/noise.glsl", "s/main.frag"}));
    files.remove("lib/noise.glsl");
    poll(reloader);
    BOOST_TEST_REQUIRE(delivered.size() == 2U);
    BOOST_TEST(delivered[1] == (paths{"lib/noise.glsl", "s/main.frag"}));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(listed_dependencies)

// A listed file that appears between the callback and the next scan is delivered, too.
BOOST_AUTO_TEST_CASE(dependency_named_by_a_callback_is_delivered_when_it_appears) {
    testing::temp_tree tree;
    tree.write("s/main.frag", "1");
    dependency_graph graph;
    fakes::manual_clock clock;
    std::vector<paths> delivered;
    list_enumerator* list = nullptr;
    auto load = [&](change_set const& changes) {
        delivered.push_back(paths_in(changes));
        graph.replace(tree / "s/main.frag", path_list{tree / "lib/noise.glsl"});
        list->paths() = graph.dependencies();
    };
    basic_reloader reloader{
        joined_enumerator{list_enumerator{path_list{}, selection_changes::reported},
                          tree_enumerator{tree / "s"}},
        glob_matcher{"*"}, clock, callback_restart{load}.with_dependents(graph),
        schedule{.interval = 1ms, .quiet_period = 1ms}};
    list = &reloader.enumerator().part<0>();
    auto const poll_until = [&](auto is_reached) {
        for (int i = 0; i < 500 && !is_reached(); ++i) {
            reloader.poll();
            clock.advance(100ms);
            std::this_thread::sleep_for(1ms); // records become final
        }
    };
    auto const deliveries = [&](std::size_t count) {
        return [&, count] { return delivered.size() >= count; };
    };
    poll_until([&] { return reloader.has_baseline(); });
    tree.write("s/main.frag", "22");
    poll_until(deliveries(1));
    BOOST_TEST_REQUIRE(delivered.size() == 1U);
    tree.write("lib/noise.glsl", "before the first scan of the list");
    poll_until(deliveries(2));
    BOOST_TEST_REQUIRE(delivered.size() == 2U);
    BOOST_TEST(delivered[1] == (paths{tree / "lib/noise.glsl", tree / "s/main.frag"}));
    tree.write("lib/noise.glsl", "edited");
    poll_until(deliveries(3));
    BOOST_TEST_REQUIRE(delivered.size() == 3U);
    BOOST_TEST(delivered[2] == (paths{tree / "lib/noise.glsl", tree / "s/main.frag"}));
}

BOOST_AUTO_TEST_SUITE_END()
