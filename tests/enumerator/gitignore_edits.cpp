// Random edits of rules and files, also during a scan. The snapshot equals the result of a new
// matcher, and a change of the rules alone adds and removes no file.
#include <restat/matcher/gitignore_matcher.hpp>

#include <restat/matcher/logic.hpp>
#include <restat/matcher/marker_matcher.hpp>

#include "enumerator/scanning.hpp"
#include "matcher/dice.hpp"

#include <algorithm>
#include <map>
#include <set>

using namespace restat;
using namespace scanning;
using testing::file_call;

namespace {

using rules_of_a_tree = and_matcher<gitignore_matcher, marker_matcher>;

rules_of_a_tree no_rules_yet() { return {gitignore_matcher{}, marker_matcher{}}; }

/// The possible edits between two scans, or during a scan.
class editor {
public:
    editor(testing::memory_file_system on, tests::dice& by)
        : files_{std::move(on)}, random_{by} {}

    void write_file() {
        constexpr std::string_view names[] = {"x.o", "x.c", "keep.o", "y", "Y.c"};
        write(some_directory() + std::string{random_.one_of(names)});
    }
    void remove_file() {
        auto const all = files_.files();
        if (all.empty()) return;
        auto const& path = random_.one_of(all);
        has_rules_ |= path.find("/.") != path.npos || path.ends_with("TAG");
        files_.remove(path);
    }
    void edit_rules() {
        has_rules_ = true;
        constexpr std::string_view lines[] = {"*.o",  "!keep.o", "x.*", "/a",  "b/",    "a/b",
                                              "!x.c", "y",       "!*/", ".*",  "/**/y", "!a/",
                                              "*",    "!/b",     "#",   "a/*", "[xy]*", "!.*"};
        auto const at = some_directory() + (random_.below(4) == 0 ? ".ignore" : ".gitignore");
        if (random_.below(3) == 0) return remove(at);
        if (random_.below(12) == 0) return replace_by_directory(at);
        std::string text;
        for (auto left = 1 + random_.below(3); left > 0; --left) {
            text += std::string{random_.one_of(lines)} + "\n";
        }
        remove(at + "/in_the_way");
        if (files_.record(at).type == file_type::directory) remove(at);
        write(at, text);
    }
    void edit_marker() {
        has_rules_ = true;
        auto const at = some_directory() + "CACHEDIR.TAG";
        if (random_.below(2) == 0) return remove(at);
        write(at, "Signature: 8a477f597d28d172789f06886806bc55");
    }
    void edit_repository() {
        has_rules_ = true;
        auto const git = some_directory() + ".git";
        if (random_.below(2) == 0) return remove(git);
        if (random_.below(2) == 0) files_.make_directory(git + "/objects");
        files_.make_directory(git + "/refs");
        write(git + "/HEAD");
        if (random_.below(2) == 0) write(git + "/info/exclude", "x.c\n");
        if (random_.below(2) == 0) write(git + "/config", "[core]\nignoreCase\n");
    }
    void rename_directory() {
        has_rules_ = true;
        auto from = some_directory();
        from.pop_back();
        auto const to = from + "2";
        if (from == "t" || from.ends_with('2') || !is_there(from)) return;
        remove(to);
        files_.rename(from, to);
    }

    std::set<std::string> const& touched() const noexcept { return touched_; }
    /// Returns true if different rules may apply than before.
    bool has_rules() const noexcept { return has_rules_; }
    void forget() {
        touched_.clear();
        has_rules_ = false;
    }

private:
    bool is_there(std::string const& path) const {
        return files_.record(path).type != file_type::none;
    }
    void write(std::string const& path, std::string_view text = "x") {
        files_.write(path, text);
        touched_.insert(path);
    }
    void remove(std::string const& path) {
        if (is_there(path)) files_.remove(path);
    }
    void replace_by_directory(std::string const& path) {
        remove(path);
        write(path + "/in_the_way");
    }
    std::string some_directory() {
        constexpr std::string_view names[] = {"a/", "b/", "a2/"};
        std::string path = "t/";
        for (auto left = random_.below(4); left > 0; --left) path += random_.one_of(names);
        return path;
    }

    testing::memory_file_system files_;
    tests::dice& random_;
    std::set<std::string> touched_;
    bool has_rules_ = false;
};

/// A tree with random edits, and the snapshot of a host.
class edited_tree {
public:
    explicit edited_tree(tests::dice& by, std::size_t threads)
        : random_{by}, walk_{"t", {.threads = threads}, files_} {
        files_.make_directory("t");
    }

