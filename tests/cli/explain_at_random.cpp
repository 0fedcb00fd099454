// Checks with random trees, PATHs and options: `--explain P` reports P as watched if and only if
// `--list` prints P.
#include "program.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <set>

namespace {

namespace fs = std::filesystem;

class dice {
public:
    explicit dice(unsigned seed) : engine_{seed} {}
    std::size_t below(std::size_t end) { return engine_() % end; }
    bool once_in(std::size_t times) { return below(times) == 0; }
    template <std::size_t Size>
    std::string one_of(char const* const (&from)[Size]) {
        return from[below(Size)];
    }

private:
    std::mt19937 engine_;
};

unsigned new_seed() {
    char const* const given = std::getenv("RESTAT_TEST_SEED");
    return given ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : 7;
}

constexpr char const* directories[] = {"a", "b", "a/build", "build", "build/gen", "a/build/src"};
constexpr char const* names[] = {"x.c", "y.h", "z.o", "x", "y.c~"};
constexpr char const* rules[] = {"*.c", "build", "!x.c", "/a/*", "!build/",
                                 "*",   "!*.h",  "x",    "b/**"};
constexpr char const* paths[] = {".",       "./",        "a",         "./a/",      "build",
                                 "a/build", "b",         "./build//", "build/gen", "a/x.c",
                                 "b/x.c",   "build/x.c", "a/../b"};
constexpr char const* options[] = {"-ibuild",
                                   "-ec",
                                   "-ga/**",
                                   "-r^b",
                                   "-xx",
                                   "-L",
                                   "--no-gitignore",
                                   "--no-default-ignores",
                                   "--ignore-dir=build",
                                   "-i*.h",
                                   "-gbuild/**"};

void grow(temporary_directory const& there, dice& random) {
    for (char const* directory : directories) there.make_directory(directory);
    for (char const* directory : directories) {
        for (char const* name : names) {
            if (random.once_in(2)) there.write(std::string{directory} + "/" + name, "");
        }
        if (random.once_in(4)) {
            there.write(std::string{directory} + "/.ignore", random.one_of(rules) + "\n");
        }
    }
    for (char const* file : {"a/x.c", "b/x.c", "build/x.c", "x.c"}) there.write(file, "");
    if (random.once_in(2)) {
        there.write(".gitignore", random.one_of(rules) + "\n" + random.one_of(rules) + "\n");
    }
    if (random.once_in(3)) fs::create_directory_symlink("../build", there / "a/link");
    if (random.once_in(3)) fs::create_symlink("x.c", there / "b/link.c");
}

std::vector<std::string> random_arguments(temporary_directory const& there, dice& random) {
    std::vector<std::string> all;
    for (auto left = random.below(3); left > 0; --left) all.push_back(random.one_of(options));
    for (auto left = random.below(4); left > 0; --left) {
        auto const path = random.one_of(paths);
        all.push_back(random.once_in(6) && !path.starts_with('.') ? there / path : path);
    }
    return all;
}

std::set<std::string> lines_of(std::string const& text) {
    std::set<std::string> lines;
    for (std::size_t begin = 0; begin < text.size();) {
        auto const end = text.find('\n', begin);
        lines.insert(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return lines;
}

std::string joined(std::vector<std::string> const& all) {
    std::string text;
    for (auto const& one : all) text += " " + one;
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(explain_a_path_at_random)

BOOST_AUTO_TEST_CASE(explain_agrees_with_the_list_of_files) {
    auto const seed = new_seed();
    std::size_t watched = 0;
    std::size_t unwatched = 0;
    for (unsigned round = 0; round < 25; ++round) {
        dice random{seed + round};
        temporary_directory const there;
        grow(there, random);
        auto const arguments = random_arguments(there, random);
        auto list = arguments;
        list.emplace_back("--list");
        auto const listed = run_restat(list, {.directory = there.path()});
        BOOST_REQUIRE_MESSAGE(listed.status.code == 0, listed.error);
        auto const printed = lines_of(listed.output);
        std::set<std::string> asked = printed;
        for (auto const& at : fs::recursive_directory_iterator{there.path()}) {
            auto const path = at.path().lexically_relative(there.path()).native();
            if (!at.is_directory() && random.once_in(2)) asked.insert(path);
        }
        for (auto const& path : asked) {
            auto explain = arguments;
            explain.insert(explain.end(), {"--explain", path});
            auto const end = run_restat(explain, {.directory = there.path()});
            bool const is_listed =
                std::any_of(printed.begin(), printed.end(), [&](auto const& one) {
                    return (fs::path{there.path()} / one).lexically_normal() ==
                           (fs::path{there.path()} / path).lexically_normal();
                });
            ++(is_listed ? watched : unwatched);
            BOOST_TEST((end.status.code == 0) == is_listed,
                       "RESTAT_TEST_SEED=" << seed + round << joined(explain) << ": "
                                           << end.output << end.error);
        }
    }
    BOOST_TEST(watched > 50U);
    BOOST_TEST(unwatched > 50U);
}

BOOST_AUTO_TEST_SUITE_END()
