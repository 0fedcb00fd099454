#include "enumerator/known_subtrees.hpp"

#include "enumerator/walking.hpp"

using namespace restat;
using detail::fate;
using testing::memory_file_system;

namespace {

memory_file_system small_tree() {
    memory_file_system const tree;
    for (auto const* path : {"t/a/f", "t/a/b/f", "t/a/b/c/f", "t/d/f"}) tree.write(path);
    tree.advance(std::chrono::seconds{1});
    return tree;
}

struct keeping : walking::stage {
    explicit keeping(settings const& with = {}) : keeping{small_tree(), with} {}
    keeping(memory_file_system const& of, settings const& with)
        : stage{of, walking::known_tree(of), with} {
        enter_root();
    }

    std::string fates() const {
        std::string text;
        for (auto const* path : {"t/", "t/a/", "t/a/b/", "t/a/b/c/", "t/d/"}) {
            text += fate_of(path) == fate::kept ? 'k' : '-';
        }
        return text;
    }
    /// Limits the scan to a scope, with roots below other roots.
    void limit() {
        shared.delta.scoped = true;
        shared.delta.scope = {"t/d/"};
        shared.delta.fates.limit(find_nested_roots(shared));
        BOOST_REQUIRE(shared.index_known());
    }

    detail::known_subtrees<memory_file_system> subtrees{scan, chain};
};

} // namespace

BOOST_AUTO_TEST_SUITE(known_directories_without_a_visit, *boost::unit_test::label("once"))

BOOST_AUTO_TEST_CASE(directory_is_kept_with_its_subtree) {
    keeping k;
    k.subtrees.keep(k.scan.find_known("t/a/"));
    BOOST_TEST(k.fates() == "-kkk-");
    k.subtrees.keep(walking::directory_row::no_directory);
    BOOST_TEST(k.fates() == "-kkk-");
}

BOOST_AUTO_TEST_CASE(limited_scan_releases_and_keeps_subtrees) {
    keeping k;
    k.limit();
    BOOST_TEST(k.fates() == "kkkkk");
    k.subtrees.release(k.scan.find_known("t/a/"));
    BOOST_TEST(k.fates() == "k---k");
    k.subtrees.keep(k.scan.find_known("t/a/b/"));
    BOOST_TEST(k.fates() == "k-kkk");
    k.subtrees.release(walking::directory_row::no_directory);
    BOOST_TEST(k.fates() == "k-kkk");
}

BOOST_AUTO_TEST_CASE(current_path_is_kept_with_its_subtree) {
    keeping k;
    k.chain.go_to("d");
    k.subtrees.keep_current();
    BOOST_TEST(k.fates() == "----k");
    BOOST_TEST(k.chain.path() == "t/d");
}

BOOST_AUTO_TEST_CASE(root_files_below_an_unknown_directory_are_kept) {
    auto const tree = small_tree();
    walking::stage s{tree, walking::known_tree(tree, walking::all, {"t/a/b/f", "t/d/f"})};
    s.enter_root();
    detail::known_subtrees<memory_file_system> subtrees{s.scan, s.chain};
    s.chain.go_to("a");
    subtrees.keep_current();
    BOOST_TEST((s.fate_of("t/a/b/") == fate::kept));
    BOOST_TEST((s.fate_of("t/d/") == fate::gone));
    subtrees.keep_at("t/");
    BOOST_TEST((s.fate_of("t/d/") == fate::kept));
}

BOOST_AUTO_TEST_CASE(visited_directory_stays_visited) {
    keeping k;
    k.shared.delta.fates.set(k.scan.find_known("t/a/b/"), fate::replaced);
    k.subtrees.keep(k.scan.find_known("t/a/"));
    BOOST_TEST(k.fates() == "-k-k-");
    k.limit();
    k.subtrees.release(k.scan.find_known("t/"));
    BOOST_TEST((k.fate_of("t/a/b/") == fate::replaced));
}

BOOST_AUTO_TEST_CASE(other_roots_decide_about_their_own_subtrees) {
    keeping k{{.roots = {"t", "t/a/b"}}};
    k.subtrees.keep(k.scan.find_known("t/a/"));
    BOOST_TEST(k.fates() == "-k---");
    k.subtrees.keep(k.scan.find_known("t/a/b/"));
    BOOST_TEST(k.fates() == "-kkk-");
    keeping limited{{.roots = {"t", "t/a/b"}}};
    limited.limit();
    limited.subtrees.release(limited.scan.find_known("t/a/"));
    BOOST_TEST(limited.fates() == "k-kkk");
}

BOOST_AUTO_TEST_CASE(directory_kept_by_old_rules_is_listed_again) {
    keeping k;
    k.subtrees.keep(k.scan.find_known("t/d/"));
    BOOST_TEST(k.found().unfinished.empty());
    k.chain.lowest().rules_changed = true;
    k.subtrees.keep(k.scan.find_known("t/a/b/"));
    BOOST_TEST(k.found().unfinished.size() == 2U);
    keeping all{{.list_all = true}};
    all.subtrees.keep(all.scan.find_known("t/d/"));
    BOOST_TEST(all.found().unfinished.size() == 1U);
    keeping limited{{.list_all = true}};
    limited.limit();
    limited.subtrees.release(limited.scan.find_known("t/a/b/"));
    limited.subtrees.keep(limited.scan.find_known("t/a/"));
    BOOST_TEST(limited.found().unfinished.size() == 2U);
    BOOST_TEST(limited.fates() == "kkkkk");
}

BOOST_AUTO_TEST_CASE(directory_known_outside_the_scope_is_known_elsewhere) {
    keeping k;
    k.limit();
    k.subtrees.release(k.scan.find_known("t/"));
    auto& made = k.chain.lowest();
    auto const d = k.tree.record("t/d");
    made.id = {d.device, d.inode};
    BOOST_TEST(!k.subtrees.is_known_elsewhere(made)); // the scan visits t/d
    k.subtrees.keep(k.scan.find_known("t/d/"));
    BOOST_TEST(k.subtrees.is_known_elsewhere(made));
    made.known = k.scan.find_known("t/d/");
    BOOST_TEST(!k.subtrees.is_known_elsewhere(made)); // its own path
}

BOOST_AUTO_TEST_CASE(target_of_a_detour_may_be_kept_elsewhere) {
    keeping k;
    auto const kept_elsewhere = [&](bool by_detour) {
        detail::walk_origin from;
        from.root = "t";
        from.by_detour = by_detour;
        k.chain.begin(from, "t/link");
        std::error_code error;
        auto const& made = k.chain.prepare(k.tree.open("t/d", error), last_link::follow,
                                           walking::directory_row::no_directory);
        auto const d = k.tree.record("t/d");
        const_cast<detail::object_id&>(made.id) = {d.device, d.inode};
        return k.subtrees.is_kept_elsewhere(made);
    };
    auto const d = k.tree.record("t/d");
    BOOST_TEST(!kept_elsewhere(true));
    k.shared.note_kept({d.device, d.inode}, k.scan.find_known("t/d/"));
    BOOST_TEST(kept_elsewhere(true));
    BOOST_TEST(!kept_elsewhere(false));
    k.tree.fail_at("t/d", testing::file_call::stat, std::errc::permission_denied);
    BOOST_TEST(kept_elsewhere(true)); // as far as its path can be checked
    k.tree.heal();
    k.tree.rename("t/d", "t/moved");
    k.tree.make_directory("t/d");
    BOOST_TEST(!k.subtrees.is_kept_elsewhere(
        k.chain.prepare({}, last_link::follow, walking::directory_row::no_directory)));
}

BOOST_AUTO_TEST_SUITE_END()