    void step() {
        for (auto left = random_.below(4); left > 0; --left) edit(true);
        files_.advance(std::chrono::seconds{1});
        if (random_.below(3) != 0) return look(), check_told(), check();
        constexpr file_call calls[] = {file_call::open, file_call::list, file_call::stat,
                                       file_call::read};
        files_.before(random_.one_of(calls), 1 + random_.below(8), [this] { edit(false); });
        look();
        files_.heal();
        look(); // sees the edits made during the scan
        check();
    }

private:
    // The scan during a rename may see the directory under both names, or under neither.
    void edit(bool renames) {
        switch (random_.below(renames ? 12 : 10)) {
        case 0: return editor_.remove_file();
        case 1:
        case 2:
        case 3: return editor_.edit_rules();
        case 4: return editor_.edit_marker();
        case 5: return editor_.edit_repository();
        case 10: return editor_.rename_directory();
        default: return editor_.write_file();
        }
    }

    void look() {
        std::error_code error;
        files_.advance(std::chrono::seconds{1});
        update_.begin(known_);
        walk_.refresh(matcher_, update_, error);
        BOOST_REQUIRE(!error);
        for (change const& one : update_.changes()) check(one);
        update_.apply(known_);
    }

    void check(change const& one) {
        auto const was = before_.find(one.path);
        bool const stayed = was != before_.end() && was->second == files_.serial(one.path);
        BOOST_TEST_INFO(to_string(one.kind) << " " << one.path);
        if (one.kind == change_kind::modified) {
            BOOST_REQUIRE((editor_.touched().contains(one.path) || !stayed));
        } else {
            BOOST_REQUIRE(!stayed);
        }
        changed_.insert(one.path);
    }

    void check() {
        auto const matcher = no_rules_yet();
        basic_tree_enumerator<testing::memory_file_system> walk{"t", {.threads = 1}, files_};
        snapshot_builder found;
        std::error_code error;
        walk.enumerate(matcher, found, error);
        auto const seen = found.finish();
        BOOST_REQUIRE(told(known_) == told(seen));
        remember(seen);
    }

    /// Requires a change for each written or removed file in view, whatever the rules. A scan
    /// during edits may have found the file out of view.
    void check_told() const {
        for (auto const& path : editor_.touched()) {
            bool const in_view = was_seen_.contains(path) && known_.contains(path);
            BOOST_TEST_INFO(path << " was written");
            if (in_view) BOOST_REQUIRE(changed_.contains(path));
        }
        for (auto const& path : was_seen_) {
            BOOST_TEST_INFO(path << " is gone");
            bool const is_gone = files_.serial(path) == 0 && is_opened(path, matcher_);
            if (is_gone) BOOST_REQUIRE(changed_.contains(path));
        }
        if (editor_.has_rules()) return;
        for (auto const& path : told(known_)) {
            BOOST_TEST_INFO(path << " is new");
            if (!was_seen_.contains(path)) BOOST_REQUIRE(changed_.contains(path));
        }
    }

    /// Returns true if no directory above a path is excluded, so a scan sees the removal of the
    /// path.
    static bool is_opened(std::string const& path, rules_of_a_tree const& matcher) {
        return explain_path(matcher, {path, 2, file_type::regular}).pruned.empty();
    }

    void remember(snapshot const& seen) {
        before_.clear();
        for (auto const& path : files_.files()) before_.emplace(path, files_.serial(path));
        was_seen_.clear();
        for (auto const& path : told(seen)) was_seen_.insert(path);
        changed_.clear();
        editor_.forget();
    }

    tests::dice& random_;
    testing::memory_file_system files_;
    editor editor_{files_, random_};
    rules_of_a_tree matcher_ = no_rules_yet();
    basic_tree_enumerator<testing::memory_file_system> walk_;
    snapshot known_;
    snapshot_update update_;
    std::map<std::string, std::uint64_t> before_; // each file at the last check
    std::set<std::string> was_seen_;              // the files in view
    std::set<std::string> changed_;               // the changes since then
};

} // namespace

BOOST_AUTO_TEST_SUITE(random_edits_of_rules)

BOOST_AUTO_TEST_CASE(random_edits_of_rules_change_the_view_alone) {
    auto const seed = tests::new_seed();
    for (unsigned round = 0; round < 60; ++round) {
        tests::dice random{seed + round};
        edited_tree tree{random, round % 2 == 0 ? std::size_t{1} : std::size_t{3}};
        BOOST_TEST_CONTEXT("RESTAT_TEST_SEED=" << seed << " round " << round) {
            for (int i = 0; i < 60; ++i) tree.step();
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
