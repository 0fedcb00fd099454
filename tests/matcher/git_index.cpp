#include "matcher/git_index.hpp"

#include "dice.hpp"
#include "index_bytes.hpp"
#include "live_git.hpp"

#include <restat/escape.hpp>

#include <algorithm>
#include <cstdint>
#include <set>

using restat::letter_case;
using restat::detail::git_hash;
using restat::detail::git_index;
using tests::index_bytes;
using tests::live_git;

namespace {

std::vector<std::string> listed(git_index const& index) {
    return {index.paths().begin(), index.paths().end()};
}

/// Returns the paths printed by git, in the order of the index.
std::vector<std::string> tracked(live_git const& repo) {
    std::string_view output;
    auto const text = repo.run("ls-files -z");
    std::vector<std::string> paths;
    for (output = text; !output.empty();) {
        auto const end = output.find('\0');
        std::string path{output.substr(0, end)};
        output.remove_prefix(end + 1);
        if (paths.empty() || paths.back() != path) paths.push_back(std::move(path));
    }
    return paths;
}

void check_same(live_git const& repo, git_hash hash = git_hash::sha1) {
    git_index const index{repo.index(), "index", {hash}};
    BOOST_TEST(index.fault().message() == std::error_code{}.message());
    BOOST_TEST(listed(index) == tracked(repo), boost::test_tools::per_element());
    for (auto const& path : tracked(repo)) BOOST_TEST(index.has_file(path));
}

void write_files(live_git const& repo) {
    for (auto const* name : {"a", "a.b", "a-b/x", "d/e/f", "d/e/f2", "d/e.x", "d/\xc3\xa9", "z",
                             "name of eight", "x/1234567", "x/12345678"}) {
        repo.tree.write(name);
    }
    std::string deep;
    for (int i = 0; i < 20; ++i) deep += std::string(190, static_cast<char>('a' + i)) + "/";
    repo.tree.write(deep.substr(0, 1910) + "file");
}

std::string message_of(std::errc error) { return std::make_error_code(error).message(); }

std::string fault_of(std::string_view bytes) {
    git_index const index{bytes, "index", {}};
    BOOST_TEST((index.fault() ? index.paths().empty() : true));
    return index.fault().message();
}

} // namespace

BOOST_AUTO_TEST_SUITE(index_of_git)

BOOST_AUTO_TEST_CASE(index_of_each_version_has_the_paths_listed_by_git) {
    for (auto const* version : {"2", "3", "4"}) {
        BOOST_TEST_CONTEXT("version " << version) {
            live_git const repo;
            write_files(repo);
            repo.run("add -A");
            repo.run(std::string{"update-index --index-version "} + version);
            check_same(repo);
            repo.tree.write("later");
            repo.run("add -N later"); // an entry with more flags
            repo.run("update-index --skip-worktree a");
            check_same(repo);
            BOOST_TEST(repo.index()[7] == (*version == '4' ? 4 : 3));
        }
    }
}

BOOST_AUTO_TEST_CASE(index_with_sha256_has_the_paths_listed_by_git) {
    for (auto const* version : {"2", "4"}) {
        live_git const repo{"--object-format=sha256"};
        write_files(repo);
        repo.run("add -A");
        repo.run(std::string{"update-index --index-version "} + version);
        check_same(repo, git_hash::sha256);
        BOOST_TEST(fault_of(repo.index()) == message_of(std::errc::bad_message));
    }
}

BOOST_AUTO_TEST_CASE(index_has_a_path_with_a_conflict_once) {
    live_git const repo;
    repo.tree.write("base");
    repo.run("add base");
    repo.run("commit -qm1");
    repo.run("branch other");
    repo.tree.write("both", "1");
    repo.tree.write("both.x", "1");
    repo.run("add -A");
    repo.run("commit -qm2");
    repo.run("checkout -q other");
    repo.tree.write("both", "2");
    repo.run("add -A");
    repo.run("commit -qm3");
    repo.run("merge -q - || true");
    BOOST_TEST(repo.run("ls-files -u").find(" 3\t") != std::string::npos);
    check_same(repo);
}

