#include "enumerator/directory_check.hpp"

#include "enumerator/walking.hpp"

using namespace restat;
using detail::fate;
using testing::file_call;
using testing::memory_file_system;

namespace {

/// A check of the root `t`, known with the files `a` and `b`.
struct checking : walking::stage {
    explicit checking(settings const& with = {}) : checking{two_files(), with} {}
    checking(memory_file_system const& of, settings const& with)
        : stage{of, walking::known_tree(of, with.matcher), with} {
        enter_root();
    }

    static memory_file_system two_files() {
        memory_file_system const tree;
        tree.write("t/a");
        tree.write("t/b");
        tree.advance(std::chrono::seconds{1});
        return tree;
    }
    void begin() {
        std::error_code error;
        stat_record record = tree.stat(chain.lowest().at, error);
        record.final = true;
        check.begin(record);
    }
    /// Checks the directory; returns whether the directory was listed.
    bool lists() {
        auto const before = tree.calls(file_call::list);
        begin();
        BOOST_TEST(!check.is_done());
        BOOST_TEST(check.advance());
        BOOST_TEST(check.is_done());
        BOOST_TEST(chain.path() == "t/");
        return tree.calls(file_call::list) > before;
    }

    detail::worker_parts<memory_file_system> parts{scan, chain};
    detail::directory_check<memory_file_system> check{parts};
};

/// Has rules that changed in each directory.
struct changed_rules {
    verdict operator()(candidate const&) const noexcept { return verdict::none; }
    verdict previous_verdict(candidate const&) const noexcept { return verdict::none; }
    directory_rules on_directory(candidate const&, directory_reader&) const {
        return directory_rules::changed;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(a_check_of_a_directory, *boost::unit_test::label("once"))

BOOST_AUTO_TEST_CASE(unchanged_directory_is_not_listed) {
    checking c;
    BOOST_TEST(!c.lists());
    BOOST_TEST((c.fate_of("t/") == fate::same));
}

BOOST_AUTO_TEST_CASE(changed_directory_is_listed) {
    checking c;
    c.tree.write("t/c");
    BOOST_TEST(c.lists());
    BOOST_TEST((c.fate_of("t/") == fate::replaced));
}

BOOST_AUTO_TEST_CASE(directory_is_listed_if_its_names_are_uncertain) {
    checking all{{.list_all = true}};
    BOOST_TEST(all.lists());
    checking ruled;
    ruled.chain.lowest().rules_changed = true;
    BOOST_TEST(ruled.lists());
    checking with_root_file;
    with_root_file.shared.named.insert({with_root_file.chain.lowest().id, "a"});
    BOOST_TEST(with_root_file.lists());
    checking unknown;
    unknown.chain.lowest().known = walking::directory_row::no_directory;
    BOOST_TEST(unknown.lists());
    auto const tree = checking::two_files();
    tree.cache_records(std::chrono::nanoseconds{1}); // its stamps are untrusted
    checking cached{tree, {}};
    BOOST_TEST(cached.lists());
}

BOOST_AUTO_TEST_CASE(missing_known_file_leads_to_a_listing) {
    checking c;
    c.begin(); // reads the record before the removal
    c.tree.remove("t/a");
    auto const before = c.tree.calls(file_call::list);
    BOOST_TEST(c.check.advance());
    BOOST_TEST(c.tree.calls(file_call::list) > before);
    BOOST_TEST((c.fate_of("t/") == fate::replaced));
}

BOOST_AUTO_TEST_CASE(changed_rules_lead_to_a_listing) {
    changed_rules const matcher;
    checking c{{.matcher = matcher}};
    BOOST_TEST(c.lists());
}

BOOST_AUTO_TEST_CASE(abandoned_check_lists_the_parent_again) {
    memory_file_system const tree;
    tree.write("t/d/f");
    tree.advance(std::chrono::seconds{1});
    checking c{tree, {}};
    c.enter("d");
    c.check.abandon(); // nothing to abandon
    BOOST_TEST(c.found().unfinished.empty());
    c.begin();
    c.check.abandon();
    BOOST_TEST(c.check.is_done());
    BOOST_REQUIRE(c.found().unfinished.size() == 1U);
    BOOST_TEST(c.found().unfinished[0] == "t/");
}

BOOST_AUTO_TEST_CASE(paused_check_continues) {
    checking c;
    c.tree.write("t/c");
    c.begin();
    c.pause(true);
    BOOST_TEST(!c.check.advance());
    BOOST_TEST(!c.check.is_done());
    c.check.reopened();
    c.pause(false);
    BOOST_TEST(c.check.advance());
    BOOST_TEST(c.found().fresh.rows.size() == 3U);
}

BOOST_AUTO_TEST_SUITE_END()
