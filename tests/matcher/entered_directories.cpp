#include "matcher/entered_directories.hpp"

#include "candidates.hpp"
#include "dice.hpp"

#include <atomic>
#include <map>
#include <set>
#include <thread>
#include <vector>

using restat::candidate;
using restat::directory_reader;
using restat::last_link;
using restat::stat_record;
using tests::dice;

namespace {

struct noted : restat::detail::entered_directory {
    int number = 0;
};
using directories = restat::detail::entered_directories<noted>;

/// A reader of a directory with these names.
class names_only final : public directory_reader {
public:
    explicit names_only(std::set<std::string, std::less<>> names) : names_{std::move(names)} {}

    bool may_hold(std::string_view name) const noexcept override { return names_.contains(name); }
    std::uint64_t scan() const noexcept override { return 1; }
    std::string location(std::error_code&) override { return {}; }
    stat_record stat(std::string const&, last_link, std::error_code&) override { return {}; }
    std::string read(std::string const&, last_link, std::size_t, std::error_code&) override {
        return {};
    }

private:
    std::set<std::string, std::less<>> names_;
};

void note(directories& in, std::string const& directory, int number, std::size_t below = 0) {
    auto made = in.make({directory, below, restat::file_type::directory}, names_only{{}});
    made->number = number;
    in.put(std::move(made));
}

int ask(directories const& in, std::string const& path, std::size_t below = 0) {
    return in.ask({path, below}, [](noted const* at, auto) { return at ? at->number : 0; });
}

/// Checks each directory, from the path's own up to its root.
int expected(std::map<std::string, int> const& all, std::string_view path, std::size_t below) {
    for (auto end = path.find_last_of('/') + 1;;) {
        if (end < below) return 0;
        auto const at = all.find(std::string{path.substr(0, end)});
        if (at != all.end()) return at->second;
        if (end < 2) return 0;
        end = path.find_last_of('/', end - 2) + 1;
    }
}

std::string some_directory(dice& random) {
    constexpr std::string_view names[] = {"a", "b", "ab", "a.", "a0", "\x01", "\xff"};
    std::string made = random.below(4) == 0 ? "/" : "";
    for (auto depth = random.below(5); depth > 0; --depth) {
        made += std::string{random.one_of(names)} + "/";
    }
    return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(entered_directories)

BOOST_AUTO_TEST_CASE(nearest_directory_is_independent_of_earlier_queries) {
    dice random{1};
    for (int round = 0; round < 200; ++round) {
        directories all;
        std::map<std::string, int> model;
        for (int i = 1; i < 200; ++i) {
            auto const directory = some_directory(random);
            if (auto const what = random.below(10); what == 0 && !directory.empty()) {
                note(all, directory, i);
                model[directory] = i;
            } else if (what == 1) {
                all.erase(directory);
                model.erase(directory);
            }
            auto const path = directory + "x";
            auto const slash = path.find('/');
            std::size_t const below = random.below(2) == 0 || slash == path.npos ? 0 : slash + 1;
            BOOST_TEST_REQUIRE(ask(all, path, below) == expected(model, path, below), path);
        }
    }
}

BOOST_AUTO_TEST_CASE(starting_directory_is_a_dot) {
    directories all;
    note(all, ".", 7, 1);
    BOOST_TEST(ask(all, "x") == 7);
    BOOST_TEST(ask(all, "a/b/x") == 7);
    BOOST_TEST(ask(all, "a/b/x", 2) == 0); // of another root
}

BOOST_AUTO_TEST_CASE(directories_below_a_removed_name_are_dropped) {
    directories all;
    note(all, "r/a", 1, 2);
    note(all, "r/a/b", 2, 2);
    note(all, "r/a.c", 3, 2);
    note(all, "r/a0", 6, 2);
    note(all, "r/d", 4, 2);
    note(all, "r/d/e", 5, 4); // of a root of its own
    all.visit_directory({"r", 1, restat::file_type::directory}, names_only{{"a.c", "a0"}});
    BOOST_TEST(ask(all, "r/a/x") == 0);
    BOOST_TEST(ask(all, "r/a/b/x") == 0);
    BOOST_TEST(ask(all, "r/a.c/x") == 3);
    BOOST_TEST(ask(all, "r/a0/x") == 6);
    BOOST_TEST(ask(all, "r/d/x") == 0);
    BOOST_TEST(ask(all, "r/d/e/x") == 5);
}

// One thread changes directories below b; the others always find the directories below a.
BOOST_AUTO_TEST_CASE(queries_run_in_parallel_with_changes) {
    directories all;
    note(all, "a", 1);
    std::atomic<bool> done{false};
    std::atomic<int> wrong{0};
    std::vector<std::jthread> threads;
    for (int t = 0; t < 6; ++t) {
        threads.emplace_back([&] {
            while (!done) {
                wrong += ask(all, "a/x") != 1;
                wrong += ask(all, "a/c/x") != 1;
                wrong += ask(all, "c/x") != 0;
                auto const found = ask(all, "b/d/x");
                wrong += found != 0 && found < 10;
            }
        });
    }
    for (int i = 10; i < 500; ++i) {
        note(all, "b/d", i);
        if (i % 3 == 0) all.erase("b/d/");
        if (i % 7 == 0) note(all, "b", i);
        if (i % 11 == 0)
            all.visit_directory({"b", 0, restat::file_type::directory}, names_only{{}});
    }
    done = true;
    threads.clear();
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_SUITE_END()
