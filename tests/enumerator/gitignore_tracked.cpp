// Files that git tracks although a rule matches them: a comparison with git on real trees, and
// edits of an index in memory.
#include <restat/matcher/gitignore_matcher.hpp>

#include "enumerator/scanning.hpp"
#include "matcher/dice.hpp"
#include "matcher/index_bytes.hpp"
#include "matcher/live_git.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

using namespace restat;
using namespace scanning;
using testing::file_call;
using tests::index_bytes;
using tests::live_git;

namespace {

/// The existing files that git lists as tracked, or as neither tracked nor ignored.
std::set<std::string> listed_by_git(live_git const& repo, std::string const& in = "") {
    auto const text = repo.run("ls-files -z --cached --others --exclude-standard", in);
    std::set<std::string> paths;
    for (std::string_view left = text; !left.empty();) {
        auto const end = left.find('\0');
        std::string path{left.substr(0, end)};
        left.remove_prefix(end + 1);
        auto const whole = repo.tree / (in.empty() ? path : in + "/" + path);
        if (std::filesystem::is_regular_file(whole)) paths.insert(std::move(path));
    }
    return paths;
}

std::set<std::string> without_git(snapshot const& seen, std::string const& base) {
    std::set<std::string> paths;
    for (auto const& path : told(seen, base)) {
        if (!path.starts_with(".git/") && path.find("/.git/") == path.npos) paths.insert(path);
    }
    return paths;
}

std::string joined(std::set<std::string> const& paths) {
    std::string text;
    for (auto const& path : paths) text += escape(path) + "\n";
    return text;
}

/// A repository with random edits of its files, rules and index.
class random_repository {
public:
    explicit random_repository(tests::dice& by) : random_{by} {}

    void edit() {
        switch (random_.below(6)) {
        case 0: return write_rules();
        case 1: return add_tracked();
        case 2: return forget_tracked();
        case 3: return repo.tree.remove(some_directory() + "x");
        default: return repo.tree.write(some_file());
        }
    }

    live_git const repo;

private:
    std::string some_directory() {
        static constexpr std::array<std::string_view, 4> names{"a/", "b/", "out/", "B/"};
        std::string path;
        for (auto left = random_.below(4); left > 0; --left) path += random_.one_of(names);
        return path;
    }
    std::string some_file() {
        static constexpr std::array<std::string_view, 6> names{"f",   "f.o", "g.o",
                                                               "a.o", "b.c", "F"};
        return some_directory() + std::string{random_.one_of(names)};
    }
    void write_rules() {
        static constexpr std::array<std::string_view, 14> lines{
            "*.o",  "out/", "/a/", "b/*", "!b/f", "out/*", "!out/a/",
            "a/b/", "!*.c", "f",   "*/",  "!a/",  "**/b",  "!f.o"};
        std::string text;
        for (auto left = 1 + random_.below(4); left > 0; --left) {
            text += std::string{random_.one_of(lines)} + "\n";
        }
        repo.tree.write(some_directory() + ".gitignore", text);
    }
    void add_tracked() {
        auto const file = some_file();
        repo.tree.write(file);
        repo.run("add -f '" + file + "'");
    }
    void forget_tracked() { repo.run("rm -rq --cached --ignore-unmatch '" + some_file() + "'"); }

    tests::dice& random_;
};

void compare_with_git(live_git const& repo, snapshot const& seen, gitignore_matcher const& by) {
    auto const base = repo.tree.path() + "/";
    auto const theirs = listed_by_git(repo);
    BOOST_TEST(joined(without_git(seen, base)) == joined(theirs));
    for (auto const& path : theirs) {
        auto const why = explain_path(by, candidate{base + path, base.size()});
        BOOST_TEST(why.watched(), escape(path));
    }
}

/// A repository in memory; the test writes its index.
struct indexed {
    testing::memory_file_system files;
    gitignore_matcher matcher;
    basic_tree_enumerator<testing::memory_file_system> walk;
    snapshot latest;