BOOST_AUTO_TEST_CASE(index_may_have_extensions_and_no_checksum) {
    live_git const repo;
    write_files(repo);
    repo.run("add -A");
    repo.run("commit -qm1");
    repo.run("update-index --untracked-cache");
    repo.run("status");
    check_same(repo);
    auto bytes = repo.index();
    std::fill(bytes.end() - 20, bytes.end(), '\0'); // as with index.skipHash
    BOOST_TEST(listed(git_index{bytes, "index", {}}) == tracked(repo),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(sparse_index_has_no_directories) {
    live_git const repo;
    write_files(repo);
    repo.run("add -A");
    repo.run("commit -qm1");
    repo.run("sparse-checkout set --cone --sparse-index x");
    git_index const index{repo.index(), "index", {}};
    BOOST_TEST(!index.fault());
    BOOST_TEST(index.has_file("x/1234567"));
    BOOST_TEST(!index.has_below("d"));
    BOOST_TEST(repo.run("ls-files --sparse").find("d/\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(split_index_is_unusable) {
    live_git const repo;
    write_files(repo);
    repo.run("add -A");
    repo.run("update-index --split-index");
    BOOST_TEST(fault_of(repo.index()) == message_of(std::errc::not_supported));
}

BOOST_AUTO_TEST_CASE(index_has_a_submodule_as_a_directory) {
    live_git const repo;
    repo.tree.make_directory("sub");
    repo.run("init -q .", "sub");
    repo.run("commit -q --allow-empty -m1", "sub");
    repo.tree.write("sub.x");
    repo.tree.write("sub-x");
    repo.run("add -A");
    git_index const index{repo.index(), "index", {}};
    BOOST_TEST(index.has_below("sub"));
    BOOST_TEST(!index.has_file("sub"));
    BOOST_TEST(index.has_file("sub.x"));
    BOOST_TEST(index.has_file("sub-x"));
}

BOOST_AUTO_TEST_CASE(index_finds_files_and_directories_by_whole_names) {
    std::vector<std::string> const paths{"a-b/c", "a.c", "a/b/c", "a0", "b", "c/d"};
    git_index const index{index_bytes(paths), "index", {}};
    for (auto const& path : paths) BOOST_TEST(index.has_file(path));
    for (auto const* path : {"", "a", "a/b", "a/b/", "a/b/c/d", "A0", "c", "c/", "c/d0", "zz"}) {
        BOOST_TEST(!index.has_file(path), path);
    }
    for (auto const* path : {"a", "a-b", "a/b", "c"}) BOOST_TEST(index.has_below(path), path);
    for (auto const* path : {"a.c", "a0", "b", "c/d", "a/", "", "A", "a/b/c", "zz", "a/c"}) {
        BOOST_TEST(!index.has_below(path), path);
    }
}

BOOST_AUTO_TEST_CASE(folded_index_finds_names_of_any_case) {
    std::vector<std::string> const paths{"B/x", "Z", "a", "b0"};
    git_index const index{index_bytes(paths), "index", {git_hash::sha1, letter_case::folded}};
    for (auto const* path : {"b/X", "z", "A", "a", "B0"}) BOOST_TEST(index.has_file(path), path);
    BOOST_TEST(index.has_below("b"));
    BOOST_TEST(!index.has_below("a"));
}

BOOST_AUTO_TEST_CASE(empty_index_has_no_paths) {
    BOOST_TEST(fault_of(index_bytes(std::vector<std::string>{})) ==
               fault_of(index_bytes(std::set<std::string>{"a"})));
    git_index const index{index_bytes(std::vector<std::string>{}), "index", {}};
    BOOST_TEST(!index.fault());
    BOOST_TEST(!index.has_file("a"));
    BOOST_TEST(!index.has_below("a"));
}

BOOST_AUTO_TEST_CASE(malformed_index_has_a_fault) {
    auto const whole = index_bytes(std::vector<std::string>{"a", "b/c"});
    auto const changed = [&](std::size_t at, char to) {
        auto bytes = whole;
        bytes[at] = to;
        return bytes;
    };
    auto const with_end = [&](std::string const& extension) {
        auto bytes = whole;
        return bytes.insert(bytes.size() - 20, extension);
    };
    auto const malformed = message_of(std::errc::bad_message);
    auto const unknown = message_of(std::errc::not_supported);
    constexpr std::size_t first = 12;
    constexpr std::size_t flags = first + 60;
    constexpr std::size_t padding = first + 64 + 62 + 4; // of the second entry
    struct {
        std::string bytes;
        std::string fault;
        char const* reason;
    } const rows[] = {
        {"", malformed, "empty"},
        {changed(0, 'X'), malformed, "no index"},
        {changed(7, 1), unknown, "version 1"},
        {changed(7, 5), unknown, "version 5"},
        {changed(8, '\x7f'), malformed, "two billion entries"},
        {changed(11, 3), malformed, "an entry too many"},
        {changed(flags + 1, 2), malformed, "a length beyond the path"},
        {changed(flags + 1, 0), malformed, "a length before its end"},
        {changed(flags + 2, '/'), malformed, "an absolute path"},
        {changed(flags + 2, '\0'), malformed, "no path"},
        {changed(padding, 'x'), malformed, "padding that is none"},
        {changed(flags, '\x40'), malformed, "more flags where there are none"},
        {with_end("ABCD"), malformed, "an extension without a length"},
        {with_end(std::string{"ABCD\xff\xff\xff\xff", 8}), malformed, "one that is cut off"},
        {with_end(std::string{"abcd\0\0\0\0", 8}), unknown, "one that must be known"},
        {with_end(std::string{"link\0\0\0\0", 8}), unknown, "a split index"},
    };
    for (auto const& row : rows) BOOST_TEST(fault_of(row.bytes) == row.fault, row.reason);
    BOOST_TEST(fault_of(with_end(std::string{"ABCD\0\0\0\1x", 9})) == fault_of(whole));
    BOOST_TEST(fault_of(with_end(std::string{"sdir\0\0\0\0", 8})) == fault_of(whole));
}

BOOST_AUTO_TEST_CASE(truncated_index_has_a_fault) {
    auto const whole = index_bytes(std::vector<std::string>{"a", "b/c", "dddddddd"});
    for (std::size_t size = 0; size + 1 < whole.size(); ++size) {
        auto const fault = fault_of(std::string_view{whole}.substr(0, size));
        BOOST_TEST(fault == message_of(std::errc::bad_message), size);
    }
}

BOOST_AUTO_TEST_CASE(version_4_index_drops_and_expands_within_limits) {
    std::string const entry =
        std::string(24, '\0') + std::string{"\0\0\x81\xa4", 4} + std::string(32, '\0');
    auto const index = [&](std::uint32_t count, std::string const& entries) {
        std::string bytes{"DIRC\0\0\0\4", 8};
        for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(count >> shift);
        return bytes + entries + std::string(20, '\0');
    };
    auto const first = entry + std::string{"\0\1\0a\0", 5};
    auto const fault = [&](std::string const& second) {
        return fault_of(index(2, first + second));
    };
    auto const good = std::error_code{}.message();
    auto const bad = message_of(std::errc::bad_message);
    BOOST_TEST(fault(entry + std::string{"\0\1\1b\0", 5}) == good);
    BOOST_TEST(fault(entry + std::string{"\0\1\2b\0", 5}) == bad);
    BOOST_TEST(fault(entry + std::string{"\0\1\xff\xff\xff\xff\xff\xff\xff\x7f"
                                         "b\0",
                                         12}) == bad);
    BOOST_TEST(fault(entry + std::string{"\0\1\1b", 4}) == bad);
    BOOST_TEST(fault(entry + std::string{"\0\1", 2}) == bad);

    std::string long_path(1 << 20, 'x'); // each entry adds a byte
    auto many = entry + "\x0f\xff" + '\0' + long_path + '\0';
    for (int i = 0; i < 200; ++i) many += entry + std::string{"\x0f\xff\0y\0", 5};
    BOOST_TEST(fault_of(index(201, many)) == message_of(std::errc::file_too_large));
}

BOOST_AUTO_TEST_CASE(random_bytes_do_no_harm) {
    tests::dice random{tests::new_seed()};
    live_git const repo;
    write_files(repo);
    repo.run("add -A");
    for (auto const* version : {"2", "4"}) {
        repo.run(std::string{"update-index --index-version "} + version);
        auto const whole = repo.index();
        int faults = 0;
        for (int i = 0; i < 3000; ++i) {
            auto bytes = whole;
            for (auto left = 1 + random.below(4); left > 0; --left) {
                bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
            }
            git_index const index{bytes, "index", {}};
            faults += index.fault() ? 1 : 0;
            for (auto const path : index.paths()) {
                if (!path.ends_with('/')) BOOST_REQUIRE(index.has_file(path));
            }
        }
        BOOST_TEST(faults > 0);
    }
}

BOOST_AUTO_TEST_SUITE_END()
