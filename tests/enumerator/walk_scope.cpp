#include "enumerator/walk_scope.hpp"

#include "enumerator/walking.hpp"

using namespace restat;
using detail::directory_scope;
using detail::fate;
using testing::memory_file_system;

namespace {

/// A scan limited to these directories, at the root `t`.
struct limited : walking::stage {
    explicit limited(std::vector<std::string> const& directories)
        : limited{tree_of(), directories} {}
    limited(memory_file_system const& of, std::vector<std::string> const& directories)
        : stage{of, walking::known_tree(of)} {
        shared.delta.scoped = true;
        shared.delta.scope = directories;
        shared.delta.fates.limit({});
        enter_root();
    }

    static memory_file_system tree_of() {
        memory_file_system const tree;
        for (auto const* path : {"t/a/f", "t/a/b/f", "t/c/f"}) tree.write(path);
        tree.advance(std::chrono::seconds{1});
        return tree;
    }
    bool stays(std::string const& name) {
        chain.go_to(name);
        return scope.stays_as_known(chain.find_known());
    }

    detail::worker_parts<memory_file_system> parts{scan, chain};
    detail::walk_scope<memory_file_system> scope{parts};
};

} // namespace

BOOST_AUTO_TEST_SUITE(the_scope_of_a_walk, *boost::unit_test::label("once"))

BOOST_AUTO_TEST_CASE(scan_without_limits_visits_the_whole_subtree) {
    limited w{{}};
    w.shared.delta.scoped = false;
    BOOST_TEST((w.scope.of_level() == directory_scope::whole));
}

BOOST_AUTO_TEST_CASE(directory_in_scope_is_visited_by_itself) {
    limited w{{"t/"}};
    BOOST_TEST((w.scope.of_level() == directory_scope::itself));
}

BOOST_AUTO_TEST_CASE(directory_outside_the_scope_is_passed_and_kept) {
    limited w{{"t/a/b/"}};
    w.parts.known.release(w.scan.find_known("t/"));
    BOOST_TEST((w.fate_of("t/") == fate::gone));
    BOOST_TEST((w.scope.of_level() == directory_scope::nothing));
    BOOST_TEST((w.fate_of("t/") == fate::kept));
    BOOST_TEST((w.fate_of("t/c/") == fate::kept));
}

BOOST_AUTO_TEST_CASE(new_or_replaced_directory_is_visited_with_its_subtree) {
    limited w{{"t/a/b/"}};
    w.chain.lowest().id.inode += 1;
    BOOST_TEST((w.scope.of_level() == directory_scope::whole));
    w.chain.lowest().known = walking::directory_row::no_directory;
    BOOST_TEST((w.scope.of_level() == directory_scope::whole));
    w.chain.lowest().scope = directory_scope::whole;
    w.enter("a"); // below a directory visited as a whole
    BOOST_TEST((w.scope.of_level() == directory_scope::whole));
}

BOOST_AUTO_TEST_CASE(changed_rules_widen_the_scope) {
    limited w{{"t/a/b/"}};
    w.chain.lowest().rules_changed = true;
    BOOST_TEST((w.scope.of_level() == directory_scope::whole));
}

BOOST_AUTO_TEST_CASE(passed_directory_leads_to_the_scope) {
    limited w{{"t/a/b/", "t/a/x/", "t/c/", "u/"}};
    w.scope.add_below();
    BOOST_TEST(w.below() == (scanning::paths{"a", "c"}));
    BOOST_TEST(w.chain.lowest().known_below[0] == w.scan.find_known("t/a/"));
    BOOST_TEST(w.chain.path() == "t/");
}

BOOST_AUTO_TEST_CASE(subdirectory_stays_unless_it_leads_to_the_scope) {
    limited w{{"t/a/b/"}};
    w.chain.lowest().scope = directory_scope::nothing;
    BOOST_TEST(w.stays("c"));
    BOOST_TEST((w.fate_of("t/c/") == fate::kept));
    BOOST_TEST(!w.stays("a"));
    BOOST_TEST((w.fate_of("t/a/") == fate::gone)); // unless visited
    BOOST_TEST(!w.stays("new"));
    w.chain.lowest().scope = directory_scope::whole;
    BOOST_TEST(!w.stays("c"));
}

BOOST_AUTO_TEST_SUITE_END()