    explicit indexed(std::string root = "t", gitignore_options from = {})
        : matcher{std::move(from)}, walk{std::move(root), {}, files} {
        make_repository("t/.git");
    }
    void make_repository(std::string const& git) const {
        files.write(git + "/HEAD", "ref: refs/heads/main\n");
        files.make_directory(git + "/objects");
        files.make_directory(git + "/refs");
    }
    void track(paths const& all, std::string const& git = "t/.git") const {
        files.write(git + "/index", index_bytes(all));
    }
    paths look() {
        latest = scan(walk, latest, matcher);
        paths seen;
        for (auto& path : told(latest)) {
            if (path.find(".git") == path.npos) seen.push_back(path);
        }
        return seen;
    }
    /// Returns the changes since the last scan, except changes of git's own files.
    paths changes() {
        files.advance(std::chrono::seconds{1});
        auto const before = latest;
        look();
        paths all;
        for (change const& one : diff(before, latest)) {
            if (one.path.find(".git") == one.path.npos) {
                all.push_back(std::string{to_string(one.kind)} + " " + one.path);
            }
        }
        return all;
    }
    paths faults() const {
        std::vector<finding> found;
        matcher.faults(found);
        paths all;
        for (auto const& one : found) all.push_back(to_string(one));
        return all;
    }
    std::string why(std::string const& path) const {
        return to_string(explain_path(matcher, candidate{path, 2}));
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(files_that_git_tracks)

BOOST_AUTO_TEST_CASE(tracked_files_are_watched_if_and_only_if_git_lists_them) {
    auto const seed = tests::new_seed();
    unsigned const rounds = refreshes() ? 2 : 12; // git takes most of the time
    for (unsigned round = 0; round < rounds; ++round) {
        tests::dice random{seed + round};
        random_repository all{random};
        gitignore_matcher const matcher;
        tree_enumerator walk{all.repo.tree.path()};
        snapshot seen;
        for (int step = 0; step < 6; ++step) {
            for (int i = 0; i < 12; ++i) all.edit();
            seen = scan(walk, seen, matcher);
            BOOST_TEST_CONTEXT("seed " << seed + round << ", step " << step) {
                compare_with_git(all.repo, seen, matcher);
                gitignore_matcher const fresh;
                tree_enumerator anew{all.repo.tree.path()};
                compare_with_git(all.repo, scan(anew, {}, fresh), fresh);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(tracked_files_are_found_in_each_version_of_the_index) {
    for (std::string const how : {"", "--object-format=sha256"}) {
        for (std::string const version : {"2", "3", "4"}) {
            live_git const repo{how};
            repo.tree.write(".gitignore", "*.o\nout/\n");
            for (auto const* name : {"a.o", "b.o", "out/x/y", "out/z", "out/x/z"}) {
                repo.tree.write(name);
            }
            repo.run("add -f a.o out/x/y");
            repo.run("update-index --index-version " + version);
            gitignore_matcher const matcher;
            tree_enumerator walk{repo.tree.path()};
            compare_with_git(repo, scan(walk, {}, matcher), matcher);
        }
    }
}

BOOST_AUTO_TEST_CASE(tracked_files_are_found_from_a_root_within_the_repository) {
    live_git const repo;
    repo.tree.write(".gitignore", "*.o\nout/\n");
    for (auto const* name : {"src/a.o", "src/b.o", "src/out/x", "src/out/y", "out/x"}) {
        repo.tree.write(name);
    }
    repo.run("add -f src/a.o src/out/x");
    gitignore_matcher const matcher;
    tree_enumerator walk{repo.tree / "src"};
    auto const seen = scan(walk, {}, matcher);
    BOOST_TEST(joined(without_git(seen, repo.tree / "src/")) ==
               joined(listed_by_git(repo, "src")));
}

BOOST_AUTO_TEST_CASE(worktree_and_submodule_have_tracked_files_of_their_own) {
    live_git const repo;
    repo.tree.write(".gitignore", "*.o\n/sub/\n/other/\n");
    repo.tree.write("origin/in.o");
    repo.run("init -q .", "origin");
    repo.run("add -f in.o", "origin");
    repo.run("commit -qm1", "origin");
    repo.run("submodule --quiet add -f ./origin sub");
    repo.tree.remove("origin");
    repo.tree.write("a.o");
    repo.run("add -f a.o .gitignore");
    repo.run("commit -qm1");
    repo.run("worktree add -q other");
    repo.tree.write("b.o");
    repo.run("add -f b.o"); // not in the worktree
    for (auto const* name : {"other/b.o", "sub/b.o", "sub/c"}) repo.tree.write(name);

    for (std::string const in : {"other", "sub"}) {
        gitignore_matcher const matcher;
        tree_enumerator walk{repo.tree / in};
        auto seen = without_git(scan(walk, {}, matcher), repo.tree / (in + "/"));
        seen.erase(".git");
        auto theirs = listed_by_git(repo, in);
        theirs.erase(".git");
        BOOST_TEST(joined(seen) == joined(theirs), in);
    }
    gitignore_matcher const matcher;
    tree_enumerator walk{repo.tree.path()};
    auto const seen = without_git(scan(walk, {}, matcher), repo.tree.path() + "/");
    BOOST_TEST(seen.contains("sub/in.o"), "tracked as a submodule, and there");
    BOOST_TEST(seen.contains("sub/c"));
    BOOST_TEST(seen.contains("sub/b.o"), "the rules of another repository do not reach into it");
    BOOST_TEST(!seen.contains("other/a.o"), "ignored, and not tracked by the main worktree");
}

BOOST_AUTO_TEST_CASE(tracked_files_are_found_in_any_case_if_git_ignores_case) {
    live_git const repo;
    repo.run("config core.ignoreCase true");
    repo.tree.write(".gitignore", "*.o\n");
    repo.tree.write("a.o");
    repo.run("add -f a.o");
    repo.tree.rename("a.o", "A.o");
    gitignore_matcher const matcher;
    tree_enumerator walk{repo.tree.path()};
    auto const seen = without_git(scan(walk, {}, matcher), repo.tree.path() + "/");
    BOOST_TEST(seen.contains("A.o"));
}

BOOST_AUTO_TEST_CASE(tracked_file_opens_its_excluded_directory_for_itself_alone) {
    indexed w;
    w.files.write("t/.gitignore", "out/\n*.o\n");
    w.files.write("t/out/.gitignore", "!*\n");
    for (auto const* name :
         {"t/out/a", "t/out/b", "t/out/deep/c", "t/out/deep/d", "t/out/no/e", "t/a.o", "t/b.o"}) {
        w.files.write(name);
    }
    w.track({"a.o", "out/a", "out/deep/c"});
    BOOST_TEST(w.look() == (paths{"t/a.o", "t/out/a", "t/out/deep/c"}));
    for (auto const& path : w.files.opened()) BOOST_TEST(path != "t/out/no");
    BOOST_TEST(w.why("t/a.o") == "'t/a.o' is watched because of 'tracked by git' (t/.git/index)");
    BOOST_TEST(w.why("t/out/deep/d") ==
               "'t/out/deep/d' is not watched because of 'out/' (t/.gitignore:1)");
    BOOST_TEST(w.why("t/b.o") == "'t/b.o' is not watched because of '*.o' (t/.gitignore:2)");
}

BOOST_AUTO_TEST_CASE(rules_outside_git_exclude_tracked_files) {
    indexed w;
    w.files.write("t/.gitignore", "out/\n*.o\n");
    w.files.write("t/.ignore", "b.o\nlib/\n");
    for (auto const* name : {"t/a.o", "t/b.o", "t/lib/c", "t/out/b.o", "t/out/c"}) {
        w.files.write(name);
    }
    w.track({"a.o", "b.o", "lib/c", "out/b.o", "out/c"});
    BOOST_TEST(w.look() == (paths{"t/.ignore", "t/a.o", "t/out/c"}));
}

BOOST_AUTO_TEST_CASE(tracked_files_are_excluded_by_an_option) {
    indexed w{"t", {.tracked = gitignore_options::tracked_files::excluded}};
    w.files.write("t/.gitignore", "*.o\n");
    w.files.write("t/a.o");
    w.files.write("t/.git/index", "broken");
    BOOST_TEST(w.look() == paths{});
    BOOST_TEST(w.faults() == paths{});
}

BOOST_AUTO_TEST_CASE(tracked_files_enter_and_leave_the_view_without_additions_and_removals) {
    indexed w;
    w.files.write("t/.gitignore", "out/\n*.o\n");
    for (auto const* name : {"t/a.o", "t/b.o", "t/out/a", "t/out/b", "t/c"}) w.files.write(name);
    BOOST_TEST(w.look() == paths{"t/c"});
    w.track({"a.o", "out/a"});
    BOOST_TEST(w.changes() == paths{});
    BOOST_TEST(w.look() == (paths{"t/a.o", "t/c", "t/out/a"}));
    w.files.write("t/a.o", "edited");
    w.files.write("t/out/a", "edited");
    w.files.write("t/out/b", "edited");
    BOOST_TEST(w.changes() == (paths{"modified t/a.o", "modified t/out/a"}));
    w.track({"b.o", "out/b"});
    BOOST_TEST(w.changes() == paths{});
    BOOST_TEST(w.look() == (paths{"t/b.o", "t/c", "t/out/b"}));
    w.files.write("t/.gitignore", "*.o\n");
    BOOST_TEST(w.changes() == paths{});
    BOOST_TEST(w.look() == (paths{"t/b.o", "t/c", "t/out/a", "t/out/b"}));
    w.files.write("t/.gitignore", "*.o\nout/\n");
    BOOST_TEST(w.changes() == paths{});
    w.files.remove("t/.git/index");
    BOOST_TEST(w.changes() == paths{});
    BOOST_TEST(w.look() == paths{"t/c"});
}

BOOST_AUTO_TEST_CASE(index_is_read_again_only_if_its_record_changes) {
    indexed w;
    w.files.write("t/.gitignore", "*.o\n");
    w.files.write("t/a.o");
    w.track({"a.o"});
    w.files.advance(std::chrono::seconds{1});
    w.look();
    w.look();
    auto const before = w.files.calls(file_call::read);
    w.look();
    auto const in_a_quiet_scan = w.files.calls(file_call::read) - before;
    w.track({"a.o", "b.o"});
    w.look();
    auto const in_another = w.files.calls(file_call::read) - before - in_a_quiet_scan;
    BOOST_TEST(in_another == in_a_quiet_scan + 1);
}

BOOST_AUTO_TEST_CASE(
    directories_are_listed_again_only_if_an_excluded_path_enters_or_leaves_the_index) {
    indexed w;
    constexpr int many = 40;
    w.files.write("t/.gitignore", "*.o\nout/\n");
    w.files.write("t/d1/.gitignore", "*.l\n!keep.o\n");
    w.files.write("t/d1/out/a");
    for (int i = 0; i < many; ++i) {
        for (auto const* name : {"/a.c", "/b.c", "/a.o", "/keep.o", "/a.l"})
            w.files.write("t/d" + std::to_string(i) + name);
    }
    paths tracked{"d0/a.c"};
    auto const lists_all = [&](paths const& now) {
        w.track(now);
        w.files.advance(std::chrono::seconds{1});
        auto const before = w.files.calls(file_call::list);
        snapshot_update found;
        std::error_code error;
        found.begin(w.latest);
        w.walk.refresh(w.matcher, found, error);
        BOOST_REQUIRE(!error);
        found.apply(w.latest);
        auto const lists = w.files.calls(file_call::list) - before;
        gitignore_matcher const fresh;
        basic_tree_enumerator<testing::memory_file_system> anew{"t", {}, w.files};
        BOOST_TEST(told(w.latest) == told(scan(anew, {}, fresh)));
        return lists >= many;
    };
    BOOST_TEST(lists_all(tracked)); // the first scan
    BOOST_TEST(!lists_all(tracked));
    BOOST_TEST(!lists_all({"d0/a.c", "d1/b.c"}));
    BOOST_TEST(!lists_all({"d1/b.c", "d2/c.c", "none/x"}));
    BOOST_TEST(!lists_all({"d1/keep.o"})); // which an inner rule includes
    BOOST_TEST(lists_all({"d1/b.c", "d2/a.o"}));
    BOOST_TEST(!lists_all({"d2/a.o"}));
    BOOST_TEST(lists_all({}));
    BOOST_TEST(!lists_all({"d2/a.l"}));
    BOOST_TEST(lists_all({"d1/a.l"})); // which an inner rule excludes
    BOOST_TEST(lists_all({"d1/out/a"}));
    BOOST_TEST(lists_all({"d1/a.c"}));
}

BOOST_AUTO_TEST_CASE(unusable_index_is_a_finding) {
    indexed w;
    w.files.write("t/.gitignore", "*.o\n");
    w.files.write("t/a.o");
    w.files.write("t/.git/index", index_bytes(paths{"a.o"}, '\7'));
    BOOST_TEST(w.look() == paths{});
    BOOST_TEST(w.faults() == paths{"cannot use 't/.git/index': Operation not supported"});
    w.files.write("t/.git/index", "DIRC");
    BOOST_TEST(w.changes() == paths{});
    BOOST_TEST(w.faults() == paths{"cannot use 't/.git/index': Bad message"});
    w.track({"a.o"});
    BOOST_TEST(w.changes() == paths{});
    BOOST_TEST(w.faults() == paths{});
    BOOST_TEST(w.look() == paths{"t/a.o"});
}

BOOST_AUTO_TEST_CASE(tracked_files_stay_known_while_the_index_is_unreadable) {
    indexed w;
    w.files.write("t/.gitignore", "*.o\n");
    w.files.write("t/a.o");
    w.track({"a.o"});
    BOOST_TEST(w.look() == paths{"t/a.o"});
    w.files.fail_at("t/.git/index", file_call::read, std::errc::io_error);
    w.track({"b.o"});
    BOOST_TEST(w.changes() == paths{});
    BOOST_TEST(w.faults().size() == 1U);
    BOOST_TEST(w.look() == paths{"t/a.o"});
}

BOOST_AUTO_TEST_SUITE_END()
