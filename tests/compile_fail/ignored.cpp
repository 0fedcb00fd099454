// Each line with a comment ignores a result, which is a mistake: the compiler must refuse each of
// them, and no other line.
#include <restat/restat.hpp>
#include <restat/testing/archetypes.hpp>
#include <restat/testing/conformance.hpp>
#include <restat/testing/fail_count.hpp>
#include <restat/testing/memory_file_system.hpp>
#include <restat/testing/replay_trace.hpp>
#include <restat/testing/temp_tree.hpp>

#include "policies.hpp"

using namespace restat;

int work();

void run() {
    restart_with_reloader(); // ignored
    debug(&work);            // ignored
    debug(options{});        // ignored
    debug(options{})(&work); // ignored
    (void)debug(&work);
}

void watch(basic_reloader<enumerator, matcher, idle_clock, strategy>& reloader) {
    reloader_guard{reloader};                                // ignored
    own_write{reloader, "a"};                                // ignored
    own_write{reloader, "a", testing::memory_file_system{}}; // ignored
    std::error_code error;
    reloader.descriptor();      // ignored
    reloader.descriptor(error); // ignored
    reloader.poll();
    reloader.poll_for({});
}

void compare(snapshot const& before, snapshot_builder& found, snapshot_update& update,
             change_set const& changes, entry const& one, std::error_code& error) {
    is_whole("a");                          // ignored
    is_whole("a", error);                   // ignored
    changed_fields(one.record, one.record); // ignored
    changed_fields(one, one);               // ignored
    escape("a");                            // ignored
    found.finish();                         // ignored
    joined(change_history{}, {});           // ignored
    without_renames(changes);               // ignored
    diff(before, before);                   // ignored
    update.changes();                       // ignored
    update.edits();                         // ignored
    before.empty();                         // ignored
    changes.empty();                        // ignored
    split_path{}.empty();                   // ignored
    regex("a");                             // ignored
    take_descriptor("a");                   // ignored
    take_blob("a");                         // ignored
}

void extend(dependency_graph& graph, change_set const& changes, change const& one,
            std::error_code& error) {
    graph.empty();            // ignored
    graph.extend(changes);    // ignored
    is_dependent(one);        // ignored
    with_dependents(graph);   // ignored
    parse_depfile("", error); // ignored
    parse_includes("");       // ignored
}

void save(snapshot const& known, snapshot_scope const& scope, testing::memory_file_system& memory,
          std::error_code& error) {
    load_snapshot("a", scope);                 // ignored
    load_snapshot("a", scope, error);          // ignored
    pack_snapshot(known, scope);               // ignored
    unpack_snapshot("", scope, memory, error); // ignored
}

void list(name_list& names) {
    names.empty();     // ignored
    names.sort_some(); // ignored
    names.sort();
}

void check(enumerator& files, idle_clock& time, strategy& reaction, change_set const& changes,
           testing::fail_count& count, testing::incremental_archetype& tree,
           testing::supervising_archetype& child, testing::handing_archetype& handing,
           testing::hinting_archetype& events, testing::memory_file_system& memory,
           testing::full_matcher_archetype const& ruled, std::error_code& error) {
    using namespace testing;
    matcher const rules;
    check_matcher(rules);              // ignored
    check_matcher(rules, {});          // ignored
    check_rules(ruled, {});            // ignored
    check_reachable(rules, {});        // ignored
    check_enumerator(files);           // ignored
    check_refresh(tree);               // ignored
    check_hints(events, {});           // ignored
    check_clock(time);                 // ignored
    check_restart(reaction, changes);  // ignored
    check_supervision(child, {});      // ignored
    check_no_handoff(handing);         // ignored
    check_file_system(memory, memory); // ignored
    count.strikes(error);              // ignored
    replay_trace("");                  // ignored
    temp_tree{};                       // ignored
}
