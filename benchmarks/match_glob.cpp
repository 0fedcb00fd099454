// What a path costs under one glob, a hundred and ten thousand.
#include <restat/matcher/glob_matcher.hpp>

#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <vector>

namespace {

using restat::candidate;
using restat::glob_matcher;

constexpr char const* words[] = {
    "src",    "include", "lib",   "test",   "tests",  "core",  "util",  "net",  "http",   "json",
    "parser", "model",   "view",  "driver", "kernel", "sound", "video", "fs",   "crypto", "index",
    "README", "config",  "build", "vendor", "assets", "docs",  "api",   "main", "cache",  "node"};
constexpr char const* suffixes[] = {".c",  ".h",  ".cpp", ".hpp", ".py",  ".js", ".ts",
                                    ".md", ".rs", ".o",   ".txt", ".png", "",    ".tar.gz"};

class dice {
public:
    template <std::size_t Size>
    std::string one_of(char const* const (&from)[Size]) {
        return from[below(Size)];
    }
    std::size_t below(std::size_t end) { return engine_() % end; }
    std::string name() {
        auto name = one_of(words);
        if (below(2) == 0) name += (below(2) == 0 ? '_' : '-') + one_of(words);
        if (below(3) == 0) name += std::to_string(below(100));
        return name;
    }

private:
    std::mt19937 engine_{1};
};

std::vector<std::string> some_paths() {
    dice random;
    std::vector<std::string> paths;
    for (int i = 0; i < 100'000; ++i) {
        std::string path = "project/";
        for (auto depth = 1 + random.below(6); depth > 0; --depth) path += random.name() + '/';
        paths.push_back(path + random.name() + random.one_of(suffixes));
    }
    return paths;
}

// Of each kind as many as of the others, none of which is an other.
std::vector<std::string> some_globs(std::size_t count) {
    std::vector<std::string> globs;
    for (std::size_t i = 0; globs.size() < count; ++i) {
        auto const n = std::to_string(i);
        for (auto const& glob :
             {"file" + n + ".c", "project/src/core" + n + "/main.c", "*.x" + n, "lib" + n + "-*",
              "*_test" + n + ".js", "src/core" + n + "/**/*.hpp", "**/vendor" + n + "/**",
              "*view" + n + "[a-z]*.ts", "docs/**/api-" + n + "*.md", "build" + n + "/"}) {
            if (globs.size() < count) globs.push_back(glob);
        }
    }
    return globs;
}

void match(benchmark::State& state, std::vector<std::string> const& globs) {
    static auto const paths = some_paths();
    glob_matcher const matcher{globs};
    std::size_t at = 0;
    std::size_t found = 0;
    for ([[maybe_unused]] auto _ : state) {
        candidate const path{paths[at], 8, restat::file_type::regular};
        found += matcher(path) == restat::verdict::include;
        if (++at == paths.size()) at = 0;
    }
    benchmark::DoNotOptimize(found);
}

void compile(benchmark::State& state, std::size_t count) {
    auto const globs = some_globs(count);
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(glob_matcher{globs});
}

std::vector<std::string> one(char const* glob) { return {glob}; }

BENCHMARK_CAPTURE(match, one_extension, one("*.cpp"));
BENCHMARK_CAPTURE(match, one_name, one("Makefile"));
BENCHMARK_CAPTURE(match, one_suffix, one("*_test.py"));
BENCHMARK_CAPTURE(match, one_of_a_tree, one("src/**/*.cpp"));
BENCHMARK_CAPTURE(match, one_anywhere, one("**/tests/**"));
BENCHMARK_CAPTURE(match, one_within, one("*[a-m]ode*"));
BENCHMARK_CAPTURE(match, one_with_braces, one("{src,include}/**/*.{c,h,cpp,hpp}"));
BENCHMARK_CAPTURE(match, a_hundred, some_globs(100));
BENCHMARK_CAPTURE(match, ten_thousand, some_globs(10'000));
BENCHMARK_CAPTURE(compile, ten_thousand, std::size_t{10'000})->Unit(benchmark::kMillisecond);

} // namespace
